(** Stacks in fixed point: with stacks of at most n symbols every pre-activation is a number of a format with linearly many
    bits behind the point, so that nothing is ever rounded. *)

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

(** * The check *)

Definition power (n : nat) : Z := (2 ^ Z.of_nat n)%Z.

(** A multiple of 2^-bits. *)
Definition is_multiple (bits : nat) (q : Q) : bool := is_integer (q * inject_Z (power bits)).

(** Every coefficient is a multiple of 2^-bits, and the bounds show that the value lies in [-2^(I-1), 2^(I-1)). *)
Definition multiple_fits (m : machine) (int_bits bits : nat) (s : option form) : bool :=
  match s with
  | None => false
  | Some f =>
      is_multiple bits (offset f) && forallb (is_multiple bits) (coefficients f)
      && surely_at_least_zero (bounds m) (add_forms f (fixed (inject_Z (power (int_bits - 1)))))
      && surely_positive (bounds m) (add_forms (fixed (inject_Z (power (int_bits - 1)))) (scale (-1) f))
  end.

(** A symbol takes [per_symbol] bits, and no pre-activation needs more than [bits] beyond a stack's rest. *)
Definition check_stacks (m : machine) (n : network) (int_bits per_symbol bits : nat) : bool :=
  forallb (fun k => negb (is_counter k)) (kinds m) && (2 * Z.of_nat (n_symbols m) =? power per_symbol)%Z
  && Nat.leb 2 int_bits && forallb (fun q => Qeq_bool q 0 || Qeq_bool q 1) (start n)
  && check_fits m n (multiple_fits m int_bits bits).

(** * It is right *)

Definition has_bits (bits : nat) (x : Q) : Prop := exists k, x * inject_Z (power bits) == inject_Z k.

Lemma power_add a b : power (a + b) = (power a * power b)%Z.
Proof. unfold power. rewrite Nat2Z.inj_add, Z.pow_add_r by lia. reflexivity. Qed.

Lemma power_positive n : (0 < power n)%Z.
Proof. apply Z.pow_pos_nonneg; lia. Qed.

Lemma has_more_bits a b x : (a <= b)%nat -> has_bits a x -> has_bits b x.
Proof.
  intros less (k & equal). exists (k * power (b - a))%Z. replace b with (a + (b - a))%nat by lia. replace (a + (b - a) - a)%nat with (b - a)%nat by lia.
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
    pose proof (power_positive per_symbol). change 0 with (inject_Z 0) in none. apply (proj1 (inject_Z_injective _ _)) in none. lia.
  Qed.
End Symbols.

(** A stack of at most so many symbols. *)
Definition at_most (n : nat) (r : register) : Prop := exists l, r = Stack l /\ (length l <= n)%nat.

Lemma hidden_bits n_symbols per_symbol n r : (2 * Z.of_nat n_symbols = power per_symbol)%Z ->
  at_most n r -> has_bits (per_symbol * (n - 1)) (hidden n_symbols r).
Proof.
  intros base (l & -> & length_). destruct l as [|top rest]; cbn [hidden]; [apply zero_has_bits|].
  simpl in length_. apply (has_more_bits (per_symbol * length rest)); [apply Nat.mul_le_mono_l; lia|]. apply stack_code_bits, base.
Qed.

Lemma dot_bits a b cs : Forall (has_bits a) cs -> forall xs, Forall (has_bits b) xs -> has_bits (a + b) (dot cs xs).
Proof.
  induction 1 as [|c cs first _ IH]; intros xs all; cbn [dot]; [apply zero_has_bits|].
  destruct all as [|x xs x_ all]; [apply zero_has_bits|]. apply sum_has_bits; auto. apply product_has_bits; auto.
Qed.

Theorem stacks_are_exact m net int_bits per_symbol bits n frac_bits word :
  check m net = true -> check_stacks m net int_bits per_symbol bits = true ->
  (bits + per_symbol * (n - 1) <= frac_bits)%nat -> spelled_for net word ->
  keeps_size m (at_most n) (Some (initial m)) (map blank (kinds m)) word ->
  rounded_accepts int_bits frac_bits net word = net_accepts net word.
Proof.
  intros checked stacks enough spelled keeps. unfold check_stacks in stacks.
  apply andb_true_iff in stacks as [stacks steps_fit]. apply andb_true_iff in stacks as [stacks start_].
  apply andb_true_iff in stacks as [stacks two]. apply Nat.leb_le in two.
  apply andb_true_iff in stacks as [_ base]. apply Z.eqb_eq in base.
  assert (2 ^ 1 <= 2 ^ Z.of_nat (int_bits - 1))%Z as range by (apply Z.pow_le_mono_r; lia).
  assert (held int_bits 0 /\ held int_bits 1) as [zero one] by (unfold held; lia).
  apply (rounded_is_exact m net (multiple_fits m int_bits bits) (at_most n)); auto.
  - intros all s q valid_ sizes fits stands_. destruct s as [f|]; [|discriminate]. cbn [multiple_fits stands] in *.
    apply andb_true_iff in fits as [fits high]. apply andb_true_iff in fits as [fits low].
    apply andb_true_iff in fits as [offset_ coefficients_].
    apply (surely_at_least_zero_right _ _ (within_bounds m all valid_)) in low.
    apply (surely_positive_right _ _ (within_bounds m all valid_)) in high.
    rewrite eval_add, eval_fixed in low. rewrite eval_add, eval_fixed, eval_scale in high. rewrite stands_ in low, high.
    assert (has_bits frac_bits q) as (k & k_).
    { apply (has_more_bits (bits + per_symbol * (n - 1))); [exact enough|]. apply (equal_has_bits _ _ _ stands_).
      apply sum_has_bits.
      - apply (has_more_bits bits); [apply Nat.le_add_r|]. apply is_multiple_right, offset_.
      - apply dot_bits.
        + rewrite forallb_forall in coefficients_. apply Forall_forall. intros c here. apply is_multiple_right, coefficients_, here.
        + clear -sizes base. induction sizes; constructor; auto. apply hidden_bits; auto. }
    exists k. change (unit frac_bits) with (power frac_bits). split; [exact k_|].
    unfold most. change (unit frac_bits) with (power frac_bits). change (2 ^ Z.of_nat (int_bits - 1))%Z with (power (int_bits - 1)).
    pose proof (power_positive frac_bits) as positive_. rewrite Zlt_Qlt in positive_.
    change (inject_Z 0) with 0 in positive_. split.
    + rewrite Zle_Qle, inject_Z_opp, inject_Z_mult, <- k_. nra.
    + rewrite Zlt_Qlt, inject_Z_mult, <- k_. nra.
  - rewrite forallb_forall in start_. apply Forall_forall. intros q here. apply start_, orb_true_iff in here as [equal|equal];
      apply Qeq_bool_iff in equal.
    + apply (integer_held _ _ _ 0 equal zero).
    + apply (integer_held _ _ _ 1 equal one).
  - intros l _. exists []. split; [reflexivity|]. simpl. lia.
Qed.
