(** The network with these literal weights, run in fixed point with 2 bits before the point, the sign counted, and
    2 n + 2 bits behind it, decides dyck-2 on every word of at most n opening brackets, for every n. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Reduce Require Import Dyck.
From Reduce Require Import FixedPrecision.
From Reduce Require Import FixedPrecisionStacks.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Reduce Require Import StackPrecision.
From Generated Require Import Dyck2Machine.
From Generated Require Import Dyck2Network.
Import ListNotations.

Definition opens (t : token) : bool := match t with OpenRound | OpenSquare => true | _ => false end.

Definition n_opening (word : list token) : nat := count opens word.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text alphabet = tokens network.
Proof. reflexivity. Qed.

Theorem agreement : agrees machine.
Proof. follow. Qed.

Theorem checked : check machine network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** Every pre-activation lies in [-2, 2) and is a multiple of 1/16 of the last place of a stack's rest. *)
Theorem stacks : check_stacks machine network 2 2 4 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Definition bounded (k : nat) (s : state) : Prop :=
  match s with
  | Reading stack | Accepted stack => length stack <= k
  | Dead => True
  end.

Lemma bounded_next k s t : bounded k s -> bounded ((if opens t then 1 else 0) + k) (Dyck.next s t).
Proof.
  destruct s as [stack|stack|]; cbn [Dyck.next bounded]; auto; destruct t; try destruct stack as [|[|[|kind]] stack];
    cbn [opens bounded length]; lia || (intros; exact I).
Qed.

Lemma bounded_embed k s q all : bounded k s -> embed s = Some (q, all) -> Forall (at_most k) all.
Proof.
  destruct s as [stack|stack|]; cbn [embed bounded]; intros size equal; try discriminate; injection equal as <- <-;
    repeat apply Forall_cons; try apply Forall_nil; exists stack; auto.
Qed.

Theorem theorem : forall (frac_bits n : nat) (word : list token), 1 <= n -> n_opening word <= n -> 2 * n + 2 <= frac_bits ->
  rounded_accepts 2 frac_bits network (map index word) = true <-> yes word.
Proof.
  intros frac_bits n word some few enough.
  apply (rounded_stacks_decide machine index embed (Reading []) Dyck.next accepts opens bounded agreement (le_n 0) bounded_next
    bounded_embed network text alphabet yes 2 2 4 place spelling (machine_decides machine agreement) checked stacks
    frac_bits n word few). lia.
Qed.

(** The statement is neither empty nor everything. *)
Example yes_and_no :
  rounded_accepts 2 6 network (map index [OpenRound; OpenSquare; CloseSquare; CloseRound; End]) = true
  /\ rounded_accepts 2 6 network (map index [OpenRound; OpenSquare; CloseRound; CloseSquare; End]) = false.
Proof. vm_compute. auto. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions yes_and_no.
