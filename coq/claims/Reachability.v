(** The network with these literal weights accepts a word iff it spells a sorted, forward graph in which the
    target, given before the edges, is on the path from the source. *)

From Coq Require Import List.
From Reduce Require Import Reachability.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Generated Require Import ReachabilityMachine.
From Generated Require Import ReachabilityNetwork.
Import ListNotations.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text alphabet = tokens network.
Proof. reflexivity. Qed.

Theorem agreement : agrees machine.
Proof. follow. Qed.

Theorem checked : check machine network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list token, net_accepts network (map index word) = true <-> yes word.
Proof. exact (net_decides alphabet text index machine network yes place spelling (machine_decides machine agreement) checked). Qed.

(** The statement is neither empty nor everything: a yes-word, `|00#|0#0|00$`, and a no-word, `|0#|00$`. *)
Example yes_word : yes [Bar; Digit; Digit; Hash; Bar; Digit; Hash; Digit; Bar; Digit; Digit; End].
Proof. apply theorem. vm_compute. reflexivity. Qed.

Example no_word : ~ yes [Bar; Digit; Hash; Bar; Digit; Digit; End].
Proof. rewrite <- theorem. vm_compute. discriminate. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
