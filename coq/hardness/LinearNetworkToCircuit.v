(** The run of a linear network as a balanced arithmetic circuit: at every length its outputs are the network's state, and
    its depth is at most ceil(log2 n) times what one composition needs. *)

From Coq Require Import Arith.
From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import Morphisms.
From Coq Require Import QArith.
From Coq Require Import RelationClasses.
From Coq Require Import Setoid.
From Hardness Require Import BalancedFold.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope nat_scope.

(** * To judge: circuits, and the one of a network *)

(** Gates of fan-in 2 over the numbers of all steps: row, column and step; column [d] of d is the bias. *)
Inductive arithmetic_circuit :=
  | Entry (step row column : nat)
  | Nothing
  | Plus (first second : arithmetic_circuit)
  | Times (first second : arithmetic_circuit).

Fixpoint number (entries : nat -> nat -> nat -> Q) (c : arithmetic_circuit) : Q :=
  match c with
  | Entry step row column => entries step row column
  | Nothing => 0
  | Plus first second => number entries first + number entries second
  | Times first second => number entries first * number entries second
  end%Q.

Fixpoint gate_depth (c : arithmetic_circuit) : nat :=
  match c with
  | Entry _ _ _ | Nothing => 0
  | Plus first second | Times first second => S (Nat.max (gate_depth first) (gate_depth second))
  end.

(** A balanced sum. *)
Definition sum_of (terms : list arithmetic_circuit) : arithmetic_circuit := hd Nothing (balanced Plus terms).

(** First one affine map, then another: rows below d, columns up to d. *)
Definition compose (d : nat) (first second : nat -> nat -> arithmetic_circuit) (row column : nat) : arithmetic_circuit :=
  sum_of (map (fun k => Times (second row k) (first k column)) (seq 0 d)
          ++ if Nat.eqb column d then [second row d] else []).

(** The affine map of n steps in dimension d. *)
Definition run_circuit (d n : nat) : nat -> nat -> arithmetic_circuit :=
  BalancedFold.value (compose d) Entry (fold_circuit n).

(** The numbers of an affine map of a network: what the rows of this token hold. *)
Definition coefficient (r : row) (column : nat) : Q :=
  fold_right (fun w sum => if Nat.eqb (fst w) column then (snd w + sum)%Q else sum) 0%Q (weights r).

Definition entries_of (d : nat) (map_ : affine) (row_ column : nat) : Q :=
  let r := nth row_ map_ (Row 0 []) in if Nat.eqb column d then bias r else coefficient r column.

(** * Depth *)

Lemma level_gates k items :
  Forall (fun c => gate_depth c <= k) items -> Forall (fun c => gate_depth c <= S k) (level Plus items).
Proof.
  induction items as [|a|a b rest IH] using by_pairs; cbn [level]; intros all; inversion all; subst; constructor.
  - lia.
  - constructor.
  - inversion H2; subst. simpl. lia.
  - inversion H2; subst. auto.
Qed.

Lemma levels_gates n : forall k items,
  Forall (fun c => gate_depth c <= k) items -> Forall (fun c => gate_depth c <= k + n) (levels Plus n items).
Proof.
  induction n as [|n IH]; intros k items all; cbn [levels].
  - rewrite Nat.add_0_r. exact all.
  - replace (k + S n) with (S k + n) by lia. apply IH, level_gates, all.
Qed.

Lemma sum_depth k items :
  Forall (fun c => gate_depth c <= k) items -> gate_depth (sum_of items) <= k + Nat.log2_up (length items).
Proof.
  intros all. apply (levels_gates (Nat.log2_up (length items))) in all. unfold sum_of, balanced.
  destruct all as [|c rest first _]; simpl; lia.
Qed.

Lemma compose_depth d k first second :
  (forall i j, gate_depth (first i j) <= k) -> (forall i j, gate_depth (second i j) <= k) ->
  forall i j, gate_depth (compose d first second i j) <= k + (1 + Nat.log2_up (d + 1)).
