(** The word problem of S5 in fixed point: so many bits serve every word, however long. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import Permutation.
From Coq Require Import QArith.
From Coq Require Import String.
From Reduce Require Import FiniteLinear.
From Reduce Require Import FiniteLinearPrecision.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Semantics.
From Reduce Require Import WordProblem.
Import ListNotations.
Local Open Scope nat_scope.

(** Every pre-activation after every product and every letter is an integer that the format holds. *)
Definition check_letters_held (n : network) (int_bits : nat) : bool := check_held all_images image n int_bits.

Section Letters.
  Context {letter : Type} (images_of : letter -> list nat) (index : letter -> nat) (letters : list (list nat)).
  Variables (n : network) (int_bits frac_bits : nat).
  Hypothesis letters_ : Forall (Permutation points) letters.
  Hypothesis place : forall t, nth_error letters (index t) = Some (images_of t).
  Hypothesis spelling : map text letters = tokens n.
  Hypothesis checked : check_letters letters n = true.
  Hypothesis numbers : check_letters_held n int_bits = true.

  Theorem rounded_is_product word :
    rounded_accepts int_bits frac_bits n (map index word) = true <-> product (map images_of word) = points.
  Proof.
    assert (n_tokens n = List.length letters) as size.
    { unfold n_tokens. rewrite <- spelling. clear. induction letters; simpl; auto. }
    rewrite <- (net_is_product images_of index letters n letters_ place spelling checked).
    rewrite (rounded_is_finite all_images image points (fun p t => followed_by p (nth t letters [])) is_identity n
      int_bits frac_bits (Permutation points)); auto using points_listed; [reflexivity| |].
    - intros p t p_ token_. apply followed_by_bijective; auto.
      rewrite Forall_forall in letters_. apply letters_, nth_In. lia.
    - clear -size place. unfold spelled_for. induction word as [|t word IH]; simpl; constructor; auto.
      rewrite size. apply nth_error_Some. rewrite place. discriminate.
  Qed.
End Letters.

Theorem rounded_decides_all n int_bits frac_bits :
  map text all_images = tokens n -> check_letters all_images n = true -> check_letters_held n int_bits = true ->
  forall word, rounded_accepts int_bits frac_bits n (map index_all word) = true <-> yes_all word.
Proof.
  intros spelling checked numbers. apply (rounded_is_product images index_all all_images n);
    auto using bijective, all_images_bijective.
  intros p. apply position_right, points_listed, bijective.
Qed.

Theorem rounded_decides_generators n int_bits frac_bits :
  map text (map generator_images generators) = tokens n -> check_letters (map generator_images generators) n = true ->
  check_letters_held n int_bits = true ->
  forall word, rounded_accepts int_bits frac_bits n (map index_generators word) = true <-> yes_generators word.
Proof.
  intros spelling checked numbers.
  apply (rounded_is_product generator_images index_generators (map generator_images generators) n); auto.
  - repeat constructor; apply hits_all_bijective; reflexivity.
  - intros []; reflexivity.
Qed.
