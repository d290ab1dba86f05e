(** Reachability in fixed point: on every word whose numbers are those of a graph of n vertices the machine's counters stay
    below n. *)

From Coq Require Import Arith.
From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import ZArith.
From Reduce Require Import FixedPrecision.
From Reduce Require Import Graph.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Reachability.
From Reduce Require Import Semantics.
Import ListNotations.

(** * To judge: the words of a size *)

(** Every number is one of the vertices 0 to n - 1, and one after a hash, an edge's source, is not the last of them. The
    word need not spell a graph. *)
Fixpoint of_size_from (n : nat) (is_source : bool) (number : nat) (word : list token) : Prop :=
  (if is_source then number + 1 < n else number < n)
  /\ match word with
     | [] => True
     | Digit :: word => of_size_from n is_source (S number) word
     | Hash :: word => of_size_from n true 0 word
     | _ :: word => of_size_from n false 0 word
     end.

Definition of_size (n : nat) (word : list token) : Prop := of_size_from n false 0 word.

(** * The counters stay below n *)

Section Size.
  Variable n : nat.

  Definition sized (r : reading) (is_source : bool) (number : nat) : Prop :=
    match r with
    | ReadSource s => is_source = false /\ s = number
    | ReadTarget s t => is_source = false /\ t = number /\ s < n
    | ReadFrom cur t least i => is_source = true /\ i = number /\ cur < n /\ t < n /\ least < n
    | ReadOther cur t i j => is_source = false /\ j = number /\ cur < n /\ t < n /\ i + 1 < n
    | ReadNext t i j => is_source = false /\ j = number /\ t < n /\ i + 1 < n
    | Accepted d g e f => Forall (within_size (Z.of_nat n - 1)) [Counter d; Counter g; Counter e; Counter f]
    | Dead => True
    end.

  Definition fits_ (is_source : bool) (number : nat) : Prop := if is_source then number + 1 < n else number < n.

  Lemma sized_registers r is_source number m d g e f :
    sized r is_source number -> fits_ is_source number -> meaning r = At m d g e f ->
    Forall (within_size (Z.of_nat n - 1)) [Counter d; Counter g; Counter e; Counter f].
  Proof.
    intros sized_ fits. destruct r; cbn [sized meaning] in *; intros equal; try discriminate; injection equal; intros; subst;
      try assumption; destruct is_source; cbn [fits_] in fits; repeat match goal with H : _ /\ _ |- _ => destruct H end;
      try discriminate; subst;
      repeat apply Forall_cons; try apply Forall_nil; eexists; (split; [reflexivity|]);
      try match goal with |- context [match ?j with 0 => _ | S _ => _ end] => destruct j end; lia.
  Qed.

  Lemma sized_accept r is_source number : sized r is_source number -> fits_ is_source number ->
    forall is_source' number', sized (accept r) is_source' number'.
  Proof.
    intros sized_ fits is_source' number'. unfold accept. destruct (meaning r) as [m d g e f|] eqn:meaning_; [|exact I].
    cbn [sized]. apply (sized_registers _ _ _ _ _ _ _ _ sized_ fits meaning_).
  Qed.

  Lemma sized_next r is_source number t word :
    sized r is_source number -> of_size_from n is_source number (t :: word) ->
    exists is_source' number', sized (next r t) is_source' number' /\ of_size_from n is_source' number' word.
  Proof.
    intros sized_ [fits rest]. fold (fits_ is_source number) in fits.
    assert (forall is_source' number', sized (accept r) is_source' number') as accept_
      by (apply (sized_accept r is_source number); assumption).
    destruct t; (eexists; eexists; (split; [|exact rest])); destruct r; cbn [next]; decide_tests; cbn [andb negb];
      try (destruct (Nat.leb_spec least i)); try exact I; try apply accept_;
      cbn [sized] in *; destruct is_source; cbn [fits_] in fits; try (exfalso; intuition congruence); intuition lia.
  Qed.

  Lemma sized_run word : forall r is_source number, sized r is_source number -> of_size_from n is_source number word ->
    exists is_source' number', sized (fold_left next word r) is_source' number' /\ fits_ is_source' number'.
  Proof.
    induction word as [|t word IH]; intros r is_source number sized_ of_size_.
    - exists is_source, number. split; [exact sized_|]. apply of_size_.
    - destruct (sized_next _ _ _ _ _ sized_ of_size_) as (is_source' & number' & sized' & rest). simpl. eauto.
  Qed.

  Lemma of_size_prefix word rest : forall is_source number,
    of_size_from n is_source number (word ++ rest) -> of_size_from n is_source number word.
  Proof.
    induction word as [|t word IH]; intros is_source number of_size_.
    { destruct rest; split; try exact I; apply of_size_. }
    destruct of_size_ as [fits of_size_]. split; [exact fits|]. destruct t; apply IH, of_size_.
  Qed.

  Lemma follows_run m : agrees m -> forall word r,
    fold_left (machine_step m) (map index word) (embed r) = embed (fold_left move word r).
  Proof.
    intros [_ step_ _]. induction word as [|t word IH]; intros r; simpl; auto. rewrite step_. apply IH.
  Qed.

  Theorem counters_stay_small m word : agrees m -> of_size n word ->
    stays_small m (Z.of_nat n - 1) (Some (initial m)) (map blank (kinds m)) (map index word).
  Proof.
    intros agrees_ of_size_ before after q all' split_ run. apply map_eq_app in split_ as (first & second & -> & <- & <-).
    apply of_size_prefix in of_size_. pose proof agrees_ as [start_ _ _].
    change (live (Some (initial m)) (map blank (kinds m))) with (machine_start m) in run.
    rewrite start_, (follows_run m agrees_) in run.
    change (At S_ 0 0 0 0) with (meaning (ReadSource 0)) in run. rewrite meaning_run in run.
    destruct (sized_run first (ReadSource 0) false 0) as (is_source & number & sized_ & fits); [cbn; auto|exact of_size_|].
    destruct (meaning (fold_left next first (ReadSource 0))) as [mode_ d g e f|] eqn:meaning_; [|discriminate].
    cbn [embed] in run. injection run as <- <-. apply (sized_registers _ _ _ _ _ _ _ _ sized_ fits meaning_).
  Qed.
End Size.

(** ** The word of every graph of n vertices is of this size *)

Lemma of_size_digits n (is_source : bool) count : forall number rest,
  (if is_source then number + count + 1 < n else number + count < n) ->
  of_size_from n is_source (number + count) rest -> of_size_from n is_source number (repeat Digit count ++ rest).
Proof.
  induction count as [|count IH]; intros number rest fits of_size_.
  - rewrite Nat.add_0_r in of_size_. exact of_size_.
  - cbn [repeat app of_size_from]. split; [destruct is_source; lia|]. apply IH.
    + destruct is_source; lia.
    + replace (S number + count) with (number + S count) by lia. exact of_size_.
Qed.

Lemma of_size_edges n es : forall least number, sorted least es -> Forall (fun e => snd e < n) es -> number < n ->
  of_size_from n false number (write_edges es ++ [End]).
Proof.
  induction es as [|[i j] es IH]; intros least number sorted_ all fits.
  - simpl. repeat split; lia.
  - inversion all as [|? ? j_ others]; subst. destruct sorted_ as (_ & forward & rest). rewrite write_more.
    cbn [snd] in j_. split; [exact fits|]. apply of_size_digits; [simpl; lia|]. split; [simpl; lia|].
    apply of_size_digits; [exact j_|]. apply (IH (S i)); auto.
Qed.

Lemma write_of_size n s t es : sorted 0 es -> s < n -> t < n -> Forall (fun e => snd e < n) es -> of_size n (write s t es).
Proof.
  intros sorted_ s_ t_ all. apply of_size_digits; [exact s_|]. split; [exact s_|].
  apply of_size_digits; [exact t_|]. apply (of_size_edges n es 0); auto.
Qed.

(** * The network in fixed point decides the problem *)

Section Decides.
  Variables (m : machine) (net : network) (constant_ slack : Z).
  Hypothesis agrees_ : agrees m.
  Hypothesis spelling : map text alphabet = tokens net.
  Hypothesis checked : check m net = true.
  Hypothesis integers : check_integers m net constant_ slack = true.

  Theorem rounded_decides int_bits frac_bits n word :
    2 <= n -> (Z.max constant_ (Z.of_nat n - 1 + slack) < 2 ^ Z.of_nat (int_bits - 1))%Z -> of_size n word ->
    rounded_accepts int_bits frac_bits net (map index word) = true <-> yes word.
  Proof.
    intros some enough of_size_.
    rewrite (rounded_is_exact m net constant_ slack (Z.of_nat n - 1) int_bits frac_bits checked integers); auto.
    - apply (net_decides alphabet text index m net yes place spelling (machine_decides m agrees_) checked).
    - lia.
    - apply spelled_by. intros t. unfold n_tokens. rewrite <- spelling. destruct t; simpl; lia.
    - apply counters_stay_small; auto.
  Qed.
End Decides.
