(** Affine forms over unknown numbers that lie within known bounds: an arithmetic in which a network runs once for
    infinitely many states. A ReLU is decided by the bounds, and where they do not decide it there is no result. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import QArith.
From Coq Require Import Lqa.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope Q_scope.

Inductive bound := Free | AtLeastZero | UpToOne.

Definition within (b : bound) (x : Q) : Prop :=
  match b with
  | Free => True
  | AtLeastZero => 0 <= x
  | UpToOne => 0 <= x /\ x <= 1
  end.

(** offset + sum of coefficient * unknown; a coefficient that is not there is 0. *)
Record form := Form { offset : Q; coefficients : list Q }.

Fixpoint dot (cs xs : list Q) : Q :=
  match cs, xs with
  | c :: cs, x :: xs => c * x + dot cs xs
  | _, _ => 0
  end.

Definition eval (xs : list Q) (f : form) : Q := offset f + dot (coefficients f) xs.

Definition fixed (q : Q) : form := Form q [].

(** The unknown with this index. *)
Definition unknown (i : nat) : form := Form 0 (repeat 0 i ++ [1]).

Fixpoint add_lists (cs ds : list Q) : list Q :=
  match cs, ds with
  | [], _ => ds
  | _, [] => cs
  | c :: cs, d :: ds => Qred (c + d) :: add_lists cs ds
  end.

Definition add_forms (f g : form) : form :=
  Form (Qred (offset f + offset g)) (add_lists (coefficients f) (coefficients g)).

Definition scale (k : Q) (f : form) : form :=
  Form (Qred (k * offset f)) (map (fun c => Qred (k * c)) (coefficients f)).

Definition is_fixed (f : form) : bool := forallb (fun c => Qeq_bool c 0) (coefficients f).

Definition same (f g : form) : bool :=
  let difference := add_forms f (scale (-1) g) in Qeq_bool (offset difference) 0 && is_fixed difference.

(** The least value of [dot cs], where there is one that the bounds tell. *)
Fixpoint lowest (bs : list bound) (cs : list Q) : option Q :=
  match cs, bs with
  | [], _ => Some 0
  | _ :: _, [] => None
  | c :: cs, b :: bs =>
      match lowest bs cs with
      | None => None
      | Some least =>
          if Qeq_bool c 0 then Some least
          else match b with
               | Free => None
               | AtLeastZero => if Qle_bool 0 c then Some least else None
               | UpToOne => if Qle_bool 0 c then Some least else Some (Qred (c + least))
               end
      end
  end.

Definition surely_at_least_zero (bs : list bound) (f : form) : bool :=
  match lowest bs (coefficients f) with
  | Some least => Qle_bool 0 (offset f + least)
  | None => false
  end.

Definition surely_positive (bs : list bound) (f : form) : bool :=
  match lowest bs (coefficients f) with
  | Some least => positive (offset f + least)
  | None => false
  end.

Definition surely_at_most_zero (bs : list bound) (f : form) : bool := surely_at_least_zero bs (scale (-1) f).

Definition rectify_form (bs : list bound) (f : form) : option form :=
  if surely_at_least_zero bs f then Some f else if surely_at_most_zero bs f then Some (fixed 0) else None.

Definition mul_forms (f g : form) : option form :=
  if is_fixed f then Some (scale (offset f) g) else if is_fixed g then Some (scale (offset g) f) else None.

Definition both {X Y Z : Type} (f : X -> Y -> option Z) (x : option X) (y : option Y) : option Z :=
  match x, y with
  | Some x, Some y => f x y
  | _, _ => None
  end.

Definition symbolic (bs : list bound) : arithmetic :=
  {| value := option form;
     constant q := Some (fixed q);
     add := both (fun f g => Some (add_forms f g));
     mul := both mul_forms;
     rectify x := match x with Some f => rectify_form bs f | None => None end |}.

(** ** It is right *)

Lemma dot_add cs : forall ds xs, dot (add_lists cs ds) xs == dot cs xs + dot ds xs.
Proof.
  induction cs as [|c cs IH]; intros [|d ds] [|x xs]; cbn [dot add_lists]; try ring. rewrite Qred_correct, IH. ring.
Qed.

Lemma eval_add xs f g : eval xs (add_forms f g) == eval xs f + eval xs g.
Proof. unfold eval, add_forms; cbn [offset coefficients]. rewrite Qred_correct, dot_add. ring. Qed.

Lemma dot_scale k cs : forall xs, dot (map (fun c => Qred (k * c)) cs) xs == k * dot cs xs.
Proof.
  induction cs as [|c cs IH]; intros [|x xs]; cbn [dot map]; try ring. rewrite Qred_correct, IH. ring.
Qed.

Lemma eval_scale k xs f : eval xs (scale k f) == k * eval xs f.
Proof. unfold eval, scale; cbn [offset coefficients]. rewrite Qred_correct, dot_scale. ring. Qed.

Lemma eval_fixed xs q : eval xs (fixed q) == q.
Proof. unfold eval, fixed; cbn [offset coefficients dot]. ring. Qed.

Lemma eval_unknown i : forall xs, eval xs (unknown i) == nth i xs 0.
Proof.
  unfold eval, unknown; cbn [offset coefficients].
  induction i as [|i IH]; intros [|x xs]; cbn [repeat app dot nth]; try ring.
  rewrite <- IH. ring.
Qed.

Lemma dot_zero cs : forallb (fun c => Qeq_bool c 0) cs = true -> forall xs, dot cs xs == 0.
Proof.
  induction cs as [|c cs IH]; cbn [forallb dot]; intros zero [|x xs]; try reflexivity.
  apply andb_true_iff in zero as [first rest]. apply Qeq_bool_iff in first. rewrite first, (IH rest). ring.
Qed.

Lemma eval_is_fixed f : is_fixed f = true -> forall xs, eval xs f == offset f.
Proof. intros all xs. unfold eval. rewrite (dot_zero _ all). ring. Qed.

Lemma eval_same f g : same f g = true -> forall xs, eval xs f == eval xs g.
Proof.
  unfold same. intros both_zero xs. apply andb_true_iff in both_zero as [zero none].
  apply Qeq_bool_iff in zero. pose proof (eval_is_fixed _ none xs) as difference.
  rewrite zero, eval_add, eval_scale in difference. lra.
Qed.

Section Bounds.
  Variables (bs : list bound) (xs : list Q).
  Hypothesis bounds : Forall2 within bs xs.

  Lemma lowest_right : forall cs least, lowest bs cs = Some least -> least <= dot cs xs.
  Proof.
    clear -bounds. induction bounds as [|b x bs xs first rest IH]; intros [|c cs] least; cbn [lowest dot]; try discriminate.
    - intros [= <-]. lra.
    - intros [= <-]. lra.
    - destruct (lowest bs cs) as [l|] eqn:inner; [|discriminate]. specialize (IH rest _ _ inner).
      destruct (Qeq_bool c 0) eqn:zero.
      { apply Qeq_bool_iff in zero. intros [= <-]. rewrite zero. lra. }
      destruct b; simpl in first; [discriminate| |].
      + destruct (Qle_bool 0 c) eqn:sign; [|discriminate]. apply Qle_bool_iff in sign. intros [= <-].
        assert (0 <= c * x) by (apply Qmult_le_0_compat; assumption). lra.
      + destruct (Qle_bool 0 c) eqn:sign; intros found.
        * injection found as <-. apply Qle_bool_iff in sign. assert (0 <= c * x) by (apply Qmult_le_0_compat; tauto). lra.
        * assert (c < 0).
          { apply Qnot_le_lt. rewrite <- Qle_bool_iff, sign. discriminate. }
          assert (least = Qred (c + l)) as -> by congruence. rewrite Qred_correct.
          assert (0 <= (- c) * (1 - x)) by (apply Qmult_le_0_compat; lra). lra.
  Qed.

  Lemma surely_at_least_zero_right f : surely_at_least_zero bs f = true -> 0 <= eval xs f.
  Proof.
    unfold surely_at_least_zero, eval. destruct (lowest bs (coefficients f)) as [least|] eqn:found; [|discriminate].
    rewrite Qle_bool_iff. apply lowest_right in found. lra.
  Qed.

  Lemma surely_positive_right f : surely_positive bs f = true -> 0 < eval xs f.
  Proof.
    unfold surely_positive, eval. destruct (lowest bs (coefficients f)) as [least|] eqn:found; [|discriminate].
    rewrite positive_spec. apply lowest_right in found. lra.
  Qed.

  Lemma surely_at_most_zero_right f : surely_at_most_zero bs f = true -> eval xs f <= 0.
  Proof. intros low. apply surely_at_least_zero_right in low. rewrite eval_scale in low. lra. Qed.

  (** No result stands for every number: a checker refuses it. *)
  Definition stands (s : option form) (q : Q) : Prop :=
    match s with
    | Some f => eval xs f == q
    | None => True
    end.

  Lemma symbolic_related : related (symbolic bs) exact stands.
  Proof.
    constructor; cbn [value constant add mul rectify symbolic exact].
    - intros q. apply eval_fixed.
    - intros [f|] x [g|] y; cbn [both stands]; auto. intros left right. rewrite eval_add, left, right. reflexivity.
    - intros [f|] x [g|] y; cbn [both stands]; auto. intros left right. unfold mul_forms.
      destruct (is_fixed f) eqn:first; cbn [stands].
      { rewrite (eval_is_fixed f first) in left. rewrite eval_scale, left, right. reflexivity. }
      destruct (is_fixed g) eqn:second; cbn [stands]; auto.
      rewrite (eval_is_fixed g second) in right. rewrite eval_scale, left, right. ring.
    - intros [f|] x; cbn [stands]; auto. intros value. unfold rectify_form.
      destruct (surely_at_least_zero bs f) eqn:low; cbn [stands].
      { apply surely_at_least_zero_right in low.
        destruct (Qle_bool x 0) eqn:sign; [apply Qle_bool_iff in sign|]; lra. }
      destruct (surely_at_most_zero bs f) eqn:high; cbn [stands]; auto.
      apply surely_at_most_zero_right in high.
      assert (Qle_bool x 0 = true) as -> by (apply Qle_bool_iff; lra). apply eval_fixed.
  Qed.
End Bounds.
