(** The network with these literal weights accepts a word iff it lists the entries of one or more 3 x 3 matrices over
    -1, 0 and 1 and entry (0, 0) of their product is positive; at the end of every matrix its nine value outputs are the
    entries of the product. *)

From Coq Require Import List.
From Coq Require Import QArith.
From Reduce Require Import Blocks.
From Reduce Require Import LayeredSemantics.
From Reduce Require Import MatrixProduct.
From Reduce Require Import MatrixProductNetworks.
From Generated Require Import MatrixProductRwkv7Network.
From Generated Require Import MatrixProductRwkv7Templates.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text alphabet = tokens network.
Proof. reflexivity. Qed.

Lemma checked : check network certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list token, net_accepts network (map index word) = true <-> yes word.
Proof. intros word. apply (decides network certificate eq_refl checked); reflexivity. Qed.

(** At the end of every matrix. *)
Theorem values_at_matrix_ends : forall (ms : list matrix) (i j : nat), ms <> nil ->
  (i < 3)%nat -> (j < 3)%nat ->
  (nth (3 * i + j) (net_values network (map index (flat_map write ms))) 0 == inject_Z (product ms i j))%Q.
Proof. exact (values_exact network certificate eq_refl checked eq_refl). Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions values_at_matrix_ends.
