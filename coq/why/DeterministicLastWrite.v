From Reduce Require Import Automaton. From Generated Require Import DeterministicLastWriteAutomaton DeterministicLastWriteNetwork.
(* The letters whose transition is not that of the automaton. *)
Eval vm_compute in failing_letters automaton network.
