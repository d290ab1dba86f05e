(** The value of a Boolean formula as a word over S5 (Barrington 1989): the same map as the tool's, letter by letter. *)

From Coq Require Import Arith.
From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import Permutation.
From Reduce Require Import WordProblem.
Import ListNotations.

(** * To judge: formulas, and the map *)

Inductive formula :=
  | Leaf (place : nat)
  | Not (f : formula)
  | And (f g : formula)
  | Or (f g : formula).

Fixpoint formula_value (values : nat -> bool) (f : formula) : bool :=
  match f with
  | Leaf place => values place
  | Not f => negb (formula_value values f)
  | And f g => formula_value values f && formula_value values g
  | Or f g => formula_value values f || formula_value values g
  end.

(** For each leaf 2 to the number of conjunctions and disjunctions above it. *)
Fixpoint n_instructions (f : formula) : nat :=
  match f with
  | Leaf _ => 1
  | Not f => n_instructions f
  | And f g | Or f g => 2 * (n_instructions f + n_instructions g)
  end.

(** The number of conjunctions and disjunctions on the longest path; negations are free. *)
Fixpoint depth (f : formula) : nat :=
  match f with
  | Leaf _ => 0
  | Not f => depth f
  | And f g | Or f g => S (Nat.max (depth f) (depth g))
  end.

(** One instruction: the permutation by the value of one variable. *)
Record instruction := Instruction { variable : nat; on_true : list nat; on_false : list nat }.

Definition inverse (p : list nat) : list nat := map (fun point => place_of point p) points.

(** The 5-cycle (0 1 2 3 4). *)
Definition cycle : list nat := [1; 2; 3; 4; 0].

Definition same (p q : list nat) : bool := if list_eq_dec Nat.eq_dec p q then true else false.

(** From 0 it is five steps until 0 comes again. *)
Definition is_cycle (p : list nat) : bool :=
  let step point := nth point p 0 in
  forallb (fun k => negb (Nat.eqb (Nat.iter k step 0) 0)) [1; 2; 3; 4].

Definition commutator (a b : list nat) : list nat :=
  followed_by (followed_by (followed_by a b) (inverse a)) (inverse b).

Definition conjugated (by_ p : list nat) : list nat := followed_by (followed_by by_ p) (inverse by_).

Definition first_such (test : list nat -> bool) : list nat :=
  match find test all_images with Some p => p | None => points end.

(** The first 5-cycle whose commutator with [cycle] is a 5-cycle. *)
Definition second : list nat := Eval vm_compute in first_such (fun p => is_cycle p && is_cycle (commutator cycle p)).

(** What takes the commutator of [cycle] and [second] to this 5-cycle. *)
Definition taking (target : list nat) : list nat :=
  first_such (fun by_ => same (conjugated by_ (commutator cycle second)) target).

Definition first_part (target : list nat) : list nat := conjugated (taking target) cycle.

Definition second_part (target : list nat) : list nat := conjugated (taking target) second.

(** [p] after the last instruction, whatever the variable. *)
Fixpoint and_then (is : list instruction) (p : list nat) : list instruction :=
  match is with
  | [] => []
  | [last] => [Instruction (variable last) (followed_by (on_true last) p) (followed_by (on_false last) p)]
  | i :: is => i :: and_then is p
  end.

(** f and g, where each of them gives a program for a 5-cycle. *)
Definition conjunction (target : list nat) (f g : list nat -> list instruction) : list instruction :=
  let a := first_part target in
  let b := second_part target in
  f a ++ g b ++ f (inverse a) ++ g (inverse b).

(** The program whose product is the target where the formula is true, and the identity where it is false. *)
Fixpoint program (f : formula) (target : list nat) : list instruction :=
  match f with
  | Leaf place => [Instruction place target points]
  | Not f => and_then (program f (inverse target)) target
  | And f g => conjunction target (program f) (program g)
  | Or f g =>
      let negated h part := and_then (program h (inverse part)) part in
      and_then (conjunction (inverse target) (negated f) (negated g)) target
  end.

Definition letter (values : nat -> bool) (i : instruction) : list nat :=
  if values (variable i) then on_true i else on_false i.

(** The word over all 120 elements, by their images. *)
Definition map_formula (values : nat -> bool) (f : formula) : list (list nat) := map (letter values) (program f cycle).

(** * Facts about 24 cycles and 120 elements, tried one by one *)

Definition cycles : list (list nat) := Eval vm_compute in filter is_cycle all_images.

Definition listed (p : list nat) (all : list (list nat)) : bool := existsb (same p) all.

Lemma same_right p q : same p q = true <-> p = q.
Proof. unfold same. destruct (list_eq_dec Nat.eq_dec p q); split; congruence. Qed.

Lemma listed_right p all : listed p all = true <-> In p all.
Proof.
  unfold listed. rewrite existsb_exists. split.
  - intros (q & here & equal). apply same_right in equal as ->. exact here.
  - intros here. exists p. rewrite same_right. auto.
Qed.

Section Facts.
  Variables elements fives : list (list nat).

  (** A 5-cycle's inverse and parts are 5-cycles, and the commutator of its parts does what it must. *)
  Definition facts (t back a b : list nat) : bool :=
    listed t elements && (listed back fives && (listed a fives && (listed b fives
    && forallb
         (fun p =>
            same (followed_by (followed_by (followed_by (followed_by p a) b) (inverse a)) (inverse b)) (followed_by p t)
            && (same (followed_by (followed_by p t) back) p && same (followed_by (followed_by p back) t) p))
         elements))).

  Lemma facts_right t back a b : facts t back a b = true ->
    In t elements /\ In back fives /\ In a fives /\ In b fives
    /\ forall p, In p elements ->
         followed_by (followed_by (followed_by (followed_by p a) b) (inverse a)) (inverse b) = followed_by p t
         /\ followed_by (followed_by p t) back = p
         /\ followed_by (followed_by p back) t = p.
  Proof.
    unfold facts. intros all. apply andb_true_iff in all as [t_ all]. apply andb_true_iff in all as [back_ all].
    apply andb_true_iff in all as [a_ all]. apply andb_true_iff in all as [b_ all].
    apply listed_right in t_, back_, a_, b_. do 4 (split; [assumption|]). intros p p_.
    pose proof (proj1 (forallb_forall _ _) all p p_) as at_p. apply andb_true_iff in at_p as [first at_p].
    apply andb_true_iff in at_p as [second_ third]. apply same_right in first, second_, third. auto.
  Qed.
End Facts.

Definition cycle_facts (t : list nat) : bool := facts all_images cycles t (inverse t) (first_part t) (second_part t).

Lemma all_cycle_facts : forallb cycle_facts cycles = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Lemma all_points_last : forallb (fun p => same (followed_by p points) p) all_images = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Lemma points_listed_ : In points all_images.
Proof. apply listed_right. vm_cast_no_check (eq_refl true). Qed.

Lemma cycle_is_cycle : In cycle cycles.
Proof. apply listed_right. vm_cast_no_check (eq_refl true). Qed.

(** From here on they are names only. *)
Opaque all_images cycles first_part second_part inverse followed_by.

Section Cycle.
  Variable t : list nat.
  Hypothesis t_ : In t cycles.

  Definition at_cycle := facts_right all_images cycles t _ _ _ (proj1 (forallb_forall _ _) all_cycle_facts t t_).

  Lemma cycle_listed : In t all_images.
  Proof. exact (proj1 at_cycle). Qed.

  Lemma inverse_cycle : In (inverse t) cycles.
  Proof. exact (proj1 (proj2 at_cycle)). Qed.

  Lemma first_cycle : In (first_part t) cycles.
  Proof. exact (proj1 (proj2 (proj2 at_cycle))). Qed.

  Lemma second_cycle : In (second_part t) cycles.
  Proof. exact (proj1 (proj2 (proj2 (proj2 at_cycle)))). Qed.

  Definition after_all := proj2 (proj2 (proj2 (proj2 at_cycle))).
End Cycle.

Lemma listed_bijective p : In p all_images -> Permutation points p.
Proof. pose proof all_images_bijective as all. rewrite Forall_forall in all. apply all. Qed.

Lemma followed_by_listed p q : In p all_images -> In q all_images -> In (followed_by p q) all_images.
Proof. intros p_ q_. apply points_listed, followed_by_bijective; apply listed_bijective; assumption. Qed.

Lemma followed_by_associative p q r : In p all_images -> In q all_images ->
  followed_by (followed_by p q) r = followed_by p (followed_by q r).
Proof.
  intros p_ q_. Transparent followed_by. unfold followed_by. rewrite map_map. apply map_ext_in. intros point here.
  assert (point < length q) as inside.
  { apply listed_bijective in p_, q_. rewrite <- (Permutation_length q_).
    apply (Permutation_in _ (Permutation_sym p_)) in here. simpl in *. lia. }
  rewrite (nth_indep (map _ q) 0 (nth 0 r 0)).
  - rewrite (map_nth (fun point => nth point r 0)). reflexivity.
  - clear -inside. revert point inside. induction q; simpl; intros point inside; [lia|]. destruct point; [lia|].
    specialize (IHq point). lia.
Qed.
Opaque followed_by.

Lemma points_last p : In p all_images -> followed_by p points = p.
Proof. intros p_. apply same_right. exact (proj1 (forallb_forall _ _) all_points_last p p_). Qed.

(** * Programs *)

Section Values.
  Variable values : nat -> bool.

  Definition is_letter (i : instruction) : Prop := In (on_true i) all_images /\ In (on_false i) all_images.

  Definition run (p : list nat) (is : list instruction) : list nat := fold_left followed_by (map (letter values) is) p.

  (** The program takes every product to the product with this element where the value is true, and keeps it elsewhere. *)
  Definition does (is : list instruction) (value : bool) (t : list nat) : Prop :=
    is <> [] /\ Forall is_letter is
    /\ forall p, In p all_images -> run p is = if value then followed_by p t else p.

  Lemma letter_listed i : is_letter i -> In (letter values i) all_images.
  Proof. intros [? ?]. unfold letter. destruct (values (variable i)); assumption. Qed.

  Lemma run_app p is js : run p (is ++ js) = run (run p is) js.
  Proof.
    unfold run. assert (map (letter values) (is ++ js) = map (letter values) is ++ map (letter values) js) as ->.
    { induction is; simpl; congruence. }
    apply fold_left_app.
  Qed.

  Lemma and_then_letters is t : In t all_images -> Forall is_letter is -> Forall is_letter (and_then is t).
  Proof.
    intros t_ all. induction all as [|i is first rest IH]; [constructor|]. destruct is as [|j is].
    - destruct first as [true_ false_]. cbn [and_then]. constructor; [|constructor].
      split; apply followed_by_listed; assumption.
    - constructor; [exact first|exact IH].
  Qed.

  Lemma and_then_run is t : In t all_images -> is <> [] -> Forall is_letter is ->
    forall p, In p all_images -> run p (and_then is t) = followed_by (run p is) t.
  Proof.
    intros t_ some all. induction all as [|i is first rest IH]; [congruence|]. intros p p_.
    pose proof (letter_listed i first) as i_. destruct is as [|j is].
    - unfold run. cbn [and_then map fold_left]. rewrite followed_by_associative by auto. f_equal.
      unfold letter. cbn [variable on_true on_false]. destruct (values (variable i)); reflexivity.
    - change (run p (and_then (i :: j :: is) t)) with (run (followed_by p (letter values i)) (and_then (j :: is) t)).
      rewrite IH; [reflexivity|discriminate|]. apply followed_by_listed; auto.
  Qed.

  Lemma and_then_some is t : is <> [] -> and_then is t <> [].
  Proof. destruct is as [|i [|j is]]; simpl; congruence. Qed.

  Lemma negated_right is value t : In t cycles -> does is value (inverse t) -> does (and_then is t) (negb value) t.
  Proof.
    intros t_ (some & all & right). pose proof (cycle_listed t t_) as listed_. split; [|split].
    - apply and_then_some, some.
    - apply and_then_letters; auto.
    - intros p p_. rewrite and_then_run by auto. rewrite right by auto. destruct value; cbn [negb]; auto.
      apply (after_all t t_ p p_).
  Qed.

  Lemma conjunction_right f g x y t : In t cycles ->
    (forall part, In part cycles -> does (f part) x part) -> (forall part, In part cycles -> does (g part) y part) ->
    does (conjunction t f g) (x && y) t.
  Proof.
    intros t_ f_ g_. pose proof (first_cycle t t_) as a_. pose proof (second_cycle t t_) as b_.
    destruct (f_ _ a_) as (some & all & a_right), (g_ _ b_) as (_ & all' & b_right),
      (f_ _ (inverse_cycle _ a_)) as (_ & all'' & a_back), (g_ _ (inverse_cycle _ b_)) as (_ & all''' & b_back).
    split; [|split].
    - unfold conjunction. destruct (f (first_part t)); [congruence|discriminate].
    - unfold conjunction. rewrite !Forall_app. auto.
    - intros p p_. unfold conjunction. rewrite !run_app.
      pose proof (cycle_listed _ a_) as a_listed. pose proof (cycle_listed _ b_) as b_listed.
      pose proof (cycle_listed _ (inverse_cycle _ a_)) as a_back_listed.
      pose proof (cycle_listed _ (inverse_cycle _ b_)) as b_back_listed.
      rewrite a_right by auto. destruct x, y; cbn [andb].
      + rewrite b_right by auto using followed_by_listed. rewrite a_back by auto using followed_by_listed.
        rewrite b_back by auto using followed_by_listed. apply (after_all t t_ p p_).
      + rewrite b_right, a_back, b_back by auto using followed_by_listed.
        rewrite (proj1 (proj2 (after_all _ a_ p p_))). reflexivity.
      + rewrite b_right, a_back, b_back by auto using followed_by_listed. apply (after_all _ b_ p p_).
      + rewrite b_right, a_back, b_back by auto. reflexivity.
  Qed.

  Lemma program_right f : forall t, In t cycles -> does (program f t) (formula_value values f) t.
  Proof.
    induction f as [place|f IH|f IHf g IHg|f IHf g IHg]; intros t t_; cbn [program formula_value].
    - split; [discriminate|split].
      + constructor; [|constructor]. split; [apply cycle_listed, t_|apply points_listed_].
      + intros p p_. unfold run, letter. cbn [map fold_left variable on_true on_false].
        destruct (values place); auto using points_last.
    - apply negated_right; auto using inverse_cycle.
    - apply conjunction_right; auto.
    - replace (formula_value values f || formula_value values g)
        with (negb (negb (formula_value values f) && negb (formula_value values g)))
        by (destruct (formula_value values f), (formula_value values g); reflexivity).
      apply negated_right; auto. apply conjunction_right; auto using inverse_cycle, negated_right.
  Qed.
End Values.

Lemma and_then_length is t : length (and_then is t) = length is.
Proof. induction is as [|i [|j is] IH]; simpl in *; auto. Qed.

Lemma program_length f : forall t, length (program f t) = n_instructions f.
Proof.
  assert (forall is js : list instruction, length (is ++ js) = length is + length js) as length_app.
  { induction is as [|i is IH]; intros js; simpl; auto. }
  induction f as [place|f IH|f IHf g IHg|f IHf g IHg]; intros t; cbn [program n_instructions]; auto.
  - rewrite and_then_length. apply IH.
  - unfold conjunction. rewrite !length_app, !IHf, !IHg. lia.
  - rewrite and_then_length. unfold conjunction. rewrite !length_app, !and_then_length, !IHf, !IHg. lia.
Qed.

(** * The theorems *)

(** The product of the word, read left to right, is the cycle where the formula is true and the identity elsewhere. *)
Theorem formula_is_product values f :
  product (map_formula values f) = if formula_value values f then cycle else points.
Proof.
  destruct (program_right values f cycle) as (_ & _ & right); [apply cycle_is_cycle|].
  unfold product, map_formula. fold (run values points (program f cycle)). rewrite right by apply points_listed_.
  destruct (formula_value values f); auto.
Qed.

Theorem map_length_is values f : length (map_formula values f) = n_instructions f.
Proof. rewrite <- (program_length f cycle). unfold map_formula. induction (program f cycle); simpl; auto. Qed.

Theorem at_most_four_to_the_depth f : n_instructions f <= 4 ^ depth f.
Proof.
  assert (forall d e, d <= e -> 4 ^ d <= 4 ^ e) as grows by (intros; apply Nat.pow_le_mono_r; lia).
  induction f as [|f IH|f IHf g IHg|f IHf g IHg]; cbn [n_instructions depth]; auto;
    pose proof (grows (depth f) _ (Nat.le_max_l (depth f) (depth g)));
    pose proof (grows (depth g) _ (Nat.le_max_r (depth f) (depth g))); rewrite Nat.pow_succ_r'; lia.
Qed.

(** Every leaf below the same number of conjunctions and disjunctions; negations are free. *)
Inductive full : nat -> formula -> Prop :=
  | full_leaf place : full 0 (Leaf place)
  | full_not d f : full d f -> full d (Not f)
  | full_and d f g : full d f -> full d g -> full (S d) (And f g)
  | full_or d f g : full d f -> full d g -> full (S d) (Or f g).

Theorem exactly_four_to_the_depth d f : full d f -> n_instructions f = 4 ^ d.
Proof.
  induction 1 as [|d f f_ IH|d f g f_ IHf g_ IHg|d f g f_ IHf g_ IHg]; cbn [n_instructions]; auto;
    rewrite IHf, IHg, Nat.pow_succ_r'; lia.
Qed.

(** The letters are permutations, so that it is a word of the word problem, and a yes-word iff the formula is false. *)
Theorem formula_reduces values f : exists word : list permutation,
  map images word = map_formula values f /\ (yes_all word <-> formula_value values f = false).
Proof.
  destruct (program_right values f cycle) as (_ & all & _); [apply cycle_is_cycle|].
  assert (exists word : list permutation, map images word = map_formula values f) as [word is_].
  { unfold map_formula. induction all as [|i is first rest [word IH]]; [exists []; reflexivity|].
    exists ({| images := letter values i; bijective := listed_bijective _ (letter_listed values i first) |} :: word).
    simpl. rewrite IH. reflexivity. }
  exists word. split; [exact is_|]. unfold yes_all. rewrite is_, formula_is_product.
  destruct (formula_value values f); split; intros; try discriminate; reflexivity.
Qed.

(** Letters that are the identity change no product, so that a word of length exactly 4^d serves every formula of depth at
    most d. *)
Definition padded (d : nat) (values : nat -> bool) (f : formula) : list (list nat) :=
  map_formula values f ++ repeat points (4 ^ d - n_instructions f).

Theorem padded_right d values f : depth f <= d ->
  length (padded d values f) = 4 ^ d /\ product (padded d values f) = if formula_value values f then cycle else points.
Proof.
  intros depth_. split.
  - assert (forall xs ys : list (list nat), length (xs ++ ys) = length xs + length ys) as length_app.
    { induction xs as [|x xs IH]; intros ys; simpl; auto. }
    unfold padded. rewrite length_app, map_length_is, repeat_length.
    pose proof (at_most_four_to_the_depth f). pose proof (Nat.pow_le_mono_r 4 (depth f) d). lia.
  - unfold padded, product. rewrite fold_left_app. fold (product (map_formula values f)). rewrite formula_is_product.
    set (p := if formula_value values f then cycle else points).
    assert (followed_by p points = p) as kept by (apply points_last; unfold p; destruct (formula_value values f); auto using points_listed_, cycle_listed, cycle_is_cycle).
    generalize (4 ^ d - n_instructions f). intros count. induction count as [|count IH]; simpl; auto. rewrite kept. exact IH.
Qed.

Print Assumptions formula_is_product.
Print Assumptions map_length_is.
Print Assumptions at_most_four_to_the_depth.
Print Assumptions exactly_four_to_the_depth.
Print Assumptions formula_reduces.
Print Assumptions padded_right.
