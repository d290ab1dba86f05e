(** Reachability with the target after the edges, under the promise that no edge leaves the target: what is asked, and why
    a machine with three counters decides it. *)

From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Coq Require Import String.
From Coq Require Import ZArith.
From Reduce Require Import Graph.
From Reduce Require Import Machine.
Import ListNotations.

(** * To judge: the problem and its promise *)

Inductive token := Digit | Bar | Hash | Percent | End.

(** Vertices are numbers in unary: 0^s (# 0^i | 0^j)* % 0^t $. *)
Definition write_edges (es : list edge) : list token :=
  flat_map (fun e => Hash :: repeat Digit (fst e) ++ Bar :: repeat Digit (snd e)) es.

Definition write (s : nat) (es : list edge) (t : nat) : list token :=
  repeat Digit s ++ write_edges es ++ Percent :: repeat Digit t ++ [End].

Definition yes (word : list token) : Prop := exists s es t, word = write s es t /\ sorted 0 es /\ path es s t.

(** Where the word is an instance, no edge leaves its target. *)
Definition promised (word : list token) : Prop :=
  forall s es t, word = write s es t -> sorted 0 es -> forall v, ~ In (t, v) es.

Definition alphabet : list token := [Digit; Bar; Hash; Percent; End].

Definition text (t : token) : string :=
  match t with
  | Digit => "0"
  | Bar => "|"
  | Hash => "#"
  | Percent => "%"
  | End => "$"
  end.

(** A token's place in [alphabet]. *)
Definition index (t : token) : nat :=
  match t with
  | Digit => 0
  | Bar => 1
  | Hash => 2
  | Percent => 3
  | End => 4
  end.

Lemma place t : nth_error alphabet (index t) = Some t.
Proof. destruct t; reflexivity. Qed.

(** Without the promise: the target is where the path ends. *)
Definition yes_end (word : list token) : Prop := exists s es t, word = write s es t /\ sorted 0 es /\ ends es s t.

Lemma yes_promised word : promised word -> (yes_end word <-> yes word).
Proof.
  intros promise. unfold yes_end, yes, ends. split; intros (s & es & t & word_ & sorted_ & H); exists s, es, t.
  - tauto.
  - specialize (promise s es t word_ sorted_). auto.
Qed.

(** * The machine's run *)

Inductive mode := S_ | I_ | U_ | M_ | T_ | A_.

Inductive registers := At (m : mode) (d e f : Z) | Stuck.

Local Open Scope Z_scope.

Definition move (r : registers) (t : token) : registers :=
  match r with
  | Stuck => Stuck
  | At m d e f =>
      match m, t with
      | S_, Digit => At S_ (d + 1) e f
      | S_, Hash => At I_ d e f
      | S_, Percent => At T_ d e f
      | I_, Digit => if f =? 0 then At I_ (d + -1) (e + 1) f else At I_ (d + -1) (e + 1) (f + -1)
      | I_, Bar =>
          if f =? 0 then if d =? 0 then At M_ d (e + 1) f else At U_ (d + -1) (e + 1) f else Stuck
      | U_, Digit => if e =? 0 then At U_ d e f else At U_ (d + 1) (e + -1) (f + 1)
      | M_, Digit => if e =? 0 then At M_ (d + 1) e f else At M_ (d + 1) (e + -1) (f + 1)
      | U_, Hash | M_, Hash => if e =? 0 then At I_ d e f else Stuck
      | U_, Percent | M_, Percent => if e =? 0 then At T_ d e f else Stuck
      | T_, Digit => At T_ (d + -1) e f
      | T_, End => if d =? 0 then At A_ d e f else Stuck
      | _, _ => Stuck
      end
  end.

Definition accepts (r : registers) : bool := match r with At A_ _ _ _ => true | _ => false end.

Definition number (m : mode) : nat := match m with S_ => 0 | I_ => 1 | U_ => 2 | M_ => 3 | T_ => 4 | A_ => 5 end%nat.

Definition embed (r : registers) : configuration :=
  match r with
  | At m d e f => Some (number m, [Counter d; Counter e; Counter f])
  | Stuck => None
  end.

Definition agrees (m : machine) : Prop := follows m index embed (At S_ 0 0 0) move accepts.

Local Close Scope Z_scope.

(** * What the registers mean *)

(** What has been read: the source, the path's vertex so far, the least source that may come, the edge's source and target
    so far, the target. *)
Inductive reading :=
  | ReadSource (s : nat)
  | ReadFrom (cur least i : nat)
  | ReadOther (cur i j : nat)
  (** The edge's source is the path's vertex so far. *)
  | ReadNext (i j : nat)
  | ReadTarget (cur t : nat) (e f : Z)
  | Accepted (d e f : Z)
  | Dead.

Definition meaning (r : reading) : registers :=
  let z := Z.of_nat in
  match r with
  | ReadSource s => At S_ (z s) 0 0
  | ReadFrom cur least i => At I_ (z cur - z i) (z i) (z (least - i)%nat)
  | ReadOther cur i j => At U_ (z cur - z i - 1 + z (Nat.min j (S i))) (z (S i - j)%nat) (z (Nat.min j (S i)))
  | ReadNext i j => At M_ (z j) (z (S i - j)%nat) (z (Nat.min j (S i)))
  | ReadTarget cur t e f => At T_ (z cur - z t) e f
  | Accepted d e f => At A_ d e f
  | Dead => Stuck
  end.

Definition next (r : reading) (t : token) : reading :=
  match r, t with
  | ReadSource s, Digit => ReadSource (S s)
  | ReadSource s, Hash => ReadFrom s 0 0
  | ReadSource s, Percent => ReadTarget s 0 0 0
  | ReadFrom cur least i, Digit => ReadFrom cur least (S i)
  | ReadFrom cur least i, Bar => if least <=? i then if cur =? i then ReadNext i 0 else ReadOther cur i 0 else Dead
  | ReadOther cur i j, Digit => ReadOther cur i (S j)
  | ReadOther cur i j, Hash => if i <? j then ReadFrom cur (S i) 0 else Dead
  | ReadOther cur i j, Percent => if i <? j then ReadTarget cur 0 0 (Z.of_nat (S i)) else Dead
  | ReadNext i j, Digit => ReadNext i (S j)
  | ReadNext i j, Hash => if i <? j then ReadFrom j (S i) 0 else Dead
  | ReadNext i j, Percent => if i <? j then ReadTarget j 0 0 (Z.of_nat (S i)) else Dead
  | ReadTarget cur t e f, Digit => ReadTarget cur (S t) e f
  | ReadTarget cur t e f, End => if cur =? t then Accepted 0 e f else Dead
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
  destruct r, t; cbn [meaning next move]; auto; decide_tests; cbn [meaning]; auto; try lia; f_equal; lia.
Qed.

Lemma meaning_run word : forall r, fold_left move word (meaning r) = meaning (fold_left next word r).
Proof. induction word; intros r; simpl; auto. rewrite meaning_step. apply IHword. Qed.

(** * The machine decides the problem *)

Definition write_rest (es : list edge) (t : nat) : list token :=
  write_edges es ++ Percent :: repeat Digit t ++ [End].

(** The words that lead from what has been read to acceptance. *)
Definition completes (r : reading) (word : list token) : Prop :=
  match r with
  | ReadSource s => exists s' es t, word = repeat Digit s' ++ write_rest es t /\ sorted 0 es /\ ends es (s + s') t
  | ReadFrom cur least i => exists i' j es t,
      word = repeat Digit i' ++ Bar :: repeat Digit j ++ write_rest es t
      /\ sorted least ((i + i', j) :: es) /\ ends ((i + i', j) :: es) cur t
  | ReadOther cur i j => exists j' es t,
      word = repeat Digit j' ++ write_rest es t /\ i < j + j' /\ sorted (S i) es /\ ends es cur t
  | ReadNext i j => exists j' es t,
      word = repeat Digit j' ++ write_rest es t /\ i < j + j' /\ sorted (S i) es /\ ends es (j + j') t
  | ReadTarget cur t _ _ => exists t', word = repeat Digit t' ++ [End] /\ cur = t + t'
  | Accepted _ _ _ => word = []
  | Dead => False
  end.

Lemma write_more i j es t :
  write_rest ((i, j) :: es) t = Hash :: repeat Digit i ++ Bar :: repeat Digit j ++ write_rest es t.
Proof. unfold write_rest. simpl. rewrite <- !app_assoc. reflexivity. Qed.

Lemma write_no_more t : write_rest [] t = Percent :: repeat Digit t ++ [End].
Proof. reflexivity. Qed.

Lemma completes_step r t word : completes (next r t) word <-> completes r (t :: word).
Proof.
  destruct r as [s|cur least i|cur i j|i j|cur target e f|d e f|]; cbn [next].
  - (* the source *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (s' & es & t & -> & H). exists (S s'), es, t. rewrite Nat.add_succ_r. auto.
      * intros (i' & j & es & t & -> & H). exists 0, ((i', j) :: es), t. rewrite Nat.add_0_r, write_more. auto.
      * intros (t' & -> & ->). exists 0, [], t'. rewrite write_no_more, Nat.add_0_r, ends_at_end. simpl. auto.
    + intros (s' & es & t' & word_ & sorted_ & ends_). destruct s'; simpl in word_.
      * rewrite Nat.add_0_r in ends_.
        destruct es as [|[i j] es]; [|rewrite write_more in word_]; injection word_ as -> ->; cbn [completes].
        -- apply ends_at_end in ends_ as ->. exists t'. auto.
        -- exists i, j, es, t'. auto.
      * injection word_ as -> ->. cbn [completes]. exists s', es, t'. rewrite Nat.add_succ_r in ends_. auto.
  - (* an edge's source *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (i' & j & es & t & -> & H). exists (S i'), j, es, t. rewrite !Nat.add_succ_r. auto.
      * destruct (Nat.leb_spec least i); cbn [completes]; [|tauto].
        destruct (Nat.eqb_spec cur i); cbn [completes]; intros (j' & es & t & -> & forward & sorted_ & ends_);
          exists 0, j', es, t; rewrite Nat.add_0_r;
          (assert (sorted least ((i, j') :: es)) as whole by (simpl in *; auto)); (split; [reflexivity|split; [exact whole|]]).
        -- subst. apply (ends_next _ _ _ _ _ whole), ends_.
        -- apply (ends_other _ _ _ _ _ _ whole); auto.
    + intros (i' & j & es & t' & word_ & sorted_ & ends_).
      destruct i'; simpl in word_; injection word_ as -> ->; cbn [completes].
      * rewrite Nat.add_0_r in *. pose proof sorted_ as (low & forward & rest).
        destruct (Nat.leb_spec least i); [|lia].
        destruct (Nat.eqb_spec cur i); cbn [completes]; exists j, es, t'; repeat split; auto.
        -- subst. apply (ends_next _ _ _ _ _ sorted_) in ends_. apply ends_.
        -- subst. apply (ends_next _ _ _ _ _ sorted_) in ends_. apply ends_.
        -- apply (ends_other _ _ _ _ _ _ sorted_) in ends_; auto. apply ends_.
        -- apply (ends_other _ _ _ _ _ _ sorted_) in ends_; auto. apply ends_.
      * exists i', j, es, t'. rewrite !Nat.add_succ_r in *. auto.
  - (* the target of another edge *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (j' & es & t & -> & H). exists (S j'), es, t. rewrite Nat.add_succ_r. auto.
      * destruct (Nat.ltb_spec i j); cbn [completes]; [|tauto]. intros (i' & j' & es & t & -> & H').
        exists 0, ((i', j') :: es), t. rewrite Nat.add_0_r, write_more. auto.
      * destruct (Nat.ltb_spec i j); cbn [completes]; [|tauto]. intros (t' & -> & ->).
        exists 0, [], t'. rewrite Nat.add_0_r, write_no_more, ends_at_end. simpl. auto.
    + intros (j' & es & t' & word_ & forward & sorted_ & ends_). destruct j'; simpl in word_.
      * rewrite Nat.add_0_r in forward.
        destruct es as [|[i' j'] es]; [|rewrite write_more in word_]; injection word_ as -> ->;
          destruct (Nat.ltb_spec i j); try lia; cbn [completes].
        -- apply ends_at_end in ends_ as ->. exists t'. auto.
        -- exists i', j', es, t'. auto.
      * injection word_ as -> ->. cbn [completes]. exists j', es, t'. rewrite Nat.add_succ_r in forward. auto.
  - (* the target of the path's next edge *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (j' & es & t & -> & H). exists (S j'), es, t. rewrite Nat.add_succ_r. auto.
      * destruct (Nat.ltb_spec i j); cbn [completes]; [|tauto]. intros (i' & j' & es & t & -> & H').
        exists 0, ((i', j') :: es), t. rewrite Nat.add_0_r, write_more. auto.
      * destruct (Nat.ltb_spec i j); cbn [completes]; [|tauto]. intros (t' & -> & ->).
        exists 0, [], t'. rewrite Nat.add_0_r, write_no_more, ends_at_end. simpl. auto.
    + intros (j' & es & t' & word_ & forward & sorted_ & ends_). destruct j'; simpl in word_.
      * rewrite Nat.add_0_r in *.
        destruct es as [|[i' j'] es]; [|rewrite write_more in word_]; injection word_ as -> ->;
          destruct (Nat.ltb_spec i j); try lia; cbn [completes].
        -- apply ends_at_end in ends_ as ->. exists t'. auto.
        -- exists i', j', es, t'. auto.
      * injection word_ as -> ->. cbn [completes]. exists j', es, t'. rewrite Nat.add_succ_r in *. auto.
  - (* the target *)
    split.
    + destruct t; cbn [completes]; try tauto.
      * intros (t' & -> & ->). exists (S t'). rewrite Nat.add_succ_r. auto.
      * destruct (Nat.eqb_spec cur target); cbn [completes]; [|tauto]. intros ->. subst. exists 0. auto.
    + intros (t' & word_ & ->). destruct t'; simpl in word_; injection word_ as -> ->.
      * rewrite Nat.add_0_r, Nat.eqb_refl. reflexivity.
      * exists t'. rewrite Nat.add_succ_r. auto.
  - simpl. split; [tauto|discriminate].
  - simpl. tauto.
Qed.

Lemma completes_nothing r : accepts (meaning r) = true <-> completes r [].
Proof.
  destruct r; cbn [meaning accepts completes]; split; try discriminate; try tauto; intros done; exfalso;
    repeat match goal with H : exists _, _ |- _ => destruct H as [? H] end;
    destruct done as [ends_ _]; unfold write_rest in ends_;
    (* Every word that completes anything has an end. *)
    assert (In End []) as [] by (rewrite ends_; repeat (rewrite ?in_app_iff; simpl); tauto).
Qed.

Lemma accepted_completes word : forall r, accepts (meaning (fold_left next word r)) = true <-> completes r word.
Proof.
  induction word as [|t word IH]; intros r; simpl; [apply completes_nothing|].
  rewrite IH. apply completes_step.
Qed.

Theorem machine_decides m : agrees m -> forall word, machine_accepts m (map index word) = true <-> yes_end word.
Proof.
  intros agrees_ word. rewrite (followed _ _ _ _ _ _ agrees_).
  change (At S_ 0 0 0) with (meaning (ReadSource 0)). rewrite meaning_run. apply (accepted_completes word (ReadSource 0)).
Qed.
