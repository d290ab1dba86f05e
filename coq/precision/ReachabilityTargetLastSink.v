(** The network with these literal weights, run in fixed point, decides reachability in graphs of n vertices, the target
    last and a sink, for every n and every format that holds the integers up to n. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import ZArith.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Graph.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import ReachabilityTargetLast.
From Reduce Require Import ReachabilityTargetLastPrecision.
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

(** Every pre-activation is an integer: with counters up to n - 1 it is at most n, or at most 1 where it has no counter. *)
Theorem integers : check_integers machine network 1 1 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** I bits before the point, the sign counted, and F behind it. Without the promise it decides whether the path ends in the
    target. *)
Theorem without_promise : forall (int_bits frac_bits n : nat) (word : list token),
  2 <= n -> (Z.of_nat n < 2 ^ Z.of_nat (int_bits - 1))%Z -> of_size n word ->
  rounded_accepts int_bits frac_bits network (map index word) = true <-> yes_end word.
Proof.
  intros int_bits frac_bits n word some enough of_size_.
  apply (rounded_decides machine network 1 1 agreement spelling checked integers int_bits frac_bits n word); auto.
  lia.
Qed.

(** Logarithmically many bits: floor(log2 n) + 2, for the word of every graph of n vertices that keeps the promise. *)
Theorem logarithmic : forall (frac_bits n s : nat) (es : list edge) (t : nat),
  2 <= n -> sorted 0 es -> s < n -> t < n -> Forall (fun e => snd e < n) es -> promised (write s es t) ->
  rounded_accepts (Nat.log2 n + 2) frac_bits network (map index (write s es t)) = true <-> yes (write s es t).
Proof.
  intros frac_bits n s es t some sorted_ s_ t_ all promise. rewrite <- (yes_promised _ promise). apply (without_promise _ _ n).
  - lia.
  - replace (Nat.log2 n + 2 - 1) with (S (Nat.log2 n)) by lia.
    pose proof (Nat.log2_spec n ltac:(lia)) as [_ above].
    change 2%Z with (Z.of_nat 2). rewrite <- Nat2Z.inj_pow. lia.
  - apply write_of_size; assumption.
Qed.

(** One bit less is wrong: with 3 bits, which hold the integers up to 3, a word of a graph of 4 vertices whose path stays in
    its source, the target, is rejected. *)
Example one_bit_less : let word := write 3 [(2, 3)] 3 in
  rounded_accepts 3 0 network (map index word) = false /\ yes_end word.
Proof.
  split; [vm_compute; reflexivity|]. apply (without_promise 4 0 4).
  - lia.
  - reflexivity.
  - apply write_of_size; try lia; [simpl; lia|]. repeat constructor; simpl; lia.
  - vm_compute. reflexivity.
Qed.

Print Assumptions spelling.
Print Assumptions without_promise.
Print Assumptions logarithmic.
Print Assumptions one_bit_less.
