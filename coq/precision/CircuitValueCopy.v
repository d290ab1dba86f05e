(** The network with these literal weights, run in fixed point with 2 bits before the point, the sign counted, and
    2 n + 2 bits behind it, decides circuit value on every word of at most n values, for every n. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Reduce Require Import CircuitValue.
From Reduce Require Import CircuitValueCopy.
From Reduce Require Import FixedPrecision.
From Reduce Require Import FixedPrecisionStacks.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Reduce Require Import StackPrecision.
From Generated Require Import CircuitValueCopyMachine.
From Generated Require Import CircuitValueCopyNetwork.
Import ListNotations.

(** A token that ends an item: there are as many as values. *)
Definition ends_item (t : token) : bool := match t with Bit _ | Negate | Letter _ => true | _ => false end.

Definition n_values (word : list token) : nat := count ends_item word.

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
  | Next values | Accepted values => length values <= k
  | First values pointed | Second _ values pointed => length values <= k /\ length pointed <= k
  | Dead => True
  end.

Lemma bounded_next k s t : bounded k s -> bounded ((if ends_item t then 1 else 0) + k) (CircuitValueCopy.next s t).
Proof.
  destruct s as [values|values pointed|x values pointed|values|]; cbn [CircuitValueCopy.next bounded]; auto; destruct t;
    try destruct pointed; try destruct values as [|[]]; cbn [ends_item bounded length]; lia || (intros; exact I).
Qed.

Lemma bounded_embed k s q all : bounded k s -> embed s = Some (q, all) -> Forall (at_most k) all.
Proof.
  assert (forall l : list bool, length l <= k -> at_most k (stack l)) as one.
  { intros l length_. eexists. split; [reflexivity|]. rewrite length_of_map. exact length_. }
  destruct s as [values|values pointed|[] values pointed|values|]; cbn [embed bounded]; intros sizes equal; try discriminate;
    injection equal as <- <-; repeat apply Forall_cons; try apply Forall_nil; apply one; simpl; lia.
Qed.

Theorem theorem : forall (frac_bits n : nat) (word : list token), 1 <= n -> n_values word <= n -> 2 * n + 2 <= frac_bits ->
  rounded_accepts 2 frac_bits network (map index word) = true <-> yes word.
Proof.
  intros frac_bits n word some few enough.
  apply (rounded_stacks_decide machine index embed (Next []) CircuitValueCopy.next accepts ends_item bounded agreement (le_n 0) bounded_next
    bounded_embed network text alphabet yes 2 2 4 place spelling (machine_decides machine agreement) checked stacks
    frac_bits n word few). lia.
Qed.

(** A circuit has as many values as items. *)
Theorem values_of_circuit : forall circuit, n_values (write circuit) = length circuit.
Proof.
  intros circuit. unfold n_values, write. rewrite count_app. cbn [count fold_right ends_item].
  induction circuit as [|i circuit IH]; [reflexivity|]. cbn [flat_map length]. rewrite count_app.
  assert (count ends_item (write_item i) = 1) as ->; [|lia].
  destruct i as [b|skipped|g skipped further]; cbn [write_item].
  - reflexivity.
  - change (Open :: ?rest) with ([Open] ++ rest). rewrite !count_app, !count_repeat by reflexivity. reflexivity.
  - change (Open :: ?rest) with ([Open] ++ rest). change (Slash :: ?rest) with ([Slash] ++ rest).
    rewrite !count_app, !count_repeat by reflexivity. reflexivity.
Qed.

(** With 5 bits a circuit of four values is decided wrongly: `000(..!$`. *)
Example five_bits : let word := [Bit false; Bit false; Bit false; Open; Down; Down; Negate; End] in
  rounded_accepts 2 5 network (map index word) = false /\ yes word.
Proof. split; [vm_compute; reflexivity|]. apply (theorem 10 4); [lia|simpl; lia|lia|]. vm_compute. reflexivity. Qed.

Print Assumptions spelling.
Print Assumptions theorem.
Print Assumptions values_of_circuit.
Print Assumptions five_bits.
