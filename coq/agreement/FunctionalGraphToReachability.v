(** On the tool's instances the map in Coq gives the tool's goal and edges, one by one. *)

From Coq Require Import List.
From Coq Require Import Arith.
From Hardness Require Import FunctionalGraphToReachability.
From Generated Require Import FunctionalGraphToReachabilityCases.

Theorem same_maps :
  map (fun c => let '(g, target, _, _) := c in (goal g, layered g target)) cases
  = map (fun c => let '(_, _, aim, es) := c in (aim, es)) cases.
Proof. vm_cast_no_check (eq_refl (map (fun c => let '(_, _, aim, es) := c in (aim, es)) cases)). Qed.

Theorem some_cases : 10 <= length cases.
Proof. apply Nat.leb_le. vm_cast_no_check (eq_refl true). Qed.

Print Assumptions same_maps.
Print Assumptions some_cases.
