(** Networks whose states are the images of finitely many things: every state and every token is tried. *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import QArith.
From Reduce Require Import Semantics.
Import ListNotations.

Fixpoint equal_lists (xs ys : list Q) : bool :=
  match xs, ys with
  | [], [] => true
  | x :: xs, y :: ys => Qeq_bool x y && equal_lists xs ys
  | _, _ => false
  end.

Lemma equal_lists_right xs : forall ys, equal_lists xs ys = true -> Forall2 Qeq xs ys.
Proof.
  induction xs as [|x xs IH]; intros [|y ys]; simpl; try discriminate; constructor.
  - apply andb_true_iff in H as [first _]. apply Qeq_bool_iff, first.
  - apply andb_true_iff in H as [_ rest]. apply IH, rest.
Qed.

Lemma forall2_qeq_trans xs ys : Forall2 Qeq xs ys -> forall zs, Forall2 Qeq ys zs -> Forall2 Qeq xs zs.
Proof.
  induction 1 as [|x y xs ys first _ IH]; intros zs second; inversion second; subst; constructor; auto.
  rewrite first. assumption.
Qed.

Section Finite.
  Context {thing : Type}.
  Variables (things : list thing) (image : thing -> list Q) (first : thing) (next : thing -> nat -> thing)
    (accepts : thing -> bool) (n : network).

  Definition check_thing (s : thing) : bool :=
    Bool.eqb (positive (row_value exact (image s) (readout n))) (accepts s)
    && forallb (fun t => equal_lists (step exact n (image s) t) (image (next s t))) (seq 0 (n_tokens n)).

  Definition check_finite : bool := equal_lists (start n) (image first) && forallb check_thing things.

  Variable good : thing -> Prop.
  Hypothesis all_things : forall s, good s -> In s things.
  Hypothesis good_first : good first.
  Hypothesis good_next : forall s t, good s -> (t < n_tokens n)%nat -> good (next s t).

  Theorem net_is_finite :
    check_finite = true -> forall word, spelled_for n word -> net_accepts n word = accepts (fold_left next word first).
  Proof.
    unfold check_finite. rewrite andb_true_iff, forallb_forall. intros [start_ each] word spelled.
    assert (forall s state, good s -> Forall2 Qeq state (image s) ->
      Forall2 Qeq (fold_left (step exact n) word state) (image (fold_left next word s)) /\ good (fold_left next word s)) as run.
    { clear start_. induction spelled as [|t word token_ _ IH]; intros s state good_ state_; simpl; auto.
      apply IH; auto. eapply forall2_qeq_trans; [apply (step_related exact_related), state_|].
      specialize (each s (all_things s good_)). unfold check_thing in each.
      apply andb_true_iff in each as [_ steps]. rewrite forallb_forall in steps.
      apply equal_lists_right, steps, in_seq. lia. }
    destruct (run first (start_in exact n)) as [end_ good_]; auto.
    { unfold start_in. cbn [constant exact]. rewrite map_id. apply equal_lists_right, start_. }
    specialize (each _ (all_things _ good_)). unfold check_thing in each. apply andb_true_iff in each as [readout_ _].
    apply eqb_prop in readout_. rewrite <- readout_. apply positive_equal, (row_value_related exact_related), end_.
  Qed.
End Finite.
