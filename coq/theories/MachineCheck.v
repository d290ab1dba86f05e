(** A check that a network does on every word what a machine does.

    What a rule can see of a register is finitely much: an [observation]. What it cannot see is one number within known
    bounds: an unknown. For every mode (the dead one too), every observation of all registers and every token, the network
    runs one step on affine forms in these unknowns, and the forms of the successor must come out. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import Lia.
From Coq Require Import Lqa.
From Coq Require Import QArith.
From Reduce Require Import Affine.
From Reduce Require Import Machine.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope Q_scope.

(** * The state that stands for a configuration *)

Definition of_nat (n : nat) : Q := inject_Z (Z.of_nat n).

(** The code of a stack with this top, over a rest with this code. *)
Definition pushed (n_symbols top : nat) (rest : Q) : Q :=
  (2 * of_nat top + 1 + rest) * / (2 * of_nat n_symbols).

Fixpoint stack_code (n_symbols : nat) (stack : list nat) : Q :=
  match stack with
  | [] => 0
  | top :: rest => pushed n_symbols top (stack_code n_symbols rest)
  end.

Definition code (n_symbols : nat) (r : register) : Q :=
  match r with
  | Counter z => inject_Z z
  | Stack l => stack_code n_symbols l
  end.

(** One bit per mode: 1 for this one, all 0 where it is dead. *)
Definition bits (m : machine) (mode : option nat) : list Q :=
  map (fun i => match mode with Some j => if Nat.eqb i j then 1 else 0 | None => 0 end) (seq 0 (n_modes m)).

Definition encode (m : machine) (mode : option nat) (all : list register) : list Q :=
  bits m mode ++ map (code (n_symbols m)) all.

(** * What is seen of a register *)

Inductive observation := IsZero | IsPositive | IsNegative | IsEmpty | HasTop (symbol : nat).

Definition observe (r : register) : observation :=
  match r with
  | Counter Z0 => IsZero
  | Counter (Zpos _) => IsPositive
  | Counter (Zneg _) => IsNegative
  | Stack [] => IsEmpty
  | Stack (b :: _) => HasTop b
  end.

(** What is not seen of it: how far a counter is beyond 1 or -1, or the code of a stack's rest. *)
Definition hidden (n_symbols : nat) (r : register) : Q :=
  match r with
  | Counter Z0 => 0
  | Counter (Zpos p) => inject_Z (Zpos p - 1)
  | Counter (Zneg p) => inject_Z (Zpos p - 1)
  | Stack [] => 0
  | Stack (_ :: rest) => stack_code n_symbols rest
  end.

Definition bound_of (k : kind) : bound :=
  match k with
  | Natural | Integer => AtLeastZero
  | Pushdown => UpToOne
  end.

Definition passes_seen (t : test) (o : observation) : bool :=
  match t, o with
  | Zero, IsZero => true
  | NonZero, (IsPositive | IsNegative) => true
  | Empty, IsEmpty => true
  | NonEmpty, HasTop _ => true
  | Top a, HasTop b => Nat.eqb a b
  | NotTop a, HasTop b => negb (Nat.eqb a b)
  | NotTop _, IsEmpty => true
  | _, _ => false
  end.

Definition guard_seen (os : list observation) (g : nat * test) : bool :=
  match nth_error os (fst g) with
  | Some o => passes_seen (snd g) o
  | None => false
  end.

Definition fires_seen (mode : nat) (os : list observation) (token : nat) (r : rule) : bool :=
  Nat.eqb (from r) mode && Nat.eqb (on_token r) token && forallb (guard_seen os) (guards r).

Definition pushed_form (n_symbols top : nat) (rest : form) : form :=
  scale (/ (2 * of_nat n_symbols)) (add_forms (fixed (2 * of_nat top + 1)) rest).

(** The code of register [i] under an observation. *)
Definition seen_form (n_symbols i : nat) (o : observation) : form :=
  match o with
  | IsZero | IsEmpty => fixed 0
  | IsPositive => add_forms (fixed 1) (unknown i)
  | IsNegative => add_forms (fixed (-1)) (scale (-1) (unknown i))
  | HasTop b => pushed_form n_symbols b (unknown i)
  end.

Definition rest_form (i : nat) (o : observation) : form :=
  match o with
  | HasTop _ => unknown i
  | _ => fixed 0
  end.

Definition is_stack (o : observation) : bool :=
  match o with
  | IsEmpty | HasTop _ => true
  | _ => false
  end.

(** The code of register [i] after a change. *)
Definition changed_form (n_symbols : nat) (os : list observation) (c : change) (i : nat) (o : observation) : form :=
  let own := seen_form n_symbols i o in
  match c, is_stack o with
  | Add amount, false => add_forms own (fixed (inject_Z amount))
  | Push b, true => pushed_form n_symbols b own
  | Pop, true => rest_form i o
  | Replace b, true => pushed_form n_symbols b (rest_form i o)
  | Copy other, true =>
      match nth_error os other with
      | Some p => if is_stack p then seen_form n_symbols other p else own
      | None => own
      end
  | Clear, true => fixed 0
  | _, _ => own
  end.

Definition after_form (n_symbols : nat) (cs : list (nat * change)) (os : list observation) (i : nat) (o : observation)
  : form :=
  match change_of cs i with
  | Some c => changed_form n_symbols os c i o
  | None => seen_form n_symbols i o
  end.

(** * The check *)

Definition observations (n_symbols : nat) (k : kind) : list observation :=
  match k with
  | Natural => [IsZero; IsPositive]
  | Integer => [IsZero; IsPositive; IsNegative]
  | Pushdown => IsEmpty :: map HasTop (seq 0 n_symbols)
  end.

Fixpoint choices {X : Type} (lists : list (list X)) : list (list X) :=
  match lists with
  | [] => [[]]
  | xs :: rest => flat_map (fun x => map (cons x) (choices rest)) xs
  end.

Definition all_observations (m : machine) : list (list observation) :=
  choices (map (observations (n_symbols m)) (kinds m)).

Definition modes (m : machine) : list (option nat) := None :: map Some (seq 0 (n_modes m)).

Definition seen_forms (m : machine) (os : list observation) : list form := indexed (seen_form (n_symbols m)) 0 os.

Definition bounds (m : machine) : list bound := map bound_of (kinds m).

Definition seen_state (m : machine) (mode : option nat) (os : list observation) : list (option form) :=
  map Some (map fixed (bits m mode) ++ seen_forms m os).

(** A change keeps every natural counter at 0 or above and pushes only symbols that there are. *)
Definition is_safe (m : machine) (os : list observation) (cs : list (nat * change)) (i : nat) (k : kind) : bool :=
  match change_of cs i with
  | None => true
  | Some (Add _) =>
      match k, nth_error os i with
      | Natural, Some o => surely_at_least_zero (bounds m) (after_form (n_symbols m) cs os i o)
      | _, _ => true
      end
  | Some (Push b) | Some (Replace b) => Nat.ltb b (n_symbols m)
  | Some _ => true
  end.

(** For each coordinate of the state after a step, the forms that are right. What a dead machine's registers hold does
    not matter, so that each may stay as it is, and a stack may become empty. *)
Definition expected (m : machine) (mode : option nat) (os : list observation) (token : nat) : option (list (list form)) :=
  let dead := map (fun b => [fixed b]) (bits m None)
              ++ indexed (fun i o => seen_form (n_symbols m) i o :: if is_stack o then [fixed 0] else []) 0 os in
  match mode with
  | None => Some dead
  | Some q =>
      match find (fires_seen q os token) (rules m) with
      | None => Some dead
      | Some r =>
          if Nat.ltb (next r) (n_modes m) && forallb (fun b => b) (indexed (is_safe m os (changes r)) 0 (kinds m)) then
            Some (map (fun b => [fixed b]) (bits m (Some (next r)))
                  ++ map (fun f => [f]) (indexed (after_form (n_symbols m) (changes r) os) 0 os))
          else None
      end
  end.

Definition is_one_of (got : option form) (wanted : list form) : bool :=
  match got with
  | Some f => existsb (same f) wanted
  | None => false
  end.

Fixpoint forallb2 {X Y : Type} (f : X -> Y -> bool) (xs : list X) (ys : list Y) : bool :=
  match xs, ys with
  | [], [] => true
  | x :: xs, y :: ys => f x y && forallb2 f xs ys
  | _, _ => false
  end.

Definition case : Type := option nat * list observation * nat.

Definition check_step (m : machine) (n : network) (c : case) : bool :=
  let '(mode, os, token) := c in
  match expected m mode os token with
  | Some wanted => forallb2 is_one_of (step (symbolic (bounds m)) n (seen_state m mode os) token) wanted
  | None => false
  end.

Definition check_readout (m : machine) (n : network) (c : option nat * list observation) : bool :=
  let '(mode, os) := c in
  match row_value (symbolic (bounds m)) (seen_state m mode os) (readout n), mode with
  | Some f, Some q =>
      if Nat.eqb q (accepting m) then surely_positive (bounds m) f else surely_at_most_zero (bounds m) f
  | Some f, None => surely_at_most_zero (bounds m) f
  | None, _ => false
  end.

Definition check_start (m : machine) (n : network) : bool :=
  Nat.ltb 0 (n_symbols m) && Nat.ltb (initial m) (n_modes m)
  && forallb2 Qeq_bool (start n) (encode m (Some (initial m)) (map blank (kinds m))).

Definition readouts (m : machine) : list (option nat * list observation) :=
  list_prod (modes m) (all_observations m).

Definition steps (m : machine) (n : network) : list case := list_prod (readouts m) (seq 0 (n_tokens n)).

Definition check (m : machine) (n : network) : bool :=
  check_start m n && forallb (check_readout m n) (readouts m) && forallb (check_step m n) (steps m n).

(** Where the check fails: the cases of a step, those of the readout. *)
Definition failing (m : machine) (n : network) : list case * list (option nat * list observation) :=
  (filter (fun c => negb (check_step m n c)) (steps m n), filter (fun c => negb (check_readout m n c)) (readouts m)).

(** * It is right *)

Definition is_valid (n_symbols : nat) (k : kind) (r : register) : Prop :=
  match k, r with
  | Natural, Counter z => (0 <= z)%Z
  | Integer, Counter _ => True
  | Pushdown, Stack l => Forall (fun b => (b < n_symbols)%nat) l
  | _, _ => False
  end.

Definition valid (m : machine) (all : list register) : Prop := Forall2 (is_valid (n_symbols m)) (kinds m) all.

Lemma of_nat_at_least_zero n : 0 <= of_nat n.
Proof. unfold of_nat. change 0 with (inject_Z 0). rewrite <- Zle_Qle. lia. Qed.

Lemma of_nat_below a b : (a < b)%nat -> of_nat a + 1 <= of_nat b.
Proof.
  unfold of_nat. intros below. change 1 with (inject_Z 1). rewrite <- inject_Z_plus, <- Zle_Qle. lia.
Qed.

Lemma pushed_bounds n_symbols top rest :
  (top < n_symbols)%nat -> 0 <= rest <= 1 -> 0 <= pushed n_symbols top rest <= 1.
Proof.
  intros below [low high]. unfold pushed.
  pose proof (of_nat_below _ _ below) as gap. pose proof (of_nat_at_least_zero top) as least.
  assert (0 < 2 * of_nat n_symbols) as base by lra. split.
  - apply Qle_shift_div_l; lra.
  - apply Qle_shift_div_r; lra.
Qed.

Lemma stack_code_bounds n_symbols stack :
  Forall (fun b => (b < n_symbols)%nat) stack -> 0 <= stack_code n_symbols stack <= 1.
Proof.
  induction 1; cbn [stack_code]; [lra|]. apply pushed_bounds; auto.
Qed.

Lemma passes_observed t r : passes t r = passes_seen t (observe r).
Proof. destruct t, r as [[]|[]]; reflexivity. Qed.

Lemma nth_error_observe all i : nth_error (map observe all) i = option_map observe (nth_error all i).
Proof. apply nth_error_map. Qed.

Lemma fires_observed mode all token r : fires mode all token r = fires_seen mode (map observe all) token r.
Proof.
  unfold fires, fires_seen. f_equal. induction (guards r) as [|g gs IH]; simpl; auto. rewrite IH. f_equal.
  unfold guard_holds, guard_seen. rewrite nth_error_observe.
  destruct (nth_error all (fst g)); simpl; auto. apply passes_observed.
Qed.

Lemma find_same {X : Type} (f g : X -> bool) xs : (forall x, f x = g x) -> find f xs = find g xs.
Proof. intros same_. induction xs; simpl; auto. rewrite same_, IHxs. reflexivity. Qed.

Lemma within_bounds m all : valid m all -> Forall2 within (bounds m) (map (hidden (n_symbols m)) all).
Proof.
  unfold valid, bounds. induction 1 as [|k r ks rs valid_ _ IH]; cbn [map]; constructor; auto.
  destruct k, r as [[|p|p]|[|b l]]; cbn [is_valid bound_of within hidden] in *; try tauto; try lra;
    try (change 0 with (inject_Z 0); rewrite <- Zle_Qle; lia).
  inversion valid_; subst. apply stack_code_bounds; auto.
Qed.

Lemma hidden_at K all i r : nth_error all i = Some r -> eval (map (hidden K) all) (unknown i) == hidden K r.
Proof.
  intros here. rewrite eval_unknown.
  erewrite nth_error_nth; [reflexivity|]. rewrite nth_error_map, here. reflexivity.
Qed.

Lemma pushed_form_right K top xs f rest :
  eval xs f == rest -> eval xs (pushed_form K top f) == pushed K top rest.
Proof.
  intros same_. unfold pushed_form, pushed. rewrite eval_scale, eval_add, eval_fixed, same_. apply Qmult_comm.
Qed.

Lemma seen_form_right K all i r :
  nth_error all i = Some r -> eval (map (hidden K) all) (seen_form K i (observe r)) == code K r.
Proof.
  intros here. pose proof (hidden_at K _ _ _ here) as value_.
  destruct r as [[|p|p]|[|b l]]; cbn [observe seen_form code stack_code hidden] in *.
  - apply eval_fixed.
  - rewrite eval_add, eval_fixed, value_. change 1 with (inject_Z 1). rewrite <- inject_Z_plus.
    replace (1 + (Z.pos p - 1))%Z with (Z.pos p) by lia. reflexivity.
  - rewrite eval_add, eval_fixed, eval_scale, value_. change (-1) with (inject_Z (-1)).
    rewrite <- inject_Z_mult, <- inject_Z_plus.
    replace (-1 + -1 * (Z.pos p - 1))%Z with (Z.neg p) by lia. reflexivity.
  - apply eval_fixed.
  - apply pushed_form_right, value_.
Qed.

Lemma rest_form_right K all i l :
  nth_error all i = Some (Stack l) ->
  eval (map (hidden K) all) (rest_form i (observe (Stack l))) == stack_code K (tl l).
Proof.
  intros here. pose proof (hidden_at K _ _ _ here) as value_.
  destruct l; cbn [observe rest_form tl stack_code hidden] in *; [apply eval_fixed|apply value_].
Qed.

Lemma is_stack_observe r : is_stack (observe r) = match r with Stack _ => true | Counter _ => false end.
Proof. destruct r as [[]|[]]; reflexivity. Qed.

Lemma after_form_right K cs all i r :
  nth_error all i = Some r ->
  eval (map (hidden K) all) (after_form K cs (map observe all) i (observe r)) == code K (after cs all i r).
Proof.
  intros here. unfold after_form, after. destruct (change_of cs i) as [c|]; [|apply seen_form_right, here].
  pose proof (seen_form_right K _ _ _ here) as own. unfold changed_form. rewrite is_stack_observe.
  destruct c, r as [z|l]; cbn [changed]; auto.
  - rewrite eval_add, own, eval_fixed. cbn [code]. rewrite <- inject_Z_plus. reflexivity.
  - apply pushed_form_right, own.
  - apply rest_form_right, here.
  - apply pushed_form_right, rest_form_right, here.
  - rewrite nth_error_observe. destruct (nth_error all other) as [p|] eqn:there; cbn [option_map].
    + rewrite is_stack_observe. erewrite nth_error_nth by eassumption.
      destruct p; [apply own|]. apply (seen_form_right K _ _ _ there).
    + rewrite nth_overflow by (apply nth_error_None, there). apply own.
  - apply eval_fixed.
Qed.

Lemma length_of_map {X Y : Type} (f : X -> Y) xs : length (map f xs) = length xs.
Proof. induction xs; simpl; auto. Qed.

Lemma length_snoc {X : Type} (xs : list X) x : length (xs ++ [x]) = S (length xs).
Proof. induction xs; simpl; auto. Qed.

(** Lists that are made element by element with an index. *)
Lemma indexed_related {X Y Z : Type} (R : Y -> Z -> Prop) (f : nat -> X -> Y) (g : nat -> X -> Z) all :
  (forall i x, nth_error all i = Some x -> R (f i x) (g i x)) -> Forall2 R (indexed f 0 all) (indexed g 0 all).
Proof.
  intros each.
  enough (forall before rest, all = before ++ rest ->
    Forall2 R (indexed f (length before) rest) (indexed g (length before) rest)) as general by (apply (general []); auto).
  intros before rest. revert before. induction rest as [|x rest IH]; intros before whole; cbn [indexed]; constructor.
  - apply each. rewrite whole, nth_error_app2, Nat.sub_diag by lia. reflexivity.
  - specialize (IH (before ++ [x])). rewrite length_snoc in IH. apply IH.
    rewrite <- app_assoc. exact whole.
Qed.

Lemma indexed_map {X Y Z : Type} (f : nat -> Y -> Z) (g : X -> Y) xs : forall i,
  indexed f i (map g xs) = indexed (fun j x => f j (g x)) i xs.
Proof. induction xs; intros i; cbn [indexed map]; f_equal; auto. Qed.

Lemma map_indexed {X Y Z : Type} (f : Y -> Z) (g : nat -> X -> Y) xs : forall i,
  map f (indexed g i xs) = indexed (fun j x => f (g j x)) i xs.
Proof. induction xs; intros i; cbn [indexed map]; f_equal; auto. Qed.

Lemma map_as_indexed {X Y : Type} (f : X -> Y) xs : forall i, map f xs = indexed (fun _ => f) i xs.
Proof. induction xs; intros i; cbn [indexed map]; f_equal; auto. Qed.

Lemma forallb2_spec {X Y : Type} (f : X -> Y -> bool) xs : forall ys,
  forallb2 f xs ys = true -> Forall2 (fun x y => f x y = true) xs ys.
Proof.
  induction xs as [|x xs IH]; intros [|y ys]; simpl; try discriminate; constructor.
  - apply andb_true_iff in H. tauto.
  - apply IH. apply andb_true_iff in H. tauto.
Qed.

Lemma forall2_compose {X Y Z : Type} (R : X -> Y -> Prop) (S : X -> Z -> Prop) (T : Y -> Z -> Prop) xs ys zs :
  (forall x y z, R x y -> S x z -> T y z) -> Forall2 R xs ys -> Forall2 S xs zs -> Forall2 T ys zs.
Proof.
  intros each first. revert zs. induction first; intros zs second; inversion second; subst; constructor; eauto.
Qed.

Lemma choices_spec {X : Type} (lists : list (list X)) : forall xs,
  Forall2 (fun x l => In x l) xs lists -> In xs (choices lists).
Proof.
  induction lists as [|l lists IH]; intros xs all; inversion all; subst; simpl; auto.
  apply in_flat_map. exists x. split; auto. apply in_map. auto.
Qed.

Lemma observed_in m all : valid m all -> In (map observe all) (all_observations m).
Proof.
  intros valid_. apply choices_spec. unfold valid in valid_.
  induction valid_ as [|k r ks rs first _ IH]; cbn [map]; constructor; auto.
  destruct k, r as [[|p|p]|[|b l]]; cbn [is_valid] in first; cbn [observe observations]; try tauto; try lia; simpl; auto.
  right. apply in_map, in_seq. inversion first; subst. lia.
Qed.

Section Right.
  Variables (m : machine) (n : network).
  Hypothesis checked : check m n = true.
  Let K := n_symbols m.

  Definition simulates (c : configuration) (state : list Q) : Prop :=
    match c with
    | Some (mode, all) => (mode < n_modes m)%nat /\ valid m all /\ Forall2 Qeq (encode m (Some mode) all) state
    | None => exists all, valid m all /\ Forall2 Qeq (encode m None all) state
    end.

  Lemma mode_in mode : (mode < n_modes m)%nat -> In (Some mode) (modes m).
  Proof. intros below. right. apply in_map, in_seq. lia. Qed.

  (** The forms of a state stand for the state. *)
  Lemma seen_state_right mode all state :
    Forall2 Qeq (encode m mode all) state ->
    Forall2 (stands (map (hidden K) all)) (seen_state m mode (map observe all)) state.
  Proof.
    intros encoded. unfold seen_state, encode in *.
    eapply forall2_compose with (R := fun code_ f => stands (map (hidden K) all) f code_) (S := Qeq); [|clear encoded|exact encoded].
    { intros x [f|] z; cbn [stands]; auto. intros value_ equal. rewrite value_. exact equal. }
    rewrite map_app, map_map. apply Forall2_app.
    - rewrite <- (map_id (bits m mode)) at 1. apply forall2_same. intros q. apply eval_fixed.
    - unfold seen_forms. rewrite indexed_map, map_indexed, (map_as_indexed (code (n_symbols m)) all 0).
      apply indexed_related. intros i r here. apply (seen_form_right K _ _ _ here).
  Qed.

  Lemma check_step_holds mode all token :
    In mode (modes m) -> valid m all -> (token < n_tokens n)%nat -> check_step m n (mode, map observe all, token) = true.
  Proof.
    intros mode_ valid_ token_. unfold check in checked. apply andb_true_iff in checked as [_ steps_].
    rewrite forallb_forall in steps_. apply steps_. apply in_prod; [apply in_prod; auto|apply in_seq; lia].
    apply observed_in, valid_.
  Qed.

  Lemma is_one_of_right xs got wanted q :
    is_one_of got wanted = true -> stands xs got q -> exists f, In f wanted /\ eval xs f == q.
  Proof.
    destruct got as [g|]; [|discriminate]. cbn [is_one_of stands]. rewrite existsb_exists.
    intros (f & here & equal) value_. exists f. split; auto. rewrite <- value_. symmetry. apply eval_same, equal.
  Qed.

  Lemma safe_valid cs all :
    valid m all ->
    forallb (fun b => b) (indexed (is_safe m (map observe all) cs) 0 (kinds m)) = true ->
    valid m (indexed (after cs all) 0 all).
  Proof.
    intros valid_ safe. unfold valid.
    enough (forall before rest ks, all = before ++ rest -> Forall2 (is_valid K) ks rest ->
      forallb (fun b => b) (indexed (is_safe m (map observe all) cs) (length before) ks) = true ->
      Forall2 (is_valid K) ks (indexed (after cs all) (length before) rest)) as general
      by (apply (general [] all); auto).
    intros before rest ks. clear safe. revert before rest.
    induction ks as [|k ks IH]; intros before rest whole rest_valid safe; inversion rest_valid; subst; cbn [indexed]; constructor.
    - cbn [indexed forallb] in safe. apply andb_true_iff in safe as [safe _].
      assert (nth_error (before ++ y :: l') (length before) = Some y) as here.
      { rewrite nth_error_app2, Nat.sub_diag by lia. reflexivity. }
      unfold is_safe in safe. unfold after. destruct (change_of cs (length before)) as [c|] eqn:change_; auto.
      destruct c, k, y as [z|l]; cbn [is_valid] in *; cbn [changed]; try tauto.
      + (* Only this change can take a natural counter below 0. *)
        rewrite nth_error_observe, here in safe. cbn [option_map] in safe.
        eapply surely_at_least_zero_right in safe; [|apply within_bounds, valid_].
        fold K in safe. rewrite (after_form_right K cs _ _ _ here) in safe. unfold after in safe. rewrite change_ in safe.
        cbn [changed code] in safe. change 0 with (inject_Z 0) in safe. rewrite <- Zle_Qle in safe. exact safe.
      + apply Nat.ltb_lt in safe. constructor; auto.
      + destruct l; auto. inversion H1; auto.
      + apply Nat.ltb_lt in safe. constructor; auto. destruct l; auto. inversion H1; auto.
      + destruct (nth_in_or_default other (before ++ Stack l :: l') (Stack l)) as [there| ->]; auto.
        destruct (nth other (before ++ Stack l :: l') (Stack l)) as [z|copied] eqn:copied_; auto.
        apply In_nth_error in there as [j there].
        clear -valid_ there. unfold valid in valid_. fold K in valid_. revert j there.
        induction valid_ as [|k r ks rs first _ IH]; intros [|j]; simpl; try discriminate; eauto.
        intros [= ->]. destruct k; cbn [is_valid] in first; tauto.
      + constructor.
    - specialize (IH (before ++ [y])). rewrite length_snoc in IH. apply IH; auto.
      + rewrite <- app_assoc. reflexivity.
      + cbn [indexed forallb] in safe. apply andb_true_iff in safe. tauto.
  Qed.

  Lemma singletons xs (fs : list form) qs :
    Forall2 (fun wanted q => exists f, In f wanted /\ eval xs f == q) (map (fun f => [f]) fs) qs ->
    Forall2 (fun f q => eval xs f == q) fs qs.
  Proof.
    revert qs. induction fs as [|f fs IH]; intros qs all; inversion all; subst; constructor; auto.
    destruct H1 as (g & [<-|[]] & value_). exact value_.
  Qed.

  Lemma bits_right xs mode state :
    Forall2 (fun wanted q => exists f, In f wanted /\ eval xs f == q) (map (fun b => [fixed b]) (bits m mode)) state ->
    Forall2 Qeq (bits m mode) state.
  Proof.
    revert state. induction (bits m mode) as [|b bs IH]; intros state all; inversion all; subst; constructor; auto.
    destruct H1 as (g & [<-|[]] & value_). rewrite <- value_. symmetry. apply eval_fixed.
  Qed.

  (** What is left in the registers of a dead machine is again the code of some registers. *)
  Lemma dead_right all state :
    valid m all ->
    Forall2 (fun wanted q => exists f, In f wanted /\ eval (map (hidden K) all) f == q)
      (indexed (fun i o => seen_form K i o :: if is_stack o then [fixed 0] else []) 0 (map observe all)) state ->
    exists rest, valid m rest /\ Forall2 Qeq (map (code K) rest) state.
  Proof.
    intros valid_. rewrite indexed_map. unfold valid in *. fold K in valid_ |- *.
    enough (forall before after_ ks st, all = before ++ after_ -> Forall2 (is_valid K) ks after_ ->
      Forall2 (fun wanted q => exists f, In f wanted /\ eval (map (hidden K) all) f == q)
        (indexed (fun i x => seen_form K i (observe x) :: if is_stack (observe x) then [fixed 0] else [])
           (length before) after_) st ->
      exists rest, Forall2 (is_valid K) ks rest /\ Forall2 Qeq (map (code K) rest) st) as general
      by (apply (general [] all (kinds m) state); auto).
    clear state. intros before after_. revert before.
    induction after_ as [|r after_ IH]; intros before ks st whole ok all_; cbn [indexed] in all_; inversion all_; subst.
    { inversion ok; subst. exists []. split; constructor. }
    inversion ok as [|k ? ks' ? first others]; subst.
    destruct (IH (before ++ [r]) ks' l') as (rest & rest_valid & rest_code); auto.
    { rewrite <- app_assoc. reflexivity. }
    { rewrite length_snoc. exact H3. }
    destruct H1 as (f & [<-|zero] & value_).
    - exists (r :: rest). split; constructor; auto. rewrite <- value_. symmetry. apply seen_form_right.
      rewrite nth_error_app2, Nat.sub_diag by lia. reflexivity.
    - rewrite is_stack_observe in zero. destruct r as [z|l]; [destruct zero|]. destruct zero as [<-|[]].
      exists (Stack [] :: rest). split; constructor; auto.
      destruct k; cbn [is_valid] in *; try tauto. constructor.
  Qed.

  Lemma step_simulates c state token :
    (token < n_tokens n)%nat -> simulates c state -> simulates (machine_step m c token) (step exact n state token).
  Proof.
    intros token_ simulated.
    assert (exists mode all, In mode (modes m) /\ valid m all /\ Forall2 Qeq (encode m mode all) state /\
      c = option_map (fun q => (q, all)) mode) as (mode & all & mode_ & valid_ & encoded & ->).
    { destruct c as [[q all]|]; simpl in simulated.
      - exists (Some q), all. destruct simulated as (below & ? & ?). auto using mode_in.
      - destruct simulated as (all & ? & ?). exists None, all. simpl. auto. }
    pose proof (check_step_holds mode all token mode_ valid_ token_) as this.
    pose proof (seen_state_right mode all state encoded) as before.
    eapply (step_related (symbolic_related _ _ (within_bounds m all valid_)) n token) in before.
    unfold check_step in this.
    destruct (expected m mode (map observe all) token) as [wanted|] eqn:expected_; [|discriminate].
    apply forallb2_spec in this.
    eapply forall2_compose with (T := fun wanted q => exists f, In f wanted /\ eval (map (hidden K) all) f == q) in this;
      [|intros ? ? ? is stands_; exact (is_one_of_right _ _ _ _ is stands_)|exact before].
    clear before.
    assert (forall state', Forall2 (fun wanted q => exists f, In f wanted /\ eval (map (hidden K) all) f == q)
        (map (fun b => [fixed b]) (bits m None)
         ++ indexed (fun i o => seen_form K i o :: if is_stack o then [fixed 0] else []) 0 (map observe all)) state' ->
      simulates None state') as dead.
    { intros state' good. apply Forall2_app_inv_l in good as (first & second & good_bits & good_rest & ->).
      apply bits_right in good_bits. apply dead_right in good_rest as (rest & rest_valid & rest_code); auto.
      exists rest. split; auto. apply Forall2_app; auto. }
    unfold expected in expected_. destruct mode as [q|]; cbn [option_map machine_step] in *.
    - rewrite (find_same _ _ _ (fires_observed q all token)).
      destruct (find (fires_seen q (map observe all) token) (rules m)) as [r|].
      + destruct (Nat.ltb (next r) (n_modes m)
          && forallb (fun b => b) (indexed (is_safe m (map observe all) (changes r)) 0 (kinds m))) eqn:safe; [|discriminate].
        apply andb_true_iff in safe as [next_ safe]. apply Nat.ltb_lt in next_.
        injection expected_ as <-. split; [exact next_|]. split; [apply safe_valid; auto|].
        apply Forall2_app_inv_l in this as (first & second & good_bits & good_rest & ->).
        apply Forall2_app; [apply bits_right in good_bits; exact good_bits|].
        apply singletons in good_rest. rewrite indexed_map in good_rest. fold K in good_rest |- *.
        rewrite map_indexed.
        eapply forall2_compose with (R := fun f code_ => eval (map (hidden K) all) f == code_); [|clear good_rest|exact good_rest].
        { intros f code_ q' value_ equal. rewrite <- value_. exact equal. }
        apply indexed_related. intros i r' here. apply after_form_right, here.
      + injection expected_ as <-. apply dead, this.
    - injection expected_ as <-. apply dead, this.
  Qed.

  Lemma run_simulates word : forall c state,
    spelled_for n word -> simulates c state ->
    simulates (fold_left (machine_step m) word c) (fold_left (step exact n) word state).
  Proof.
    induction word as [|token word IH]; intros c state tokens_ simulated; simpl; auto.
    inversion tokens_; subst. apply IH; auto. apply step_simulates; auto.
  Qed.

  Lemma start_simulates : simulates (machine_start m) (start_in exact n).
  Proof.
    unfold check, check_start in checked. rewrite !andb_true_iff in checked.
    destruct checked as [[[[symbols initial_] start_] _] _].
    apply Nat.ltb_lt in initial_. split; [exact initial_|]. split.
    - clear. unfold valid. induction (kinds m) as [|k ks IH]; cbn [map]; constructor; auto.
      destruct k; cbn [is_valid blank]; auto; lia.
    - unfold start_in. cbn [constant exact]. rewrite map_id. apply forallb2_spec in start_.
      clear -start_. revert start_. generalize (encode m (Some (initial m)) (map blank (kinds m))).
      induction (start n) as [|q qs IH]; intros l all; inversion all; subst; constructor; auto.
      apply Qeq_bool_iff in H1. symmetry. exact H1.
  Qed.

  Lemma readout_right c state :
    simulates c state -> positive (row_value exact state (readout n)) = is_accepting m c.
  Proof.
    intros simulated.
    assert (exists mode all, In mode (modes m) /\ valid m all /\ Forall2 Qeq (encode m mode all) state /\
      c = option_map (fun q => (q, all)) mode) as (mode & all & mode_ & valid_ & encoded & ->).
    { destruct c as [[q all]|]; simpl in simulated.
      - exists (Some q), all. destruct simulated as (below & ? & ?). auto using mode_in.
      - destruct simulated as (all & ? & ?). exists None, all. simpl. auto. }
    unfold check in checked. rewrite !andb_true_iff in checked. destruct checked as [[_ all_readouts] _].
    rewrite forallb_forall in all_readouts.
    specialize (all_readouts (mode, map observe all)).
    assert (In (mode, map observe all) (readouts m)) as listed by (apply in_prod; auto using observed_in).
    apply all_readouts in listed. clear all_readouts.
    pose proof (within_bounds m all valid_) as within_.
    pose proof (row_value_related (symbolic_related _ _ within_) (readout n) _ _ (seen_state_right _ _ _ encoded)) as stands_.
    unfold check_readout in listed.
    destruct (row_value (symbolic (bounds m)) (seen_state m mode (map observe all)) (readout n)) as [f|]; [|discriminate].
    cbn [stands] in stands_. rewrite <- (positive_equal _ _ stands_).
    destruct mode as [q|]; cbn [option_map is_accepting].
    - destruct (Nat.eqb q (accepting m)).
      + apply positive_spec. apply (surely_positive_right _ _ within_), listed.
      + apply (surely_at_most_zero_right _ _ within_) in listed. apply not_true_iff_false. rewrite positive_spec. lra.
    - apply (surely_at_most_zero_right _ _ within_) in listed. apply not_true_iff_false. rewrite positive_spec. lra.
  Qed.

  Theorem net_is_machine word : spelled_for n word -> net_accepts n word = machine_accepts m word.
  Proof.
    intros tokens_. apply readout_right. apply run_simulates; auto. apply start_simulates.
  Qed.
End Right.

(** * From a problem to a network *)

Lemma spelled_by {token : Type} (index : token -> nat) n :
  (forall t, (index t < n_tokens n)%nat) -> forall word, spelled_for n (map index word).
Proof. intros each word. unfold spelled_for. induction word; cbn [map]; constructor; auto. Qed.

(** Where [text] and [index] are the text of each token and its place in the alphabet, the network's own tokens included. *)
Lemma net_decides {token : Type} (alphabet : list token) (text : token -> String.string) (index : token -> nat)
  (m : machine) (n : network) (yes : list token -> Prop) :
  (forall t, nth_error alphabet (index t) = Some t) ->
  map text alphabet = tokens n ->
  (forall word, machine_accepts m (map index word) = true <-> yes word) ->
  check m n = true ->
  forall word, net_accepts n (map index word) = true <-> yes word.
Proof.
  intros place spelling right checked word. rewrite (net_is_machine m n checked); [apply right|].
  apply spelled_by. intros t. unfold n_tokens. rewrite <- spelling, length_of_map.
  apply nth_error_Some. rewrite place. discriminate.
Qed.
