(** Circuits as lists of values, each an input or a gate on earlier values; what their last value is. *)

From Coq Require Import List.
Import ListNotations.

(** * To judge: circuits and their values *)

Inductive gate := And | Or | Nand | Nor | Xor.

Definition output (g : gate) (x y : bool) : bool :=
  match g with
  | And => x && y
  | Or => x || y
  | Nand => negb (x && y)
  | Nor => negb (x || y)
  | Xor => xorb x y
  end.

(** A gate names its operands by how many values lie between: 0 is the newest value. The second operand of a gate lies
    [further] values behind the first. *)
Inductive item :=
  | Input (b : bool)
  | Not (skipped : nat)
  | Gate (g : gate) (skipped further : nat).

(** The value of an item after these values, newest first; none where it names a value before the first. *)
Definition value (values : list bool) (i : item) : option bool :=
  match i with
  | Input b => Some b
  | Not skipped => option_map negb (nth_error values skipped)
  | Gate g skipped further =>
      match nth_error values skipped, nth_error values (skipped + further) with
      | Some x, Some y => Some (output g x y)
      | _, _ => None
      end
  end.

(** All values after a circuit, newest first, where these values are there before. *)
Fixpoint evaluate (values : list bool) (circuit : list item) : option (list bool) :=
  match circuit with
  | [] => Some values
  | i :: circuit =>
      match value values i with
      | Some v => evaluate (v :: values) circuit
      | None => None
      end
  end.

(** Every name is of an earlier value, and the last value is 1. *)
Definition is_true (circuit : list item) : Prop := exists earlier, evaluate [] circuit = Some (true :: earlier).
