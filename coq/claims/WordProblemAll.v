(** The network with these literal weights accepts a word iff the product of its letters, read left to right, is the
    identity. *)

From Coq Require Import List.
From Reduce Require Import Semantics.
From Reduce Require Import WordProblem.
From Generated Require Import WordProblemAllNetwork.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text all_images = tokens network.
Proof. vm_cast_no_check (eq_refl (tokens network)). Qed.

Theorem checked : check_letters all_images network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list permutation, net_accepts network (map index_all word) = true <-> yes_all word.
Proof. exact (net_decides_all network spelling checked). Qed.

Print Assumptions spelling.
Print Assumptions theorem.
