(** Deterministic, sorted, forward graphs and their paths. *)

From Coq Require Import Lia.
From Coq Require Import List.
Import ListNotations.

(** * To judge: graphs and paths *)

(** From and to; vertices are numbers from 0. *)
Definition edge : Type := nat * nat.

(** Sources strictly increase, from [least] on, and every edge leads forward. *)
Fixpoint sorted (least : nat) (es : list edge) : Prop :=
  match es with
  | [] => True
  | (i, j) :: es => least <= i /\ i < j /\ sorted (S i) es
  end.

Inductive path (es : list edge) : nat -> nat -> Prop :=
  | stay v : path es v v
  | go u v w : In (u, v) es -> path es v w -> path es u w.

(** * What follows *)

Lemma sorted_sources least es : sorted least es -> forall i j, In (i, j) es -> least <= i /\ i < j.
Proof.
  revert least. induction es as [|[a b] es IH]; simpl; [tauto|]. intros least (low & forward & rest) i j [[= -> ->]|here].
  - auto.
  - apply (IH _ rest) in here. lia.
Qed.

Lemma path_in_more es e u v : path es u v -> path (e :: es) u v.
Proof. induction 1; [constructor|]. econstructor; [right|]; eauto. Qed.

(** From beyond an edge's source the edge cannot be reached. *)
Lemma path_beyond least i j es u v :
  sorted least ((i, j) :: es) -> path ((i, j) :: es) u v -> i < u -> path es u v.
Proof.
  intros sorted_ path_. induction path_ as [|u v w here path_ IH]; intros beyond; [constructor|].
  destruct here as [[= -> ->]|here]; [lia|].
  econstructor; [eassumption|]. apply IH. destruct sorted_ as (_ & _ & rest). apply (sorted_sources _ _ rest) in here. lia.
Qed.

Lemma path_other least i j es u v :
  sorted least ((i, j) :: es) -> u <> i \/ u = v -> (path ((i, j) :: es) u v <-> path es u v).
Proof.
  intros sorted_ [other| ->]; split; intros path_; auto using path_in_more; try constructor.
  destruct path_ as [u|u v w here path_]; [constructor|].
  destruct here as [[= -> ->]|here]; [lia|]. econstructor; [eassumption|].
  eapply path_beyond; eauto. destruct sorted_ as (_ & _ & rest). apply (sorted_sources _ _ rest) in here. lia.
Qed.

Lemma path_next least i j es v :
  sorted least ((i, j) :: es) -> i <> v -> (path ((i, j) :: es) i v <-> path es j v).
Proof.
  intros sorted_ other. pose proof sorted_ as (_ & forward & rest). split; intros path_.
  - inversion path_ as [|u w x here path_' first]; subst; [lia|]. destruct here as [[= ->]|here].
    + eapply path_beyond; eauto.
    + apply (sorted_sources _ _ rest) in here. lia.
  - econstructor; [left; reflexivity|]. apply path_in_more, path_.
Qed.

Lemma path_at_end u v : path [] u v <-> u = v.
Proof. split; [|intros ->; constructor]. intros path_. inversion path_; [reflexivity|]. simpl in *. tauto. Qed.

(** The vertex where a path cannot be continued. *)
Definition ends (es : list edge) (u v : nat) : Prop := path es u v /\ forall w, ~ In (v, w) es.

(** Only where nothing is followed can a path end at a source or below it. *)
Lemma path_leads least es u v : sorted least es -> path es u v -> u = v \/ least < v.
Proof.
  intros sorted_ path_. induction path_ as [|u v w here path_ IH]; auto. right.
  apply (sorted_sources _ _ sorted_) in here. lia.
Qed.

Lemma ends_other least i j es u v :
  sorted least ((i, j) :: es) -> u <> i -> (ends ((i, j) :: es) u v <-> ends es u v).
Proof.
  intros sorted_ other. unfold ends. rewrite (path_other _ _ _ _ _ _ sorted_) by auto.
  destruct sorted_ as (_ & _ & rest). split; intros [path_ sink]; split; auto.
  - intros w here. apply (sink w). right. exact here.
  - intros w [[= -> ->]|here]; [|apply (sink w here)]. apply (path_leads _ _ _ _ rest) in path_. lia.
Qed.

Lemma ends_next least i j es v : sorted least ((i, j) :: es) -> (ends ((i, j) :: es) i v <-> ends es j v).
Proof.
  intros sorted_. unfold ends. pose proof sorted_ as (_ & forward & rest). split; intros [path_ sink].
  - assert (i <> v) as other by (intros <-; apply (sink j); left; reflexivity).
    apply (path_next _ _ _ _ _ sorted_ other) in path_. split; auto. intros w here. apply (sink w). right. exact here.
  - assert (i <> v) as other by (apply (path_leads _ _ _ _ rest) in path_; lia).
    split; [apply (path_next _ _ _ _ _ sorted_ other), path_|].
    intros w [[= -> ->]|here]; [congruence|apply (sink w here)].
Qed.

Lemma ends_at_end u v : ends [] u v <-> u = v.
Proof. unfold ends. rewrite path_at_end. simpl. split; [tauto|]. intros ->. auto. Qed.
