(** Stacks stay as small as the number of tokens that may push: what a machine on stacks decides, its network decides in
    fixed point. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import ZArith.
From Reduce Require Import FixedPrecision.
From Reduce Require Import FixedPrecisionStacks.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
Import ListNotations.

(** How many tokens of a word are of some kind. *)
Definition count {token : Type} (counts : token -> bool) (word : list token) : nat :=
  fold_right (fun t sum => (if counts t then 1 else 0) + sum) 0 word.

Lemma count_app {token : Type} (counts : token -> bool) (u v : list token) :
  count counts (u ++ v) = count counts u + count counts v.
Proof. unfold count. induction u as [|t u IH]; simpl; auto. rewrite IH. lia. Qed.

Lemma count_repeat {token : Type} (counts : token -> bool) t n : counts t = false -> count counts (repeat t n) = 0.
Proof. intros none. unfold count. induction n as [|n IH]; simpl; auto. rewrite none, IH. reflexivity. Qed.

Section Stacks.
  Context {token state : Type} (m : machine) (index : token -> nat) (embed : state -> configuration) (start : state)
    (next : state -> token -> state) (accepts : state -> bool) (pushes : token -> bool) (bounded : nat -> state -> Prop).
  Hypothesis follows_ : follows m index embed start next accepts.
  Hypothesis bounded_start : bounded 0 start.
  Hypothesis bounded_next : forall k s t, bounded k s -> bounded ((if pushes t then 1 else 0) + k) (next s t).
  Hypothesis bounded_embed : forall k s q all, bounded k s -> embed s = Some (q, all) -> Forall (at_most k) all.

  Lemma run_embed word : forall s, fold_left (machine_step m) (map index word) (embed s) = embed (fold_left next word s).
  Proof. destruct follows_ as [_ step_ _]. induction word as [|t word IH]; intros s; simpl; auto. rewrite step_. apply IH. Qed.

  Lemma run_bounded word : forall k s, bounded k s -> bounded (count pushes word + k) (fold_left next word s).
  Proof.
    induction word as [|t word IH]; intros k s bounded_; [exact bounded_|]. cbn [fold_left].
    replace (count pushes (t :: word) + k) with (count pushes word + ((if pushes t then 1 else 0) + k)).
    - apply IH, bounded_next, bounded_.
    - unfold count. cbn [fold_right]. lia.
  Qed.

  Theorem stacks_stay_small n word : count pushes word <= n ->
    keeps_size m (at_most n) (Some (initial m)) (map blank (kinds m)) (map index word).
  Proof.
    intros few before after q all' split_ run. apply map_eq_app in split_ as (first & second & -> & <- & <-).
    change (live (Some (initial m)) (map blank (kinds m))) with (machine_start m) in run.
    destruct follows_ as [start_ _ _]. rewrite start_, run_embed in run.
    pose proof (run_bounded first 0 start bounded_start) as bounded_. rewrite count_app in few.
    pose proof (bounded_embed _ _ _ _ bounded_ run) as sizes. clear -sizes few.
    induction sizes as [|r rs (l & equal & length_)]; constructor; auto. exists l. split; [exact equal|lia].
  Qed.

  Variables (net : network) (text : token -> String.string) (alphabet : list token) (yes : list token -> Prop)
    (int_bits per_symbol bits : nat).
  Hypothesis place : forall t, nth_error alphabet (index t) = Some t.
  Hypothesis spelling : map text alphabet = tokens net.
  Hypothesis decides : forall word, machine_accepts m (map index word) = true <-> yes word.
  Hypothesis checked : check m net = true.
  Hypothesis stacks : check_stacks m net int_bits per_symbol bits = true.

  Theorem rounded_stacks_decide frac_bits n word :
    count pushes word <= n -> bits + per_symbol * (n - 1) <= frac_bits ->
    rounded_accepts int_bits frac_bits net (map index word) = true <-> yes word.
  Proof.
    intros few enough.
    rewrite (stacks_are_exact m net int_bits per_symbol bits n frac_bits (map index word) checked stacks enough).
    - apply (net_decides alphabet text index m net yes place spelling decides checked).
    - apply spelled_by. intros t. unfold n_tokens. rewrite <- spelling, length_of_map. apply nth_error_Some. rewrite place.
      discriminate.
    - apply stacks_stay_small, few.
  Qed.
End Stacks.
