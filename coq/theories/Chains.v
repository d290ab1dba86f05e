(* Vectors times the matrices of letters, symbolically.

   Letters are variables up to a bound with the values 0, ..., S - 1. A vector is multiplied by the matrix of one letter
   after the other; an entry that is no longer simple gets a name, a new variable x whose definition is remembered together
   with a bound of its absolute value; and x + 1 stands for ReLU of x. ReLU of a polynomial is found by cases of its
   letters, of which two may be left; where they are known, by bounds, or because a multiple of a named variable is left. A
   polynomial that contains a definition is written with its name first. *)

From Coq Require Import List QArith Qabs Arith Lia Lqa Bool.
From Reduce Require Import LayeredSemantics LayeredSimulation Polynomial.
Import ListNotations.
Local Open Scope Q_scope.

Definition horner (c : list Q) (x : Q) : Q := fold_right (fun a r => a + x * r) 0 c.

(* A variable, its definition, its bound. *)
Definition named := (positive * (poly * Q))%type.

Definition last_monomial (p : poly) : option (monomial * Q) :=
  match rev p with mc :: _ => Some mc | [] => None end.

Definition same_monomial (a b : monomial) : bool :=
  match compare_monomials a b with Eq => true | _ => false end.

Definition coefficient (m : monomial) (p : poly) : Q :=
  match find (fun nd => same_monomial m (fst nd)) p with Some nd => snd nd | None => 0 end.

(* [p] with the value [x] for [v]. *)
Definition restrict (v : positive) (x : Q) (p : poly) : poly :=
  fold_right (fun mc r =>
    add (drop_zeros [(filter (fun u => negb (Pos.eqb v u)) (fst mc),
          Qred (snd mc * fold_right (fun u y => if Pos.eqb v u then x * y else y) 1 (fst mc)))]) r) [] p.

Definition choose {A} (l : list (option A)) : option (list A) :=
  fold_right (fun x r => match x, r with Some a, Some l => Some (a :: l) | _, _ => None end) (Some []) l.

Lemma some_injective {A} (a b : A) : Some a = Some b -> a = b.
Proof. congruence. Qed.

Section Chains.
Variables (bound : positive) (n_letters : nat).
(* For each letter the polynomial that is 1 at it and 0 at the others, by its coefficients. *)
Variable basis : list (list Q).

Definition letter_value (s : nat) : Q := inject_Z (Z.of_nat s).
Definition basis_is_right : bool :=
  Nat.eqb (length basis) n_letters &&
  forallb (fun s => forallb (fun u =>
    Qeq_bool (horner (nth s basis []) (letter_value u)) (if Nat.eqb s u then 1 else 0)) (seq 0 n_letters))
    (seq 0 n_letters).

Definition is_letter (v : positive) : bool := Pos.leb v bound.

Definition basis_polynomial (v : positive) (c : list Q) : poly :=
  fold_right (fun a r => add (const a) (mul (var v) r)) [] c.

(* The polynomial that is [nth s ps] where letter [v] is [s]. *)
Definition by_letter (v : positive) (ps : list poly) : poly :=
  fold_right (fun cp r => add (mul (basis_polynomial v (fst cp)) (snd cp)) r) [] (combine basis ps).

Definition first_letter (p : poly) : option positive :=
  fold_right (fun mc r => match find is_letter (fst mc) with Some v => Some v | None => r end) None p.

Section Named.
Variable names : list named.

Definition bound_of (v : positive) : option Q :=
  match find (fun x => Pos.eqb v (fst x)) names with Some x => Some (snd (snd x)) | None => None end.

(* An upper bound of a polynomial without letters and products. *)
Definition upper (p : poly) : option Q :=
  fold_right (fun mc r =>
    match r with
    | None => None
    | Some r =>
        match fst mc with
        | [] => Some (Qred (snd mc + r))
        | [v] => match bound_of v with Some b => Some (Qred (Qabs (snd mc) * b + r)) | None => None end
        | _ => None
        end
    end) (Some 0) p.

Fixpoint magnitude (fuel : nat) (p : poly) : option Q :=
  match fuel with
  | O => None
  | S fuel =>
      match first_letter p with
      | Some v =>
          match choose (map (fun s => magnitude fuel (restrict v (letter_value s) p)) (seq 0 n_letters)) with
          | Some l => Some (fold_right (fun x y => if Qle_bool x y then y else x) 0 l)
          | None => None
          end
      | None =>
          match upper p, upper (scale (-1) p) with
          | Some x, Some y => Some (if Qle_bool x y then y else x)
          | _, _ => None
          end
      end
  end.

