(** For every word the network with these literal weights computes the weight that the automaton gives it, and accepts it
    iff that weight is > 0. *)

From Coq Require Import QArith.
From Reduce Require Import Automaton.
From Reduce Require Import Semantics.
From Generated Require Import DeterministicTranspositionCycleAutomaton.
From Generated Require Import DeterministicTranspositionCycleNetwork.

(** The indices of letters are those of the network's own tokens. *)
Theorem spelling : letters automaton = tokens network.
Proof. vm_cast_no_check (eq_refl (tokens network)). Qed.

Theorem deterministic : is_deterministic automaton = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem checked : check_automaton automaton network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem values : forall word : list nat, spelled_for network word -> (score exact network word == word_weight automaton word)%Q.
Proof. exact (net_is_weight automaton network checked). Qed.

Theorem theorem : forall word : list nat, spelled_for network word -> (net_accepts network word = true <-> yes automaton word).
Proof. exact (net_decides_weight automaton network checked). Qed.

Print Assumptions spelling.
Print Assumptions deterministic.
Print Assumptions values.
Print Assumptions theorem.