Proof.
  intros first_ second_ i j. unfold compose.
  set (terms := map _ _ ++ _).
  assert (length terms <= d + 1) as few.
  { unfold terms. assert (forall xs ys : list arithmetic_circuit, length (xs ++ ys) = length xs + length ys) as length_app.
    { induction xs; intros ys; simpl; auto. }
    rewrite length_app, length_map, length_seq. destruct (Nat.eqb j d); simpl; lia. }
  assert (gate_depth (sum_of terms) <= S k + Nat.log2_up (length terms)) as deep.
  { apply sum_depth. unfold terms. apply Forall_app. split.
    - apply Forall_forall. intros c here. apply in_map_iff in here as (l & <- & _). simpl.
      pose proof (first_ l j). pose proof (second_ i l). lia.
    - destruct (Nat.eqb j d); constructor; auto. }
  pose proof (Nat.log2_up_le_mono _ _ few). lia.
Qed.

(** ceil(log2 n) levels, each of one product and a sum of at most d + 1 numbers. *)
Theorem run_circuit_depth d n i j : 0 < n -> gate_depth (run_circuit d n i j) <= Nat.log2_up n * (1 + Nat.log2_up (d + 1)).
Proof.
  intros some. rewrite <- (fold_circuit_depth n some). unfold run_circuit. revert i j.
  induction (fold_circuit n) as [place|first IHf second IHs]; intros i j; cbn [BalancedFold.value BalancedFold.depth]; [simpl; lia|].
  set (one := 1 + Nat.log2_up (d + 1)) in *.
  replace (S (Nat.max (depth first) (depth second)) * one) with (Nat.max (depth first) (depth second) * one + one) by lia.
  apply compose_depth; intros a b.
  - etransitivity; [apply IHf|]. apply Nat.mul_le_mono_r. lia.
  - etransitivity; [apply IHs|]. apply Nat.mul_le_mono_r. lia.
Qed.

(** * Value *)

Local Open Scope Q_scope.

Fixpoint total (n : nat) (f : nat -> Q) : Q :=
  match n with
  | O => 0
  | S n => total n f + f n
  end.

Lemma total_equal n f g : (forall k, (k < n)%nat -> f k == g k) -> total n f == total n g.
Proof. induction n as [|n IH]; intros same; simpl; [reflexivity|]. rewrite IH, same by auto with arith. reflexivity. Qed.

Lemma total_plus n f g : total n (fun k => f k + g k) == total n f + total n g.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_times n a f : total n (fun k => a * f k) == a * total n f.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_zero n : total n (fun _ => 0) == 0.
Proof. induction n as [|n IH]; simpl; [reflexivity|]. rewrite IH. ring. Qed.

Lemma total_exchange n m f : total n (fun k => total m (fun l => f k l)) == total m (fun l => total n (fun k => f k l)).
Proof.
  induction n as [|n IH]; simpl.
  - symmetry. apply total_zero.
  - rewrite IH, <- total_plus. reflexivity.
Qed.

(** The same composition of numbers. *)
Definition compose_numbers (d : nat) (first second : nat -> nat -> Q) (row column : nat) : Q :=
  total d (fun k => second row k * first k column) + (if Nat.eqb column d then second row d else 0).

Definition equal_maps (d : nat) (p q : nat -> nat -> Q) : Prop :=
  forall i j, (i < d)%nat -> (j <= d)%nat -> p i j == q i j.

Global Instance equal_maps_equivalence d : Equivalence (equal_maps d).
Proof.
  constructor.
  - intros p i j _ _. reflexivity.
  - intros p q same i j i_ j_. symmetry. exact (same i j i_ j_).
  - intros p q r first second i j i_ j_. exact (Qeq_trans _ _ _ (first i j i_ j_) (second i j i_ j_)).
Qed.

