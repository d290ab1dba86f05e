(** A balanced fold of an associative operation is the run from the left, at every length, and its circuit has depth
    exactly ceil(log2 n): why the run of a linear network is a shallow circuit. *)

From Coq Require Import Arith.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import Morphisms.
From Coq Require Import RelationClasses.
From Coq Require Import Setoid.
Import ListNotations.

(** * To judge: the two folds *)

Section Folds.
  Context {X : Type} (join : X -> X -> X).

  (** Neighbours are joined, an odd one at the end is carried. *)
  Fixpoint level (items : list X) : list X :=
    match items with
    | a :: b :: rest => join a b :: level rest
    | _ => items
    end.

  Fixpoint levels (n : nat) (items : list X) : list X :=
    match n with
    | 0 => items
    | S n => levels n (level items)
    end.

  (** ceil(log2 n) levels, each of them a step of every item at the same time. *)
  Definition balanced (items : list X) : list X := levels (Nat.log2_up (length items)) items.

  (** One item after another, from the left. *)
  Definition sequential (first : X) (rest : list X) : X := fold_left join rest first.
End Folds.

(** A circuit of one operation of fan-in 2 over inputs that are numbered from 0. *)
Inductive circuit := Input (place : nat) | Join (first second : circuit).

Fixpoint value {X : Type} (join : X -> X -> X) (inputs : nat -> X) (c : circuit) : X :=
  match c with
  | Input place => inputs place
  | Join first second => join (value join inputs first) (value join inputs second)
  end.

(** The number of gates on the longest path from an input. *)
Fixpoint depth (c : circuit) : nat :=
  match c with
  | Input _ => 0
  | Join first second => S (Nat.max (depth first) (depth second))
  end.

Fixpoint n_gates (c : circuit) : nat :=
  match c with
  | Input _ => 0
  | Join first second => S (n_gates first + n_gates second)
  end.

(** The circuit of the balanced fold of n inputs; of none it is one input, which no statement speaks of. *)
Definition fold_circuit (n : nat) : circuit := hd (Input 0) (balanced Join (map Input (seq 0 n))).

(** * Levels *)

Lemma length_map {X Y : Type} (f : X -> Y) items : length (map f items) = length items.
Proof. induction items; simpl; auto. Qed.

Lemma length_seq n : forall from, length (seq from n) = n.
Proof. induction n; simpl; auto. Qed.

Lemma pairs_of (P : nat -> Prop) : P 0 -> P 1 -> (forall n, P n -> P (S (S n))) -> forall n, P n.
Proof. intros zero one more n. enough (P n /\ P (S n)) by tauto. induction n; firstorder. Qed.

Lemma by_pairs {X : Type} (P : list X -> Prop) :
  P [] -> (forall a, P [a]) -> (forall a b rest, P rest -> P (a :: b :: rest)) -> forall items, P items.
Proof.
  intros none one more items. enough (forall n items, length items = n -> P items) as all by eauto.
  clear items. intros n. induction n as [| |n IH] using pairs_of; intros [|a [|b items]]; simpl; intros length_; try lia; auto.
  apply more, IH. lia.
Qed.

Lemma level_length {X : Type} (join : X -> X -> X) items : 2 * length (level join items) <= length items + 1 <= 2 * length (level join items) + 1.
Proof. induction items as [|a|a b rest IH] using by_pairs; simpl in *; lia. Qed.

Lemma levels_length {X : Type} (join : X -> X -> X) n : forall items, items <> [] -> length items <= 2 ^ n -> length (levels join n items) = 1.
Proof.
  induction n as [|n IH]; intros items some most; cbn [levels].
  - destruct items as [|a [|b items]]; simpl in *; [congruence|reflexivity|lia].
  - pose proof (level_length join items) as [low high]. apply IH; [|simpl in most; lia].
    intros none. rewrite none in high. destruct items; simpl in *; [congruence|lia].
Qed.