Definition relu_by_bounds (p : poly) : option poly :=
  match constant_of p with
  | Some c => Some (if Qle_bool 0 c then p else [])
  | None =>
      match p with
      | [([v], c)] =>
          match bound_of v with
          | Some _ => Some (if Qle_bool 0 c then [([Pos.succ v], c)] else [([v], c); ([Pos.succ v], Qred (- c))])
          | None => None
          end
      | _ =>
          match upper p with
          | None => None
          | Some x =>
              if Qle_bool x 0 then Some []
              else match upper (scale (-1) p) with
                   | Some y => if Qle_bool y 0 then Some p else None
                   | None => None
                   end
          end
      end
  end.

Fixpoint relu_by_cases (fuel : nat) (p : poly) : option poly :=
  match first_letter p with
  | None => relu_by_bounds p
  | Some v =>
      match fuel with
      | O => None
      | S fuel =>
          match choose (map (fun s => relu_by_cases fuel (restrict v (letter_value s) p)) (seq 0 n_letters)) with
          | Some ps => Some (by_letter v ps)
          | None => None
          end
      end
  end.

(* With a name in the place of its definition, where that is in it once, with either sign. *)
Definition with_name (p : poly) (x : named) : option poly :=
  match last_monomial (fst (snd x)) with
  | None => None
  | Some (m, d) =>
      let c := coefficient m p in
      if Qeq_bool c d then Some (add p (add (scale (-1) (fst (snd x))) (var (fst x))))
      else if Qeq_bool c (- d) then Some (add p (add (fst (snd x)) (scale (-1) (var (fst x)))))
      else None
  end.

Definition is_simple (p : poly) : bool :=
  match first_letter p with
  | None => match p with [] => true | [([], _)] => true | [([_], _)] => true | _ => false end
  | Some v => mentions_only (Pos.eqb v) p
  end.

Fixpoint relu_with_names (xs : list named) (p : poly) : option poly :=
  match xs with
  | [] => relu_by_cases 2 p
  | x :: xs =>
      match with_name p x with
      | Some q => match relu_by_cases 1 q with Some r => Some r | None => relu_with_names xs p end
      | None => relu_with_names xs p
      end
  end.

Definition relu_chain (p : poly) : option poly :=
  if is_simple p then relu_by_cases 1 p else relu_with_names names p.
End Named.

(* The next free variable, and the names so far, the newest first. *)
Definition naming := (positive * list named)%type.

Definition give_name (st : naming) (d : poly) : poly * naming :=
  let (next, names) := st in
  if is_simple d then (d, st)
  else if mentions_only (fun v => Pos.ltb v next) d && Pos.ltb bound next then
    match magnitude names 4 d with
    | Some b => (var next, (Pos.succ (Pos.succ next), (next, (d, b)) :: names))
    | None => (d, st)
    end
  else (d, st).

Fixpoint give_names (st : naming) (ds : list poly) : list poly * naming :=
  match ds with
  | [] => ([], st)
  | d :: ds => let (p, st) := give_name st d in let (ps, st) := give_names st ds in (p :: ps, st)
  end.

Definition combination (f : nat -> Q) (v : list poly) (n : nat) : poly :=
  fold_right (fun j r => add (scale (f j) (nth j v [])) r) [] (seq 0 n).

(* [entry]: by letter, entry of the result, entry of the vector. *)
Definition times_matrix (entry : nat -> nat -> nat -> Q) (n : nat) (st : naming) (letter : positive) (v : list poly)
  : list poly * naming :=
  give_names st
    (map (fun i => by_letter letter (map (fun s => combination (entry s i) v n) (seq 0 n_letters))) (seq 0 n)).

Fixpoint multiply (entry : nat -> nat -> nat -> Q) (n : nat) (st : naming) (v : list poly) (ls : list positive)
  : list poly * naming :=
  match ls with
  | [] => (v, st)
  | l :: ls => let (v, st) := times_matrix entry n st l v in multiply entry n st v ls
  end.

(* Soundness. *)
Hypothesis basis_right : basis_is_right = true.

Definition is_letter_value (x : Q) : Prop := exists s, (s < n_letters)%nat /\ x == letter_value s.
Definition has_letters (E : environment) : Prop := forall v, is_letter v = true -> is_letter_value (E v).

Definition fact (E : environment) (x : named) : Prop :=
  E (fst x) == eval E (fst (snd x)) /\ E (Pos.succ (fst x)) == positive_part (E (fst x)) /\
  Qabs (E (fst x)) <= snd (snd x).
Definition facts (E : environment) (names : list named) : Prop := Forall (fact E) names.

Lemma eval_basis_polynomial E v c : eval E (basis_polynomial v c) == horner c (E v).
Proof.
  induction c as [|a c IH]; [reflexivity|]. cbn [basis_polynomial fold_right horner].
  fold (basis_polynomial v c) (horner c (E v)). rewrite eval_add, eval_const, eval_mul, eval_var, IH. reflexivity.
