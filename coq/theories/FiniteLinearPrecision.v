(** Networks whose states are the images of finitely many things, in fixed point: where every pre-activation of every state
    and token is an integer that the format holds, the rounded network is the exact one on every word. *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import QArith.
From Coq Require Import Qround.
From Reduce Require Import FiniteLinear.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Semantics.
Import ListNotations.

Definition check_number (int_bits : nat) (q : Q) : bool :=
  is_integer q && (- 2 ^ Z.of_nat (int_bits - 1) <=? Qfloor q)%Z && (Qfloor q <? 2 ^ Z.of_nat (int_bits - 1))%Z.

Lemma check_number_right int_bits q : check_number int_bits q = true -> is_held int_bits q.
Proof.
  unfold check_number. rewrite !andb_true_iff, Z.leb_le, Z.ltb_lt. intros [[integer low] high]. exists (Qfloor q).
  split; [apply is_integer_right, integer|]. unfold held. lia.
Qed.

Lemma all_held int_bits xs ys : Forall2 Qeq xs ys -> Forall (is_held int_bits) xs -> Forall (is_held int_bits) ys.
Proof.
  induction 1 as [|x y xs ys same_ _ IH]; intros all; constructor; inversion all as [|? ? first rest]; subst; auto.
  destruct first as (z & equal & held_). exists z. rewrite <- same_. auto.
Qed.

Section Finite.
  Context {thing : Type}.
  Variables (things : list thing) (image : thing -> list Q) (first : thing) (next : thing -> nat -> thing)
    (accepts : thing -> bool) (n : network) (int_bits frac_bits : nat).

  Definition check_held : bool :=
    forallb (check_number int_bits) [0%Q; 1%Q] && forallb (check_number int_bits) (start n)
    && forallb (fun s => forallb (fun t => forallb (check_number int_bits) (step_pre_activations exact n (image s) t))
                           (seq 0 (n_tokens n))) things.

  Variable good : thing -> Prop.
  Hypothesis all_things : forall s, good s -> In s things.
  Hypothesis good_first : good first.
  Hypothesis good_next : forall s t, good s -> (t < n_tokens n)%nat -> good (next s t).
  Hypothesis finite : check_finite things image first next accepts n = true.
  Hypothesis numbers : check_held = true.

  Lemma held_number z : In (inject_Z z) [0%Q; 1%Q] -> held int_bits z.
  Proof.
    unfold check_held in numbers. rewrite !andb_true_iff, forallb_forall in numbers. destruct numbers as [[both _] _].
    intros here. apply both, check_number_right in here as (y & same_ & held_). apply (proj1 (inject_Z_injective z y)) in same_.
    rewrite same_. exact held_.
  Qed.

  Lemma run_held word : spelled_for n word -> forall s xs ys, good s ->
    Forall2 Qeq xs ys -> Forall2 Qeq ys (image s) ->
    Forall2 Qeq (fold_left (rounded_step int_bits frac_bits n) word xs) (fold_left (step exact n) word ys).
  Proof.
    intros spelled. induction spelled as [|t word token_ _ IH]; intros s xs ys good_ same_ state_; simpl; auto.
    apply (IH (next s t)); auto.
    - apply step_held; auto.
      + apply (held_number 0). left. reflexivity.
      + apply (held_number 1). right. left. reflexivity.
      + unfold check_held in numbers. rewrite !andb_true_iff, !forallb_forall in numbers. destruct numbers as [_ each].
        specialize (each s (all_things s good_)). rewrite forallb_forall in each. specialize (each t).
        assert (In t (seq 0 (n_tokens n))) as listed by (apply in_seq; lia). apply each in listed.
        apply (all_held _ (step_pre_activations exact n (image s) t)).
        * apply (step_pre_activations_related exact_related). clear -state_. induction state_; constructor; auto.
          symmetry. assumption.
        * rewrite forallb_forall in listed. apply Forall_forall. intros q here. apply check_number_right, listed, here.
    - eapply forall2_qeq_trans; [apply (step_related exact_related), state_|].
      unfold check_finite in finite. rewrite andb_true_iff, forallb_forall in finite. destruct finite as [_ each].
      specialize (each s (all_things s good_)). unfold check_thing in each. apply andb_true_iff in each as [_ steps].
      rewrite forallb_forall in steps. apply equal_lists_right, steps, in_seq. lia.
  Qed.

  Theorem rounded_is_finite word : spelled_for n word -> rounded_accepts int_bits frac_bits n word = net_accepts n word.
  Proof.
    intros spelled. unfold rounded_accepts, net_accepts, score, rounded_state. apply positive_equal.
    apply (row_value_related exact_related). apply (run_held word spelled first); auto.
    - unfold start_in. cbn [constant exact]. unfold check_held in numbers. rewrite !andb_true_iff in numbers.
      destruct numbers as [[_ start_] _]. rewrite forallb_forall in start_. clear -start_.
      induction (start n) as [|q qs IH]; cbn [map]; constructor.
      + apply round_held, check_number_right, start_. left. reflexivity.
      + apply IH. intros x here. apply start_. right. exact here.
    - unfold start_in. cbn [constant exact]. rewrite map_id. unfold check_finite in finite. apply andb_true_iff in finite as [start_ _].
      apply equal_lists_right, start_.
  Qed.
End Finite.