Global Instance compose_proper d : Proper (equal_maps d ==> equal_maps d ==> equal_maps d) (compose_numbers d).
Proof.
  intros p p' p_ q q' q_ i j i_ j_. unfold compose_numbers.
  assert (q i d == q' i d) as last by (apply q_; auto).
  rewrite (total_equal d _ (fun k => q' i k * p' k j)).
  - destruct (Nat.eqb j d); [rewrite last|]; reflexivity.
  - intros k k_. apply Qmult_comp; [apply q_|apply p_]; auto with arith.
Qed.

Lemma compose_at_end d f g i : compose_numbers d f g i d == total d (fun k => g i k * f k d) + g i d.
Proof. unfold compose_numbers. rewrite Nat.eqb_refl. reflexivity. Qed.

Lemma compose_associative d f g h :
  equal_maps d (compose_numbers d (compose_numbers d f g) h) (compose_numbers d f (compose_numbers d g h)).
Proof.
  intros i j i_ j_. unfold compose_numbers at 1 3.
  rewrite (total_equal d _ (fun k => total d (fun l => h i k * (g k l * f l j)) + h i k * (if Nat.eqb j d then g k d else 0))).
  2:{ intros k _. unfold compose_numbers. rewrite total_times. ring. }
  rewrite total_plus, total_exchange.
  rewrite (total_equal d (fun k => compose_numbers d g h i k * f k j) (fun l => total d (fun k => h i k * (g k l * f l j)))).
  2:{ intros l l_. unfold compose_numbers. destruct (Nat.eqb_spec l d); [lia|].
      rewrite Qmult_comm, Qmult_plus_distr_r, <- total_times, Qmult_0_r, Qplus_0_r. apply total_equal. intros k _. ring. }
  destruct (Nat.eqb j d).
  - rewrite compose_at_end. ring.
  - rewrite (total_equal d (fun k => h i k * 0) (fun _ => 0)) by (intros; ring). rewrite total_zero. ring.
Qed.

Lemma sum_number entries items :
  number entries (sum_of items) == fold_right (fun c sum => number entries c + sum) 0 items.
Proof.
  destruct items as [|first rest]; [reflexivity|]. unfold sum_of.
  assert (forall rest a, fold_left Qplus rest a == a + fold_right Qplus 0 rest) as left_right.
  { induction rest0 as [|b rest0 IH]; intros a; simpl; [ring|]. rewrite IH. ring. }
  destruct (balanced_is_sequential Qeq Qplus (fun a b c => Qeq_sym _ _ (Qplus_assoc a b c)) (number entries first)
    (map (number entries) rest)) as (whole & is_ & right).
  assert (map (number entries) (balanced Plus (first :: rest)) = [whole]) as mapped.
  { rewrite <- is_. change (number entries first :: map (number entries) rest) with (map (number entries) (first :: rest)).
    unfold balanced. rewrite (levels_map _ Qplus) by reflexivity. rewrite length_map. reflexivity. }
  destruct (balanced Plus (first :: rest)) as [|c [|? ?]]; try discriminate. injection mapped as value_. cbn [hd].
  rewrite value_, right. unfold sequential. rewrite left_right. cbn [fold_right]. apply Qplus_comp; [reflexivity|].
  clear. induction rest as [|c rest IH]; simpl; [reflexivity|]. rewrite IH. reflexivity.
Qed.

Lemma compose_number entries d first second i j :
  number entries (compose d first second i j)
  == compose_numbers d (fun i j => number entries (first i j)) (fun i j => number entries (second i j)) i j.
Proof.
  unfold compose, compose_numbers. rewrite sum_number, fold_right_app.
  assert (forall n from last, fold_right (fun c sum => number entries c + sum) last
    (map (fun k => Times (second i k) (first k j)) (seq from n))
    == total n (fun k => number entries (second i (from + k)%nat) * number entries (first (from + k)%nat j)) + last) as each.
  { induction n as [|n IH]; intros from last; [simpl; ring|]. cbn [seq map fold_right number]. rewrite IH.
    assert (forall m f, total (S m) f == f 0%nat + total m (fun k => f (S k))) as front.
    { induction m as [|m IHm]; intros f; [simpl; ring|]. change (total (S (S m)) f) with (total (S m) f + f (S m)).
      rewrite IHm. simpl. ring. }
    rewrite (front n), Nat.add_0_r.
    rewrite (total_equal n (fun k => number entries (second i (S from + k)%nat) * number entries (first (S from + k)%nat j))
      (fun k => number entries (second i (from + S k)%nat) * number entries (first (from + S k)%nat j))); [ring|].
    intros k _. rewrite Nat.add_succ_r. reflexivity. }
  rewrite each. destruct (Nat.eqb j d); simpl; ring.
Qed.

Lemma value_number entries d c :
  equal_maps d (fun i j => number entries (BalancedFold.value (compose d) Entry c i j)) (BalancedFold.value (compose_numbers d) entries c).
Proof.
  induction c as [place|first IHf second IHs]; cbn [BalancedFold.value].
  - intros i j _ _. reflexivity.
  - intros i j i_ j_. rewrite compose_number. apply (compose_proper d _ _ IHf _ _ IHs i j i_ j_).
Qed.

(** ** What an affine map does *)

Definition act (d : nat) (p : nat -> nat -> Q) (state : nat -> Q) (i : nat) : Q :=
  total d (fun k => p i k * state k) + p i d.

Lemma act_compose d f g state i : (i < d)%nat -> act d (compose_numbers d f g) state i == act d g (act d f state) i.
Proof.
  intros i_. unfold act. rewrite compose_at_end.
  rewrite (total_equal d (fun k => compose_numbers d f g i k * state k) (fun k => total d (fun l => g i l * (f l k * state k)))).
  2:{ intros k k_. unfold compose_numbers. destruct (Nat.eqb_spec k d); [lia|].
      rewrite Qplus_0_r, Qmult_comm, <- total_times. apply total_equal. intros l _. ring. }
  rewrite total_exchange.
  rewrite (total_equal d (fun k => g i k * (total d (fun l => f k l * state l) + f k d))
    (fun k => total d (fun l => g i k * (f k l * state l)) + g i k * f k d)).
  2:{ intros k _. rewrite total_times. ring. }
  rewrite total_plus. ring.
Qed.

Lemma act_equal d p q s t i : (i < d)%nat -> equal_maps d p q -> (forall k, (k < d)%nat -> s k == t k) ->
  act d p s i == act d q t i.
Proof.
  intros i_ maps states. unfold act.
  assert (p i d == q i d) as last by (apply maps; auto). rewrite last.
  rewrite (total_equal d _ (fun k => q i k * t k)); [reflexivity|].
  intros k k_. apply Qmult_comp; [apply maps|apply states]; auto with arith.
Qed.

Lemma act_sequential d rest : forall first state i, (i < d)%nat ->
  act d (sequential (compose_numbers d) first rest) state i == fold_left (fun s p => act d p s) rest (act d first state) i.
Proof.
  induction rest as [|p rest IH]; intros first state i i_; [reflexivity|].
  etransitivity; [apply (IH (compose_numbers d first p) state i i_)|]. cbn [fold_left].
  assert (forall s t, (forall k, (k < d)%nat -> s k == t k) -> forall k, (k < d)%nat ->
    fold_left (fun s p => act d p s) rest s k == fold_left (fun s p => act d p s) rest t k) as run.
  { clear. induction rest as [|p rest IH]; intros s t same k k_; simpl; auto. apply IH; auto. intros l l_.
    apply act_equal; auto. reflexivity. }
  apply run; auto. intros k k_. apply act_compose, k_.
Qed.

(** ** What a network's step does *)

Lemma row_acts d r inputs : length inputs = d ->
  row_value exact inputs r == total d (fun k => coefficient r k * nth k inputs 0) + bias r.
Proof.
  intros length_. unfold row_value, coefficient. cbn [Semantics.value constant add mul exact].
  assert (forall ws a, fold_left (fun sum w => sum + snd w * nth (fst w) inputs 0) ws a
    == total d (fun k => fold_right (fun w sum => if Nat.eqb (fst w) k then snd w + sum else sum) 0 ws * nth k inputs 0) + a)
    as all; [|apply all].
  induction ws as [|w ws IH]; intros a; cbn [fold_left fold_right].
  - rewrite (total_equal d _ (fun _ => 0)) by (intros; ring). rewrite total_zero. ring.
  - rewrite IH.
    rewrite (total_equal d
      (fun k => (if Nat.eqb (fst w) k
                 then snd w + fold_right (fun w sum => if Nat.eqb (fst w) k then snd w + sum else sum) 0 ws
                 else fold_right (fun w sum => if Nat.eqb (fst w) k then snd w + sum else sum) 0 ws) * nth k inputs 0)
      (fun k => fold_right (fun w sum => if Nat.eqb (fst w) k then snd w + sum else sum) 0 ws * nth k inputs 0
                + (if Nat.eqb (fst w) k then snd w * nth k inputs 0 else 0))).
    2:{ intros k _. destruct (Nat.eqb (fst w) k); ring. }
    rewrite total_plus.
    assert (forall m, total m (fun k => if Nat.eqb (fst w) k then snd w * nth k inputs 0 else 0)
      == if Nat.ltb (fst w) m then snd w * nth (fst w) inputs 0 else 0) as one.
    { induction m as [|m IHm]; cbn [total]; [reflexivity|]. rewrite IHm.
      destruct (Nat.ltb_spec (fst w) m), (Nat.ltb_spec (fst w) (S m)), (Nat.eqb_spec (fst w) m); try lia; subst; ring. }
    rewrite one. destruct (Nat.ltb_spec (fst w) d) as [|beyond]; [ring|].
    rewrite (nth_overflow inputs 0) by lia. ring.
Qed.

Section Network.
  Variables (d : nat) (n : network) (transitions : list affine).
  Hypothesis linear : recurrent_map n = Linear transitions.
  Hypothesis shape : forall token, (token < n_tokens n)%nat -> length (nth token transitions []) = d.
  Hypothesis start_shape : length (start n) = d.

  (** The numbers of a word, step by step. *)
  Definition entries_of_word (word : list nat) (step_ : nat) : nat -> nat -> Q :=
    entries_of d (nth (nth step_ word 0%nat) transitions []).

  Lemma step_acts token inputs i : (token < n_tokens n)%nat -> length inputs = d -> (i < d)%nat ->
    nth i (step exact n inputs token) 0 == act d (entries_of d (nth token transitions [])) (fun k => nth k inputs 0) i.
  Proof.
    intros token_ length_ i_. unfold step. rewrite linear. unfold apply, act.
    rewrite (nth_indep _ 0 (row_value exact inputs (Row 0 []))) by (rewrite length_map, shape; assumption).
    rewrite map_nth, (row_acts d) by assumption. unfold entries_of. rewrite Nat.eqb_refl.
    apply Qplus_comp; [|reflexivity]. apply total_equal. intros k k_. destruct (Nat.eqb_spec k d); [lia|]. reflexivity.
  Qed.

  Lemma step_length token inputs : (token < n_tokens n)%nat -> length (step exact n inputs token) = d.
  Proof. intros token_. unfold step, apply. rewrite linear, length_map. apply shape, token_. Qed.

  Lemma run_acts word : Forall (fun token => (token < n_tokens n)%nat) word ->
    forall inputs state i, length inputs = d -> (forall k, (k < d)%nat -> nth k inputs 0 == state k) -> (i < d)%nat ->
    nth i (fold_left (step exact n) word inputs) 0
    == fold_left (fun s p => act d p s) (map (fun token => entries_of d (nth token transitions [])) word) state i.
  Proof.
    induction 1 as [|token word token_ _ IH]; intros inputs state i length_ same i_; cbn [fold_left map]; [apply same, i_|].
    apply IH; auto.
    - apply step_length, token_.
    - intros k k_. rewrite step_acts by assumption. apply act_equal; auto. reflexivity.
  Qed.

  (** After every word of at least one token, the state is the circuit's map of the start: the circuit depends on the length
      and the dimension only, the word on its inputs only. *)
  Theorem state_is_circuit token word i :
    spelled_for n (token :: word) -> (i < d)%nat ->
    nth i (fold_left (step exact n) (token :: word) (start_in exact n)) 0
    == act d (fun i j => number (entries_of_word (token :: word)) (run_circuit d (S (length word)) i j))
         (fun k => nth k (start n) 0) i.
  Proof.
    intros spelled i_.
    assert (start_in exact n = start n) as -> by (unfold start_in; cbn [constant exact]; apply map_id).
    rewrite (run_acts _ spelled (start n) (fun k => nth k (start n) 0)) by (auto; reflexivity).
    cbn [map fold_left]. rewrite <- act_sequential by assumption. apply act_equal; auto; [|reflexivity].
    etransitivity; [|symmetry; apply value_number].
    etransitivity; [|symmetry; apply (fold_circuit_right (equal_maps d) (compose_numbers d)
      (entries_of_word (token :: word)) (length word) (compose_associative d))].
    assert (map (entries_of_word (token :: word)) (seq 1 (length word))
      = map (fun token => entries_of d (nth token transitions [])) word) as ->; [|reflexivity].
    unfold entries_of_word. rewrite <- (map_map (fun s => nth s (token :: word) 0%nat)
      (fun t => entries_of d (nth t transitions []))). f_equal.
    clear. rewrite <- seq_shift, map_map. cbn [nth]. induction word as [|t word IH]; simpl; auto. f_equal.
    rewrite <- seq_shift, map_map. exact IH.
  Qed.
End Network.

Print Assumptions run_circuit_depth.
Print Assumptions state_is_circuit.
