(** The network with these literal weights accepts a word iff it does not end with BOS and without BOS lists the entries
    of one or more 3 x 3 matrices over -1, 0 and 1, and entry (0, 0) of their product is positive; at the end of every
    matrix its nine value outputs are the entries of the product. *)

From Coq Require Import List.
From Coq Require Import QArith.
From Reduce Require Import Blocks.
From Reduce Require Import LayeredSemantics.
From Reduce Require Import MatrixProduct.
From Reduce Require Import MatrixProductNetworks.
From Generated Require Import MatrixProductRwkv7BosNetwork.
From Generated Require Import MatrixProductRwkv7BosTemplates.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text_bos alphabet_bos = tokens network.
Proof. reflexivity. Qed.

Lemma checked : check network certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem theorem : forall word : list token_or_bos,
  net_accepts network (map index_bos word) = true <-> yes_bos word.
Proof. intros word. apply (decides_bos network certificate eq_refl checked); reflexivity. Qed.

(** At the end of every matrix. *)
Theorem values_at_matrix_ends : forall (word : list token_or_bos) (ms : list matrix) (i j : nat),
  ~ ends_with_bos word -> without_bos word = flat_map write ms -> ms <> nil ->
  (i < 3)%nat -> (j < 3)%nat ->
  (nth (3 * i + j) (net_values network (map index_bos word)) 0 == inject_Z (product ms i j))%Q.
Proof. exact (values_exact_bos network certificate eq_refl checked eq_refl). Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions values_at_matrix_ends.
