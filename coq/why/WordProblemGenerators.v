From Coq Require Import List. From Reduce Require Import WordProblem. From Generated Require Import WordProblemGeneratorsNetwork.
(* The products after which some letter or the answer goes wrong. *)
Eval vm_compute in failing_products (map generator_images generators) network.
