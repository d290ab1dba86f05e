(** The network with these literal weights accepts a word iff the product of its letters, read left to right, is the
    identity. *)

From Coq Require Import List.
From Reduce Require Import Semantics.
From Reduce Require Import WordProblem.
From Generated Require Import WordProblemGeneratorsNetwork.
Import ListNotations.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text (map generator_images generators) = tokens network.
Proof. vm_cast_no_check (eq_refl (tokens network)). Qed.

Theorem checked : check_letters (map generator_images generators) network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list generator, net_accepts network (map index_generators word) = true <-> yes_generators word.
Proof. exact (net_decides_generators network spelling checked). Qed.

(** The statement is neither empty nor everything. *)
Example yes_word : yes_generators [Cycle; Swap; Swap; Cycle; Cycle; Cycle; Cycle].
Proof. apply theorem. vm_compute. reflexivity. Qed.

Example no_word : ~ yes_generators [Cycle; Swap].
Proof. rewrite <- theorem. vm_compute. discriminate. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
