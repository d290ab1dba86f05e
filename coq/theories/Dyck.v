(** Balanced strings of two kinds of brackets, closed by [$]: what is asked, and why a machine with a stack decides it. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import String.
From Reduce Require Import Machine.
Import ListNotations.

(** * To judge: the problem *)

Inductive token := OpenRound | CloseRound | OpenSquare | CloseSquare | End.

Inductive balanced : list token -> Prop :=
  | nothing : balanced []
  | round inside behind : balanced inside -> balanced behind -> balanced (OpenRound :: inside ++ CloseRound :: behind)
  | square inside behind : balanced inside -> balanced behind -> balanced (OpenSquare :: inside ++ CloseSquare :: behind).

Definition yes (word : list token) : Prop := exists u, word = u ++ [End] /\ balanced u.

Definition alphabet : list token := [OpenRound; CloseRound; OpenSquare; CloseSquare; End].

Definition text (t : token) : string :=
  match t with
  | OpenRound => "("
  | CloseRound => ")"
  | OpenSquare => "["
  | CloseSquare => "]"
  | End => "$"
  end.

(** A token's place in [alphabet]. *)
Definition index (t : token) : nat :=
  match t with
  | OpenRound => 0
  | CloseRound => 1
  | OpenSquare => 2
  | CloseSquare => 3
  | End => 4
  end.

Lemma place t : nth_error alphabet (index t) = Some t.
Proof. repeat match goal with x : _ |- _ => destruct x end; reflexivity. Qed.

(** * The machine's run *)

(** On the stack is the kind of each open bracket, 0 for round ones and 1 for square ones. *)
Inductive state := Reading (stack : list nat) | Accepted (stack : list nat) | Dead.

Definition next (s : state) (t : token) : state :=
  match s with
  | Reading stack =>
      match t with
      | OpenRound => Reading (0 :: stack)
      | CloseRound => match stack with 0 :: rest => Reading rest | _ => Dead end
      | OpenSquare => Reading (1 :: stack)
      | CloseSquare => match stack with 1 :: rest => Reading rest | _ => Dead end
      | End => match stack with [] => Accepted [] | _ => Dead end
      end
  | _ => Dead
  end.

Definition accepts (s : state) : bool := match s with Accepted _ => true | _ => false end.

Definition embed (s : state) : configuration :=
  match s with
  | Reading stack => Some (0, [Stack stack])
  | Accepted stack => Some (1, [Stack stack])
  | Dead => None
  end.

Definition agrees (m : machine) : Prop := follows m index embed (Reading []) next accepts.

(** * It decides the problem *)

Notation run := (fold_left next).

Lemma dead_stays word : run word Dead = Dead.
Proof. induction word; simpl; auto. Qed.

Lemma balanced_runs u : balanced u -> forall stack rest, run (u ++ rest) (Reading stack) = run rest (Reading stack).
Proof.
  induction 1 as [|u v _ IHu _ IHv|u v _ IHu _ IHv]; intros stack rest; simpl; auto;
    rewrite <- app_assoc, IHu; simpl; apply IHv.
Qed.

Definition close (k : nat) : token := match k with 0 => CloseRound | _ => CloseSquare end.

(** What closes all brackets of a stack. *)
Fixpoint closes (stack : list nat) (u : list token) : Prop :=
  match stack with
  | [] => balanced u
  | k :: stack => exists inside behind, u = inside ++ close k :: behind /\ balanced inside /\ closes stack behind
  end.

Lemma closes_later stack : forall k inside behind,
  balanced inside -> closes stack behind -> k < 2 ->
  closes stack ((if Nat.eqb k 0 then OpenRound else OpenSquare) :: inside ++ close k :: behind).
Proof.
  intros k inside behind inside_ behind_ kind_.
  assert (forall v, balanced v ->
    balanced ((if Nat.eqb k 0 then OpenRound else OpenSquare) :: inside ++ close k :: v)) as pair.
  { intros v v_. destruct k as [|k]; simpl; constructor; auto. }
  destruct stack as [|k' stack]; simpl in *; auto.
  destruct behind_ as (v & rest & -> & v_ & rest_).
  exists ((if Nat.eqb k 0 then OpenRound else OpenSquare) :: inside ++ close k :: v), rest.
  split; auto. simpl. rewrite <- app_assoc. reflexivity.
Qed.

Lemma accepted_closes word : forall stack,
  accepts (run word (Reading stack)) = true -> exists u, word = u ++ [End] /\ closes stack u.
Proof.
  induction word as [|t word IH]; intros stack; simpl; [discriminate|].
  destruct t; simpl; intros accepted.
  - apply IH in accepted as (u & -> & inside & behind & -> & ? & ?). exists (OpenRound :: inside ++ CloseRound :: behind).
    split; auto. apply (closes_later stack 0); auto.
  - destruct stack as [|[|k] stack]; try (rewrite dead_stays in accepted; discriminate).
    apply IH in accepted as (u & -> & ?). exists (CloseRound :: u). split; auto. exists [], u. simpl. auto using nothing.
  - apply IH in accepted as (u & -> & inside & behind & -> & ? & ?). exists (OpenSquare :: inside ++ CloseSquare :: behind).
    split; auto. apply (closes_later stack 1); auto.
  - destruct stack as [|[|[|k]] stack]; try (rewrite dead_stays in accepted; discriminate).
    apply IH in accepted as (u & -> & ?). exists (CloseSquare :: u). split; auto. exists [], u. simpl. auto using nothing.
  - destruct stack as [|k stack]; [|rewrite dead_stays in accepted; discriminate].
    destruct word as [|t word]; [|simpl in accepted; rewrite dead_stays in accepted; discriminate].
    exists []. split; auto. apply nothing.
Qed.

Theorem machine_decides m : agrees m -> forall word, machine_accepts m (map index word) = true <-> yes word.
Proof.
  intros agrees_ word. rewrite (followed _ _ _ _ _ _ agrees_). split.
  - intros accepted. apply accepted_closes in accepted as (u & -> & balanced_). exists u. auto.
  - intros (u & -> & balanced_). rewrite (balanced_runs u balanced_). reflexivity.
Qed.
