From Coq Require Import List. From Reduce Require Import WordProblem. From Generated Require Import WordProblemAllNetwork.
(* The products after which some letter or the answer goes wrong. *)
Eval vm_compute in failing_products all_images network.
