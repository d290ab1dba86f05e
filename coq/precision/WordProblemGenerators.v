(** The network with these literal weights, run in fixed point with 4 bits before the point, the sign counted, and any number
    behind it, decides the word problem of two generators of S5 on every word, of any length. *)

From Coq Require Import List.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Semantics.
From Reduce Require Import WordProblem.
From Reduce Require Import WordProblemPrecision.
From Generated Require Import WordProblemGeneratorsNetwork.
Import ListNotations.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text (map generator_images generators) = tokens network.
Proof. vm_cast_no_check (eq_refl (tokens network)). Qed.

Theorem checked : check_letters (map generator_images generators) network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem numbers : check_letters_held network 4 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall (frac_bits : nat) (word : list generator),
  rounded_accepts 4 frac_bits network (map index_generators word) = true <-> yes_generators word.
Proof. intros frac_bits. exact (rounded_decides_generators network 4 frac_bits spelling checked numbers). Qed.

(** One bit less is wrong: five turns of the cycle are the identity, and with 3 bits, of which 3 is the greatest integer, the
    word is rejected. *)
Example one_bit_less :
  rounded_accepts 3 0 network (map index_generators [Cycle; Cycle; Cycle; Cycle; Cycle]) = false
  /\ yes_generators [Cycle; Cycle; Cycle; Cycle; Cycle].
Proof. split; vm_compute; reflexivity. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions one_bit_less.
