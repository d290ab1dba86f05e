(** The value of an arithmetic formula as entry (0, 0) of a product of 3 x 3 matrices over -1, 0 and 1 (Ben-Or and
    Cleve 1992): the same map as the tool's, matrix by matrix. *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import ZArith.
From Reduce Require Import MatrixProduct.
Import ListNotations.
Local Open Scope Z_scope.

(** * To judge: formulas, and the map *)

Inductive formula :=
  | Leaf (place : nat)
  | Negate (f : formula)
  | Sum (f g : formula)
  | Multiply (f g : formula).

(** The value where each variable is -1, 0 or 1. *)
Fixpoint formula_value (values : nat -> token) (f : formula) : Z :=
  match f with
  | Leaf place => value (values place)
  | Negate f => - formula_value values f
  | Sum f g => formula_value values f + formula_value values g
  | Multiply f g => formula_value values f * formula_value values g
  end.

(** For each leaf 2 to the number of products above it. *)
Fixpoint n_matrices (f : formula) : nat :=
  match f with
  | Leaf _ => 1
  | Negate f => n_matrices f
  | Sum f g => n_matrices f + n_matrices g
  | Multiply f g => 2 * (n_matrices f + n_matrices g)
  end%nat.

(** The number of sums and products on the longest path; negations are free. *)
Fixpoint depth (f : formula) : nat :=
  match f with
  | Leaf _ => 0
  | Negate f => depth f
  | Sum f g | Multiply f g => S (Nat.max (depth f) (depth g))
  end.

Definition opposite (t : token) : token :=
  match t with
  | minus_one => one
  | zero => zero
  | one => minus_one
  end.

Definition signed (is_negative : bool) (t : token) : token := if is_negative then opposite t else t.

(** The identity with this entry in row i, column j. *)
Definition elementary (i j : nat) (t : token) : matrix :=
  fun row column =>
    if Nat.eqb row i && Nat.eqb column j then t else if Nat.eqb row column then one else zero.

(** Its product is the identity with the value, or its negation, in row i, column j. *)
Fixpoint program (values : nat -> token) (f : formula) (i j : nat) (is_negative : bool) : list matrix :=
  match f with
  | Leaf place => [elementary i j (signed is_negative (values place))]
  | Negate f => program values f i j (negb is_negative)
  | Sum f g => program values f i j is_negative ++ program values g i j is_negative
  | Multiply f g =>
      let k := (3 - i - j)%nat in
      program values f i k is_negative ++ program values g k j false
      ++ program values f i k (negb is_negative) ++ program values g k j true
  end.

(** Columns 0 and 1 exchanged. *)
Definition exchanged (m : matrix) : matrix :=
  fun row column => m row (match column with 0 => 1 | 1 => 0 | column => column end%nat).

Fixpoint with_last_exchanged (ms : list matrix) : list matrix :=
  match ms with
  | [] => []
  | [last] => [exchanged last]
  | m :: ms => m :: with_last_exchanged ms
  end.

(** The value at (0, 1) appears at (0, 0) without a further matrix. *)
Definition map_formula (values : nat -> token) (f : formula) : list matrix :=
  with_last_exchanged (program values f 0 1 false).

(** * The product *)

Definition entries (m : matrix) (i j : nat) : Z := value (m i j).

Definition run (p : nat -> nat -> Z) (ms : list matrix) : nat -> nat -> Z :=
  fold_left (fun p m => times p (fun i j => value (m i j))) ms p.

(** The identity with this number in row i, column j. *)
Definition with_entry (i j : nat) (v : Z) (row column : nat) : Z :=
  if Nat.eqb row i && Nat.eqb column j then v else identity row column.

Lemma value_signed is_negative t : value (signed is_negative t) = (if is_negative then - value t else value t).
Proof. destruct is_negative, t; reflexivity. Qed.

Lemma times_left p q m row column : (forall k, (k < 3)%nat -> p row k = q row k) -> times p m row column = times q m row column.
Proof. intros same. unfold times. rewrite !same by lia. reflexivity. Qed.

Lemma times_right p m n row column : (forall k, (k < 3)%nat -> m k column = n k column) -> times p m row column = times p n row column.
Proof. intros same. unfold times. rewrite !same by lia. reflexivity. Qed.

Ltac below_three i := destruct i as [|[|[|i]]]; [| | |exfalso; lia].

Lemma sum_entries p i j a b row column :
  (i < 3)%nat -> (j < 3)%nat -> i <> j -> (column < 3)%nat ->
  times (times p (with_entry i j a)) (with_entry i j b) row column = times p (with_entry i j (a + b)) row column.
Proof.
  intros i_ j_ other column_. below_three i; below_three j; try congruence; below_three column;
    unfold times, with_entry, identity; cbn [Nat.eqb andb]; ring.
Qed.

Lemma product_entries p i j a b row column :
  (i < 3)%nat -> (j < 3)%nat -> i <> j -> (column < 3)%nat ->
  let k := (3 - i - j)%nat in
  times (times (times (times p (with_entry i k a)) (with_entry k j b)) (with_entry i k (- a))) (with_entry k j (- b))
    row column
  = times p (with_entry i j (a * b)) row column.
Proof.
  intros i_ j_ other column_. below_three i; below_three j; try congruence; below_three column;
    unfold times, with_entry, identity; cbn [Nat.eqb Nat.sub andb]; ring.
Qed.

Lemma run_more p q ms row : (forall k, (k < 3)%nat -> p row k = q row k) ->
  forall column, (column < 3)%nat -> run p ms row column = run q ms row column.
Proof.
  revert p q. induction ms as [|m ms IH]; intros p q same column column_; cbn [run fold_left]; auto.
  apply IH; auto. intros k _. apply times_left, same.
Qed.

Lemma run_app p ms ns : run p (ms ++ ns) = run (run p ms) ns.
Proof. apply fold_left_app. Qed.

Lemma program_right values f : forall p i j is_negative row column,
  (i < 3)%nat -> (j < 3)%nat -> i <> j -> (column < 3)%nat ->
  run p (program values f i j is_negative) row column
  = times p (with_entry i j (if is_negative then - formula_value values f else formula_value values f)) row column.
Proof.
  induction f as [place|f IH|f IHf g IHg|f IHf g IHg]; intros p i j is_negative row column i_ j_ other column_;
    cbn [program formula_value].
  - cbn [run fold_left]. apply times_right. intros k _. unfold elementary, with_entry, identity.
    destruct (Nat.eqb k i && Nat.eqb column j); [apply value_signed|]. destruct (Nat.eqb k column); reflexivity.
  - rewrite IH by auto. f_equal. f_equal. destruct is_negative; cbn [negb]; ring.
  - rewrite run_app, IHg by auto.
    rewrite (times_left _ _ _ _ _ (fun k k_ => IHf p i j is_negative row k i_ j_ other k_)).
    rewrite sum_entries by auto. f_equal. f_equal. destruct is_negative; ring.
  - set (k := (3 - i - j)%nat).
    assert (k < 3 /\ i <> k /\ k <> j)%nat as (k_ & ik & kj) by (unfold k; lia).
    rewrite !run_app, IHg by auto.
    rewrite (times_left _ _ _ _ _ (fun c c_ => IHf _ i k (negb is_negative) row c i_ k_ ik c_)).
    erewrite times_left; [|intros c c_; apply times_left; intros d d_; apply (IHg _ k j false row d k_ j_ kj d_)].
    erewrite times_left; [|intros c c_; apply times_left; intros d d_; apply times_left; intros e e_;
                           apply (IHf p i k is_negative row e i_ k_ ik e_)].
    replace (if negb is_negative then - formula_value values f else formula_value values f)
      with (- (if is_negative then - formula_value values f else formula_value values f))
      by (destruct is_negative; cbn [negb]; ring).
    cbv beta iota. unfold k. rewrite product_entries by auto. f_equal. f_equal. destruct is_negative; ring.
Qed.

Lemma exchanged_right ms : ms <> [] -> forall p row column,
  run p (with_last_exchanged ms) row column
  = run p ms row (match column with 0 => 1 | 1 => 0 | column => column end%nat).
Proof.
  induction ms as [|m [|m' ms] IH]; intros some p row column; [congruence| |].
  - reflexivity.
  - cbn [with_last_exchanged run fold_left] in *. apply (IH ltac:(discriminate)).
Qed.

Lemma program_length values f : forall i j is_negative, length (program values f i j is_negative) = n_matrices f.
Proof.
  assert (forall ms ns : list matrix, length (ms ++ ns) = (length ms + length ns)%nat) as length_app.
  { induction ms as [|m ms IH]; intros ns; simpl; auto. }
  induction f; intros i j is_negative; cbn [program n_matrices]; rewrite ?length_app; simpl; auto.
  rewrite IHf1, IHf2, IHf1, IHf2. lia.
Qed.

Lemma some_matrices f : (0 < n_matrices f)%nat.
Proof. induction f; simpl; lia. Qed.

(** * The theorems *)

(** Entry (0, 0) of the product is the formula's value. *)
Theorem formula_is_entry values f : product (map_formula values f) 0 0 = formula_value values f.
Proof.
  unfold map_formula. change (product ?ms) with (run identity ms).
  rewrite exchanged_right.
  - rewrite program_right by lia. unfold times, with_entry, identity; cbn [Nat.eqb andb]. ring.
  - intros none. pose proof (program_length values f 0 1 false) as length_. rewrite none in length_.
    pose proof (some_matrices f). simpl in length_. lia.
Qed.

Theorem map_length values f : length (map_formula values f) = n_matrices f.
Proof.
  unfold map_formula. rewrite <- (program_length values f 0 1 false).
  generalize (program values f 0 1 false). intros ms. induction ms as [|m [|m' ms] IH]; simpl in *; auto.
Qed.

Theorem at_most_four_to_the_depth f : (n_matrices f <= 4 ^ depth f)%nat.
Proof.
  assert (forall d e, d <= e -> 4 ^ d <= 4 ^ e)%nat as grows by (intros; apply Nat.pow_le_mono_r; lia).
  induction f as [|f IH|f IHf g IHg|f IHf g IHg]; cbn [n_matrices depth]; auto;
    pose proof (grows (depth f) _ (Nat.le_max_l (depth f) (depth g)));
    pose proof (grows (depth g) _ (Nat.le_max_r (depth f) (depth g))); rewrite Nat.pow_succ_r'; lia.
Qed.

(** Products only, every leaf at the same depth; negations are free. *)
Inductive full_product : nat -> formula -> Prop :=
  | full_leaf place : full_product 0 (Leaf place)
  | full_negation d f : full_product d f -> full_product d (Negate f)
  | full_node d f g : full_product d f -> full_product d g -> full_product (S d) (Multiply f g).

Theorem exactly_four_to_the_depth d f : full_product d f -> n_matrices f = (4 ^ d)%nat.
Proof. induction 1; cbn [n_matrices]; auto. rewrite IHfull_product1, IHfull_product2, Nat.pow_succ_r'. lia. Qed.

(** * As words *)

Lemma same_entries ms : forall ns p q, flat_map write ms = flat_map write ns ->
  (forall k, (k < 3)%nat -> p 0%nat k = q 0%nat k) -> run p ms 0%nat 0%nat = run q ns 0%nat 0%nat.
Proof.
  induction ms as [|m ms IH]; intros [|n ns] p q same start; try discriminate; [apply start; lia|].
  injection same as e00 e01 e02 e10 e11 e12 e20 e21 e22 rest.
  cbn [run fold_left]. apply IH; auto. intros k k_. below_three k; unfold times; rewrite !start by lia; congruence.
Qed.

(** The word is a yes-word of the iterated matrix product iff the formula's value is positive. *)
Theorem formula_reduces values f : yes (flat_map write (map_formula values f)) <-> formula_value values f > 0.
Proof.
  rewrite <- (formula_is_entry values f). split.
  - intros (ms & _ & same & positive). change (product ?ms) with (run identity ms) in *.
    rewrite (same_entries _ ms identity identity same) by auto. exact positive.
  - intros positive. exists (map_formula values f). split; auto. intros none.
    pose proof (map_length values f) as length_. rewrite none in length_. pose proof (some_matrices f). simpl in length_. lia.
Qed.

Print Assumptions formula_is_entry.
Print Assumptions map_length.
Print Assumptions at_most_four_to_the_depth.
Print Assumptions exactly_four_to_the_depth.
Print Assumptions formula_reduces.
