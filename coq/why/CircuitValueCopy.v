From Reduce Require Import MachineCheck. From Generated Require Import CircuitValueCopyMachine CircuitValueCopyNetwork.
(* The steps that fail, as (mode, what is seen of each register, token), and the readouts, as (mode, what is seen). *)
Eval vm_compute in failing machine network.
