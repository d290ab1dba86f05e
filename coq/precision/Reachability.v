(** The network with these literal weights, run in fixed point, decides reachability in graphs of n vertices, for every n
    and every format that holds the integers up to n (and up to 3). *)

From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import ZArith.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Graph.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Reachability.
From Reduce Require Import ReachabilityPrecision.
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

(** Every pre-activation is an integer: with counters up to n - 1 it is at most n, or at most 3 where it has no counter. *)
Theorem integers : check_integers machine network 3 1 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** I bits before the point, the sign counted, and F behind it. *)
Theorem theorem : forall (int_bits frac_bits n : nat) (word : list token),
  2 <= n -> (Z.max 3 (Z.of_nat n) < 2 ^ Z.of_nat (int_bits - 1))%Z -> of_size n word ->
  rounded_accepts int_bits frac_bits network (map index word) = true <-> yes word.
Proof.
  intros int_bits frac_bits n word some enough of_size_.
  apply (rounded_decides machine network 3 1 agreement spelling checked integers int_bits frac_bits n word); auto.
  replace (Z.of_nat n - 1 + 1)%Z with (Z.of_nat n) by lia. exact enough.
Qed.

(** Logarithmically many bits: floor(log2 n) + 2, for the word of every graph of n vertices, paths or no paths. *)
Theorem logarithmic : forall (frac_bits n s t : nat) (es : list edge),
  2 <= n -> sorted 0 es -> s < n -> t < n -> Forall (fun e => snd e < n) es ->
  rounded_accepts (Nat.log2 n + 2) frac_bits network (map index (write s t es)) = true <-> yes (write s t es).
Proof.
  intros frac_bits n s t es some sorted_ s_ t_ all. apply (theorem _ _ n).
  - lia.
  - replace (Nat.log2 n + 2 - 1) with (S (Nat.log2 n)) by lia.
    pose proof (Nat.log2_spec n ltac:(lia)) as [_ above].
    assert (2 ^ 1 <= 2 ^ Nat.log2 n) by (apply Nat.pow_le_mono_r, Nat.log2_le_pow2; simpl; lia).
    change 2%Z with (Z.of_nat 2). rewrite <- Nat2Z.inj_pow. rewrite Nat.pow_succ_r' in *. simpl in H. lia.
  - apply write_of_size; assumption.
Qed.

(** One bit less is wrong: with 3 bits, which hold the integers up to 3, a word of a graph of 4 vertices without the path
    is accepted. *)
Example one_bit_less : let word := write 1 0 [(1, 2); (2, 3)] in
  rounded_accepts 3 0 network (map index word) = true /\ ~ yes word.
Proof.
  split; [vm_compute; reflexivity|]. intros yes_. apply (logarithmic 0 4) in yes_; try lia.
  - vm_compute in yes_. discriminate.
  - simpl. lia.
  - repeat constructor; simpl; lia.
Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions logarithmic.
Print Assumptions one_bit_less.
