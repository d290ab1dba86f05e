(** The network with these literal weights accepts a word over the letters of this automaton iff its weight is
    positive, and after every letter its value output is a positive multiple of the weight.
    A letter is given by its index. *)

From Coq Require Import String.
From Coq Require Import List.
From Coq Require Import QArith.
From Reduce Require Import LayeredSemantics.
From Reduce Require Import WeightedAutomaton.
From Reduce Require Import WeightedAutomatonNetworks.
From Reduce Require Import WeightedAutomatonProof.
From Generated Require Import WeightedAutomatonDeltanetCounterDifferenceSignAutomaton.
From Generated Require Import WeightedAutomatonDeltanetCounterDifferenceSignNetwork.
From Generated Require Import WeightedAutomatonDeltanetCounterDifferenceSignTemplates.
Import ListNotations.
Local Open Scope list_scope.
Local Open Scope Q_scope.

Theorem spelling : letters automaton = tokens network.
Proof. reflexivity. Qed.

Lemma checked : check automaton network certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list nat, is_word automaton word ->
  net_accepts network word = true <-> yes automaton word.
Proof. exact (decides automaton network certificate checked). Qed.

Theorem value_after_every_letter : forall word : list nat, is_word automaton word -> word <> [] ->
  exists k, 0 < k /\ nth 0 (net_values network word) 0 == k * weight automaton word.
Proof. exact (value_is_a_multiple automaton network certificate checked). Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions value_after_every_letter.