Qed.

Lemma horner_proper c x y : x == y -> horner c x == horner c y.
Proof.
  intros H; induction c as [|a c IH]; [reflexivity|]. cbn [horner fold_right].
  fold (horner c x) (horner c y). now rewrite IH, H.
Qed.

Lemma eval_by_letter E v ps s p :
  (s < n_letters)%nat -> E v == letter_value s -> nth_error ps s = Some p ->
  eval E (by_letter v ps) == eval E p.
Proof.
  intros L V N. unfold basis_is_right in basis_right. apply andb_prop in basis_right as [B F].
  apply Nat.eqb_eq in B. rewrite forallb_forall in F.
  assert (forall u, (u < n_letters)%nat ->
    eval E (basis_polynomial v (nth u basis [])) == (if Nat.eqb u s then 1 else 0)) as G.
  { intros u U. rewrite eval_basis_polynomial, (horner_proper _ _ _ V).
    specialize (F u (proj2 (in_seq _ _ _) (conj (Nat.le_0_l _) U))). rewrite forallb_forall in F.
    specialize (F s (proj2 (in_seq _ _ _) (conj (Nat.le_0_l _) L))). now apply Qeq_bool_iff in F. }
  assert (forall b (l : list poly) k, (forall u, (u < length b)%nat ->
      eval E (basis_polynomial v (nth u b [])) == (if Nat.eqb (k + u) s then 1 else 0)) ->
    eval E (fold_right (fun cp r => add (mul (basis_polynomial v (fst cp)) (snd cp)) r) [] (combine b l))
    == (if Nat.leb k s then
          if Nat.ltb (s - k) (length b) then match nth_error l (s - k) with Some p => eval E p | None => 0 end else 0
        else 0)) as H.
  { clear. induction b as [|c b IH]; intros l k Hb.
    - cbn [combine fold_right length]. destruct (Nat.leb k s); [|reflexivity].
      destruct (Nat.ltb (s - k) 0) eqn:X; [apply Nat.ltb_lt in X; lia|reflexivity].
    - assert (H0 := Hb 0%nat ltac:(simpl; lia)). cbn [nth] in H0. rewrite Nat.add_0_r in H0.
      destruct l as [|q l]; cbn [combine fold_right fst snd].
      + destruct (Nat.leb k s); [|reflexivity]. destruct (Nat.ltb _ _); [|reflexivity].
        destruct (s - k)%nat; reflexivity.
      + rewrite eval_add, eval_mul, H0, (IH l (S k)).
        2: { intros u U. assert (Hu := Hb (S u) ltac:(simpl; lia)). cbn [nth] in Hu. rewrite Hu, Nat.add_succ_r. reflexivity. }
        destruct (Nat.eqb k s) eqn:Ks.
        * apply Nat.eqb_eq in Ks; subst k. rewrite Nat.leb_refl, Nat.sub_diag.
          replace (Nat.leb (S s) s) with false by (symmetry; apply Nat.leb_gt; lia). cbn. ring.
        * apply Nat.eqb_neq in Ks. destruct (Nat.leb k s) eqn:Kl.
          -- apply Nat.leb_le in Kl. replace (Nat.leb (S k) s) with true by (symmetry; apply Nat.leb_le; lia).
             replace (s - k)%nat with (S (s - S k)) by lia. cbn [nth_error length].
             change (Nat.ltb (S (s - S k)) (S (length b))) with (Nat.ltb (s - S k) (length b)). ring.
          -- apply Nat.leb_gt in Kl. replace (Nat.leb (S k) s) with false by (symmetry; apply Nat.leb_gt; lia). ring. }
  unfold by_letter. rewrite (H basis ps 0%nat).
  - cbn [Nat.leb]. rewrite Nat.sub_0_r, N. replace (Nat.ltb s (length basis)) with true; [reflexivity|].
    symmetry; apply Nat.ltb_lt; lia.
  - intros u U. apply G; lia.
Qed.

Lemma eval_restrict E v x p : E v == x -> eval E (restrict v x p) == eval E p.
Proof.
  intros V; induction p as [|[m c] p IH]; [reflexivity|].
  cbn [restrict fold_right fst snd]; fold (restrict v x p). rewrite eval_add, eval_drop_zeros, IH, !eval_cons.
  change (eval E []) with 0. rewrite Qred_correct.
  assert (fold_right (fun u y => if Pos.eqb v u then x * y else y) 1 m *
    eval_monomial E (filter (fun u => negb (Pos.eqb v u)) m) == eval_monomial E m) as <-; [|ring].
  clear IH. induction m as [|u m IH]; [reflexivity|]. cbn [fold_right filter].
  destruct (Pos.eqb v u) eqn:U; cbn [negb].
  - apply Pos.eqb_eq in U; subst u. change (eval_monomial E (v :: m)) with (E v * eval_monomial E m).
    rewrite <- IH, V. ring.
  - change (eval_monomial E (u :: m)) with (E u * eval_monomial E m). rewrite <- IH.
    change (eval_monomial E (u :: filter (fun u => negb (Pos.eqb v u)) m)) with
      (E u * eval_monomial E (filter (fun u => negb (Pos.eqb v u)) m)). ring.
