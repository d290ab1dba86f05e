(** Stacks in fixed point: a window.

    In a format of F = k P bits behind the point, where a symbol takes k bits, a stack of P symbols is a number of the format
    and a longer one loses its oldest symbols, as rounding goes down. So the rounded network does on every word what the
    machine does that keeps the newest P symbols of each stack. That is checked as in [MachineCheck], by one symbolic step
    for each mode, observation and token, layer by layer: of what is rounded away nothing is seen but by one unit of weight
    1 in a sum of numbers that are exact. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import Lia.
From Coq Require Import Lqa.
From Coq Require Import QArith.
From Coq Require Import Qround.
From Reduce Require Import Affine.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope Q_scope.

(** * The machine with a window *)

(** The newest symbols. *)
Definition cut (window : nat) (r : register) : register :=
  match r with
  | Counter z => Counter z
  | Stack l => Stack (firstn window l)
  end.

Definition cut_all (window : nat) (c : configuration) : configuration :=
  option_map (fun here => (fst here, map (cut window) (snd here))) c.

(** A step after which each stack forgets what lies deeper than the window. *)
Definition window_step (m : machine) (window : nat) (c : configuration) (token : nat) : configuration :=
  cut_all window (machine_step m c token).

Definition window_accepts (m : machine) (window : nat) (word : list nat) : bool :=
  is_accepting m (fold_left (window_step m window) word (machine_start m)).

(** * The check *)

Definition power (n : nat) : Z := (2 ^ Z.of_nat n)%Z.

(** A multiple of 2^-bits. *)
Definition is_multiple (bits : nat) (q : Q) : bool := is_integer (q * inject_Z (power bits)).

(** Every coefficient is a multiple of 2^-bits. *)
Definition is_on_grid (bits : nat) (s : option form) : bool :=
  match s with
  | Some f => is_multiple bits (offset f) && forallb (is_multiple bits) (coefficients f)
  | None => false
  end.

(** The bounds show that the value lies in [-2^(I-1), 2^(I-1)). *)
Definition is_in_range (m : machine) (int_bits : nat) (s : option form) : bool :=
  match s with
  | Some f =>
      surely_at_least_zero (bounds m) (add_forms f (fixed (inject_Z (power (int_bits - 1)))))
      && surely_positive (bounds m) (add_forms (fixed (inject_Z (power (int_bits - 1)))) (scale (-1) f))
  | None => false
  end.

Definition is_cut_off (m : machine) (s : option form) : bool :=
  match s with
  | Some f => surely_at_most_zero (bounds m) f
  | None => false
  end.

(** A pre-activation whose rounding changes nothing behind the ReLU. *)
Definition is_kept (m : machine) (int_bits bits : nat) (s : option form) : bool :=
  (is_on_grid bits s && is_in_range m int_bits s) || is_cut_off m s.

Section Rows.
  Variables (m : machine) (int_bits bits : nat).

  (** Of each input, whether it is exact; the others are rounded. An input that is not there is 0. *)
  Definition reads_exact (exacts : list bool) (w : nat * Q) : bool := nth (fst w) exacts true.

  (** At most one input is rounded, its weight is 1, and the sum of the others is a number of the format. *)
  Definition check_row (exacts : list bool) (inputs : list (option form)) (r : row) : bool :=
    match filter (fun w => negb (reads_exact exacts w)) (weights r) with
    | [] => true
    | [w] =>
        Qeq_bool (snd w) 1 && is_in_range m int_bits (nth (fst w) inputs (Some (fixed 0)))
        && is_on_grid bits
             (row_value (symbolic (bounds m)) inputs (Row (bias r) (filter (reads_exact exacts) (weights r))))
    | _ => false
    end.

  Fixpoint check_layers (exacts : list bool) (layers : list affine) (inputs : list (option form)) : bool :=
    match layers with
    | [] => false
    | [last] => forallb (check_row exacts inputs) last
    | first :: rest =>
        let sums := apply (symbolic (bounds m)) first inputs in
        forallb (check_row exacts inputs) first
        && check_layers (map (is_kept m int_bits bits) sums) rest (map (rectify (symbolic (bounds m))) sums)
    end.

  (** The state and the token are exact. *)
  Definition check_windowed_step (n : network) (c : case) : bool :=
    let '(mode, os, token) := c in
    match recurrent_map n with
    | Relu layers => check_layers [] layers (seen_state m mode os ++ one_hot (symbolic (bounds m)) (n_tokens n) token)
    | Linear _ => false
    end.
End Rows.

(** A symbol takes [per_symbol] bits, and so many bits before the point suffice. *)
Definition check_window (m : machine) (n : network) (int_bits per_symbol : nat) : bool :=
  forallb (fun k => negb (is_counter k)) (kinds m) && (2 * Z.of_nat (n_symbols m) =? power per_symbol)%Z
  && Nat.leb 2 int_bits && forallb (check_windowed_step m int_bits per_symbol n) (steps m n).

(** Where it fails. *)
Definition failing_window (m : machine) (n : network) (int_bits per_symbol : nat) : list case :=
  filter (fun c => negb (check_windowed_step m int_bits per_symbol n c)) (steps m n).

(** * It is right *)

Definition has_bits (bits : nat) (x : Q) : Prop := exists k, x * inject_Z (power bits) == inject_Z k.

Lemma power_add a b : power (a + b) = (power a * power b)%Z.
Proof. unfold power. rewrite Nat2Z.inj_add, Z.pow_add_r by lia. reflexivity. Qed.

Lemma power_positive n : (0 < power n)%Z.
Proof. apply Z.pow_pos_nonneg; lia. Qed.

Lemma has_more_bits a b x : (a <= b)%nat -> has_bits a x -> has_bits b x.
Proof.
  intros less (k & equal). exists (k * power (b - a))%Z. replace b with (a + (b - a))%nat by lia.
  replace (a + (b - a) - a)%nat with (b - a)%nat by lia.
  rewrite power_add, !inject_Z_mult, Qmult_assoc, equal. reflexivity.
Qed.

Lemma sum_has_bits bits x y : has_bits bits x -> has_bits bits y -> has_bits bits (x + y).
Proof. intros (k & k_) (l & l_). exists (k + l)%Z. rewrite Qmult_plus_distr_l, k_, l_, inject_Z_plus. reflexivity. Qed.

Lemma product_has_bits a b x y : has_bits a x -> has_bits b y -> has_bits (a + b) (x * y).
Proof.
  intros (k & k_) (l & l_). exists (k * l)%Z. rewrite power_add, !inject_Z_mult, <- k_, <- l_. ring.
Qed.

Lemma equal_has_bits bits x y : x == y -> has_bits bits x -> has_bits bits y.
Proof. intros same_ (k & k_). exists k. rewrite <- same_. exact k_. Qed.

Lemma is_multiple_right bits q : is_multiple bits q = true -> has_bits bits q.
Proof. intros integer. eexists. apply is_integer_right, integer. Qed.

Lemma zero_has_bits bits : has_bits bits 0.
Proof. exists 0%Z. ring. Qed.

Section Symbols.
  Variables (n_symbols per_symbol : nat).
  Hypothesis base : (2 * Z.of_nat n_symbols = power per_symbol)%Z.

  Lemma stack_code_bits stack : has_bits (per_symbol * length stack) (stack_code n_symbols stack).
  Proof.
    induction stack as [|top rest IH]; cbn [stack_code length]; [apply zero_has_bits|].
    destruct IH as (k & k_). exists ((2 * Z.of_nat top + 1) * power (per_symbol * length rest) + k)%Z.
    replace (per_symbol * S (length rest))%nat with (per_symbol + per_symbol * length rest)%nat by lia.
    rewrite power_add, <- base, inject_Z_plus, !inject_Z_mult, <- k_, inject_Z_plus, inject_Z_mult. unfold pushed, of_nat.
    change (inject_Z 2) with 2. change (inject_Z 1) with 1. field. intros none.
    pose proof (power_positive per_symbol). change 0 with (inject_Z 0) in none.
    apply (proj1 (inject_Z_injective _ _)) in none. lia.
  Qed.
End Symbols.

(** A stack of at most so many symbols. *)
Definition at_most (n : nat) (r : register) : Prop := exists l, r = Stack l /\ (length l <= n)%nat.

Lemma hidden_bits n_symbols per_symbol n r : (2 * Z.of_nat n_symbols = power per_symbol)%Z ->
  at_most n r -> has_bits (per_symbol * (n - 1)) (hidden n_symbols r).
Proof.
  intros base (l & -> & length_). destruct l as [|top rest]; cbn [hidden]; [apply zero_has_bits|].
  simpl in length_. apply (has_more_bits (per_symbol * length rest)); [apply Nat.mul_le_mono_l; lia|].
  apply stack_code_bits, base.
Qed.

Lemma dot_bits a b cs : Forall (has_bits a) cs -> forall xs, Forall (has_bits b) xs -> has_bits (a + b) (dot cs xs).
Proof.
  induction 1 as [|c cs first _ IH]; intros xs all; cbn [dot]; [apply zero_has_bits|].
  destruct all as [|x xs x_ all]; [apply zero_has_bits|]. apply sum_has_bits; auto. apply product_has_bits; auto.
Qed.

Lemma on_grid_bits bits b xs s q : Forall (has_bits b) xs -> is_on_grid bits s = true -> stands xs s q ->
  has_bits (bits + b) q.
Proof.
  intros all grid stands_. destruct s as [f|]; [|discriminate]. cbn [is_on_grid stands] in *.
  apply andb_true_iff in grid as [offset_ coefficients_]. apply (equal_has_bits _ _ _ stands_). apply sum_has_bits.
  - apply (has_more_bits bits); [apply Nat.le_add_r|]. apply is_multiple_right, offset_.
  - apply dot_bits; auto. rewrite forallb_forall in coefficients_. apply Forall_forall. intros c here.
    apply is_multiple_right, coefficients_, here.
Qed.

Lemma in_range_right m int_bits more xs s q : (int_bits <= more)%nat -> Forall2 within (bounds m) xs ->
  is_in_range m int_bits s = true -> stands xs s q -> - inject_Z (power (more - 1)) <= q < inject_Z (power (more - 1)).
Proof.
  intros less within_ range stands_. destruct s as [f|]; [|discriminate]. cbn [is_in_range stands] in *.
  apply andb_true_iff in range as [low high].
  apply (surely_at_least_zero_right _ _ within_) in low. apply (surely_positive_right _ _ within_) in high.
  rewrite eval_add, eval_fixed in low. rewrite eval_add, eval_fixed, eval_scale in high. rewrite stands_ in low, high.
  assert (power (int_bits - 1) <= power (more - 1))%Z as grows by (apply Z.pow_le_mono_r; lia).
  rewrite Zle_Qle in grows. lra.
Qed.

(** ** Down to the grid *)

Lemma floor_is z x : inject_Z z <= x -> x < inject_Z (z + 1) -> Qfloor x = z.
Proof.
  intros low high. pose proof (Qfloor_le x) as below. pose proof (Qlt_floor x) as above.
  assert (inject_Z z < inject_Z (Qfloor x + 1)) as first by lra.
  assert (inject_Z (Qfloor x) < inject_Z (z + 1)) as second by lra.
  rewrite <- Zlt_Qlt in first, second. lia.
Qed.

Lemma rectify_low x : x <= 0 -> rectify exact x == 0.
Proof. intros low. apply Qle_bool_iff in low. cbn [rectify exact]. rewrite low. reflexivity. Qed.

Lemma rectify_high x : 0 <= x -> rectify exact x == x.
Proof.
  intros high. cbn [rectify exact]. destruct (Qle_bool x 0) eqn:low; [|reflexivity]. apply Qle_bool_iff in low. lra.
Qed.

Section Rounding.
  Variables (int_bits frac_bits : nat).
  Notation round := (round int_bits frac_bits).

  Lemma unit_positive_Q : 0 < inject_Z (unit frac_bits).
  Proof. change 0 with (inject_Z 0). rewrite <- Zlt_Qlt. apply unit_positive. Qed.

  Lemma most_positive : (1 <= most int_bits frac_bits)%Z.
  Proof.
    unfold most. pose proof (unit_positive frac_bits).
    assert (0 < 2 ^ Z.of_nat (int_bits - 1))%Z by (apply Z.pow_pos_nonneg; lia). nia.
  Qed.

  Lemma round_units x : round x * inject_Z (unit frac_bits)
    == inject_Z (Z.max (- most int_bits frac_bits)
         (Z.min (most int_bits frac_bits - 1) (Qfloor (x * inject_Z (unit frac_bits))))).
  Proof. unfold FixedPrecision.round. field. apply unit_not_zero. Qed.

  Lemma floor_round x y : Qfloor (x * inject_Z (unit frac_bits)) = Qfloor (y * inject_Z (unit frac_bits)) ->
    round x == round y.
  Proof. intros same_. unfold FixedPrecision.round. rewrite same_. reflexivity. Qed.

  Lemma round_low x : x <= 0 -> round x <= 0.
  Proof.
    intros low. pose proof unit_positive_Q as positive_. pose proof (round_units x) as units.
    assert (inject_Z (Qfloor (x * inject_Z (unit frac_bits))) <= inject_Z 0) as floor_.
    { apply (Qle_trans _ _ _ (Qfloor_le _)). change (inject_Z 0) with 0. nra. }
    rewrite <- Zle_Qle in floor_. pose proof most_positive.
    assert (round x * inject_Z (unit frac_bits) <= inject_Z 0) as product by (rewrite units, <- Zle_Qle; lia).
    change (inject_Z 0) with 0 in product. nra.
  Qed.

  Lemma round_high x : 0 <= x -> 0 <= round x.
  Proof.
    intros high. pose proof unit_positive_Q as positive_. pose proof (round_units x) as units.
    assert (0 <= Qfloor (x * inject_Z (unit frac_bits)))%Z as floor_.
    { rewrite <- (Qfloor_Z 0). apply Qfloor_resp_le. change (inject_Z 0) with 0. nra. }
    pose proof most_positive.
    assert (inject_Z 0 <= round x * inject_Z (unit frac_bits)) as product by (rewrite units, <- Zle_Qle; lia).
    change (inject_Z 0) with 0 in product. nra.
  Qed.

  Lemma rectify_round x : rectify exact (round x) == round (rectify exact x).
  Proof.
    destruct (Qlt_le_dec 0 x) as [high|low].
    - rewrite rectify_high by (apply round_high; lra). apply round_equal. rewrite rectify_high by lra. reflexivity.
    - rewrite rectify_low by (apply round_low; exact low).
      assert (rectify exact x == 0) as zero by (apply rectify_low, low). rewrite (round_equal _ _ _ _ zero).
      pose proof (round_low 0). pose proof (round_high 0). lra.
  Qed.

  (** Beside a number of the format it does not matter whether a summand is rounded before the sum is. *)
  Lemma round_sum g h : has_bits frac_bits g -> - inject_Z (power (int_bits - 1)) <= h < inject_Z (power (int_bits - 1)) ->
    round (g + round h) == round (g + h).
  Proof.
    intros (k & k_) [low high]. change (power frac_bits) with (unit frac_bits) in k_. apply floor_round.
    pose proof unit_positive_Q as positive_. pose proof (round_units h) as units.
    assert (- most int_bits frac_bits <= Qfloor (h * inject_Z (unit frac_bits)) < most int_bits frac_bits)%Z as range.
    { unfold most. change (2 ^ Z.of_nat (int_bits - 1))%Z with (power (int_bits - 1)). split.
      - rewrite <- (Qfloor_Z (- _)). apply Qfloor_resp_le. rewrite inject_Z_opp, inject_Z_mult. nra.
      - rewrite Zlt_Qlt. apply (Qle_lt_trans _ _ _ (Qfloor_le _)). rewrite inject_Z_mult. nra. }
    rewrite Z.min_r, Z.max_r in units by lia.
    set (z := Qfloor (h * inject_Z (unit frac_bits))) in *. transitivity (k + z)%Z; [|symmetry].
    - rewrite <- (Qfloor_Z (k + z)). apply Qfloor_comp. rewrite Qmult_plus_distr_l, k_, units, inject_Z_plus. reflexivity.
    - pose proof (Qfloor_le (h * inject_Z (unit frac_bits))) as below.
      pose proof (Qlt_floor (h * inject_Z (unit frac_bits))) as above.
      fold z in below, above. rewrite inject_Z_plus in above. change (inject_Z 1) with 1 in above.
      apply floor_is; rewrite Qmult_plus_distr_l, k_, !inject_Z_plus; change (inject_Z 1) with 1; lra.
  Qed.
End Rounding.

(** ** A row as a sum *)

Definition total (xs : list Q) (ws : list (nat * Q)) : Q := fold_right (fun w sum => snd w * nth (fst w) xs 0 + sum) 0 ws.

Lemma row_value_total xs r : row_value exact xs r == bias r + total xs (weights r).
Proof.
  unfold row_value. cbn [value constant add mul exact]. generalize (bias r). induction (weights r) as [|w ws IH]; intros sum.
  - cbn [fold_left total fold_right]. ring.
  - cbn [fold_left]. rewrite IH. unfold total. cbn [fold_right]. ring.
Qed.

Lemma total_split p xs ws : total xs ws == total xs (filter p ws) + total xs (filter (fun w => negb (p w)) ws).
Proof.
  induction ws as [|w ws IH]; [reflexivity|]. unfold total in *. cbn [filter fold_right]. rewrite IH.
  destruct (p w); cbn [negb fold_right]; ring.
Qed.

Lemma total_same xs ys ws : (forall w, In w ws -> nth (fst w) xs 0 == nth (fst w) ys 0) -> total xs ws == total ys ws.
Proof.
  intros each. induction ws as [|w ws IH]; [reflexivity|]. unfold total in *. cbn [fold_right].
  rewrite (each w) by (left; reflexivity). rewrite IH; [reflexivity|]. intros w' here. apply each. right. exact here.
Qed.

Lemma nth_of_map {X Y : Type} (f : X -> Y) xs i d :
  nth i (map f xs) d = match nth_error xs i with Some x => f x | None => d end.
Proof. revert i. induction xs as [|x xs IH]; intros [|i]; cbn [map nth nth_error]; auto. Qed.

(** ** A layer after the other *)

Section Layers.
  Variables (m : machine) (least per_symbol int_bits frac_bits rest_bits : nat) (xs : list Q).
  Hypothesis within_ : Forall2 within (bounds m) xs.
  Hypothesis rests : Forall (has_bits rest_bits) xs.
  Hypothesis enough_int_bits : (least <= int_bits)%nat.
  Hypothesis enough_bits : (per_symbol + rest_bits <= frac_bits)%nat.
  Notation round := (round int_bits frac_bits).

  (** The rounded network's value is the exact one, or that one rounded. *)
  Definition close (is_exact : bool) (x y : Q) : Prop := x == if is_exact then y else round y.

  Definition all_close (exacts : list bool) (us vs : list Q) : Prop :=
    forall i, close (nth i exacts true) (nth i us 0) (nth i vs 0).

  Lemma on_grid_right s q : is_on_grid per_symbol s = true -> stands xs s q -> has_bits frac_bits q.
  Proof. intros grid stands_. apply (has_more_bits _ _ _ enough_bits), (on_grid_bits _ _ _ _ _ rests grid stands_). Qed.

  Lemma range_right s q : is_in_range m least s = true -> stands xs s q ->
    - inject_Z (power (int_bits - 1)) <= q < inject_Z (power (int_bits - 1)).
  Proof. apply in_range_right; assumption. Qed.

  Lemma held_right s q : is_on_grid per_symbol s = true -> is_in_range m least s = true -> stands xs s q -> round q == q.
  Proof.
    intros grid range stands_. destruct (on_grid_right s q grid stands_) as (k & k_).
    destruct (range_right s q range stands_) as [low high]. apply round_held. exists k.
    change (power frac_bits) with (unit frac_bits) in k_. split; [exact k_|].
    unfold most. change (2 ^ Z.of_nat (int_bits - 1))%Z with (power (int_bits - 1)).
    pose proof (unit_positive_Q frac_bits). split.
    - rewrite Zle_Qle, inject_Z_opp, inject_Z_mult, <- k_. nra.
    - rewrite Zlt_Qlt, inject_Z_mult, <- k_. nra.
  Qed.

  Lemma row_right exacts forms us vs r : all_close exacts us vs -> Forall2 (stands xs) forms vs ->
    check_row m least per_symbol exacts forms r = true -> round (row_value exact us r) == round (row_value exact vs r).
  Proof.
    intros close_ forms_ row_. unfold check_row in row_.
    assert (total us (filter (reads_exact exacts) (weights r)) == total vs (filter (reads_exact exacts) (weights r))) as
      exact_part.
    { apply total_same. intros w here. apply filter_In in here as [_ exact_]. specialize (close_ (fst w)).
      unfold reads_exact in exact_. rewrite exact_ in close_. exact close_. }
    rewrite (round_equal _ _ _ _ (row_value_total us r)), (round_equal _ _ _ _ (row_value_total vs r)).
    pose proof (total_split (reads_exact exacts) us (weights r)) as us_.
    pose proof (total_split (reads_exact exacts) vs (weights r)) as vs_.
    destruct (filter (fun w => negb (reads_exact exacts w)) (weights r)) as [|w [|]] eqn:rounded; [| |discriminate].
    - apply round_equal. rewrite us_, vs_, exact_part. reflexivity.
    - apply andb_true_iff in row_ as [row_ grid]. apply andb_true_iff in row_ as [one range]. apply Qeq_bool_iff in one.
      assert (In w (filter (fun w => negb (reads_exact exacts w)) (weights r))) as here
        by (rewrite rounded; left; reflexivity).
      apply filter_In in here as [_ not_exact]. unfold reads_exact in not_exact. apply negb_true_iff in not_exact.
      pose proof (close_ (fst w)) as input. rewrite not_exact in input. unfold close in input.
      assert (stands xs (nth (fst w) forms (Some (fixed 0))) (nth (fst w) vs 0)) as input_form.
      { apply nth_related; [exact forms_|]. apply eval_fixed. }
      pose proof (row_value_related (symbolic_related _ _ within_)
        (Row (bias r) (filter (reads_exact exacts) (weights r))) _ _ forms_) as others.
      apply (on_grid_right _ _ grid) in others. apply (equal_has_bits _ _ _ (row_value_total _ _)) in others.
      cbn [bias weights] in others.
      unfold total in us_ at 3. unfold total in vs_ at 3. cbn [fold_right] in us_, vs_.
      transitivity (round (bias r + total vs (filter (reads_exact exacts) (weights r)) + round (nth (fst w) vs 0))).
      + apply round_equal. rewrite us_, exact_part, one, input. ring.
      + rewrite (round_sum _ _ _ _ others (range_right _ _ range input_form)). apply round_equal. rewrite vs_, one. ring.
  Qed.

  Lemma kept_right s q : is_kept m least per_symbol s = true -> stands xs s q -> rectify exact (round q) == rectify exact q.
  Proof.
    intros kept stands_. unfold is_kept in kept. apply orb_true_iff in kept as [kept|cut_].
    - apply andb_true_iff in kept as [grid range]. apply rectify_equal, (held_right s q); assumption.
    - destruct s as [f|]; [|discriminate]. cbn [is_cut_off stands] in *.
      apply (surely_at_most_zero_right _ _ within_) in cut_.
      rewrite stands_ in cut_. rewrite !rectify_low by (try apply round_low; exact cut_). reflexivity.
  Qed.

  Lemma layers_right layers : forall exacts forms us vs, all_close exacts us vs -> Forall2 (stands xs) forms vs ->
    check_layers m least per_symbol exacts layers forms = true ->
    Forall2 Qeq (rounded_feed_forward int_bits frac_bits layers us) (map round (feed_forward exact layers vs)).
  Proof.
    induction layers as [|first rest IH]; intros exacts forms us vs close_ forms_ right; [discriminate|].
    destruct rest as [|second rest].
    - cbn [check_layers rounded_feed_forward feed_forward] in *. unfold rounded_apply, apply. rewrite map_map.
      rewrite forallb_forall in right. clear IH. induction first as [|r rs IH]; cbn [map]; constructor.
      + apply (row_right exacts forms); auto. apply right. left. reflexivity.
      + apply IH. intros r' here. apply right. right. exact here.
    - change (forallb (check_row m least per_symbol exacts forms) first
        && check_layers m least per_symbol (map (is_kept m least per_symbol) (apply (symbolic (bounds m)) first forms))
          (second :: rest)
             (map (rectify (symbolic (bounds m))) (apply (symbolic (bounds m)) first forms)) = true) in right.
      change (Forall2 Qeq
        (rounded_feed_forward int_bits frac_bits (second :: rest)
          (map (rectify exact) (rounded_apply int_bits frac_bits first us)))
        (map round (feed_forward exact (second :: rest) (map (rectify exact) (apply exact first vs))))).
      apply andb_true_iff in right as [rows_ right]. rewrite forallb_forall in rows_.
      pose proof (symbolic_related _ _ within_) as related_.
      apply (IH _ _ _ _) with (3 := right).
      + intros i. unfold apply, rounded_apply. rewrite !map_map, !nth_of_map.
        destruct (nth_error first i) as [r|] eqn:here; [|unfold close; reflexivity]. apply nth_error_In, rows_ in here.
        pose proof (row_right _ _ _ _ r close_ forms_ here) as same_.
        pose proof (row_value_related related_ r _ _ forms_) as stands_.
        destruct (is_kept m least per_symbol (row_value (symbolic (bounds m)) forms r)) eqn:kept; unfold close.
        * rewrite <- (kept_right _ _ kept stands_). apply rectify_equal, same_.
        * rewrite <- rectify_round. apply rectify_equal, same_.
      + eapply forall2_map; [|apply (apply_related related_); exact forms_]. intros; apply related_; auto.
  Qed.
End Layers.

(** ** What rounding does to a stack *)

Section Stack.
  Variables (n_symbols per_symbol int_bits frac_bits window : nat).
  Hypothesis base : (2 * Z.of_nat n_symbols = power per_symbol)%Z.

  (** Rounding is forgetting. *)
  Definition cuts (r : register) : Prop :=
    round int_bits frac_bits (code n_symbols r) == code n_symbols (cut window r).

  Lemma base_not_zero : ~ 2 * of_nat n_symbols == 0.
  Proof.
    unfold of_nat. change (2 * inject_Z (Z.of_nat n_symbols)) with (inject_Z 2 * inject_Z (Z.of_nat n_symbols)).
    rewrite <- inject_Z_mult, base. change 0 with (inject_Z 0). rewrite inject_Z_injective.
    pose proof (power_positive per_symbol). lia.
  Qed.

  Lemma power_not_zero n : ~ inject_Z (power n) == 0.
  Proof. change 0 with (inject_Z 0). rewrite inject_Z_injective. pose proof (power_positive n). lia. Qed.

  Lemma code_split : forall size stack, stack_code n_symbols stack
    == stack_code n_symbols (firstn size stack) + stack_code n_symbols (skipn size stack)
      * / inject_Z (power (per_symbol * size)).
  Proof.
    induction size as [|size IH]; intros stack.
    - rewrite Nat.mul_0_r. cbn [firstn skipn stack_code]. change (inject_Z (power 0)) with 1. field.
    - destruct stack as [|top rest]; cbn [firstn skipn stack_code]; [ring|]. unfold pushed. rewrite (IH rest) at 1.
      replace (per_symbol * S size)%nat with (per_symbol + per_symbol * size)%nat by lia.
      rewrite power_add, <- base, !inject_Z_mult. change (inject_Z 2) with 2. fold (of_nat n_symbols). field.
      split; [apply power_not_zero|]. intros none. apply base_not_zero. rewrite none. reflexivity.
  Qed.

  Lemma code_below stack : Forall (fun b => (b < n_symbols)%nat) stack -> 0 <= stack_code n_symbols stack < 1.
  Proof.
    induction 1 as [|top rest below _ IH]; cbn [stack_code]; [lra|]. unfold pushed.
    pose proof (of_nat_below _ _ below) as gap. pose proof (of_nat_at_least_zero top) as some.
    assert (0 < 2 * of_nat n_symbols) as positive_ by lra. split.
    - apply Qle_shift_div_l; lra.
    - apply Qlt_shift_div_r; lra.
  Qed.

  Lemma firstn_all_below {X : Type} (P : X -> Prop) size (xs : list X) : Forall P xs -> Forall P (firstn size xs).
  Proof. intros all. revert size. induction all; intros [|size]; cbn [firstn]; constructor; auto. Qed.

  Lemma skipn_all_below {X : Type} (P : X -> Prop) size (xs : list X) : Forall P xs -> Forall P (skipn size xs).
  Proof. intros all. revert size. induction all; intros [|size]; cbn [skipn]; auto. Qed.

  (** Rounding is forgetting where what is forgotten is less than a unit of the last place. *)
  Lemma cuts_when stack : Forall (fun b => (b < n_symbols)%nat) stack -> (per_symbol * window <= frac_bits)%nat ->
    stack_code n_symbols (skipn window stack) * inject_Z (power (frac_bits - per_symbol * window)) < 1 -> cuts (Stack stack).
  Proof.
    intros below enough small_. unfold cuts. cbn [code cut].
    pose proof (code_below _ (firstn_all_below _ window _ below)) as [low high].
    pose proof (code_below _ (skipn_all_below _ window _ below)) as [least_ _].
    pose proof (stack_code_bits _ _ base (firstn window stack)) as kept.
    apply (has_more_bits _ frac_bits) in kept.
    2: { pose proof (firstn_le_length window stack). nia. }
    destruct kept as (k & k_). change (power frac_bits) with (unit frac_bits) in k_.
    pose proof (unit_positive_Q frac_bits) as positive_.
    assert (stack_code n_symbols stack * inject_Z (unit frac_bits)
      == inject_Z k + stack_code n_symbols (skipn window stack) * inject_Z (power (frac_bits - per_symbol * window))) as all.
    { rewrite (code_split window stack), Qmult_plus_distr_l, k_. apply Qplus_comp; [reflexivity|].
      change (unit frac_bits) with (power frac_bits).
      replace frac_bits with (per_symbol * window + (frac_bits - per_symbol * window))%nat at 1 by lia.
      rewrite power_add, inject_Z_mult. field. apply power_not_zero. }
    pose proof (power_positive (frac_bits - per_symbol * window)) as rest_positive. rewrite Zlt_Qlt in rest_positive.
    change (inject_Z 0) with 0 in rest_positive.
    assert (0 <= stack_code n_symbols (skipn window stack) * inject_Z (power (frac_bits - per_symbol * window))) as rest_low.
    { apply Qmult_le_0_compat; lra. }
    assert (Qfloor (stack_code n_symbols stack * inject_Z (unit frac_bits)) = k) as floor_.
    { apply floor_is; rewrite ?inject_Z_plus, all; change (inject_Z 1) with 1; lra. }
    assert (0 <= k < unit frac_bits)%Z as range.
    { split; [rewrite Zle_Qle|rewrite Zlt_Qlt]; rewrite <- k_; change (inject_Z 0) with 0; nra. }
    unfold FixedPrecision.round. rewrite floor_.
    assert (unit frac_bits <= most int_bits frac_bits)%Z as enough_range.
    { unfold most. assert (0 < 2 ^ Z.of_nat (int_bits - 1))%Z by (apply Z.pow_pos_nonneg; lia). nia. }
    rewrite Z.min_r, Z.max_r by lia. rewrite <- k_. field. apply unit_not_zero.
  Qed.

  (** A format of exactly so many bits is a window. *)
  Lemma window_cuts stack : Forall (fun b => (b < n_symbols)%nat) stack -> frac_bits = (per_symbol * window)%nat ->
    cuts (Stack stack).
  Proof.
    intros below same_. apply cuts_when; [exact below|lia|]. rewrite same_, Nat.sub_diag. change (inject_Z (power 0)) with 1.
    pose proof (code_below _ (skipn_all_below _ window _ below)). lra.
  Qed.

  (** A stack that is no larger than the window is exact with as many bits or more. *)
  Lemma small_cuts r : at_most window r -> is_valid n_symbols Pushdown r -> (per_symbol * window <= frac_bits)%nat -> cuts r.
  Proof.
    intros (l & -> & length_) below enough. apply cuts_when; [exact below|exact enough|].
    rewrite skipn_all2 by exact length_. cbn [stack_code]. rewrite Qmult_0_l. reflexivity.
  Qed.

  (** One bit more is of no use where only zeros are forgotten. *)
  Lemma zeros_cut stack : Forall (fun b => (b < n_symbols)%nat) stack -> frac_bits = S (per_symbol * window) ->
    (2 <= n_symbols)%nat ->
    Forall (fun b => b = 0%nat) (skipn window stack) -> cuts (Stack stack).
  Proof.
    intros below same_ two zeros. apply cuts_when; [exact below|lia|].
    replace (frac_bits - per_symbol * window)%nat with 1%nat by lia.
    change (inject_Z (power 1)) with 2. pose proof (skipn_all_below _ window _ below) as rest_below.
    destruct zeros as [|top rest top_ _]; cbn [stack_code]; [lra|]. subst top.
    inversion rest_below as [|? ? _ rest_below']; subst.
    pose proof (code_below _ rest_below') as [_ high]. unfold pushed. change (of_nat 0) with 0.
    pose proof (of_nat_below 1 n_symbols two) as gap. change (of_nat 1) with 1 in gap.
    assert ((2 * 0 + 1 + stack_code n_symbols rest) * / (2 * of_nat n_symbols) < 1 # 2); [|lra].
    apply Qlt_shift_div_r; lra.
  Qed.
End Stack.

(** ** The rounded network is the machine with a window *)

Lemma forall2_equal xs : Forall2 Qeq xs xs.
Proof. induction xs; constructor; auto. reflexivity. Qed.

Lemma forall2_chain xs ys zs : Forall2 Qeq xs ys -> Forall2 Qeq xs zs -> Forall2 Qeq ys zs.
Proof. apply forall2_compose. intros x y z first second. rewrite <- first. exact second. Qed.

Lemma forall2_back xs ys : Forall2 Qeq xs ys -> Forall2 Qeq ys xs.
Proof. induction 1; constructor; auto. symmetry. assumption. Qed.

Section Right.
  Variables (m : machine) (n : network) (least per_symbol int_bits frac_bits window : nat).
  Hypothesis checked : check m n = true.
  Hypothesis window_checked : check_window m n least per_symbol = true.
  Hypothesis enough_int_bits : (least <= int_bits)%nat.
  Hypothesis some_window : (1 <= window)%nat.
  Hypothesis enough_bits : (per_symbol * window <= frac_bits)%nat.
  Notation K := (n_symbols m).
  Notation round := (round int_bits frac_bits).
  Notation cuts := (cuts K int_bits frac_bits window).

  Lemma window_base : (2 * Z.of_nat K = power per_symbol)%Z.
  Proof.
    unfold check_window in window_checked. rewrite !andb_true_iff, Z.eqb_eq in window_checked. tauto.
  Qed.

  Lemma small_numbers_held : held int_bits 0 /\ held int_bits 1.
  Proof.
    unfold check_window in window_checked. rewrite !andb_true_iff, Nat.leb_le in window_checked.
    assert (2 ^ 1 <= 2 ^ Z.of_nat (int_bits - 1))%Z by (apply Z.pow_le_mono_r; lia). unfold held. lia.
  Qed.

  Lemma bit_round (b : bool) : round (if b then 1 else 0) == if b then 1 else 0.
  Proof.
    destruct small_numbers_held as [zero one]. apply round_held. destruct b.
    - apply (integer_held _ _ _ 1); [reflexivity|exact one].
    - apply (integer_held _ _ _ 0); [reflexivity|exact zero].
  Qed.

  Lemma all_stacks all : valid m all -> Forall (is_valid K Pushdown) all.
  Proof.
    unfold check_window in window_checked. rewrite !andb_true_iff, forallb_forall in window_checked.
    destruct window_checked as [[[pushdown _] _] _]. unfold valid. clear -pushdown. intros valid_.
    induction valid_ as [|k r ks rs first _ IH]; constructor.
    - assert (negb (is_counter k) = true) as stack_ by (apply pushdown; left; reflexivity).
      destruct k; [discriminate|discriminate|exact first].
    - apply IH. intros k' here. apply pushdown. right. exact here.
  Qed.

  (** Registers that rounding cuts: a state is rounded to that of the cut registers. *)
  Lemma state_round mode all : Forall cuts all ->
    Forall2 Qeq (map round (encode m mode all)) (encode m mode (map (cut window) all)).
  Proof.
    intros cut_. unfold encode. rewrite map_app, !map_map. apply Forall2_app.
    - unfold bits. rewrite map_map. apply forall2_same. intros i. destruct mode as [j|].
      + destruct (Nat.eqb i j); [apply (bit_round true)|apply (bit_round false)].
      + apply (bit_round false).
    - induction cut_ as [|r rs first _ IH]; cbn [map]; constructor; auto.
  Qed.

  Lemma small_all_cut all : valid m all -> Forall (at_most window) all -> Forall cuts all.
  Proof.
    intros valid_ sizes. apply all_stacks in valid_. induction sizes; inversion valid_; subst; constructor; auto.
    apply (small_cuts _ per_symbol); auto using window_base.
  Qed.

  Lemma cut_valid all : valid m all -> valid m (map (cut window) all).
  Proof.
    unfold valid. induction 1 as [|k r ks rs first _ IH]; cbn [map]; constructor; auto.
    destruct k, r; cbn [is_valid cut] in *; auto. apply firstn_all_below, first.
  Qed.

  Lemma cut_at_most all : valid m all -> Forall (at_most window) (map (cut window) all).
  Proof.
    intros valid_. apply all_stacks in valid_. induction valid_ as [|r rs first _ IH]; cbn [map]; constructor; auto.
    destruct r as [z|l]; [contradiction|]. cbn [cut]. exists (firstn window l). split; [reflexivity|apply firstn_le_length].
  Qed.

  (** From a state that holds stacks within the window one step of the rounded network is the exact one, rounded. *)
  Lemma step_round mode all xs token :
    (token < n_tokens n)%nat -> simulated m mode all xs -> Forall (at_most window) all ->
    Forall2 Qeq (rounded_step int_bits frac_bits n xs token) (map round (step exact n xs token)).
  Proof.
    intros token_ (mode_ & valid_ & encoded) sizes.
    assert (check_windowed_step m least per_symbol n (mode, map observe all, token) = true) as this.
    { unfold check_window in window_checked. apply andb_true_iff in window_checked as [_ steps_].
      rewrite forallb_forall in steps_. apply steps_.
      apply in_prod; [apply in_prod; [assumption|apply observed_in, valid_]|apply in_seq; lia]. }
    unfold check_windowed_step, rounded_step, step in *. destruct (recurrent_map n) as [layers|]; [|discriminate].
    pose proof (within_bounds m all valid_) as within_.
    eapply (layers_right m least per_symbol int_bits frac_bits (per_symbol * (window - 1)) (map (hidden K) all))
      with (7 := this);
      [exact within_| |exact enough_int_bits|nia| |].
    - clear -sizes window_checked. induction sizes; cbn [map]; constructor; auto. apply hidden_bits; auto using window_base.
    - intros i. destruct i as [|i]; unfold close; cbn [nth]; apply (nth_related Qeq); try reflexivity;
        (apply Forall2_app; [apply forall2_equal|]); unfold one_hot; rewrite map_map; apply forall2_same; intros j;
        apply (bit_round (Nat.eqb j token)).
    - apply Forall2_app; [apply seen_state_right, encoded|]. apply forall2_same. intros j. apply symbolic_related, within_.
  Qed.

  (** Along the machine's run with a window, rounding cuts what each step makes. *)
  Fixpoint run_cuts (c : configuration) (word : list nat) : Prop :=
    match word with
    | [] => True
    | token :: word =>
        (forall q all, machine_step m c token = Some (q, all) -> valid m all -> Forall cuts all)
        /\ run_cuts (window_step m window c token) word
    end.

  Lemma run_is_window word : forall mode all xs,
    spelled_for n word -> simulated m mode all xs -> Forall (at_most window) all -> run_cuts (live mode all) word ->
    exists mode' all', fold_left (window_step m window) word (live mode all) = live mode' all'
      /\ simulated m mode' all' (fold_left (rounded_step int_bits frac_bits n) word xs).
  Proof.
    induction word as [|token word IH]; intros mode all xs spelled simulated_ sizes cut_; [exists mode, all; auto|].
    inversion spelled as [|? ? token_ others]; subst. cbn [fold_left run_cuts] in *. destruct cut_ as [first cut_].
    pose proof (step_round mode all xs token token_ simulated_ sizes) as rounded.
    assert (forall mode' all', simulated m mode' all' (step exact n xs token) -> Forall cuts all' ->
      simulated m mode' (map (cut window) all') (rounded_step int_bits frac_bits n xs token)) as after_.
    { intros mode' all' (mode'_ & valid' & encoded') cut'. split; [exact mode'_|]. split; [apply cut_valid, valid'|].
      apply (state_round mode') in cut'. apply (forall2_chain _ _ _ cut').
      apply (forall2_chain (map round (step exact n xs token))); [|apply forall2_back, rounded]. apply forall2_back.
      eapply forall2_map; [|exact encoded']. intros; apply round_equal; assumption. }
    destruct (machine_step m (live mode all) token) as [[q all']|] eqn:step_.
    - pose proof (step_lives m n checked mode all xs token q all' token_ simulated_ step_) as lives.
      unfold window_step in *. rewrite step_ in cut_ |- *. cbn [cut_all option_map fst snd] in *.
      apply (IH (Some q) (map (cut window) all')); auto.
      + apply after_; [exact lives|]. apply (first q all'); [reflexivity|apply lives].
      + apply cut_at_most, lives.
    - destruct (step_dies m n (at_most window) checked) with (mode := mode) (all := all) (state := xs) (token := token)
        as (rest & rest_sizes & dead); auto.
      { intros l _. exists []. split; [reflexivity|]. simpl. lia. }
      unfold window_step in *. rewrite step_ in cut_ |- *. cbn [cut_all option_map] in *.
      apply (IH None (map (cut window) rest)); auto.
      + apply after_; [exact dead|]. apply small_all_cut; [apply dead|exact rest_sizes].
      + apply cut_at_most, dead.
  Qed.

  Theorem rounded_is_window word : spelled_for n word -> run_cuts (machine_start m) word ->
    rounded_accepts int_bits frac_bits n word = window_accepts m window word.
  Proof.
    intros spelled cut_. pose proof (start_simulates m n checked) as (initial_ & valid_ & encoded).
    unfold start_in in encoded. cbn [constant exact] in encoded. rewrite map_id in encoded.
    assert (forall (P : register -> Prop), P (Stack []) -> Forall P (map blank (kinds m))) as blanks.
    { intros P nothing. pose proof (all_stacks _ valid_) as stacks_. clear -nothing stacks_.
      induction (kinds m) as [|k ks IH]; cbn [map] in *; inversion stacks_; subst; constructor; auto.
      destruct k; cbn [blank is_valid] in *; tauto. }
    assert (Forall (at_most window) (map blank (kinds m))) as sizes.
    { apply blanks. exists []. split; [reflexivity|]. simpl. lia. }
    assert (simulated m (Some (initial m)) (map blank (kinds m)) (map round (start n))) as begins.
    { split; [apply mode_in, initial_|]. split; [exact valid_|].
      pose proof (state_round (Some (initial m)) _ (small_all_cut _ valid_ sizes)) as start_.
      replace (map (cut window) (map blank (kinds m))) with (map blank (kinds m)) in start_.
      - apply (forall2_chain _ _ _ start_). eapply forall2_map; [|exact encoded]. intros; apply round_equal; assumption.
      - rewrite map_map. clear. apply map_ext. intros []; cbn [blank cut]; auto. destruct window; reflexivity. }
    destruct (run_is_window word (Some (initial m)) (map blank (kinds m)) (map round (start n)) spelled begins sizes cut_)
      as (mode & all & run & (mode_ & valid' & encoded')).
    unfold rounded_accepts, rounded_state, window_accepts.
    change (machine_start m) with (live (Some (initial m)) (map blank (kinds m))). rewrite run.
    apply (readout_right m n checked). destruct mode as [q|]; cbn [live option_map simulates].
    - split; [|auto]. destruct mode_ as [|mode_]; [discriminate|]. apply in_map_iff in mode_ as (p & [= ->] & p_).
      apply in_seq in p_. lia.
    - exists all. auto.
  Qed.

  (** In a format of exactly so many bits: on every word. *)
  Theorem rounded_is_window_on_every_word word : frac_bits = (per_symbol * window)%nat -> spelled_for n word ->
    rounded_accepts int_bits frac_bits n word = window_accepts m window word.
  Proof.
    intros same_ spelled. apply rounded_is_window; [exact spelled|]. generalize (machine_start m). clear spelled.
    induction word as [|token word IH]; intros c; cbn [run_cuts]; auto. split; auto. intros q all _ valid_.
    apply all_stacks in valid_. clear -valid_ same_ window_checked.
    induction valid_ as [|r rs first _ IH]; constructor; auto.
    destruct r as [z|l]; [contradiction|]. apply (window_cuts _ per_symbol); auto using window_base.
  Qed.

  (** In a format of as many bits or more: where no stack outgrows the window, nothing is forgotten. *)
  Theorem rounded_is_exact_within word :
    spelled_for n word -> keeps_size m (at_most window) (Some (initial m)) (map blank (kinds m)) word ->
    rounded_accepts int_bits frac_bits n word = net_accepts n word.
  Proof.
    intros spelled keeps. rewrite (net_is_machine m n checked) by exact spelled. unfold keeps_size in keeps.
    change (live (Some (initial m)) (map blank (kinds m))) with (machine_start m) in keeps.
    assert (run_cuts (machine_start m) word
      /\ fold_left (window_step m window) word (machine_start m) = fold_left (machine_step m) word (machine_start m))
      as [cut_ same_].
    { clear spelled. revert keeps. generalize (machine_start m).
      induction word as [|token word IH]; intros c keeps; cbn [run_cuts fold_left]; auto.
      assert (window_step m window c token = machine_step m c token) as ->.
      { unfold window_step. destruct (machine_step m c token) as [[q all]|] eqn:step_; [|reflexivity].
        specialize (keeps [token] word q all eq_refl step_). unfold cut_all. cbn [option_map fst snd]. repeat f_equal.
        clear -keeps. induction keeps as [|r rs (l & -> & length_) _ IH]; cbn [map]; f_equal; auto. cbn [cut].
        rewrite firstn_all2 by exact length_. reflexivity. }
      destruct (IH (machine_step m c token)) as [cut_ same_].
      { intros before rest q all word_ run. apply (keeps (token :: before) rest q all); [|exact run].
        rewrite word_. reflexivity. }
      split; [split; [|exact cut_]|exact same_]. intros q all step_ valid_. apply small_all_cut; [exact valid_|].
      apply (keeps [token] word q all eq_refl step_). }
    rewrite (rounded_is_window word spelled cut_). unfold window_accepts, machine_accepts. rewrite same_. reflexivity.
  Qed.
End Right.
