(** A network in fixed point, and when its numbers make it the exact one: where every pre-activation is a number that the
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

  (** * A number of the format is not rounded *)

  Definition is_held (x : Q) : Prop := exists k, x * inject_Z unit == inject_Z k /\ (- most <= k < most)%Z.

  Definition held (z : Z) : Prop := (- 2 ^ Z.of_nat (int_bits - 1) <= z < 2 ^ Z.of_nat (int_bits - 1))%Z.

  Lemma unit_positive : (0 < unit)%Z.
  Proof. apply Z.pow_pos_nonneg; lia. Qed.

  Lemma unit_not_zero : ~ inject_Z unit == 0.
  Proof. pose proof unit_positive. change 0 with (inject_Z 0). rewrite inject_Z_injective. lia. Qed.

  Lemma round_equal x y : x == y -> round x == round y.
  Proof.
    intros same_. unfold round. assert (Qfloor (x * inject_Z unit) = Qfloor (y * inject_Z unit)) as ->; [|reflexivity].
    apply Qfloor_comp. rewrite same_. reflexivity.
  Qed.

  Lemma round_held x : is_held x -> round x == x.
  Proof.
    intros (k & same_ & low & high). unfold round. rewrite (Qfloor_comp _ _ same_), Qfloor_Z.
    replace (Z.max (- most) (Z.min (most - 1) k)) with k by lia. rewrite <- same_. field. apply unit_not_zero.
  Qed.

  Lemma integer_held x z : x == inject_Z z -> held z -> is_held x.
  Proof.
    intros same_ [low high]. exists (z * unit)%Z. pose proof unit_positive. split.
    - rewrite same_, inject_Z_mult. reflexivity.
    - unfold most. nia.
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
    Forall2 Qeq xs ys -> Forall (is_held int_bits frac_bits) (pre_activations exact layers ys) ->
    Forall2 Qeq (rounded_feed_forward int_bits frac_bits layers xs) (feed_forward exact layers ys).
  Proof.
    induction layers as [|first rest IH]; intros xs ys same_ all; cbn [rounded_feed_forward feed_forward pre_activations] in *; auto.
    destruct rest as [|second rest]; [apply rows_held; auto|].
    apply Forall_app in all as [all others]. apply IH; auto.
    eapply forall2_map; [|apply rows_held; eassumption]. apply rectify_equal.
  Qed.

  (** A step whose pre-activations are numbers of the format is the exact one. *)
  Theorem step_held n token xs ys :
    held int_bits 0 -> held int_bits 1 ->
    Forall2 Qeq xs ys -> Forall (is_held int_bits frac_bits) (step_pre_activations exact n ys token) ->
    Forall2 Qeq (rounded_step int_bits frac_bits n xs token) (step exact n ys token).
  Proof.
    intros zero one same_ all. unfold rounded_step, step, step_pre_activations in *. destruct (recurrent_map n).
    - apply feed_forward_held; auto. apply Forall2_app; auto. unfold one_hot. rewrite map_map. apply forall2_same.
      intros i. cbn [constant exact]. apply round_held. destruct (Nat.eqb i token).
      + apply (integer_held _ _ _ 1); [reflexivity|assumption].
      + apply (integer_held _ _ _ 0); [reflexivity|assumption].
    - apply rows_held; auto.
  Qed.
End Held.

(** * The check *)

Definition check_pre_activations (m : machine) (n : network) (fits : option form -> bool) (c : case) : bool :=
  let '(mode, os, token) := c in
  forallb fits (step_pre_activations (symbolic (bounds m)) n (seen_state m mode os) token).

Definition check_fits (m : machine) (n : network) (fits : option form -> bool) : bool :=
  forallb (check_pre_activations m n fits) (steps m n).

(** * It is right *)

(** What is as it was, or an emptied stack. *)
Definition left_over (r r' : register) : Prop := r' = r \/ exists l, r = Stack l /\ r' = Stack [].

Definition live (mode : option nat) (all : list register) : configuration := option_map (fun q => (q, all)) mode.

(** While the machine lives its registers have this size. *)
Definition keeps_size (m : machine) (size : register -> Prop) (mode : option nat) (all : list register) (word : list nat)
  : Prop :=
  forall before after q all', word = before ++ after ->
    fold_left (machine_step m) before (live mode all) = Some (q, all') -> Forall size all'.

Section Right.
  Variables (m : machine) (n : network) (fits : option form -> bool) (size : register -> Prop) (int_bits frac_bits : nat).
  Hypothesis checked : check m n = true.
  Hypothesis steps_fit : check_fits m n fits = true.
  Hypothesis fits_right : forall all s q, valid m all -> Forall size all -> fits s = true ->
    stands (map (hidden (n_symbols m)) all) s q -> is_held int_bits frac_bits q.
  Hypothesis held_zero : held int_bits 0.
  Hypothesis held_one : held int_bits 1.
  Hypothesis start_held : Forall (is_held int_bits frac_bits) (start n).
  Hypothesis emptied : forall l, size (Stack l) -> size (Stack []).

  Definition simulated (mode : option nat) (all : list register) (state : list Q) : Prop :=
    In mode (modes m) /\ valid m all /\ Forall2 Qeq (encode m mode all) state.

  (** ** A dead machine's registers are left over *)

  Lemma collect all state :
    Forall2 (fun r q => exists r', left_over r r' /\ code (n_symbols m) r' == q) all state -> valid m all -> Forall size all ->
    exists rest, valid m rest /\ Forall size rest /\ Forall2 Qeq (map (code (n_symbols m)) rest) state.
  Proof.
    clear -emptied. unfold valid. generalize (kinds m). intros ks each. revert ks.
    induction each as [|r q all state (r' & left_ & value_) _ IH]; intros ks valid_ sizes.
    - exists []. inversion valid_; subst. repeat constructor.
    - inversion valid_ as [|k ? ks' ? first others]; subst. inversion sizes as [|? ? size_ sizes']; subst.
      destruct (IH ks' others sizes') as (rest & rest_valid & rest_sizes & rest_code). exists (r' :: rest).
      destruct left_ as [->|(l & -> & ->)].
      + split; [|split]; constructor; auto.
      + split; [|split]; constructor; auto.
        * destruct k; simpl in *; auto; contradiction.
        * apply (emptied l), size_.
  Qed.

  Lemma step_dies mode all state token :
    (token < n_tokens n)%nat -> simulated mode all state -> Forall size all -> machine_step m (live mode all) token = None ->
    exists rest, Forall size rest /\ simulated None rest (step exact n state token).
  Proof.
    intros token_ (mode_ & valid_ & encoded) sizes dies.
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
    apply Forall2_app_inv_l in this as (first & second & good_bits & good_rest & equal).
    assert (Forall2 (fun r q => exists r', left_over r r' /\ code (n_symbols m) r' == q) all second) as each.
    { rewrite indexed_map in good_rest. rewrite <- (map_id all) at 1. rewrite (map_as_indexed (fun r => r) all 0).
      eapply forall2_compose with
        (R := fun wanted r => forall q, (exists f, In f wanted /\ eval (map (hidden (n_symbols m)) all) f == q) ->
                exists r', left_over r r' /\ code (n_symbols m) r' == q);
        [|clear good_rest|exact good_rest].
      { intros wanted r q by_r is. apply by_r, is. }
      apply indexed_related. intros i r here q (f & f_ & value_). destruct f_ as [<-|zero].
      - exists r. split; [left; reflexivity|]. rewrite <- value_. symmetry. apply seen_form_right, here.
      - rewrite is_stack_observe in zero. destruct r as [z|l]; [destruct zero|]. destruct zero as [<-|[]].
        exists (Stack []). split; [right; exists l; auto|]. rewrite <- value_. symmetry. apply eval_fixed. }
    destruct (collect all second each valid_ sizes) as (rest & rest_valid & rest_sizes & rest_code).
    exists rest. split; [exact rest_sizes|]. split; [left; reflexivity|]. split; [exact rest_valid|].
    rewrite equal. apply Forall2_app; [apply (bits_right m _ None) in good_bits; exact good_bits|exact rest_code].
  Qed.

  (** ** Every step is exact *)

  Lemma pre_activations_held mode all state token :
    (token < n_tokens n)%nat -> simulated mode all state -> Forall size all ->
    Forall (is_held int_bits frac_bits) (step_pre_activations exact n state token).
  Proof.
    intros token_ (mode_ & valid_ & encoded) sizes.
    assert (check_pre_activations m n fits (mode, map observe all, token) = true) as this.
    { unfold check_fits in steps_fit. rewrite forallb_forall in steps_fit.
      apply steps_fit. apply in_prod; [apply in_prod; [assumption|apply observed_in, valid_]|apply in_seq; lia]. }
    unfold check_pre_activations in this. rewrite forallb_forall in this.
    pose proof (step_pre_activations_related (symbolic_related _ _ (within_bounds m all valid_)) n token _ _
      (seen_state_right m mode all state encoded)) as stands_.
    clear -this stands_ fits_right valid_ sizes. induction stands_; constructor.
    - eapply fits_right; try eassumption. apply this. left. reflexivity.
    - apply IHstands_. intros s here. apply this. right. exact here.
  Qed.

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

  Lemma run_is_exact word : forall mode all xs ys,
    spelled_for n word -> simulated mode all ys -> Forall size all -> keeps_size m size mode all word ->
    Forall2 Qeq xs ys ->
    Forall2 Qeq (fold_left (rounded_step int_bits frac_bits n) word xs) (fold_left (step exact n) word ys).
  Proof.
    induction word as [|token word IH]; intros mode all xs ys spelled simulated_ sizes keeps same_; cbn [fold_left]; auto.
    inversion spelled as [|? ? token_ others]; subst.
    assert (Forall2 Qeq (rounded_step int_bits frac_bits n xs token) (step exact n ys token)) as after.
    { apply step_held; auto. apply (pre_activations_held mode all); auto. }
    destruct (machine_step m (live mode all) token) as [[q all']|] eqn:step_.
    - apply (IH (Some q) all'); auto.
      + apply (step_lives mode all); auto.
      + apply (keeps [token] word q all'); [reflexivity|]. exact step_.
      + intros before rest q' all'' word_ run. apply (keeps (token :: before) rest q' all''); [rewrite word_; reflexivity|].
        cbn [fold_left]. rewrite step_. exact run.
    - destruct (step_dies mode all ys token token_ simulated_ sizes step_) as (rest & rest_sizes & dead).
      apply (IH None rest); auto.
      intros before after_ q all' word_ run. exfalso. clear -run. cbn [live option_map] in run.
      assert (fold_left (machine_step m) before None = None) as none by (induction before; auto). congruence.
  Qed.

  (** On every word on which the registers keep their size, the rounded network's states are the exact ones. *)
  Theorem rounded_is_exact word :
    spelled_for n word -> keeps_size m size (Some (initial m)) (map blank (kinds m)) word ->
    rounded_accepts int_bits frac_bits n word = net_accepts n word.
  Proof.
    intros spelled keeps. unfold rounded_accepts, net_accepts, score, rounded_state. apply positive_equal.
    apply (row_value_related exact_related). apply (run_is_exact word (Some (initial m)) (map blank (kinds m))); auto.
    - pose proof (start_simulates m n checked) as (initial_ & valid_ & encoded). split; [apply mode_in, initial_|auto].
    - apply (keeps [] word (initial m)); reflexivity.
    - unfold start_in. cbn [constant exact]. clear -start_held. induction start_held; cbn [map]; constructor; auto.
      apply round_held. assumption.
  Qed.
End Right.

(** * Counters: integers *)

Definition is_integer (q : Q) : bool := Qeq_bool q (inject_Z (Qfloor q)).

Lemma is_integer_right q : is_integer q = true -> q == inject_Z (Qfloor q).
Proof. apply Qeq_bool_iff. Qed.

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

(** With counters of magnitude at most B every pre-activation is an integer of magnitude at most [constant] or
    B + [slack]. *)
Definition check_integers (m : machine) (n : network) (constant slack : Z) : bool :=
  forallb is_counter (kinds m) && (1 <=? constant)%Z
  && forallb (fun q => is_integer q && (Z.abs (Qfloor q) <=? constant)%Z) (start n)
  && check_fits m n (form_fits constant slack).

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

Theorem integers_are_exact m n constant slack B int_bits frac_bits word :
  check m n = true -> check_integers m n constant slack = true -> (1 <= B)%Z ->
  (Z.max constant (B + slack) < 2 ^ Z.of_nat (int_bits - 1))%Z -> spelled_for n word ->
  keeps_size m (within_size B) (Some (initial m)) (map blank (kinds m)) word ->
  rounded_accepts int_bits frac_bits n word = net_accepts n word.
Proof.
  intros checked integers some enough spelled keeps. unfold check_integers in integers.
  apply andb_true_iff in integers as [integers steps_fit]. apply andb_true_iff in integers as [integers start_].
  apply andb_true_iff in integers as [_ one]. apply Z.leb_le in one.
  apply (rounded_is_exact m n (form_fits constant slack) (within_size B)); auto; unfold held; try lia.
  - intros all s q _ sizes fits stands_.
    assert (Forall (small B) (map (hidden (n_symbols m)) all)) as small_.
    { clear -sizes some. induction sizes; constructor; auto. apply hidden_small; auto. }
    destruct (form_fits_right constant slack B _ _ _ some small_ fits stands_) as (z & equal & size).
    apply (integer_held _ _ _ z equal). unfold held. lia.
  - rewrite forallb_forall in start_. apply Forall_forall. intros q here. apply start_, andb_true_iff in here as [integer size].
    apply Z.leb_le in size. apply (integer_held _ _ _ _ (is_integer_right _ integer)). unfold held. lia.
  - intros l (z & equal & _). discriminate.
Qed.
