(** What a network computes.

    A network is data: sparse rows of weights. One program runs it over any [arithmetic]; [exact], the rational numbers,
    is the arithmetic of every statement. Proofs run the same program over other arithmetics and use [step_related]:
    related numbers go in, related numbers come out. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import QArith.
From Coq Require Import String.
Import ListNotations.

(** * To judge: what a network computes *)

(** ** Weights *)

(** One unit: a bias, and a weight for each input that it reads, by the input's index from 0. *)
Record row := Row { bias : Q; weights : list (nat * Q) }.

(** A layer before its activation: one row per output. *)
Definition affine := list row.

Inductive recurrent :=
  (** Reads the state followed by the one-hot token; a ReLU between two layers, none after the last. *)
  | Relu (layers : list affine)
  (** One affine map of the state for each token. *)
  | Linear (transitions : list affine).

Record network := Network {
  tokens : list string;
  start : list Q;
  recurrent_map : recurrent;
  readout : row;
}.

Definition n_tokens (n : network) : nat := List.length (tokens n).

(** ** The program *)

Record arithmetic := Arithmetic {
  value : Type;
  constant : Q -> value;
  add : value -> value -> value;
  mul : value -> value -> value;
  rectify : value -> value;
}.

(** bias + sum of weight * input; an input that is not there is 0. *)
Definition row_value (A : arithmetic) (inputs : list (value A)) (r : row) : value A :=
  fold_left
    (fun sum w => add A sum (mul A (constant A (snd w)) (nth (fst w) inputs (constant A 0%Q))))
    (weights r)
    (constant A (bias r)).

Definition apply (A : arithmetic) (map_ : affine) (inputs : list (value A)) : list (value A) :=
  map (row_value A inputs) map_.

Fixpoint feed_forward (A : arithmetic) (layers : list affine) (inputs : list (value A)) : list (value A) :=
  match layers with
  | [] => inputs
  | [last] => apply A last inputs
  | first :: rest => feed_forward A rest (map (rectify A) (apply A first inputs))
  end.

Definition one_hot (A : arithmetic) (n token : nat) : list (value A) :=
  map (fun i => constant A (if Nat.eqb i token then 1 else 0)%Q) (seq 0 n).

(** The state after one more token. *)
Definition step (A : arithmetic) (n : network) (state : list (value A)) (token : nat) : list (value A) :=
  match recurrent_map n with
  | Relu layers => feed_forward A layers (state ++ one_hot A (n_tokens n) token)
  | Linear transitions => apply A (nth token transitions []) state
  end.

Definition start_in (A : arithmetic) (n : network) : list (value A) := map (constant A) (start n).

(** The number by which a word is judged. *)
Definition score (A : arithmetic) (n : network) (word : list nat) : value A :=
  row_value A (fold_left (step A n) word (start_in A n)) (readout n).

(** ** The statement's arithmetic *)

Definition exact : arithmetic :=
  {| value := Q; constant q := q; add := Qplus; mul := Qmult; rectify x := if Qle_bool x 0 then 0%Q else x |}.

Definition positive (x : Q) : bool := negb (Qle_bool x 0).

(** A word, given by the indices of its tokens, is accepted iff its score is > 0, strictly. *)
Definition net_accepts (n : network) (word : list nat) : bool := positive (score exact n word).

(** Each token is one of the network's. *)
Definition spelled_for (n : network) (word : list nat) : Prop := Forall (fun token => (token < n_tokens n)%nat) word.

(** * Two arithmetics side by side *)

Record related (A B : arithmetic) (R : value A -> value B -> Prop) : Prop := Related {
  related_constant : forall q, R (constant A q) (constant B q);
  related_add : forall x x' y y', R x x' -> R y y' -> R (add A x y) (add B x' y');
  related_mul : forall x x' y y', R x x' -> R y y' -> R (mul A x y) (mul B x' y');
  related_rectify : forall x x', R x x' -> R (rectify A x) (rectify B x');
}.

Lemma nth_related {X Y : Type} (R : X -> Y -> Prop) i xs ys x y :
  Forall2 R xs ys -> R x y -> R (nth i xs x) (nth i ys y).
Proof. intros all default. revert i. induction all; intros [|i]; simpl; auto. Qed.

Lemma forall2_map {X Y X' Y' : Type} (R : X -> Y -> Prop) (S : X' -> Y' -> Prop) f g xs ys :
  (forall x y, R x y -> S (f x) (g y)) -> Forall2 R xs ys -> Forall2 S (map f xs) (map g ys).
Proof. intros each all. induction all; simpl; constructor; auto. Qed.

Lemma forall2_same {X Y Z : Type} (R : X -> Y -> Prop) f g (zs : list Z) :
  (forall z, R (f z) (g z)) -> Forall2 R (map f zs) (map g zs).
Proof. intros each. induction zs; simpl; constructor; auto. Qed.

Section Side_by_side.
  Context {A B : arithmetic} {R : value A -> value B -> Prop} (related_ : related A B R).

  Lemma row_value_related r xs ys : Forall2 R xs ys -> R (row_value A xs r) (row_value B ys r).
  Proof.
    intros inputs. unfold row_value.
    generalize (related_constant A B R related_ (bias r)).
    generalize (constant A (bias r)) (constant B (bias r)).
    induction (weights r) as [|w rest IH]; simpl; auto.
    intros x y sums. apply IH.
    apply (related_add A B R related_); auto.
    apply (related_mul A B R related_).
    - apply related_; auto.
    - apply nth_related; auto. apply related_.
  Qed.

  Lemma apply_related m xs ys : Forall2 R xs ys -> Forall2 R (apply A m xs) (apply B m ys).
  Proof. intros inputs. apply forall2_same. intros r. apply row_value_related; auto. Qed.

  Lemma feed_forward_related layers :
    forall xs ys, Forall2 R xs ys -> Forall2 R (feed_forward A layers xs) (feed_forward B layers ys).
  Proof.
    induction layers as [|first rest IH]; intros xs ys inputs; simpl; auto.
    destruct rest; [apply apply_related; auto|].
    apply IH. eapply forall2_map; [|apply apply_related; eassumption].
    intros; apply related_; auto.
  Qed.

  Lemma step_related n token xs ys : Forall2 R xs ys -> Forall2 R (step A n xs token) (step B n ys token).
  Proof.
    intros inputs. unfold step. destruct (recurrent_map n).
    - apply feed_forward_related. apply Forall2_app; auto.
      apply forall2_same. intros; apply related_.
    - apply apply_related; auto.
  Qed.

  Lemma run_related n word : forall xs ys,
    Forall2 R xs ys -> Forall2 R (fold_left (step A n) word xs) (fold_left (step B n) word ys).
  Proof. induction word; simpl; auto. intros. apply IHword. apply step_related; auto. Qed.

  Lemma start_related n : Forall2 R (start_in A n) (start_in B n).
  Proof. apply forall2_same. intros; apply related_. Qed.

  Lemma score_related n word : R (score A n word) (score B n word).
  Proof. apply row_value_related, run_related, start_related. Qed.
End Side_by_side.

(** * Equal numbers may be written differently *)

Lemma positive_spec x : positive x = true <-> (0 < x)%Q.
Proof.
  unfold positive. rewrite negb_true_iff, <- not_true_iff_false, Qle_bool_iff. split.
  - apply Qnot_le_lt.
  - intros; apply Qlt_not_le; auto.
Qed.

Lemma positive_equal x y : (x == y)%Q -> positive x = positive y.
Proof. intros equal. apply eq_true_iff_eq. rewrite !positive_spec, equal. tauto. Qed.

Lemma rectify_equal x y : (x == y)%Q -> (rectify exact x == rectify exact y)%Q.
Proof.
  simpl. intros equal.
  assert (Qle_bool x 0 = Qle_bool y 0) as ->.
  { apply eq_true_iff_eq. rewrite !Qle_bool_iff, equal. tauto. }
  destruct (Qle_bool y 0); [reflexivity|assumption].
Qed.

Lemma exact_related : related exact exact Qeq.
Proof.
  constructor; cbn [value constant add mul exact].
  - reflexivity.
  - intros x x' y y' H H'; rewrite H, H'; reflexivity.
  - intros x x' y y' H H'; rewrite H, H'; reflexivity.
  - apply rectify_equal.
Qed.

(** The same numbers, each fraction reduced: for runs of long words. *)
Definition reduced : arithmetic :=
  {| value := Q;
     constant := Qred;
     add x y := Qred (x + y)%Q;
     mul x y := Qred (x * y)%Q;
     rectify x := if Qle_bool x 0 then 0%Q else x |}.

Lemma reduced_related : related reduced exact Qeq.
Proof.
  constructor; cbn [value constant add mul reduced exact].
  - intros q. apply Qred_correct.
  - intros x x' y y' H H'. rewrite Qred_correct, H, H'; reflexivity.
  - intros x x' y y' H H'. rewrite Qred_correct, H, H'; reflexivity.
  - apply rectify_equal.
Qed.

Lemma net_accepts_reduced n word : net_accepts n word = positive (score reduced n word).
Proof. symmetry. apply positive_equal, (score_related reduced_related). Qed.
