(** On the tool's instances the map in Coq gives the tool's words, letter by letter. *)

From Coq Require Import List.
From Coq Require Import Arith.
From Reduce Require Import WordProblem.
From Hardness Require Import FormulaToWordProblem.
From Generated Require Import FormulaToWordProblemCases.

Theorem same_maps :
  map (fun c => map (fun p => position p all_images) (map_formula (fun place => nth place (snd (fst c)) false) (fst (fst c))))
    cases
  = map snd cases.
Proof. vm_cast_no_check (eq_refl (map snd cases)). Qed.

Theorem some_cases : 10 <= length cases.
Proof. apply Nat.leb_le. vm_cast_no_check (eq_refl true). Qed.

Print Assumptions same_maps.
Print Assumptions some_cases.
