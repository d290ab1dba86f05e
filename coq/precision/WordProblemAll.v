(** The network with these literal weights, run in fixed point with 4 bits before the point, the sign counted, and any number
    behind it, decides the word problem of S5 on every word, of any length. *)

From Coq Require Import List.
From Coq Require Import Permutation.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Semantics.
From Reduce Require Import WordProblem.
From Reduce Require Import WordProblemPrecision.
From Generated Require Import WordProblemAllNetwork.
Import ListNotations.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text all_images = tokens network.
Proof. vm_cast_no_check (eq_refl (tokens network)). Qed.

Theorem checked : check_letters all_images network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem numbers : check_letters_held network 4 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall (frac_bits : nat) (word : list permutation),
  rounded_accepts 4 frac_bits network (map index_all word) = true <-> yes_all word.
Proof. intros frac_bits. exact (rounded_decides_all network 4 frac_bits spelling checked numbers). Qed.

(** The letter with this index. *)
Definition letter (i : nat) (length_ : List.length (nth i all_images []) = 5) (hits : hits_all (nth i all_images []) = true)
  : permutation := {| images := nth i all_images []; bijective := hits_all_bijective _ length_ hits |}.

(** One bit less is wrong: with 3 bits, of which 3 is the greatest integer, two letters that undo each other are rejected. *)
Example one_bit_less :
  let word := [letter 33 eq_refl eq_refl; letter 96 eq_refl eq_refl] in
  rounded_accepts 3 0 network (map index_all word) = false /\ yes_all word.
Proof. split; vm_compute; reflexivity. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions one_bit_less.
