(** The network with these literal weights accepts a word iff it is a balanced string followed by one [$]. *)

From Coq Require Import List.
From Reduce Require Import Dyck.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Generated Require Import Dyck2Machine.
From Generated Require Import Dyck2Network.
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

(** The statement is neither empty nor everything: a yes-word, `([])$`, and a no-word, `([)]$`. *)
Example yes_word : yes [OpenRound; OpenSquare; CloseSquare; CloseRound; End].
Proof. apply theorem. vm_compute. reflexivity. Qed.

Example no_word : ~ yes [OpenRound; OpenSquare; CloseRound; CloseSquare; End].
Proof. rewrite <- theorem. vm_compute. discriminate. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
