(** Stacks stay as small as the number of tokens that may push: what a machine on stacks decides, its network decides in
    fixed point. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import ZArith.
From Reduce Require Import FixedPrecision.
From Reduce Require Import FixedPrecisionStacks.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
Import ListNotations.

(** How many tokens of a word are of some kind. *)
Definition count {token : Type} (counts : token -> bool) (word : list token) : nat :=
  fold_right (fun t sum => (if counts t then 1 else 0) + sum) 0 word.

Lemma count_app {token : Type} (counts : token -> bool) (u v : list token) :
  count counts (u ++ v) = count counts u + count counts v.
Proof. unfold count. induction u as [|t u IH]; simpl; auto. rewrite IH. lia. Qed.

Lemma count_repeat {token : Type} (counts : token -> bool) t n : counts t = false -> count counts (repeat t n) = 0.
Proof. intros none. unfold count. induction n as [|n IH]; simpl; auto. rewrite none, IH. reflexivity. Qed.

Section Stacks.
  Context {token state : Type} (m : machine) (index : token -> nat) (embed : state -> configuration) (start : state)
    (next : state -> token -> state) (accepts : state -> bool) (pushes : token -> bool) (bounded : nat -> state -> Prop).
  Hypothesis follows_ : follows m index embed start next accepts.
  Hypothesis bounded_start : bounded 0 start.
  Hypothesis bounded_next : forall k s t, bounded k s -> bounded ((if pushes t then 1 else 0) + k) (next s t).
  Hypothesis bounded_embed : forall k s q all, bounded k s -> embed s = Some (q, all) -> Forall (at_most k) all.

  Lemma run_embed word : forall s, fold_left (machine_step m) (map index word) (embed s) = embed (fold_left next word s).
  Proof.
    destruct follows_ as [_ step_ _]. induction word as [|t word IH]; intros s; simpl; auto. rewrite step_. apply IH.
  Qed.

  Lemma run_bounded word : forall k s, bounded k s -> bounded (count pushes word + k) (fold_left next word s).
  Proof.
    induction word as [|t word IH]; intros k s bounded_; [exact bounded_|]. cbn [fold_left].
    replace (count pushes (t :: word) + k) with (count pushes word + ((if pushes t then 1 else 0) + k)).
    - apply IH, bounded_next, bounded_.
    - unfold count. cbn [fold_right]. lia.
  Qed.

  Theorem stacks_stay_small n word : count pushes word <= n ->
    keeps_size m (at_most n) (Some (initial m)) (map blank (kinds m)) (map index word).
  Proof.
    intros few before after q all' split_ run. apply map_eq_app in split_ as (first & second & -> & <- & <-).
    change (live (Some (initial m)) (map blank (kinds m))) with (machine_start m) in run.
    destruct follows_ as [start_ _ _]. rewrite start_, run_embed in run.
    pose proof (run_bounded first 0 start bounded_start) as bounded_. rewrite count_app in few.
    pose proof (bounded_embed _ _ _ _ bounded_ run) as sizes. clear -sizes few.
    induction sizes as [|r rs (l & equal & length_)]; constructor; auto. exists l. split; [exact equal|lia].
  Qed.

  Variables (net : network) (text : token -> String.string) (alphabet : list token) (yes : list token -> Prop)
    (least per_symbol : nat).
  Hypothesis place : forall t, nth_error alphabet (index t) = Some t.
  Hypothesis spelling : map text alphabet = tokens net.
  Hypothesis decides : forall word, machine_accepts m (map index word) = true <-> yes word.
  Hypothesis checked : check m net = true.
  Hypothesis window_checked : check_window m net least per_symbol = true.

  Lemma spelled word : spelled_for net (map index word).
  Proof.
    apply spelled_by. intros t. unfold n_tokens. rewrite <- spelling, length_of_map. apply nth_error_Some. rewrite place.
    discriminate.
  Qed.

  (** With as many bits as n symbols take, or more, on words of at most n symbols. *)
  Theorem rounded_stacks_decide int_bits frac_bits n word :
    least <= int_bits -> 1 <= n -> count pushes word <= n -> per_symbol * n <= frac_bits ->
    rounded_accepts int_bits frac_bits net (map index word) = true <-> yes word.
  Proof.
    intros enough_int_bits some few enough.
    rewrite (rounded_is_exact_within m net least per_symbol int_bits frac_bits n checked window_checked enough_int_bits
      some enough).
    - apply (net_decides alphabet text index m net yes place spelling decides checked).
    - apply spelled.
    - apply stacks_stay_small, few.
  Qed.

  (** ** A window *)

  Variable cut_state : nat -> state -> state.
  Hypothesis embed_cut : forall window s, embed (cut_state window s) = cut_all window (embed s).

  Definition window_next (window : nat) (s : state) (t : token) : state := cut_state window (next s t).

  Lemma window_run window word : forall s,
    fold_left (window_step m window) (map index word) (embed s) = embed (fold_left (window_next window) word s).
  Proof.
    destruct follows_ as [_ step_ _]. induction word as [|t word IH]; intros s; cbn [fold_left map]; auto.
    unfold window_step at 2. rewrite step_, <- embed_cut. apply IH.
  Qed.

  Lemma window_accepts_state window word :
    window_accepts m window (map index word) = accepts (fold_left (window_next window) word start).
  Proof. destruct follows_ as [start_ _ accepts_]. unfold window_accepts. rewrite start_, window_run. apply accepts_. Qed.

  (** The rounded network on every word. *)
  Theorem rounded_is_windowed int_bits window word : least <= int_bits -> 1 <= window ->
    rounded_accepts int_bits (per_symbol * window) net (map index word) =
      accepts (fold_left (window_next window) word start).
  Proof.
    intros enough_int_bits some. rewrite <- window_accepts_state.
    apply (rounded_is_window_on_every_word m net least per_symbol int_bits (per_symbol * window) window checked
      window_checked enough_int_bits some (le_n _)); [reflexivity|apply spelled].
  Qed.

  (** *** Where what is forgotten is never asked for

      After [s] so many symbols are still to be pushed: either what the window forgets is not asked for, or nothing more is
      pushed and, with or without the window, the word is not accepted. *)

  Variables (fits : nat -> nat -> state -> Prop) (unfinished : state -> Prop).
  Hypothesis cut_start : forall window, cut_state window start = start.
  Hypothesis cut_accepts : forall window s, accepts (cut_state window s) = accepts s.
  Hypothesis unfinished_next : forall s t, pushes t = false -> unfinished s -> unfinished (next s t).
  Hypothesis unfinished_cut : forall window s, unfinished s -> unfinished (cut_state window s).
  Hypothesis unfinished_rejected : forall s, unfinished s -> accepts s = false.
  Hypothesis fits_next : forall window more s t, 1 <= window -> fits window ((if pushes t then 1 else 0) + more) s ->
    (window_next window (cut_state window s) t = cut_state window (next s t) /\ fits window more (next s t))
    \/ (more = 0 /\ unfinished (next s t) /\ unfinished (next (cut_state window s) t)).

  Lemma unfinished_stays step word : (forall s t, pushes t = false -> unfinished s -> unfinished (step s t)) ->
    count pushes word = 0 -> forall s, unfinished s -> accepts (fold_left step word s) = false.
  Proof.
    intros steps. induction word as [|t word IH]; intros none s open; cbn [fold_left]; auto.
    unfold count in *. cbn [fold_right] in none. destruct (pushes t) eqn:pushes_; [discriminate|]. auto.
  Qed.

  Lemma window_run_same window word : 1 <= window -> forall s, fits window (count pushes word) s ->
    accepts (fold_left (window_next window) word (cut_state window s)) = accepts (fold_left next word s).
  Proof.
    intros some. induction word as [|t word IH]; intros s fits_; cbn [fold_left]; [apply cut_accepts|].
    destruct (fits_next window (count pushes word) s t some fits_) as [[same_ fits']|(none & open & cut_open)].
    - rewrite same_. apply IH, fits'.
    - rewrite (unfinished_stays next word unfinished_next none _ open). apply unfinished_stays; [|exact none|].
      + intros s' t' quiet open'. apply unfinished_cut, unfinished_next; assumption.
      + apply unfinished_cut, cut_open.
  Qed.

  Theorem window_decides int_bits window word : least <= int_bits -> 1 <= window -> fits window (count pushes word) start ->
    rounded_accepts int_bits (per_symbol * window) net (map index word) = true <-> yes word.
  Proof.
    intros enough_int_bits some fits_. rewrite (rounded_is_windowed int_bits window word enough_int_bits some).
    rewrite <- (cut_start window), (window_run_same window word some start fits_), <- (followed _ _ _ _ _ _ follows_).
    apply decides.
  Qed.

  (** ** One bit more than a window's is of no use where only zeros are forgotten *)

  Definition is_zeros (r : register) : Prop := exists l, r = Stack l /\ Forall (fun b => b = 0) l.

  Definition only_zeros (s : state) : Prop := match embed s with Some (_, all) => Forall is_zeros all | None => True end.

  Fixpoint zeros_along (window : nat) (s : state) (word : list token) : Prop :=
    match word with
    | [] => True
    | t :: word => only_zeros (next s t) /\ zeros_along window (window_next window s t) word
    end.

  Theorem one_bit_more int_bits window word : least <= int_bits -> 1 <= window -> 2 <= n_symbols m ->
    zeros_along window start word ->
    rounded_accepts int_bits (S (per_symbol * window)) net (map index word) =
      accepts (fold_left (window_next window) word start).
  Proof.
    intros enough_int_bits some two zeros. rewrite <- window_accepts_state.
    apply (rounded_is_window m net least per_symbol int_bits (S (per_symbol * window)) window checked window_checked
      enough_int_bits some); [lia|apply spelled|].
    pose proof (window_base m net least per_symbol window_checked) as base_.
    destruct follows_ as [start_ step_ _]. rewrite start_. clear start_. revert zeros. generalize start.
    induction word as [|t word IH]; intros s zeros; cbn [map run_cuts]; auto. destruct zeros as [first zeros]. split.
    - intros q all here valid_. rewrite step_ in here. unfold only_zeros in first. rewrite here in first.
      apply (all_stacks m net least per_symbol window_checked) in valid_. clear -first valid_ base_ two.
      induction first as [|r rs (l & -> & zeros_) _ IH]; inversion valid_; subst; constructor; auto.
      apply (zeros_cut _ per_symbol); auto. clear -zeros_. revert l zeros_.
      induction window as [|window IH]; intros l zeros_; auto.
      destruct zeros_; cbn [skipn]; auto.
    - unfold window_step. rewrite step_, <- embed_cut. apply IH, zeros.
  Qed.

  Lemma zeros_along_app window u v : forall s,
    zeros_along window s u -> zeros_along window (fold_left (window_next window) u s) v -> zeros_along window s (u ++ v).
  Proof.
    induction u as [|t u IH]; intros s; cbn [zeros_along fold_left app]; auto. intros [first rest] last. split; auto.
  Qed.

  (** This goes well: only zeros are forgotten, and so the run with a window comes to that state. *)
  Definition comes_to (window : nat) (s : state) (word : list token) (s' : state) : Prop :=
    zeros_along window s word /\ fold_left (window_next window) word s = s'.

  Lemma comes_on window s u s' v s'' : comes_to window s u s' -> comes_to window s' v s'' -> comes_to window s (u ++ v) s''.
  Proof.
    intros [first <-] [second <-]. split; [|apply fold_left_app]. apply zeros_along_app; [exact first|exact second].
  Qed.

  Lemma comes_next window s t s' : only_zeros (next s t) -> cut_state window (next s t) = s' -> comes_to window s [t] s'.
  Proof. intros zeros <-. split; [split; [exact zeros|exact I]|reflexivity]. Qed.
End Stacks.

Lemma firstn_repeated {X : Type} (x : X) : forall size n, firstn size (repeat x n) = repeat x (min size n).
Proof. induction size as [|size IH]; intros [|n]; cbn [firstn repeat min]; auto. f_equal. apply IH. Qed.
