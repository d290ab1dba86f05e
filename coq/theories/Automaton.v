(** Weighted automata over the rational numbers, deterministic ones among them: is the weight of a word positive? What is
    asked, and a check that a linear network with one coordinate per state computes the weight. *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import Lqa.
From Coq Require Import QArith.
From Coq Require Import String.
From Reduce Require Import Affine.
From Reduce Require Import FiniteLinear.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope Q_scope.

(** * To judge: the problem *)

Record arc := Arc { source : nat; letter : nat; target : nat; weight : Q }.

(** States and letters are numbers from 0; an arc that is not there has the weight 0. *)
Record automaton := Automaton {
  letters : list string;
  initial_weights : list Q;
  arcs : list arc;
  final_weights : list Q;
}.

Definition n_states (a : automaton) : nat := List.length (final_weights a).

Definition sum {X : Type} (f : X -> Q) (xs : list X) : Q := fold_right (fun x rest => f x + rest) 0 xs.

(** The sum over all runs from a state: the product of the weights along the run and of the final weight of its end. *)
Fixpoint weight_from (a : automaton) (word : list nat) (state : nat) : Q :=
  match word with
  | [] => nth state (final_weights a) 0
  | l :: word =>
      sum (fun e => if Nat.eqb (source e) state && Nat.eqb (letter e) l then weight e * weight_from a word (target e) else 0)
        (arcs a)
  end.

Definition word_weight (a : automaton) (word : list nat) : Q :=
  sum (fun state => nth state (initial_weights a) 0 * weight_from a word state) (seq 0 (n_states a)).

Definition yes (a : automaton) (word : list nat) : Prop := 0 < word_weight a word.

Definition is_zero (q : Q) : bool := Qeq_bool q 0.

(** One initial state, and at most one arc from a state on a letter: a word has at most one run. *)
Definition is_deterministic (a : automaton) : bool :=
  Nat.eqb (List.length (filter (fun q => negb (is_zero q)) (initial_weights a))) 1
  && forallb (fun e => Nat.eqb (List.length (filter
       (fun other => Nat.eqb (source e) (source other) && Nat.eqb (letter e) (letter other)) (arcs a))) 1) (arcs a).

(** * A network computes it *)

(** The weight from one state to another on a letter. *)
Definition entry (es : list arc) (l from to : nat) : Q :=
  sum (fun e => if Nat.eqb (source e) from && Nat.eqb (letter e) l && Nat.eqb (target e) to then weight e else 0) es.

Definition states (a : automaton) : list nat := seq 0 (n_states a).

Definition is_form (got : option form) (coefficients : list Q) : bool :=
  match got with
  | Some f => same f (Form 0 coefficients)
  | None => false
  end.

Fixpoint are_forms (got : list (option form)) (wanted : list (list Q)) : bool :=
  match got, wanted with
  | [], [] => true
  | f :: got, cs :: wanted => is_form f cs && are_forms got wanted
  | _, _ => false
  end.

Definition free (a : automaton) : list bound := map (fun _ => Free) (states a).

Definition unknowns (a : automaton) : list (option form) := map (fun q => Some (unknown q)) (states a).

Definition check_letter (a : automaton) (n : network) (l : nat) : bool :=
  are_forms (step (symbolic (free a)) n (unknowns a) l)
    (map (fun to => map (fun from => entry (arcs a) l from to) (states a)) (states a)).

Definition check_automaton (a : automaton) (n : network) : bool :=
  equal_lists (start n) (initial_weights a)
  && Nat.eqb (List.length (initial_weights a)) (n_states a)
  && forallb (fun e => Nat.ltb (target e) (n_states a)) (arcs a)
  && is_form (row_value (symbolic (free a)) (unknowns a) (readout n)) (final_weights a)
  && forallb (check_letter a n) (seq 0 (n_tokens n)).

(** Where the check fails: the letters. *)
Definition failing_letters (a : automaton) (n : network) : list nat :=
  filter (fun l => negb (check_letter a n l)) (seq 0 (n_tokens n)).

Lemma sum_add {X : Type} (f g : X -> Q) xs : sum (fun x => f x + g x) xs == sum f xs + sum g xs.
Proof. induction xs as [|x xs IH]; cbn [sum fold_right]; [ring|]. unfold sum in IH. rewrite IH. ring. Qed.

Lemma sum_same {X : Type} (f g : X -> Q) xs : (forall x, f x == g x) -> sum f xs == sum g xs.
Proof.
  intros same_. induction xs as [|x xs IH]; cbn [sum fold_right]; [reflexivity|]. unfold sum in IH. rewrite IH, same_.
  reflexivity.
Qed.

Lemma sum_none {X : Type} (xs : list X) : sum (fun _ => 0) xs == 0.
Proof. induction xs as [|x xs IH]; [reflexivity|]. change (0 + sum (fun _ => 0) xs == 0). rewrite IH. ring. Qed.

Lemma sum_one (f : nat -> Q) x k : forall first, (first <= x < first + k)%nat ->
  sum (fun y => if Nat.eqb x y then f y else 0) (seq first k) == f x.
Proof.
  assert (forall k first, (x < first)%nat -> sum (fun y => if Nat.eqb x y then f y else 0) (seq first k) == 0) as none.
  { induction k0 as [|k0 IH]; intros first low; cbn [seq sum fold_right]; [reflexivity|].
    destruct (Nat.eqb_spec x first); [lia|]. unfold sum in IH. rewrite IH by lia. ring. }
  induction k as [|k IH]; intros first here; [lia|]. cbn [seq sum fold_right].
  destruct (Nat.eqb_spec x first) as [->|other].
  - unfold sum in none. rewrite none by lia. ring.
  - unfold sum in IH. rewrite IH by lia. ring.
Qed.

Lemma dot_equal cs : forall xs ys, Forall2 Qeq xs ys -> dot cs xs == dot cs ys.
Proof.
  induction cs as [|c cs IH]; intros xs ys all; destruct all as [|x y xs ys first rest]; cbn [dot]; try reflexivity.
  rewrite (IH _ _ rest), first. reflexivity.
Qed.

Lemma dot_map_same {X : Type} (f g : X -> Q) : (forall x, f x == g x) -> forall s xs, dot (map f s) xs == dot (map g s) xs.
Proof.
  intros same_ s. induction s as [|x s IH]; intros [|y ys]; cbn [map dot]; try reflexivity. rewrite IH, same_. reflexivity.
Qed.

Lemma dot_map_add {X : Type} (f g : X -> Q) s : forall xs,
  dot (map (fun x => f x + g x) s) xs == dot (map f s) xs + dot (map g s) xs.
Proof. induction s as [|x s IH]; intros [|y ys]; cbn [map dot]; try ring. rewrite IH. ring. Qed.

Lemma dot_map_scale {X : Type} c (f : X -> Q) s : forall xs, dot (map (fun x => c * f x) s) xs == c * dot (map f s) xs.
Proof. induction s as [|x s IH]; intros [|y ys]; cbn [map dot]; try ring. rewrite IH. ring. Qed.

Lemma dot_none {X : Type} (s : list X) : forall xs, dot (map (fun _ => 0) s) xs == 0.
Proof. induction s as [|x s IH]; intros [|y ys]; cbn [map dot]; try reflexivity. rewrite IH. ring. Qed.

Lemma dot_as_sum {X : Type} (f g : X -> Q) s : dot (map f s) (map g s) == sum (fun x => f x * g x) s.
Proof. induction s as [|x s IH]; cbn [map dot sum fold_right]; [reflexivity|]. rewrite IH. reflexivity. Qed.

(** Sums over two indices in either order. *)
Lemma exchange {X Y : Type} (f : X -> Q) (g : Y -> X -> Q) s (t : list Y) xs :
  sum (fun x => f x * dot (map (fun y => g y x) t) xs) s == dot (map (fun y => sum (fun x => f x * g y x) s) t) xs.
Proof.
  induction s as [|x s IH]; cbn [sum fold_right]; [symmetry; apply dot_none|].
  unfold sum in IH. rewrite IH, <- dot_map_scale, <- dot_map_add. reflexivity.
Qed.

Lemma sum_of_entries (f : nat -> Q) es l from k :
  forallb (fun e => Nat.ltb (target e) k) es = true ->
  sum (fun to => f to * entry es l from to) (seq 0 k)
  == sum (fun e => if Nat.eqb (source e) from && Nat.eqb (letter e) l then weight e * f (target e) else 0) es.
Proof.
  induction es as [|e es IH]; cbn [forallb]; intros targets.
  - transitivity (sum (fun _ : nat => 0) (seq 0 k)).
    + apply sum_same. intros to. unfold entry. cbn [sum fold_right]. ring.
    + apply sum_none.
  - apply andb_true_iff in targets as [first rest]. apply Nat.ltb_lt in first.
    change (sum (fun e => if Nat.eqb (source e) from && Nat.eqb (letter e) l then weight e * f (target e) else 0) (e :: es))
      with ((if Nat.eqb (source e) from && Nat.eqb (letter e) l then weight e * f (target e) else 0)
        + sum (fun e => if Nat.eqb (source e) from && Nat.eqb (letter e) l then weight e * f (target e) else 0) es).
    rewrite <- (IH rest). clear IH.
    rewrite <- (sum_one (fun to => if Nat.eqb (source e) from && Nat.eqb (letter e) l then weight e * f to else 0)
      (target e) k 0) by lia.
    rewrite <- sum_add. apply sum_same. intros to. unfold entry, sum. cbn [fold_right].
    destruct (Nat.eqb (source e) from && Nat.eqb (letter e) l), (Nat.eqb_spec (target e) to); cbn [andb]; ring.
Qed.

Section Right.
  Variables (a : automaton) (n : network).
  Hypothesis checked : check_automaton a n = true.

  Lemma parts :
    equal_lists (start n) (initial_weights a) = true /\ List.length (initial_weights a) = n_states a
    /\ forallb (fun e => Nat.ltb (target e) (n_states a)) (arcs a) = true
    /\ is_form (row_value (symbolic (free a)) (unknowns a) (readout n)) (final_weights a) = true
    /\ forall l, (l < n_tokens n)%nat -> check_letter a n l = true.
  Proof.
    unfold check_automaton in checked. rewrite !andb_true_iff in checked.
    destruct checked as ((((? & size) & ?) & ?) & each). apply Nat.eqb_eq in size.
    split; [assumption|]. split; [exact size|]. split; [assumption|]. split; [assumption|]. intros l here.
    rewrite forallb_forall in each. apply each, in_seq. lia.
  Qed.

  Lemma is_form_right xs got cs q : is_form got cs = true -> stands xs got q -> q == dot cs xs.
  Proof.
    destruct got as [f|]; [|discriminate]. cbn [is_form stands]. intros same_ value_. rewrite <- value_.
    rewrite (eval_same _ _ same_). unfold eval. cbn [offset coefficients]. ring.
  Qed.

  Lemma are_forms_right xs got : forall wanted qs,
    are_forms got wanted = true -> Forall2 (stands xs) got qs -> Forall2 Qeq qs (map (fun cs => dot cs xs) wanted).
  Proof.
    induction got as [|f got IH]; intros [|cs wanted] qs all stands_; try discriminate; inversion stands_; subst; cbn [map].
    - constructor.
    - cbn [are_forms] in all. apply andb_true_iff in all as [first rest]. constructor; eauto using is_form_right.
  Qed.

  Lemma map_nth_seq (xs : list Q) : map (fun i => nth i xs 0) (seq 0 (List.length xs)) = xs.
  Proof.
    induction xs as [|x xs IH]; cbn [List.length seq map]; [reflexivity|]. f_equal.
    rewrite <- seq_shift, map_map. exact IH.
  Qed.

  Section State.
    Variable state : list Q.
    Hypothesis size : List.length state = n_states a.

    Lemma bounded : Forall2 within (free a) state.
    Proof.
      unfold free, states. rewrite <- size. clear. generalize 0%nat.
      induction state as [|x xs IH]; intros first; cbn [List.length seq map]; constructor; simpl; auto.
    Qed.

    Lemma unknowns_right : Forall2 (stands state) (unknowns a) state.
    Proof.
      unfold unknowns, states. rewrite <- size.
      enough (Forall2 (stands state) (map (fun q => Some (unknown q)) (seq 0 (List.length state)))
        (map (fun i => nth i state 0) (seq 0 (List.length state)))) as here by (rewrite map_nth_seq in here; exact here).
      apply forall2_same. intros q. apply eval_unknown.
    Qed.

    Lemma step_right l : (l < n_tokens n)%nat ->
      Forall2 Qeq (step exact n state l)
        (map (fun to => dot (map (fun from => entry (arcs a) l from to) (states a)) state) (states a)).
    Proof.
      intros here. destruct parts as (_ & _ & _ & _ & each). specialize (each l here).
      pose proof (step_related (symbolic_related _ _ bounded) n l _ _ unknowns_right) as stands_.
      pose proof (are_forms_right _ _ _ _ each stands_) as right_. rewrite map_map in right_. exact right_.
    Qed.

    Lemma readout_right : row_value exact state (readout n) == dot (final_weights a) state.
    Proof.
      destruct parts as (_ & _ & _ & final & _).
      apply (is_form_right state _ _ _ final), (row_value_related (symbolic_related _ _ bounded)), unknowns_right.
    Qed.
  End State.

  Lemma forall2_length {X Y : Type} (R : X -> Y -> Prop) xs ys : Forall2 R xs ys -> List.length xs = List.length ys.
  Proof. induction 1; simpl; auto. Qed.

  Lemma length_of_map {X Y : Type} (f : X -> Y) xs : List.length (map f xs) = List.length xs.
  Proof. induction xs; simpl; auto. Qed.

  Lemma length_of_seq k : forall first, List.length (seq first k) = k.
  Proof. induction k as [|k IH]; intros first; simpl; [reflexivity|]. rewrite IH. reflexivity. Qed.

  Lemma run_right word : spelled_for n word -> forall state, List.length state = n_states a ->
    row_value exact (fold_left (step exact n) word state) (readout n) == dot (map (weight_from a word) (states a)) state.
  Proof.
    induction 1 as [|l word here _ IH]; intros state size; cbn [fold_left].
    - rewrite (readout_right state size). unfold states, n_states. cbn [weight_from].
      rewrite map_nth_seq. reflexivity.
    - pose proof (step_right state size l here) as stepped. rewrite IH.
      2: { refine (eq_trans (forall2_length _ _ _ stepped) _). rewrite length_of_map. apply length_of_seq. }
      rewrite (dot_equal _ _ _ stepped), dot_as_sum, exchange.
      apply dot_map_same. intros from. destruct parts as (_ & _ & targets & _).
      cbn [weight_from]. apply (sum_of_entries (weight_from a word) (arcs a) l from (n_states a) targets).
  Qed.

  Theorem net_is_weight word : spelled_for n word -> score exact n word == word_weight a word.
  Proof.
    intros spelled. destruct parts as (start_ & size & _). apply equal_lists_right in start_.
    unfold score, start_in. cbn [constant exact]. rewrite map_id, run_right; auto.
    2: { exact (eq_trans (forall2_length _ _ _ start_) size). }
    rewrite (dot_equal _ _ _ start_). unfold word_weight. rewrite <- (map_nth_seq (initial_weights a)) at 1.
    rewrite size. fold (states a). rewrite dot_as_sum. apply sum_same. intros q. apply Qmult_comm.
  Qed.

  Theorem net_decides_weight word : spelled_for n word -> (net_accepts n word = true <-> yes a word).
  Proof.
    intros spelled. unfold net_accepts, yes. rewrite positive_spec, (net_is_weight word spelled). reflexivity.
  Qed.
End Right.
