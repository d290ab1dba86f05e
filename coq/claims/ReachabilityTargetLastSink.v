(** Where no edge leaves the target, the network with these literal weights accepts a word iff it spells a sorted, forward
    graph in which the target, given after the edges, is on the path from the source. *)

From Coq Require Import List.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import ReachabilityTargetLast.
From Reduce Require Import Semantics.
From Generated Require Import ReachabilityTargetLastSinkMachine.
From Generated Require Import ReachabilityTargetLastSinkNetwork.
Import ListNotations.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text alphabet = tokens network.
Proof. reflexivity. Qed.

Theorem agreement : agrees machine.
Proof. follow. Qed.

Theorem checked : check machine network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** Without the promise: what the network decides is whether the path ends in the target. *)
Theorem without_promise : forall word : list token, net_accepts network (map index word) = true <-> yes_end word.
Proof.
  exact (net_decides alphabet text index machine network yes_end place spelling (machine_decides machine agreement) checked).
Qed.

Theorem theorem : forall word : list token,
  promised word -> (net_accepts network (map index word) = true <-> yes word).
Proof. intros word promise. rewrite without_promise. exact (yes_promised word promise). Qed.

(** The statement is neither empty nor everything: `#|0%0$` is a yes-word, and from 0 the edge of `#|00%0$` leads past 1. *)
Example yes_word : yes_end [Hash; Bar; Digit; Percent; Digit; End].
Proof. apply without_promise. vm_compute. reflexivity. Qed.

Example no_word : ~ yes_end [Hash; Bar; Digit; Digit; Percent; Digit; End].
Proof. rewrite <- without_promise. vm_compute. discriminate. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