Qed.

Lemma first_letter_is p v : first_letter p = Some v -> is_letter v = true.
Proof.
  induction p as [|[m c] p IH]; cbn [first_letter fold_right fst]; [discriminate|].
  destruct (find is_letter m) as [u|] eqn:F; [|exact IH]. intros H; injection H as <-.
  now apply find_some in F.
Qed.

Lemma choose_nth {A} (f : nat -> option A) k l s :
  choose (map f (seq k l)) = None \/
  exists r, choose (map f (seq k l)) = Some r /\ ((s < l)%nat -> exists y, nth_error r s = Some y /\ f (k + s)%nat = Some y).
Proof.
  revert k s; induction l as [|l IH]; intros k s; cbn [seq map choose fold_right].
  - right; exists []; split; [reflexivity|lia].
  - fold (choose (map f (seq (S k) l))). destruct (f k) as [a|] eqn:Fk; [|now left].
    destruct (IH (S k) (pred s)) as [->|(r & -> & H)]; [now left|]. right; exists (a :: r); split; [reflexivity|].
    intros L. destruct s as [|s]; cbn [nth_error].
    + exists a. rewrite Nat.add_0_r. auto.
    + destruct H as (y & Y & Z); [simpl; lia|]. exists y. split; [exact Y|]. rewrite <- Z. f_equal. simpl. lia.
Qed.

Section Environment.
Variables (E : environment) (names : list named).
Hypothesis L : has_letters E.
Hypothesis F : facts E names.

Lemma bound_of_correct v b : bound_of names v = Some b ->
  Qabs (E v) <= b /\ E (Pos.succ v) == positive_part (E v).
Proof.
  unfold bound_of. destruct (find (fun x => Pos.eqb v (fst x)) names) as [x|] eqn:X; [|discriminate]. intros H; injection H as <-.
  apply find_some in X as [I V]. apply Pos.eqb_eq in V; subst v. unfold facts in F. rewrite Forall_forall in F.
  destruct (F x I) as (_ & A & B). auto.
Qed.

Lemma upper_correct p x : upper names p = Some x -> eval E p <= x.
Proof.
  revert x; induction p as [|[m c] p IH]; intros x; cbn [upper fold_right fst snd].
  - intros H; injection H as <-. change (eval E []) with 0. lra.
  - fold (upper names p). destruct (upper names p) as [r|]; [|discriminate]. specialize (IH r eq_refl).
    rewrite eval_cons. destruct m as [|v [|u m]]; [| |discriminate].
    + intros H; apply some_injective in H; subst x. rewrite Qred_correct. change (eval_monomial E []) with 1. lra.
    + destruct (bound_of names v) as [b|] eqn:B; [|discriminate]. intros H; apply some_injective in H; subst x. rewrite Qred_correct.
      apply bound_of_correct in B as [B _]. change (eval_monomial E [v]) with (E v * 1).
      assert (c * (E v * 1) <= Qabs c * Qabs (E v)) as X.
      { rewrite <- Qabs_Qmult. setoid_replace (c * (E v * 1)) with (c * E v) by ring. apply Qle_Qabs. }
      assert (0 <= Qabs c) as Y by apply Qabs_nonneg. nra.
Qed.

Lemma positive_part_cases x : (x <= 0 /\ positive_part x == 0) \/ (0 <= x /\ positive_part x == x).
Proof.
  unfold positive_part. destruct (Qle_bool 0 x) eqn:X.
  - right. split; [now apply Qle_bool_iff|reflexivity].
  - left. split; [|reflexivity]. apply Qlt_le_weak. apply Qnot_le_lt. intros H. apply Qle_bool_iff in H. congruence.
Qed.

