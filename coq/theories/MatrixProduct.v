(* Iterated products of 3 x 3 matrices with entries -1, 0 and 1: the problem, without any network in it. *)

From Coq Require Import String List ZArith.

Import ListNotations.
Local Open Scope list_scope.
Local Open Scope Z_scope.

Inductive token := minus_one | zero | one.
Definition value (t : token) : Z := match t with minus_one => -1 | zero => 0 | one => 1 end.

(* Rows and columns are 0, 1 and 2. *)
Definition matrix := nat -> nat -> token.
Definition write (m : matrix) : list token :=
  [m 0 0; m 0 1; m 0 2;
   m 1 0; m 1 1; m 1 2;
   m 2 0; m 2 1; m 2 2]%nat.

Definition times (a b : nat -> nat -> Z) (i j : nat) : Z :=
  a i 0%nat * b 0%nat j + a i 1%nat * b 1%nat j + a i 2%nat * b 2%nat j.
Definition identity (i j : nat) : Z := if Nat.eqb i j then 1 else 0.

(* M1 M2 ... MN *)
Definition product (ms : list matrix) : nat -> nat -> Z :=
  fold_left (fun p m => times p (fun i j => value (m i j))) ms identity.

(* The word lists the entries of at least one matrix, row by row, and entry (0, 0) of the product is positive. *)
Definition yes (w : list token) : Prop :=
  exists ms : list matrix, ms <> [] /\ w = flat_map write ms /\ product ms 0%nat 0%nat > 0.

(* The same with a fourth token, which is skipped wherever it stands, except that a word that ends with it is a no. *)
Inductive token_or_bos := entry (t : token) | bos.
Definition without_bos (w : list token_or_bos) : list token :=
  flat_map (fun a => match a with entry t => [t] | bos => [] end) w.
Definition ends_with_bos (w : list token_or_bos) : Prop := exists u, w = u ++ [bos].
Definition yes_bos (w : list token_or_bos) : Prop := ~ ends_with_bos w /\ yes (without_bos w).

(* The tokens' numbers. *)
Definition index (t : token) : nat := match t with minus_one => 0 | zero => 1 | one => 2 end.
Definition index_bos (a : token_or_bos) : nat := match a with entry t => index t | bos => 3 end.

(* How the network's file spells them. *)
Definition alphabet : list token := [minus_one; zero; one].
Definition text (t : token) : string := match t with minus_one => "-1" | zero => "0" | one => "1" end%string.
Definition alphabet_bos : list token_or_bos := map entry alphabet ++ [bos].
Definition text_bos (a : token_or_bos) : string := match a with entry t => text t | bos => "BOS"%string end.