Lemma level_map {X Y : Type} (join : X -> X -> X) (join' : Y -> Y -> Y) (f : X -> Y) :
  (forall a b, f (join a b) = join' (f a) (f b)) -> forall items, map f (level join items) = level join' (map f items).
Proof. intros each items. induction items as [|a|a b rest IH] using by_pairs; simpl; congruence. Qed.

Lemma levels_map {X Y : Type} (join : X -> X -> X) (join' : Y -> Y -> Y) (f : X -> Y) :
  (forall a b, f (join a b) = join' (f a) (f b)) ->
  forall n items, map f (levels join n items) = levels join' n (map f items).
Proof. intros each. induction n as [|n IH]; intros items; simpl; auto. rewrite IH, (level_map _ _ _ each). reflexivity. Qed.

(** * The folds are equal *)

Section Equal.
  Context {X : Type} (equal : X -> X -> Prop) {equivalence : Equivalence equal} (join : X -> X -> X).
  Context {proper : Proper (equal ==> equal ==> equal) join}.
  Hypothesis associative : forall a b c, equal (join (join a b) c) (join a (join b c)).

  Lemma sequential_equal rest : forall a b, equal a b -> equal (sequential join a rest) (sequential join b rest).
  Proof. induction rest as [|c rest IH]; simpl; auto. intros a b same. apply IH. rewrite same. reflexivity. Qed.

  (** What is the same as the sequential run from any item that stands before the list. *)
  Lemma level_after items : forall a, equal (sequential join a (level join items)) (sequential join a items).
  Proof.
    induction items as [|b|b c rest IH] using by_pairs; intros a; simpl; try reflexivity.
    rewrite IH. apply sequential_equal. symmetry. apply associative.
  Qed.

  Definition is_sequential (items whole : list X) : Prop :=
    match items, whole with
    | a :: items, b :: whole => equal (sequential join b whole) (sequential join a items)
    | [], [] => True
    | _, _ => False
    end.

  Lemma level_sequential items : is_sequential items (level join items).
  Proof. destruct items as [|a [|b rest]]; simpl; auto; [reflexivity|]. apply level_after. Qed.

  Lemma levels_sequential n : forall items, is_sequential items (levels join n items).
  Proof.
    induction n as [|n IH]; intros items; simpl.
    - destruct items; simpl; auto. reflexivity.
    - pose proof (level_sequential items) as one. specialize (IH (level join items)).
      revert one IH. generalize (levels join n (level join items)). generalize (level join items).
      intros halves whole one IH.
      destruct items, halves, whole; simpl in *; auto; try contradiction.
      exact (transitivity IH one).
  Qed.

  Theorem balanced_is_sequential first rest :
    exists whole, balanced join (first :: rest) = [whole] /\ equal whole (sequential join first rest).
  Proof.
    unfold balanced. set (n := Nat.log2_up (length (first :: rest))).
    assert (length (levels join n (first :: rest)) = 1) as one.
    { apply levels_length; [discriminate|]. apply Nat.log2_log2_up_spec. simpl. lia. }
    pose proof (levels_sequential n (first :: rest)) as same.
    destruct (levels join n (first :: rest)) as [|whole [|? ?]]; simpl in one; try lia. exists whole. auto.
  Qed.
End Equal.

(** * The circuit *)

Lemma fold_circuit_is n : 0 < n -> balanced Join (map Input (seq 0 n)) = [fold_circuit n].
Proof.
  intros some. unfold fold_circuit, balanced. rewrite length_map, length_seq.
  assert (length (levels Join (Nat.log2_up n) (map Input (seq 0 n))) = 1) as one.
  { apply levels_length.
    - destruct n; [lia|discriminate].
    - rewrite length_map, length_seq. apply Nat.log2_log2_up_spec. exact some. }
  destruct (levels Join _ _) as [|c [|? ?]]; simpl in one; try lia. reflexivity.
Qed.

(** Its value is the run from the left, for every associative operation. *)
Theorem fold_circuit_right {X : Type} (equal : X -> X -> Prop) {equivalence : Equivalence equal} (join : X -> X -> X)
  {proper : Proper (equal ==> equal ==> equal) join} (inputs : nat -> X) n :
  (forall a b c, equal (join (join a b) c) (join a (join b c))) ->
  equal (value join inputs (fold_circuit (S n))) (sequential join (inputs 0) (map inputs (seq 1 n))).
Proof.
  intros associative.
  destruct (balanced_is_sequential equal join associative (inputs 0) (map inputs (seq 1 n))) as (whole & is_ & right).
  enough (balanced join (inputs 0 :: map inputs (seq 1 n)) = [value join inputs (fold_circuit (S n))]) as same.
  { rewrite is_ in same. injection same as <-. exact right. }
  change (inputs 0 :: map inputs (seq 1 n)) with (map inputs (seq 0 (S n))).
  change [value join inputs (fold_circuit (S n))] with (map (value join inputs) [fold_circuit (S n)]).
  rewrite <- fold_circuit_is by lia. unfold balanced.
  rewrite (levels_map _ join) by reflexivity. rewrite map_map, !length_map. reflexivity.
Qed.

Lemma level_depths k items :
  Forall (fun c => depth c <= k) items -> Forall (fun c => depth c <= S k) (level Join items).
Proof.
  induction items as [|a|a b rest IH] using by_pairs; cbn [level]; intros all; inversion all; subst; constructor.
  - lia.
  - constructor.
  - inversion H2; subst. simpl. lia.
  - inversion H2; subst. auto.
Qed.

(** Every level adds one to the first, which is the deepest, as long as there are two. *)
Lemma levels_depth n : forall k items,
  Forall (fun c => depth c <= k) items -> depth (hd (Input 0) items) = k -> (n = 0 \/ 2 ^ (n - 1) < length items) ->
  depth (hd (Input 0) (levels Join n items)) = k + n.
Proof.
  induction n as [|n IH]; intros k items all first many; cbn [levels]; [lia|].
  destruct many as [none|many]; [discriminate|]. rewrite Nat.sub_succ, Nat.sub_0_r in many.
  rewrite (IH (S k)); [lia|apply level_depths, all| |].
  - destruct items as [|a [|b rest]]; simpl in many; try (pose proof (Nat.pow_nonzero 2 n); lia).
    simpl in *. inversion all; subst. inversion H2; subst. lia.
  - destruct n as [|n]; auto. right. pose proof (level_length Join items) as [_ high].
    rewrite Nat.sub_succ, Nat.sub_0_r. simpl in many. lia.
Qed.

Theorem fold_circuit_depth n : 0 < n -> depth (fold_circuit n) = Nat.log2_up n.
Proof.
  intros some. unfold fold_circuit, balanced. rewrite length_map, length_seq.
  rewrite (levels_depth _ 0); [reflexivity| | |].
  - apply Forall_forall. intros c here. apply in_map_iff in here as (place & <- & _). apply le_n.
  - destruct n; reflexivity.
  - destruct (Nat.eq_dec n 1) as [->|more]; [left; reflexivity|]. right. rewrite length_map, length_seq.
    pose proof (Nat.log2_up_spec n). rewrite <- Nat.sub_1_r in H. lia.
Qed.

Lemma level_gates items :
  list_sum (map (fun c => S (n_gates c)) (level Join items)) = list_sum (map (fun c => S (n_gates c)) items).
Proof. induction items as [|a|a b rest IH] using by_pairs; simpl in *; lia. Qed.

Theorem fold_circuit_gates n : 0 < n -> n_gates (fold_circuit n) = n - 1.
Proof.
  intros some.
  assert (forall k items, list_sum (map (fun c => S (n_gates c)) (levels Join k items)) = list_sum (map (fun c => S (n_gates c)) items)) as kept.
  { induction k as [|k IH]; intros items; simpl; auto. rewrite IH. apply level_gates. }
  specialize (kept (Nat.log2_up n) (map Input (seq 0 n))).
  pose proof (fold_circuit_is n some) as one. unfold balanced in one. rewrite length_map, length_seq in one.
  rewrite one, map_map in kept. simpl in kept.
  assert (forall k from, list_sum (map (fun _ => 1) (seq from k)) = k) as ones.
  { induction k as [|k IH]; intros from; simpl; auto. }
  rewrite ones in kept. lia.
Qed.

Print Assumptions balanced_is_sequential.
Print Assumptions fold_circuit_right.
Print Assumptions fold_circuit_depth.
Print Assumptions fold_circuit_gates.