Lemma relu_by_bounds_correct p q : relu_by_bounds names p = Some q -> eval E q == positive_part (eval E p).
Proof.
  unfold relu_by_bounds. destruct (constant_of p) as [c|] eqn:C.
  - apply (constant_of_correct E) in C. intros H; injection H as <-.
    rewrite (positive_part_proper _ _ C). unfold positive_part. destruct (Qle_bool 0 c); [exact C|reflexivity].
  - assert (match upper names p with
          | None => None
          | Some x => if Qle_bool x 0 then Some []
              else match upper names (scale (-1) p) with
                   | Some y => if Qle_bool y 0 then Some p else None
                   | None => None
                   end
          end = Some q -> eval E q == positive_part (eval E p)) as G.
    { destruct (upper names p) as [x|] eqn:X; [|discriminate]. apply upper_correct in X.
      destruct (positive_part_cases (eval E p)) as [[A B]|[A B]]; rewrite B;
      (destruct (Qle_bool x 0) eqn:X0; [apply Qle_bool_iff in X0; intros H; injection H as <-;
        change (eval E []) with 0; lra|]);
      (destruct (upper names (scale (-1) p)) as [y|] eqn:Y; [|discriminate]; apply upper_correct in Y;
        rewrite eval_scale in Y; destruct (Qle_bool y 0) eqn:Y0; [|discriminate]; apply Qle_bool_iff in Y0;
        intros H; injection H as <-; lra). }
    destruct p as [|[[|v [|u m]] c] [|? ?]]; try exact G. clear G.
    destruct (bound_of names v) as [b|] eqn:B; [|discriminate]. apply bound_of_correct in B as [_ B].
    intros H; apply some_injective in H; subst q.
    assert (eval E [([v], c)] == c * E v) as X
      by (rewrite eval_cons; change (eval E []) with 0; cbn [eval_monomial fold_right]; ring).
    rewrite (positive_part_proper _ _ X); clear X.
    destruct (positive_part_cases (E v)) as [[V P]|[V P]], (positive_part_cases (c * E v)) as [[W R]|[W R]];
      rewrite R; destruct (Qle_bool 0 c) eqn:S;
      (apply Qle_bool_iff in S || (assert (c < 0) by (apply Qnot_le_lt; intros X; apply Qle_bool_iff in X; congruence)));
      rewrite !eval_cons; change (eval E []) with 0; cbn [eval_monomial fold_right]; rewrite ?Qred_correct, B, P; nra.
Qed.

Lemma relu_by_cases_correct fuel : forall p q,
  relu_by_cases names fuel p = Some q -> eval E q == positive_part (eval E p).
Proof.
  induction fuel as [|fuel IH]; intros p q; cbn [relu_by_cases]; destruct (first_letter p) as [v|] eqn:V;
    try apply relu_by_bounds_correct; try discriminate.
  destruct (L v (first_letter_is _ _ V)) as (s & Ls & Es).
  destruct (choose_nth (fun s => relu_by_cases names fuel (restrict v (letter_value s) p)) 0 n_letters s)
    as [->|(r & -> & H)]; [discriminate|]. intros X; injection X as <-.
  destruct (H Ls) as (y & Y & Z). rewrite (eval_by_letter E v r s y Ls Es Y). rewrite (IH _ _ Z).
  apply positive_part_proper. now apply eval_restrict.
Qed.

Lemma relu_with_names_correct xs : incl xs names -> forall p q,
  relu_with_names names xs p = Some q -> eval E q == positive_part (eval E p).
