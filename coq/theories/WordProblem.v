(** The word problem of S5: is a product of permutations of five points, read left to right, the identity? *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import Permutation.
From Coq Require Import QArith.
From Coq Require Import String.
From Reduce Require Import FiniteLinear.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope nat_scope.

(** * To judge: the problem *)

Definition points : list nat := [0; 1; 2; 3; 4].

(** A permutation, by the images of the points. *)
Record permutation := { images : list nat; bijective : Permutation points images }.

(** First [p], then [q]: the point i goes to q(p(i)). *)
Definition followed_by (p q : list nat) : list nat := map (fun point => nth point q 0) p.

Definition product (word : list (list nat)) : list nat := fold_left followed_by word points.

(** Over all permutations. *)
Definition yes_all (word : list permutation) : Prop := product (map images word) = points.

(** Over a cycle and a swap. *)
Inductive generator := Cycle | Swap.

Definition generator_images (g : generator) : list nat :=
  match g with
  | Cycle => [1; 2; 3; 4; 0]
  | Swap => [1; 0; 2; 3; 4]
  end.

Definition yes_generators (word : list generator) : Prop := product (map generator_images word) = points.

(** All permutations, in lexicographic order. *)
Fixpoint lists (length : nat) : list (list nat) :=
  match length with
  | 0 => [[]]
  | S length => flat_map (fun point => map (cons point) (lists length)) points
  end.

Definition hits_all (p : list nat) : bool := forallb (fun point => existsb (Nat.eqb point) p) points.

Definition all_images : list (list nat) := Eval vm_compute in filter hits_all (lists 5).

(** How a permutation is written: the images counted from 1. *)
Definition text (p : list nat) : string :=
  fold_right append ""%string
    (map (fun image => nth image ["1"; "2"; "3"; "4"; "5"] "")%string p).

Fixpoint position (p : list nat) (all : list (list nat)) : nat :=
  match all with
  | [] => 0
  | q :: all => if list_eq_dec Nat.eq_dec p q then 0 else S (position p all)
  end.

(** A permutation's place in [all_images]. *)
Definition index_all (p : permutation) : nat := position (images p) all_images.

Definition generators : list generator := [Cycle; Swap].

(** A generator's place in [generators]. *)
Definition index_generators (g : generator) : nat := match g with Cycle => 0 | Swap => 1 end.

(** * A network decides it *)

(** The state after a product p: in place p(i) the number i - p(i). *)
Definition place_of (point : nat) (p : list nat) : nat := position [point] (map (fun image => [image]) p).

Definition image (p : list nat) : list Q :=
  map (fun point => inject_Z (Z.of_nat (place_of point p) - Z.of_nat point)) points.

Definition is_identity (p : list nat) : bool := if list_eq_dec Nat.eq_dec p points then true else false.

(** The network of these letters is right about every product and every letter. *)
Definition check_letters (letters : list (list nat)) (n : network) : bool :=
  check_finite all_images image points (fun p t => followed_by p (nth t letters [])) is_identity n.

(** Where the check fails: the products. *)
Definition failing_products (letters : list (list nat)) (n : network) : list (list nat) :=
  filter (fun p => negb (check_thing image (fun p t => followed_by p (nth t letters [])) is_identity n p)) all_images.

Lemma points_listed p : Permutation points p -> In p all_images.
Proof.
  intros bijective_. change all_images with (filter hits_all (lists 5)). apply filter_In. split.
  - assert (List.length p = 5) as length_ by (apply Permutation_length in bijective_; auto).
    assert (forall x, In x p -> In x points) as each by (intros x; apply Permutation_in, Permutation_sym, bijective_).
    rewrite <- length_. clear -each. induction p as [|x p IH]; [left; reflexivity|].
    cbn [List.length lists]. apply in_flat_map. exists x. split; [apply each; left; reflexivity|].
    apply in_map, IH. intros y here. apply each. right. exact here.
  - unfold hits_all. rewrite forallb_forall. intros x here. apply existsb_exists. exists x. split.
    + apply (Permutation_in _ bijective_ here).
    + apply Nat.eqb_refl.
Qed.

Lemma followed_by_bijective p q : Permutation points p -> Permutation points q -> Permutation points (followed_by p q).
Proof.
  intros p_ q_. transitivity q; auto.
  assert (List.length q = 5) as length_ by (apply Permutation_length in q_; auto).
  destruct q as [|a [|b [|c [|d [|e [|]]]]]]; try discriminate.
  exact (Permutation_map (fun point => nth point [a; b; c; d; e] 0) p_).
Qed.

Lemma position_right p all : In p all -> nth_error all (position p all) = Some p.
Proof.
  induction all as [|q all IH]; simpl; [tauto|]. intros [->|here].
  - destruct (list_eq_dec Nat.eq_dec p p); [reflexivity|congruence].
  - destruct (list_eq_dec Nat.eq_dec p q) as [->|]; [reflexivity|]. apply IH, here.
Qed.

Section Letters.
  Context {token : Type} (images_of : token -> list nat) (index : token -> nat) (letters : list (list nat)) (n : network).
  Hypothesis letters_ : Forall (Permutation points) letters.
  Hypothesis place : forall t, nth_error letters (index t) = Some (images_of t).
  Hypothesis spelling : map text letters = tokens n.
  Hypothesis checked : check_letters letters n = true.

  Theorem net_is_product word :
    net_accepts n (map index word) = true <-> product (map images_of word) = points.
  Proof.
    assert (n_tokens n = List.length letters) as size.
    { unfold n_tokens. rewrite <- spelling. clear. induction letters; simpl; auto. }
    rewrite (net_is_finite all_images image points (fun p t => followed_by p (nth t letters [])) is_identity n
      (Permutation points)); auto using points_listed.
    - unfold product. enough (forall p,
        is_identity (fold_left (fun p t => followed_by p (nth t letters [])) (map index word) p) = true
        <-> fold_left followed_by (map images_of word) p = points) as from by apply from.
      induction word as [|t word IH]; intros p; simpl.
      + unfold is_identity. destruct (list_eq_dec Nat.eq_dec p points); split; congruence.
      + rewrite (nth_error_nth _ _ _ (place t)). apply IH.
    - intros p t p_ token_. apply followed_by_bijective; auto.
      rewrite Forall_forall in letters_. apply letters_, nth_In. lia.
    - clear -size place. unfold spelled_for. induction word as [|t word IH]; simpl; constructor; auto.
      rewrite size. apply nth_error_Some. rewrite place. discriminate.
  Qed.
End Letters.

Lemma hits_all_bijective p : List.length p = 5 -> hits_all p = true -> Permutation points p.
Proof.
  intros length_ hits. apply NoDup_Permutation_bis.
  - repeat constructor; simpl; lia.
  - rewrite length_. auto.
  - intros x here. unfold hits_all in hits. rewrite forallb_forall in hits.
    apply hits, existsb_exists in here as (y & there & equal). apply Nat.eqb_eq in equal as ->. exact there.
Qed.

Lemma all_images_bijective : Forall (Permutation points) all_images.
Proof.
  apply Forall_forall. intros p listed. apply hits_all_bijective.
  - assert (forallb (fun p => Nat.eqb (List.length p) 5) all_images = true) as lengths by reflexivity.
    rewrite forallb_forall in lengths. apply Nat.eqb_eq, lengths, listed.
  - change all_images with (filter hits_all (lists 5)) in listed. apply filter_In in listed. tauto.
Qed.

Theorem net_decides_all n :
  map text all_images = tokens n -> check_letters all_images n = true ->
  forall word, net_accepts n (map index_all word) = true <-> yes_all word.
Proof.
  intros spelling checked. apply (net_is_product images index_all all_images n);
    auto using bijective, all_images_bijective.
  intros p. apply position_right, points_listed, bijective.
Qed.

Theorem net_decides_generators n :
  map text (map generator_images generators) = tokens n -> check_letters (map generator_images generators) n = true ->
  forall word, net_accepts n (map index_generators word) = true <-> yes_generators word.
Proof.
  intros spelling checked.
  apply (net_is_product generator_images index_generators (map generator_images generators) n).
  - repeat constructor; apply hits_all_bijective; reflexivity.
  - intros []; reflexivity.
  - exact spelling.
  - exact checked.
Qed.
