(* Weighted automata over the rational numbers: the problem, without any network in it. *)

From Coq Require Import String List QArith.
Import ListNotations.
Local Open Scope list_scope.
Local Open Scope Q_scope.

(* A row of initial weights, a matrix for each letter (its rows are the sources), and a column of final weights. *)
Record automaton := {
  letters : list string;
  initial : list Q;
  transitions : list (list (list Q));
  final : list Q
}.

Section Weight.
Variable a : automaton.

Definition n_states : nat := length (initial a).
Definition n_letters : nat := length (transitions a).
Definition alpha (i : nat) : Q := nth i (initial a) 0.
Definition omega (i : nat) : Q := nth i (final a) 0.
Definition entry (s i j : nat) : Q := nth j (nth i (nth s (transitions a) []) []) 0.

Definition sum (f : nat -> Q) : Q := fold_right (fun i x => f i + x) 0 (seq 0 n_states).

(* A row times the matrix of a letter, and times those of a word, read left to right. *)
Definition times_letter (v : nat -> Q) (s j : nat) : Q := sum (fun i => v i * entry s i j).
Definition times_word (v : nat -> Q) (w : list nat) : nat -> Q := fold_left times_letter w v.

(* alpha M_w1 ... M_wm omega *)
Definition weight (w : list nat) : Q := sum (fun i => times_word alpha w i * omega i).

Definition is_word (w : list nat) : Prop := Forall (fun s => (s < n_letters)%nat) w.
Definition yes (w : list nat) : Prop := 0 < weight w.
End Weight.