Proof.
  induction xs as [|x xs IH]; intros I p q; cbn [relu_with_names]; [apply relu_by_cases_correct|].
  assert (relu_with_names names xs p = Some q -> eval E q == positive_part (eval E p)) as G.
  { apply IH. intros y Y; apply I; now right. }
  destruct (with_name p x) as [p'|] eqn:P; [|exact G].
  destruct (relu_by_cases names 1 p') as [r|] eqn:R; [|exact G]. clear G. intros H; injection H as <-.
  apply relu_by_cases_correct in R. rewrite R. apply positive_part_proper.
  unfold with_name in P. destruct (last_monomial _) as [[m d]|]; [|discriminate].
  unfold facts in F. rewrite Forall_forall in F. destruct (F x (I x (or_introl eq_refl))) as (D & _).
  destruct (Qeq_bool (coefficient m p) d); [|destruct (Qeq_bool (coefficient m p) (- d)); [|discriminate]];
    apply some_injective in P; subst p'; rewrite !eval_add, eval_scale, eval_var, D; ring.
Qed.

Lemma relu_chain_correct p q : relu_chain names p = Some q -> eval E q == positive_part (eval E p).
Proof.
  unfold relu_chain. destruct (is_simple p); [apply relu_by_cases_correct|].
  apply relu_with_names_correct, incl_refl.
Qed.

Lemma magnitude_correct fuel : forall p b, magnitude names fuel p = Some b -> Qabs (eval E p) <= b.
Proof.
  induction fuel as [|fuel IH]; intros p b; cbn [magnitude]; [discriminate|].
  destruct (first_letter p) as [v|] eqn:V.
  - destruct (L v (first_letter_is _ _ V)) as (s & Ls & Es).
    destruct (choose_nth (fun s => magnitude names fuel (restrict v (letter_value s) p)) 0 n_letters s)
      as [->|(r & -> & H)]; [discriminate|]. intros X; injection X as <-.
    destruct (H Ls) as (y & Y & Z). apply IH in Z. rewrite (eval_restrict E v _ p Es) in Z.
    apply (Qle_trans _ _ _ Z). apply nth_error_In in Y. clear - Y.
    induction r as [|a r IH]; [destruct Y|]. cbn [fold_right].
    destruct (Qle_bool a _) eqn:A; destruct Y as [->|Y]; auto using Qle_refl.
    + now apply Qle_bool_iff in A.
    + apply (Qle_trans _ _ _ (IH Y)). apply Qlt_le_weak, Qnot_le_lt. intros X. apply Qle_bool_iff in X. congruence.
  - destruct (upper names p) as [x|] eqn:X; [|discriminate].
    destruct (upper names (scale (-1) p)) as [y|] eqn:Y; [|discriminate].
    apply upper_correct in X, Y. rewrite eval_scale in Y. intros H; injection H as <-.
    apply Qabs_Qle_condition.
    destruct (Qle_bool x y) eqn:B; [apply Qle_bool_iff in B|assert (y < x) by
      (apply Qnot_le_lt; intros Z; apply Qle_bool_iff in Z; congruence)]; split; lra.
Qed.
End Environment.

(* The values of the names. *)
Fixpoint extend (E : environment) (names : list named) : environment :=
  match names with
  | [] => E
  | (x, (d, _)) :: names =>
      let E := extend E names in
      let y := eval E d in
      fun v => if Pos.eqb v x then y else if Pos.eqb v (Pos.succ x) then positive_part y else E v
  end.

Fixpoint in_order (next : positive) (names : list named) : Prop :=
  match names with
  | [] => True
  | (x, (d, b)) :: names =>
      (Pos.succ x < next)%positive /\ (bound < x)%positive /\ mentions_only (fun v => Pos.ltb v x) d = true /\
      (forall E, has_letters E -> facts E names -> Qabs (eval E d) <= b) /\ in_order x names
  end.

Lemma extend_below E next names v : in_order next names -> (forall x, In x names -> (v < fst x)%positive) ->
  extend E names v = E v.
Proof.
  revert next; induction names as [|[x [d b]] names IH]; intros next O B; [reflexivity|]. cbn [extend].
  destruct O as (_ & _ & _ & _ & O). specialize (B (x, (d, b)) (or_introl eq_refl)) as Bx. cbn [fst] in Bx.
  replace (Pos.eqb v x) with false by (symmetry; apply Pos.eqb_neq; lia).
  replace (Pos.eqb v (Pos.succ x)) with false by (symmetry; apply Pos.eqb_neq; lia).
  apply (IH x O). intros y Y; apply B; now right.
Qed.

Lemma in_order_above next names : in_order next names -> forall x, In x names ->
  (bound < fst x)%positive /\ (Pos.succ (fst x) < next)%positive /\
  mentions_only (fun v => Pos.ltb v (fst x)) (fst (snd x)) = true.
Proof.
  revert next; induction names as [|[x [d b]] names IH]; intros next O y Y; [destruct Y|].
  destruct O as (A & B & M & _ & O). destruct Y as [<-|Y]; [auto|].
  destruct (IH x O y Y) as (P & Q & R). split; [assumption|]. split; [lia|assumption].
Qed.

Lemma extend_letters E next names : in_order next names -> has_letters E -> has_letters (extend E names).
Proof.
  intros O L v V. rewrite (extend_below E next names v O); [now apply L|].
  intros x X. destruct (in_order_above _ _ O x X) as [B _]. unfold is_letter in V. apply Pos.leb_le in V. lia.
Qed.

Lemma extend_facts E next names : has_letters E -> in_order next names -> facts (extend E names) names.
Proof.
  intros L; revert next; induction names as [|[x [d b]] names IH]; intros next O; [constructor|].
  assert (O' := O). destruct O as (A & B & M & Bd & O). specialize (IH x O).
  set (E' := extend E ((x, (d, b)) :: names)).
  assert (forall v, (v < x)%positive -> E' v = extend E names v) as Low.
  { intros v V. unfold E'. cbn [extend].
    replace (Pos.eqb v x) with false by (symmetry; apply Pos.eqb_neq; lia).
    replace (Pos.eqb v (Pos.succ x)) with false by (symmetry; apply Pos.eqb_neq; lia). reflexivity. }
  assert (forall p, mentions_only (fun v => Pos.ltb v x) p = true -> eval E' p == eval (extend E names) p) as LowP.
  { intros p. apply eval_agree. intros v V. apply Pos.ltb_lt in V. now rewrite Low. }
  assert (E' x = eval (extend E names) d) as Ex by (unfold E'; cbn [extend]; now rewrite Pos.eqb_refl).
  constructor.
  - change (fact E' (x, (d, b))). unfold fact; cbn [fst snd]. rewrite Ex. split; [symmetry; now apply LowP|]. split.
    + unfold E'. cbn [extend]. replace (Pos.eqb (Pos.succ x) x) with false by (symmetry; apply Pos.eqb_neq; lia).
      now rewrite Pos.eqb_refl.
    + apply Bd; [now apply (extend_letters E x)|assumption].
  - change (Forall (fact E') names). apply Forall_forall. intros y Y. unfold facts in IH. rewrite Forall_forall in IH.
    destruct (IH y Y) as (P & Q & R). destruct (in_order_above _ _ O y Y) as (S & T & U).
    unfold fact. rewrite !Low by lia. split; [|auto]. rewrite P. symmetry. apply LowP.
    clear - U T. unfold mentions_only in *. rewrite forallb_forall in *. intros mc I. specialize (U mc I).
    rewrite forallb_forall in *. intros v V. specialize (U v V). apply Pos.ltb_lt in U. apply Pos.ltb_lt. lia.
Qed.

Lemma give_name_order st d p st' : in_order (fst st) (snd st) -> give_name st d = (p, st') ->
  in_order (fst st') (snd st') /\ incl (snd st) (snd st') /\ (fst st <= fst st')%positive.
Proof.
  destruct st as [next names]; unfold give_name; cbn [fst snd]. intros O.
  destruct (is_simple d); [intros H; injection H as <- <-; cbn [fst snd]; auto using incl_refl, Pos.le_refl|].
  destruct (mentions_only _ d && Pos.ltb bound next) eqn:M;
    [|intros H; injection H as <- <-; cbn [fst snd]; auto using incl_refl, Pos.le_refl].
  apply andb_prop in M as [M B]. apply Pos.ltb_lt in B.
  destruct (magnitude names 4 d) as [b|] eqn:G; intros H; injection H as <- <-; cbn [fst snd];
    [|auto using incl_refl, Pos.le_refl].
  split; [|split; [apply incl_tl, incl_refl|lia]]. cbn [in_order]. repeat (split; [lia || assumption|]). split; [|exact O].
  intros E L F. now apply (magnitude_correct E names L F 4).
Qed.

Lemma give_names_order ds : forall st ps st', in_order (fst st) (snd st) -> give_names st ds = (ps, st') ->
  in_order (fst st') (snd st') /\ incl (snd st) (snd st') /\ (fst st <= fst st')%positive.
Proof.
  induction ds as [|d ds IH]; intros st ps st' O; cbn [give_names].
  - intros H; injection H as <- <-. auto using incl_refl, Pos.le_refl.
  - destruct (give_name st d) as [p st1] eqn:G. destruct (give_names st1 ds) as [ps1 st2] eqn:G'.
    intros H; injection H as <- <-. destruct (give_name_order _ _ _ _ O G) as (O1 & I1 & L1).
    destruct (IH _ _ _ O1 G') as (O2 & I2 & L2). split; [assumption|]. split; [eapply incl_tran; eassumption|lia].
Qed.

Lemma give_name_eval E all st d p st' : facts E all -> give_name st d = (p, st') -> incl (snd st') all ->
  eval E p == eval E d.
Proof.
  intros F. destruct st as [next names]; unfold give_name.
  destruct (is_simple d); [intros H; injection H as <- <-; reflexivity|].
  destruct (_ && _); [|intros H; injection H as <- <-; reflexivity].
  destruct (magnitude names 4 d) as [b|]; intros H; injection H as <- <-; [|reflexivity].
  cbn [snd]. intros I. unfold facts in F. rewrite Forall_forall in F.
  destruct (F _ (I _ (or_introl eq_refl))) as (D & _). rewrite eval_var. exact D.
Qed.

Lemma give_names_eval E all ds : facts E all -> forall st ps st', in_order (fst st) (snd st) ->
  give_names st ds = (ps, st') -> incl (snd st') all -> Forall2 (fun p d => eval E p == eval E d) ps ds.
Proof.
  intros F; induction ds as [|d ds IH]; intros st ps st' O; cbn [give_names].
  - intros H; injection H as <- <-. constructor.
  - destruct (give_name st d) as [p st1] eqn:G. destruct (give_names st1 ds) as [ps1 st2] eqn:G'.
    intros H; injection H as <- <-. intros I. destruct (give_name_order _ _ _ _ O G) as (O1 & I1 & _).
    destruct (give_names_order _ _ _ _ O1 G') as (_ & I2 & _).
    constructor; [|eauto]. eapply give_name_eval; eauto. eapply incl_tran; eassumption.
Qed.

Definition sum_to (n : nat) (f : nat -> Q) : Q := fold_right (fun i x => f i + x) 0 (seq 0 n).
Definition vector (E : environment) (v : list poly) (i : nat) : Q := eval E (nth i v []).
Definition times_on_right (entry : nat -> nat -> nat -> Q) (n : nat) (u : nat -> Q) (s i : nat) : Q :=
  sum_to n (fun j => entry s i j * u j).

Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i == g i) -> sum_to n f == sum_to n g.
Proof.
  intros H. unfold sum_to. assert (forall i, In i (seq 0 n) -> f i == g i) as G.
  { intros i I. apply in_seq in I. apply H; lia. }
  revert G. generalize (seq 0 n). clear. induction l; intros G; [reflexivity|]. cbn [fold_right].
  rewrite (G a (or_introl eq_refl)), IHl; [reflexivity|]. intros; apply G; now right.
Qed.

Lemma eval_combination E f v n : eval E (combination f v n) == sum_to n (fun j => f j * vector E v j).
Proof.
  unfold combination, sum_to. generalize (seq 0 n). induction l; [reflexivity|]. cbn [fold_right].
  rewrite eval_add, eval_scale, IHl. reflexivity.
Qed.

Lemma nth_map_seq {A} (f : nat -> A) n i d : (i < n)%nat -> nth i (map f (seq 0 n)) d = f i.
Proof.
  intros H. rewrite (nth_indep _ d (f 0%nat)) by (rewrite map_length, seq_length; lia).
  rewrite (map_nth f). now rewrite seq_nth.
Qed.

Lemma nth_error_map_seq {A} (f : nat -> A) n i : (i < n)%nat -> nth_error (map f (seq 0 n)) i = Some (f i).
Proof.
  intros H. rewrite (nth_error_nth' _ (f 0%nat)) by (rewrite map_length, seq_length; lia).
  now rewrite nth_map_seq.
Qed.

Lemma multiply_order entry n ls : forall st v w st', in_order (fst st) (snd st) -> multiply entry n st v ls = (w, st') ->
  in_order (fst st') (snd st') /\ incl (snd st) (snd st') /\ (fst st <= fst st')%positive.
Proof.
  induction ls as [|l ls IH]; intros st v w st' O; cbn [multiply].
  - intros H; injection H as <- <-. auto using incl_refl, Pos.le_refl.
  - destruct (times_matrix entry n st l v) as [u st1] eqn:T. intros H. unfold times_matrix in T.
    destruct (give_names_order _ _ _ _ O T) as (O1 & I1 & L1). destruct (IH _ _ _ _ O1 H) as (O2 & I2 & L2).
    split; [assumption|]. split; [eapply incl_tran; eassumption|lia].
Qed.

Lemma multiply_correct E all entry n ls : facts E all -> forall ss st v w st',
  Forall2 (fun l s => (s < n_letters)%nat /\ E l == letter_value s) ls ss ->
  in_order (fst st) (snd st) -> multiply entry n st v ls = (w, st') -> incl (snd st') all ->
  forall i u, (i < n)%nat -> (forall k, (k < n)%nat -> vector E v k == u k) ->
  vector E w i == fold_left (times_on_right entry n) ss u i.
Proof.
  intros F. induction ls as [|l ls IH]; intros ss st v w st' Ss O M I i u Li U; inversion Ss; subst; cbn [multiply] in M.
  - injection M as <- <-. cbn [fold_left]. now apply U.
  - destruct (times_matrix entry n st l v) as [v1 st1] eqn:T. assert (T' := T). unfold times_matrix in T'.
    destruct (give_names_order _ _ _ _ O T') as (O1 & _ & _). destruct (multiply_order _ _ _ _ _ _ _ O1 M) as (_ & I1 & _).
    cbn [fold_left]. destruct H1 as [Ls Es]. apply (IH _ st1 v1 w st'); auto. intros k Lk.
    assert (incl (snd st1) all) as I' by (eapply incl_tran; eassumption).
    pose proof (give_names_eval E all _ F _ _ _ O T' I') as G.
    unfold vector. transitivity (eval E (nth k (map (fun i => by_letter l
      (map (fun s => combination (entry s i) v n) (seq 0 n_letters))) (seq 0 n)) [])).
    + apply (related_nth (fun p d => eval E p == eval E d)); [reflexivity|exact G].
    + rewrite nth_map_seq by exact Lk.
      rewrite (eval_by_letter E l _ y (combination (entry y k) v n) Ls Es) by (now apply (nth_error_map_seq
        (fun s => combination (entry s k) v n))).
      rewrite eval_combination. unfold times_on_right. apply sum_ext. intros j Lj. now rewrite U.
Qed.
End Chains.
