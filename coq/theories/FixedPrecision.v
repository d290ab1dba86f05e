(** A network in fixed point, and when its numbers make it the exact one: where every pre-activation is an integer that the
    format holds, nothing is ever rounded. That is checked as in [MachineCheck]: one symbolic step for each mode,
    observation and token, of which every pre-activation is kept. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import Lia.
From Coq Require Import QArith.
From Coq Require Import Qround.
From Reduce Require Import Affine.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
Import ListNotations.
Local Open Scope Q_scope.

(** * To judge: what a network computes in fixed point *)

Section Rounded.
  (** Bits before the point, the sign counted, and behind it: the multiples of 2^-F in [-2^(I-1), 2^(I-1)). *)
  Variables (int_bits frac_bits : nat).

  Definition unit : Z := 2 ^ Z.of_nat frac_bits.

  (** The first multiple of 2^-F that is too large. *)
  Definition most : Z := 2 ^ Z.of_nat (int_bits - 1) * unit.

  (** Down to a multiple of 2^-F; beyond the format's numbers to the last of them. *)
  Definition round (x : Q) : Q :=
    inject_Z (Z.max (- most) (Z.min (most - 1) (Qfloor (x * inject_Z unit)))) / inject_Z unit.

  (** Weights are exact, the sum is exact (a wide accumulator), and each pre-activation is rounded once. *)
  Definition rounded_apply (map_ : affine) (inputs : list Q) : list Q :=
    map (fun r => round (row_value exact inputs r)) map_.

  Fixpoint rounded_feed_forward (layers : list affine) (inputs : list Q) : list Q :=
    match layers with
    | [] => inputs
    | [last] => rounded_apply last inputs
    | first :: rest => rounded_feed_forward rest (map (rectify exact) (rounded_apply first inputs))
    end.

  Definition rounded_step (n : network) (state : list Q) (token : nat) : list Q :=
    match recurrent_map n with
    | Relu layers => rounded_feed_forward layers (state ++ map round (one_hot exact (n_tokens n) token))
    | Linear transitions => rounded_apply (nth token transitions []) state
    end.

  Definition rounded_state (n : network) (word : list nat) : list Q :=
    fold_left (rounded_step n) word (map round (start n)).

  (** The readout is compared with 0 before it is rounded: it is stored nowhere. *)
  Definition rounded_accepts (n : network) (word : list nat) : bool :=
    positive (row_value exact (rounded_state n word) (readout n)).

  (** * Integers are not rounded *)

  Definition held (z : Z) : Prop := (- 2 ^ Z.of_nat (int_bits - 1) <= z < 2 ^ Z.of_nat (int_bits - 1))%Z.

  Definition is_held (x : Q) : Prop := exists z, x == inject_Z z /\ held z.

  Lemma unit_positive : (0 < unit)%Z.
  Proof. apply Z.pow_pos_nonneg; lia. Qed.

  Lemma round_equal x y : x == y -> round x == round y.
  Proof.
    intros same_. unfold round. assert (Qfloor (x * inject_Z unit) = Qfloor (y * inject_Z unit)) as ->; [|reflexivity].
    apply Qfloor_comp. rewrite same_. reflexivity.
  Qed.

  Lemma round_held x : is_held x -> round x == x.
  Proof.
    intros (z & same_ & low & high). rewrite (round_equal _ _ same_), same_. unfold round. pose proof unit_positive.
    rewrite <- inject_Z_mult, Qfloor_Z.
    replace (Z.max (- most) (Z.min (most - 1) (z * unit))) with (z * unit)%Z by (unfold most; nia).
    rewrite inject_Z_mult. field. change 0 with (inject_Z 0). rewrite inject_Z_injective. lia.
  Qed.

  Lemma rows_held map_ : forall xs ys, Forall2 Qeq xs ys -> Forall is_held (apply exact map_ ys) ->
    Forall2 Qeq (rounded_apply map_ xs) (apply exact map_ ys).
  Proof.
    intros xs ys same_ all. unfold rounded_apply, apply in *. induction map_ as [|r map_ IH]; cbn [map] in *; constructor.
    - inversion all; subst. rewrite <- (round_held (row_value exact ys r)) by assumption.
      apply round_equal, (row_value_related exact_related), same_.
    - inversion all; auto.
  Qed.
End Rounded.

(** Every pre-activation of a feed-forward. *)
Fixpoint pre_activations (A : arithmetic) (layers : list affine) (inputs : list (value A)) : list (value A) :=
  match layers with
  | [] => []
  | [last] => apply A last inputs
  | first :: rest => apply A first inputs ++ pre_activations A rest (map (rectify A) (apply A first inputs))
  end.

Definition step_pre_activations (A : arithmetic) (n : network) (state : list (value A)) (token : nat) : list (value A) :=
  match recurrent_map n with
  | Relu layers => pre_activations A layers (state ++ one_hot A (n_tokens n) token)
  | Linear transitions => apply A (nth token transitions []) state
  end.

Lemma pre_activations_related {A B : arithmetic} {R} (related_ : related A B R) layers : forall xs ys,
  Forall2 R xs ys -> Forall2 R (pre_activations A layers xs) (pre_activations B layers ys).
Proof.
  induction layers as [|first rest IH]; intros xs ys inputs; cbn [pre_activations]; auto.
  destruct rest; [apply (apply_related related_); auto|]. apply Forall2_app; [apply (apply_related related_); auto|].
  apply IH. eapply forall2_map; [|apply (apply_related related_); eassumption]. intros; apply related_; auto.
Qed.

Lemma step_pre_activations_related {A B : arithmetic} {R} (related_ : related A B R) n token xs ys :
  Forall2 R xs ys -> Forall2 R (step_pre_activations A n xs token) (step_pre_activations B n ys token).
Proof.
  intros inputs. unfold step_pre_activations. destruct (recurrent_map n).
  - apply (pre_activations_related related_). apply Forall2_app; auto. apply forall2_same. intros; apply related_.
  - apply (apply_related related_); auto.
Qed.

Section Held.
  Variables (int_bits frac_bits : nat).

  Lemma feed_forward_held layers : forall xs ys,
    Forall2 Qeq xs ys -> Forall (is_held int_bits) (pre_activations exact layers ys) ->
    Forall2 Qeq (rounded_feed_forward int_bits frac_bits layers xs) (feed_forward exact layers ys).
  Proof.
    induction layers as [|first rest IH]; intros xs ys same_ all; cbn [rounded_feed_forward feed_forward pre_activations] in *; auto.
    destruct rest as [|second rest]; [apply rows_held; auto|].
    apply Forall_app in all as [all others]. apply IH; auto.
    eapply forall2_map; [|apply rows_held; eassumption]. apply rectify_equal.
  Qed.

  (** A step whose pre-activations are integers that the format holds is the exact one. *)
  Theorem step_held n token xs ys :
    held int_bits 0 -> held int_bits 1 ->
    Forall2 Qeq xs ys -> Forall (is_held int_bits) (step_pre_activations exact n ys token) ->
    Forall2 Qeq (rounded_step int_bits frac_bits n xs token) (step exact n ys token).
  Proof.
    intros zero one same_ all. unfold rounded_step, step, step_pre_activations in *. destruct (recurrent_map n).
    - apply feed_forward_held; auto. apply Forall2_app; auto. unfold one_hot. rewrite map_map. apply forall2_same.
      intros i. cbn [constant exact]. apply round_held. destruct (Nat.eqb i token).
      + exists 1%Z. split; [reflexivity|assumption].
      + exists 0%Z. split; [reflexivity|assumption].
    - apply rows_held; auto.
  Qed.
End Held.

(** * The check *)

Definition is_integer (q : Q) : bool := Qeq_bool q (inject_Z (Qfloor q)).

(** The sum of the coefficients' magnitudes. *)
Definition total_weight (cs : list Q) : Z := fold_right (fun c sum => (Z.abs (Qfloor c) + sum)%Z) 0%Z cs.

(** An integer form: a constant of magnitude at most [constant], or one counter and at most [slack] more. *)
Definition form_fits (constant slack : Z) (s : option form) : bool :=
  match s with
  | None => false
  | Some f =>
      let size := Z.abs (Qfloor (offset f)) in
      let weight := total_weight (coefficients f) in
      is_integer (offset f) && forallb is_integer (coefficients f)
      && (((weight =? 0)%Z && (size <=? constant)%Z) || ((weight <=? 1)%Z && (size <=? slack + 1)%Z))
  end.

Definition is_counter (k : kind) : bool := match k with Pushdown => false | _ => true end.

Definition check_pre_activations (m : machine) (n : network) (constant slack : Z) (c : case) : bool :=
  let '(mode, os, token) := c in
  forallb (form_fits constant slack) (step_pre_activations (symbolic (bounds m)) n (seen_state m mode os) token).

(** With counters of magnitude at most B every pre-activation is an integer of magnitude at most [constant] or
    B + [slack]. *)
Definition check_integers (m : machine) (n : network) (constant slack : Z) : bool :=
  forallb is_counter (kinds m) && (1 <=? constant)%Z
  && forallb (fun q => is_integer q && (Z.abs (Qfloor q) <=? constant)%Z) (start n)
  && forallb (check_pre_activations m n constant slack) (steps m n).

(** * It is right *)

Lemma is_integer_right q : is_integer q = true -> q == inject_Z (Qfloor q).
Proof. apply Qeq_bool_iff. Qed.

(** A counter of magnitude at most B. *)
Definition within_size (B : Z) (r : register) : Prop := exists z, r = Counter z /\ (Z.abs z <= B)%Z.

Definition small (B : Z) (x : Q) : Prop := exists h, x == inject_Z h /\ (0 <= h <= B - 1)%Z.

Lemma hidden_small K B r : (1 <= B)%Z -> within_size B r -> small B (hidden K r).
Proof.
  intros some (z & -> & size). unfold small. destruct z as [|p|p]; cbn [hidden].
  - exists 0%Z. split; [reflexivity|lia].
  - exists (Z.pos p - 1)%Z. split; [reflexivity|lia].
  - exists (Z.pos p - 1)%Z. split; [reflexivity|lia].
Qed.

Lemma dot_integer B cs : (1 <= B)%Z -> forallb is_integer cs = true -> forall xs, Forall (small B) xs ->
  exists z, dot cs xs == inject_Z z /\ (Z.abs z <= total_weight cs * (B - 1))%Z.
Proof.
  intros some. induction cs as [|c cs IH]; intros integers xs all; cbn [dot].
  - exists 0%Z. split; [reflexivity|]. simpl. lia.
  - cbn [forallb] in integers. apply andb_true_iff in integers as [first integers]. apply is_integer_right in first.
    assert (0 <= total_weight cs)%Z as positive_.
    { clear. unfold total_weight. induction cs; simpl; lia. }
    destruct all as [|x xs (h & x_ & h_) all].
    + exists 0%Z. split; [reflexivity|]. unfold total_weight in *. cbn [fold_right]. nia.
    + destruct (IH integers xs all) as (z & dot_ & size). exists (Qfloor c * h + z)%Z. split.
      * rewrite inject_Z_plus, inject_Z_mult, dot_, x_, <- first. reflexivity.
      * unfold total_weight in *. cbn [fold_right].
        assert (Z.abs (Qfloor c * h) <= Z.abs (Qfloor c) * (B - 1))%Z by (rewrite Z.abs_mul; nia). lia.
Qed.

Lemma form_fits_right constant slack B xs s q :
  (1 <= B)%Z -> Forall (small B) xs -> form_fits constant slack s = true -> stands xs s q ->
  exists z, q == inject_Z z /\ (Z.abs z <= Z.max constant (B + slack))%Z.
Proof.
  intros some all fits stands_. destruct s as [f|]; [|discriminate]. cbn [form_fits stands] in *.
  rewrite !andb_true_iff, orb_true_iff, !andb_true_iff, Z.eqb_eq, !Z.leb_le in fits.
  destruct fits as [[offset_ integers] size]. apply is_integer_right in offset_.
  destruct (dot_integer B _ some integers xs all) as (z & dot_ & most_).
  exists (Qfloor (offset f) + z)%Z. split.
  - rewrite <- stands_. unfold eval. rewrite inject_Z_plus, dot_, <- offset_. reflexivity.
  - destruct size as [[none size]|[one size]].
    + rewrite none in most_. lia.
    + assert (total_weight (coefficients f) * (B - 1) <= 1 * (B - 1))%Z by (apply Z.mul_le_mono_nonneg_r; lia). lia.
Qed.

Section Right.
  Variables (m : machine) (n : network) (constant slack B : Z) (int_bits frac_bits : nat).
  Hypothesis checked : check m n = true.
  Hypothesis integers : check_integers m n constant slack = true.
  Hypothesis some : (1 <= B)%Z.
  Hypothesis enough : (Z.max constant (B + slack) < 2 ^ Z.of_nat (int_bits - 1))%Z.

  Lemma integer_is_held z : (Z.abs z <= Z.max constant (B + slack))%Z -> held int_bits z.
  Proof. unfold held. lia. Qed.

  Lemma only_counters : forallb is_counter (kinds m) = true.
  Proof. unfold check_integers in integers. rewrite !andb_true_iff in integers. tauto. Qed.

  Lemma constant_some : (1 <= constant)%Z.
  Proof. unfold check_integers in integers. rewrite !andb_true_iff, Z.leb_le in integers. tauto. Qed.

  Lemma registers_are_counters all : valid m all -> Forall (fun r => is_stack (observe r) = false) all.
  Proof.
    pose proof only_counters as only. unfold valid. clear -only.
    revert all. induction (kinds m) as [|k ks IH]; intros all valid_; inversion valid_; subst; constructor.
    - destruct k, y as [[|p|p]|l]; simpl in *; try reflexivity; try tauto; discriminate.
    - cbn [forallb] in only. apply andb_true_iff in only as [_ only]. auto.
  Qed.

  (** ** A dead machine keeps its registers *)

  Definition live (mode : option nat) (all : list register) : configuration := option_map (fun q => (q, all)) mode.

  Definition simulated (mode : option nat) (all : list register) (state : list Q) : Prop :=
    In mode (modes m) /\ valid m all /\ Forall2 Qeq (encode m mode all) state.

  Lemma dead_in : In None (modes m).
  Proof. left. reflexivity. Qed.

  Lemma step_dies mode all state token :
    (token < n_tokens n)%nat -> simulated mode all state -> machine_step m (live mode all) token = None ->
    simulated None all (step exact n state token).
  Proof.
    intros token_ (mode_ & valid_ & encoded) dies. split; [apply dead_in|]. split; [exact valid_|].
    pose proof (check_step_holds m n checked mode all token mode_ valid_ token_) as this.
    pose proof (seen_state_right m mode all state encoded) as before.
    eapply (step_related (symbolic_related _ _ (within_bounds m all valid_)) n token) in before.
    unfold check_step in this.
    assert (expected m mode (map observe all) token
      = Some (map (fun b => [fixed b]) (bits m None)
              ++ indexed (fun i o => seen_form (n_symbols m) i o :: if is_stack o then [fixed 0] else []) 0 (map observe all)))
      as expected_.
    { unfold expected. destruct mode as [q|]; [|reflexivity]. cbn [live option_map machine_step] in dies.
      rewrite (find_same _ _ _ (fires_observed q all token)) in dies.
      destruct (find (fires_seen q (map observe all) token) (rules m)); [discriminate|]. reflexivity. }
    rewrite expected_ in this. apply forallb2_spec in this.
    eapply forall2_compose with (T := fun wanted q => exists f, In f wanted /\ eval (map (hidden (n_symbols m)) all) f == q)
      in this; [|intros ? ? ? is stands_; exact (is_one_of_right _ _ _ _ is stands_)|exact before].
    apply Forall2_app_inv_l in this as (first & second & good_bits & good_rest & ->).
    apply Forall2_app; [apply (bits_right m _ None) in good_bits; exact good_bits|].
    rewrite indexed_map in good_rest. rewrite (map_as_indexed (code (n_symbols m)) all 0).
    eapply forall2_compose with
      (R := fun wanted code_ => forall q, (exists f, In f wanted /\ eval (map (hidden (n_symbols m)) all) f == q) -> code_ == q);
      [|clear good_rest|exact good_rest].
    { intros wanted code_ q each is. apply each, is. }
    apply indexed_related. intros i r here q (f & f_ & value_).
    pose proof (registers_are_counters all valid_) as counters. rewrite Forall_forall in counters.
    rewrite (counters r) in f_ by (eapply nth_error_In; eassumption). destruct f_ as [<-|[]].
    rewrite <- value_. symmetry. apply seen_form_right, here.
  Qed.

  (** ** Every step is exact *)

  Lemma pre_activations_held mode all state token :
    (token < n_tokens n)%nat -> simulated mode all state -> Forall (within_size B) all ->
    Forall (is_held int_bits) (step_pre_activations exact n state token).
  Proof.
    intros token_ (mode_ & valid_ & encoded) sizes.
    assert (check_pre_activations m n constant slack (mode, map observe all, token) = true) as this.
    { unfold check_integers in integers. rewrite !andb_true_iff, !forallb_forall in integers.
      apply integers. apply in_prod; [apply in_prod; [assumption|apply observed_in, valid_]|apply in_seq; lia]. }
    unfold check_pre_activations in this. rewrite forallb_forall in this.
    pose proof (step_pre_activations_related (symbolic_related _ _ (within_bounds m all valid_)) n token _ _
      (seen_state_right m mode all state encoded)) as stands_.
    assert (Forall (small B) (map (hidden (n_symbols m)) all)) as small_.
    { clear -sizes some. induction sizes; constructor; auto. apply hidden_small; auto. }
    clear -this stands_ small_ some enough. induction stands_; constructor.
    - destruct (form_fits_right constant slack B _ _ _ some small_ (this _ (or_introl eq_refl)) H) as (z & equal & size).
      exists z. split; [exact equal|]. unfold held. lia.
    - apply IHstands_. intros s here. apply this. right. exact here.
  Qed.

  Lemma live_total mode all token :
    machine_step m (live mode all) token = None \/
    exists q all', machine_step m (live mode all) token = Some (q, all').
  Proof. destruct (machine_step m (live mode all) token) as [[q all']|]; eauto. Qed.

  Lemma step_lives mode all state token q all' :
    (token < n_tokens n)%nat -> simulated mode all state -> machine_step m (live mode all) token = Some (q, all') ->
    simulated (Some q) all' (step exact n state token).
  Proof.
    intros token_ (mode_ & valid_ & encoded) lives.
    assert (simulates m (live mode all) state) as before.
    { destruct mode as [p|]; cbn [live option_map simulates].
      - split; [|auto]. destruct mode_ as [|mode_]; [discriminate|]. apply in_map_iff in mode_ as (p' & [= ->] & p_).
        apply in_seq in p_. lia.
      - eauto. }
    apply (step_simulates m n checked _ _ token token_) in before. rewrite lives in before.
    destruct before as (q_ & valid' & encoded'). split; [apply mode_in, q_|auto].
  Qed.

  (** While the machine lives its counters are small. *)
  Definition stays_small (mode : option nat) (all : list register) (word : list nat) : Prop :=
    forall before after q all', word = before ++ after ->
      fold_left (machine_step m) before (live mode all) = Some (q, all') -> Forall (within_size B) all'.

  Lemma run_is_exact word : forall mode all xs ys,
    spelled_for n word -> simulated mode all ys -> Forall (within_size B) all -> stays_small mode all word ->
    Forall2 Qeq xs ys ->
    Forall2 Qeq (fold_left (rounded_step int_bits frac_bits n) word xs) (fold_left (step exact n) word ys).
  Proof.
    induction word as [|token word IH]; intros mode all xs ys spelled simulated_ sizes stays same_; cbn [fold_left]; auto.
    inversion spelled as [|? ? token_ others]; subst.
    assert (Forall2 Qeq (rounded_step int_bits frac_bits n xs token) (step exact n ys token)) as after.
    { pose proof constant_some. apply step_held; auto.
      - apply integer_is_held. lia.
      - apply integer_is_held. lia.
      - apply (pre_activations_held mode all); auto. }
    destruct (live_total mode all token) as [dies|(q & all' & lives)].
    - apply (IH None all); auto.
      + apply (step_dies mode); auto.
      + intros before rest q all' word_ run. exfalso. clear -run. cbn [live option_map] in run.
        assert (fold_left (machine_step m) before None = None) as dead by (induction before; auto). congruence.
    - apply (IH (Some q) all'); auto.
      + apply (step_lives mode all); auto.
      + apply (stays [token] word q all'); [reflexivity|]. exact lives.
      + intros before rest q' all'' word_ run. apply (stays (token :: before) rest q' all''); [rewrite word_; reflexivity|].
        cbn [fold_left]. rewrite lives. exact run.
  Qed.

  Lemma start_is_exact : Forall2 Qeq (map (round int_bits frac_bits) (start n)) (start_in exact n).
  Proof.
    unfold check_integers in integers. rewrite !andb_true_iff in integers. destruct integers as [[_ start_] _].
    unfold start_in. clear -start_ enough. induction (start n) as [|q qs IH]; cbn [map]; constructor.
    - cbn [forallb] in start_. rewrite !andb_true_iff, Z.leb_le in start_. destruct start_ as [[integer size] _].
      apply round_held. exists (Qfloor q). split; [apply is_integer_right, integer|]. unfold held. lia.
    - cbn [forallb] in start_. apply andb_true_iff in start_ as [_ start_]. auto.
  Qed.

  (** On every word on which the counters stay small, the rounded network's states are the exact ones. *)
  Theorem rounded_is_exact word :
    spelled_for n word -> stays_small (Some (initial m)) (map blank (kinds m)) word ->
    rounded_accepts int_bits frac_bits n word = net_accepts n word.
  Proof.
    intros spelled stays. unfold rounded_accepts, net_accepts, score, rounded_state. apply positive_equal.
    apply (row_value_related exact_related). apply (run_is_exact word (Some (initial m)) (map blank (kinds m))); auto.
    - pose proof (start_simulates m n checked) as (initial_ & valid_ & encoded). split; [apply mode_in, initial_|auto].
    - apply (stays [] word (initial m)); reflexivity.
    - apply start_is_exact.
  Qed.
End Right.
