(** On the tool's instances the map in Coq gives the tool's words, entry by entry. *)

From Coq Require Import List.
From Coq Require Import Arith.
From Reduce Require Import MatrixProduct.
From Hardness Require Import FormulaToMatrixProduct.
From Generated Require Import FormulaToMatrixProductCases.

Theorem same_maps :
  map (fun c =>
      let values place := nth (nth place (snd (fst c)) 1) alphabet zero in
      map index (flat_map write (map_formula values (fst (fst c)))))
    cases
  = map snd cases.
Proof. vm_cast_no_check (eq_refl (map snd cases)). Qed.

Theorem some_cases : 10 <= length cases.
Proof. apply Nat.leb_le. vm_cast_no_check (eq_refl true). Qed.

Print Assumptions same_maps.
Print Assumptions some_cases.
