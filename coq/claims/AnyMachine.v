(** The network with these literal weights accepts exactly the words that the machine accepts. *)

From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Generated Require Import AnyMachineMachine.
From Generated Require Import AnyMachineNetwork.

(** The indices of tokens are those of the machine's and of the network's. *)
Theorem spelling : machine_tokens = tokens network.
Proof. vm_cast_no_check (eq_refl (tokens network)). Qed.

Theorem checked : check machine network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list nat, spelled_for network word -> net_accepts network word = machine_accepts machine word.
Proof. exact (net_is_machine machine network checked). Qed.

Print Assumptions spelling.
Print Assumptions theorem.
