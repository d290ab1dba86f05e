(** Reachability in deterministic, sorted, forward graphs, the target given before the edges: what is asked, and why a
    machine with four counters decides it. *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import String.
From Coq Require Import ZArith.
From Reduce Require Import Graph.
From Reduce Require Import Machine.
Import ListNotations.

(** * To judge: the problem *)

Inductive token := Digit | Bar | Hash | End.

(** Vertices are numbers in unary: 0^s | 0^t (# 0^i | 0^j)* $. *)
Definition write_edges (es : list edge) : list token :=
  flat_map (fun e => Hash :: repeat Digit (fst e) ++ Bar :: repeat Digit (snd e)) es.

Definition write (s t : nat) (es : list edge) : list token :=
  repeat Digit s ++ Bar :: repeat Digit t ++ write_edges es ++ [End].

Definition yes (word : list token) : Prop := exists s t es, word = write s t es /\ sorted 0 es /\ path es s t.

Definition alphabet : list token := [Digit; Bar; Hash; End].

Definition text (t : token) : string :=
  match t with
  | Digit => "0"
  | Bar => "|"
  | Hash => "#"
  | End => "$"
  end.

(** A token's place in [alphabet]. *)
Definition index (t : token) : nat :=
  match t with
  | Digit => 0
  | Bar => 1
  | Hash => 2
  | End => 3
  end.

Lemma place t : nth_error alphabet (index t) = Some t.
Proof. repeat match goal with x : _ |- _ => destruct x end; reflexivity. Qed.

(** * The machine's run *)

Inductive mode := S_ | T_ | I_ | U_ | M_ | A_.

Inductive registers := At (m : mode) (d g e f : Z) | Stuck.

Local Open Scope Z_scope.

Definition move (r : registers) (t : token) : registers :=
  match r with
  | Stuck => Stuck
  | At m d g e f =>
      match m, t with
      | S_, Digit => At S_ (d + 1) (g + 1) e f
      | S_, Bar => At T_ d g e f
      | T_, Digit => At T_ d (g + -1) e f
      | T_, Hash => At I_ d g e f
      | T_, End => if g =? 0 then At A_ d g e f else Stuck
      | I_, Digit => if f =? 0 then At I_ (d + -1) g (e + 1) f else At I_ (d + -1) g (e + 1) (f + -1)
      | I_, Bar =>
          if f =? 0 then
            if d =? 0 then
              if g =? 0 then At U_ (d + -1) g (e + 1) f else At M_ d (g + 1) (e + 1) f
            else At U_ (d + -1) g (e + 1) f
          else Stuck
      | U_, Digit => if e =? 0 then At U_ d g e f else At U_ (d + 1) g (e + -1) (f + 1)
      | M_, Digit => if e =? 0 then At M_ (d + 1) (g + 1) e f else At M_ (d + 1) g (e + -1) (f + 1)
      | U_, Hash | M_, Hash => if e =? 0 then At I_ d g e f else Stuck
      | U_, End | M_, End => if e =? 0 then if g =? 0 then At A_ d g e f else Stuck else Stuck
      | _, _ => Stuck
      end
  end.

Definition accepts (r : registers) : bool := match r with At A_ _ _ _ _ => true | _ => false end.

Definition number (m : mode) : nat := match m with S_ => 0 | T_ => 1 | I_ => 2 | U_ => 3 | M_ => 4 | A_ => 5 end%nat.

Definition embed (r : registers) : configuration :=
  match r with
  | At m d g e f => Some (number m, [Counter d; Counter g; Counter e; Counter f])
  | Stuck => None
  end.

Definition agrees (m : machine) : Prop := follows m index embed (At S_ 0 0 0 0) move accepts.

Local Close Scope Z_scope.

(** * What the registers mean *)

(** What has been read: the source, the target, the path's vertex so far, the least source that may come, the edge's
    source and target so far. *)
Inductive reading :=
  | ReadSource (s : nat)
  | ReadTarget (s t : nat)
  | ReadFrom (cur t least i : nat)
  | ReadOther (cur t i j : nat)
  (** The edge's source is the path's vertex so far. *)
  | ReadNext (t i j : nat)
  | Accepted (d g e f : Z)
  | Dead.

Definition meaning (r : reading) : registers :=
  let z := Z.of_nat in
  match r with
  | ReadSource s => At S_ (z s) (z s) 0 0
  | ReadTarget s t => At T_ (z s) (z s - z t) 0 0
  | ReadFrom cur t least i => At I_ (z cur - z i) (z cur - z t) (z i) (z (least - i)%nat)
  | ReadOther cur t i j =>
      At U_ (z cur - z i - 1 + z (Nat.min j (S i))) (z cur - z t) (z (S i - j)%nat) (z (Nat.min j (S i)))
  | ReadNext t i j => At M_ (z j) (z i - z t + 1 + z (j - S i)%nat) (z (S i - j)%nat) (z (Nat.min j (S i)))
  | Accepted d g e f => At A_ d g e f
  | Dead => Stuck
  end.

Definition accept (r : reading) : reading :=
  match meaning r with
  | At _ d g e f => Accepted d g e f
  | Stuck => Dead
  end.

Definition next (r : reading) (t : token) : reading :=
  match r, t with
  | ReadSource s, Digit => ReadSource (S s)
  | ReadSource s, Bar => ReadTarget s 0
  | ReadTarget s t, Digit => ReadTarget s (S t)
  | ReadTarget s t, Hash => ReadFrom s t 0 0
  | ReadTarget s t, End => if s =? t then accept r else Dead
  | ReadFrom cur t least i, Digit => ReadFrom cur t least (S i)
  | ReadFrom cur t least i, Bar =>
      if least <=? i then if (cur =? i) && negb (cur =? t) then ReadNext t i 0 else ReadOther cur t i 0 else Dead
  | ReadOther cur t i j, Digit => ReadOther cur t i (S j)
  | ReadOther cur t i j, Hash => if i <? j then ReadFrom cur t (S i) 0 else Dead
  | ReadOther cur t i j, End => if (i <? j) && (cur =? t) then accept r else Dead
  | ReadNext t i j, Digit => ReadNext t i (S j)
  | ReadNext t i j, Hash => if i <? j then ReadFrom j t (S i) 0 else Dead
  | ReadNext t i j, End => if (i <? j) && (j =? t) then accept r else Dead
  | _, _ => Dead
  end.

Ltac decide_tests :=
  repeat match goal with
    | |- context [Z.eqb ?x ?y] => destruct (Z.eqb_spec x y)
    | |- context [Nat.eqb ?x ?y] => destruct (Nat.eqb_spec x y)
    | |- context [Nat.leb ?x ?y] => destruct (Nat.leb_spec x y)
    | |- context [Nat.ltb ?x ?y] => destruct (Nat.ltb_spec x y)
    end.

Lemma meaning_step r t : move (meaning r) t = meaning (next r t).
Proof.
  destruct r, t; cbn [meaning next move accept]; auto; decide_tests; cbn [meaning andb negb]; auto; try lia;
    f_equal; lia.
Qed.

Lemma meaning_run word : forall r, fold_left move word (meaning r) = meaning (fold_left next word r).
Proof. induction word; intros r; simpl; auto. rewrite meaning_step. apply IHword. Qed.

(** * The machine decides the problem *)

(** The words that lead from what has been read to acceptance. Of the path the part is left that starts in the vertex so
    far and uses later edges. *)
Definition completes (r : reading) (word : list token) : Prop :=
  match r with
  | ReadSource s => exists s' t es,
      word = repeat Digit s' ++ Bar :: repeat Digit t ++ write_edges es ++ [End] /\ sorted 0 es /\ path es (s + s') t
  | ReadTarget s t => exists t' es,
      word = repeat Digit t' ++ write_edges es ++ [End] /\ sorted 0 es /\ path es s (t + t')
  | ReadFrom cur t least i => exists i' j es,
      word = repeat Digit i' ++ Bar :: repeat Digit j ++ write_edges es ++ [End]
      /\ sorted least ((i + i', j) :: es) /\ path ((i + i', j) :: es) cur t
  | ReadOther cur t i j => exists j' es,
      word = repeat Digit j' ++ write_edges es ++ [End] /\ i < j + j' /\ sorted (S i) es /\ path es cur t
  | ReadNext t i j => exists j' es,
      word = repeat Digit j' ++ write_edges es ++ [End] /\ i < j + j' /\ sorted (S i) es /\ path es (j + j') t
  | Accepted _ _ _ _ => word = []
  | Dead => False
  end.

Lemma write_more i j es rest :
  write_edges ((i, j) :: es) ++ rest = Hash :: repeat Digit i ++ Bar :: repeat Digit j ++ write_edges es ++ rest.
Proof. simpl. rewrite <- !app_assoc. reflexivity. Qed.

Lemma completes_step r t word : completes (next r t) word <-> completes r (t :: word).
Proof.
  assert (forall n, S n = n + 1) as one by (intros; lia).
  destruct r; cbn [next].
  - (* the source *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (s' & t & es & -> & sorted_ & path_). exists (S s'), t, es. rewrite Nat.add_succ_r. auto.
      * intros (t' & es & -> & sorted_ & path_). exists 0, t', es. rewrite Nat.add_0_r. auto.
    + intros (s' & t' & es & word_ & sorted_ & path_). destruct s'; simpl in word_; injection word_ as -> ->; cbn [completes].
      * exists t', es. rewrite Nat.add_0_r in path_. auto.
      * exists s', t', es. rewrite Nat.add_succ_r in path_. auto.
  - (* the target *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (t' & es & -> & sorted_ & path_). exists (S t'), es. rewrite Nat.add_succ_r. auto.
      * intros (i' & j & es & -> & sorted_ & path_). exists 0, ((i', j) :: es). rewrite Nat.add_0_r. rewrite write_more. auto.
      * destruct (Nat.eqb_spec s t0); cbn [completes accept meaning]; [|tauto]. intros ->. subst. exists 0, [].
        rewrite Nat.add_0_r. simpl. auto using stay.
    + intros (t' & es & word_ & sorted_ & path_). destruct t'; simpl in word_.
      * destruct es as [|[i j] es]; [|rewrite write_more in word_]; injection word_ as -> ->; rewrite Nat.add_0_r in path_.
        -- apply path_at_end in path_ as ->. rewrite Nat.eqb_refl. reflexivity.
        -- cbn [completes]. exists i, j, es. auto.
      * injection word_ as -> ->. cbn [completes]. exists t', es. rewrite Nat.add_succ_r in path_. auto.
  - (* an edge's source *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (i' & j & es & -> & sorted_ & path_). exists (S i'), j, es. rewrite !Nat.add_succ_r. auto.
      * destruct (Nat.leb_spec least i); cbn [completes]; [|tauto].
        destruct (Nat.eqb_spec cur i), (Nat.eqb_spec cur t0); cbn [andb negb completes];
          intros (j' & es & -> & forward & sorted_ & path_); exists 0, j', es; rewrite Nat.add_0_r;
          (assert (sorted least ((i, j') :: es)) as whole by (simpl in *; auto)); (split; [reflexivity|split; [exact whole|]]).
        -- apply (path_other _ _ _ _ _ _ whole); auto.
        -- subst. apply (path_next _ _ _ _ _ whole); auto.
        -- apply (path_other _ _ _ _ _ _ whole); auto.
        -- apply (path_other _ _ _ _ _ _ whole); auto.
    + intros (i' & j & es & word_ & sorted_ & path_). destruct i'; simpl in word_; injection word_ as -> ->; cbn [completes].
      * rewrite Nat.add_0_r in *. pose proof sorted_ as (low & forward & rest).
        destruct (Nat.leb_spec least i); [|lia].
        destruct (Nat.eqb_spec cur i), (Nat.eqb_spec cur t0); cbn [andb negb completes]; exists j, es; repeat split; auto.
        -- apply (path_other _ _ _ _ _ _ sorted_) in path_; auto.
        -- subst. apply (path_next _ _ _ _ _ sorted_) in path_; auto.
        -- apply (path_other _ _ _ _ _ _ sorted_) in path_; auto.
        -- apply (path_other _ _ _ _ _ _ sorted_) in path_; auto.
      * exists i', j, es. rewrite !Nat.add_succ_r in *. auto.
  - (* the target of another edge *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (j' & es & -> & forward & sorted_ & path_). exists (S j'), es. rewrite Nat.add_succ_r. auto.
      * destruct (Nat.ltb_spec i j); cbn [completes]; [|tauto]. intros (i' & j' & es & -> & sorted_ & path_).
        exists 0, ((i', j') :: es). rewrite Nat.add_0_r. rewrite write_more. auto.
      * destruct (Nat.ltb_spec i j), (Nat.eqb_spec cur t0); cbn [completes andb accept meaning]; try tauto.
        intros ->. subst. exists 0, []. rewrite Nat.add_0_r. simpl. auto using stay.
    + intros (j' & es & word_ & forward & sorted_ & path_). destruct j'; simpl in word_.
      * rewrite Nat.add_0_r in forward.
        destruct es as [|[i' j'] es]; [|rewrite write_more in word_]; injection word_ as -> ->; destruct (Nat.ltb_spec i j); try lia.
        -- apply path_at_end in path_ as ->. rewrite Nat.eqb_refl. reflexivity.
        -- cbn [completes]. exists i', j', es. auto.
      * injection word_ as -> ->. cbn [completes]. exists j', es. rewrite Nat.add_succ_r in forward. auto.
  - (* the target of the path's next edge *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (j' & es & -> & forward & sorted_ & path_). exists (S j'), es. rewrite Nat.add_succ_r. auto.
      * destruct (Nat.ltb_spec i j); cbn [completes]; [|tauto]. intros (i' & j' & es & -> & sorted_ & path_).
        exists 0, ((i', j') :: es). rewrite Nat.add_0_r. rewrite write_more. auto.
      * destruct (Nat.ltb_spec i j), (Nat.eqb_spec j t0); cbn [completes andb accept meaning]; try tauto.
        intros ->. subst. exists 0, []. rewrite Nat.add_0_r. simpl. auto using stay.
    + intros (j' & es & word_ & forward & sorted_ & path_). destruct j'; simpl in word_.
      * rewrite Nat.add_0_r in *.
        destruct es as [|[i' j'] es]; [|rewrite write_more in word_]; injection word_ as -> ->; destruct (Nat.ltb_spec i j); try lia.
        -- apply path_at_end in path_ as ->. rewrite Nat.eqb_refl. reflexivity.
        -- cbn [completes]. exists i', j', es. auto.
      * injection word_ as -> ->. cbn [completes]. exists j', es. rewrite Nat.add_succ_r in *. auto.
  - simpl. split; [tauto|discriminate].
  - simpl. tauto.
Qed.

Lemma completes_nothing r : accepts (meaning r) = true <-> completes r [].
Proof.
  destruct r; cbn [meaning accepts completes]; split; try discriminate; try tauto; intros done; exfalso;
    repeat match goal with H : exists _, _ |- _ => destruct H as [? H] end;
    destruct done as [ends _];
    (* Every word that completes anything has an end. *)
    assert (In End []) as [] by (rewrite ends; repeat (rewrite ?in_app_iff; simpl); tauto).
Qed.

Lemma accepted_completes word : forall r, accepts (meaning (fold_left next word r)) = true <-> completes r word.
Proof.
  induction word as [|t word IH]; intros r; simpl; [apply completes_nothing|].
  rewrite IH. apply completes_step.
Qed.

Theorem machine_decides m : agrees m -> forall word, machine_accepts m (map index word) = true <-> yes word.
Proof.
  intros agrees_ word. rewrite (followed _ _ _ _ _ _ agrees_).
  change (At S_ 0 0 0 0) with (meaning (ReadSource 0)). rewrite meaning_run. apply (accepted_completes word (ReadSource 0)).
Qed.
