(** Counter and stack machines as data, one rule per token. Where no rule fires the machine is dead for ever. *)

From Coq Require Import Bool.
From Coq Require Import List.
From Coq Require Import ZArith.
Import ListNotations.

(** * To judge: what a machine does *)

Inductive register :=
  | Counter (number : Z)
  (** Its top first. *)
  | Stack (symbols : list nat).

Inductive kind := Natural | Integer | Pushdown.

Inductive test := Zero | NonZero | Empty | NonEmpty | Top (symbol : nat) | NotTop (symbol : nat).

Inductive change :=
  | Add (amount : Z)
  | Push (symbol : nat)
  | Pop
  | Replace (symbol : nat)
  (** The stack in another register, as it was before the step. *)
  | Copy (other : nat)
  | Clear.

Record rule := Rule {
  from : nat;
  on_token : nat;
  guards : list (nat * test);
  next : nat;
  (** By register; every other register is kept. *)
  changes : list (nat * change);
}.

(** Modes are numbers below [n_modes], stack symbols are numbers below [n_symbols]. *)
Record machine := Machine {
  n_modes : nat;
  n_symbols : nat;
  kinds : list kind;
  rules : list rule;
  initial : nat;
  accepting : nat;
}.

(** [None] is dead. *)
Definition configuration : Type := option (nat * list register).

Definition passes (t : test) (r : register) : bool :=
  match t, r with
  | Zero, Counter z => Z.eqb z 0
  | NonZero, Counter z => negb (Z.eqb z 0)
  | Empty, Stack [] => true
  | NonEmpty, Stack (_ :: _) => true
  | Top a, Stack (b :: _) => Nat.eqb a b
  | NotTop a, Stack (b :: _) => negb (Nat.eqb a b)
  | NotTop _, Stack [] => true
  | _, _ => false
  end.

Definition blank (k : kind) : register :=
  match k with
  | Natural | Integer => Counter 0
  | Pushdown => Stack []
  end.

(** A register after a change, where [all] are the registers before the step. *)
Definition changed (all : list register) (c : change) (r : register) : register :=
  match c, r with
  | Add amount, Counter z => Counter (z + amount)
  | Push b, Stack l => Stack (b :: l)
  | Pop, Stack l => Stack (tl l)
  | Replace b, Stack l => Stack (b :: tl l)
  | Copy other, Stack l => match nth other all r with Stack m => Stack m | Counter _ => r end
  | Clear, Stack _ => Stack []
  | _, _ => r
  end.

Definition change_of (all : list (nat * change)) (i : nat) : option change :=
  option_map snd (find (fun c => Nat.eqb (fst c) i) all).

Definition after (cs : list (nat * change)) (all : list register) (i : nat) (r : register) : register :=
  match change_of cs i with
  | Some c => changed all c r
  | None => r
  end.

(** [f] of each element and its index, from [i] on. *)
Fixpoint indexed {X Y : Type} (f : nat -> X -> Y) (i : nat) (xs : list X) : list Y :=
  match xs with
  | [] => []
  | x :: xs => f i x :: indexed f (S i) xs
  end.

Definition guard_holds (all : list register) (g : nat * test) : bool :=
  match nth_error all (fst g) with
  | Some r => passes (snd g) r
  | None => false
  end.

Definition fires (mode : nat) (all : list register) (token : nat) (r : rule) : bool :=
  Nat.eqb (from r) mode && Nat.eqb (on_token r) token && forallb (guard_holds all) (guards r).

Definition machine_step (m : machine) (c : configuration) (token : nat) : configuration :=
  match c with
  | None => None
  | Some (mode, all) =>
      match find (fires mode all token) (rules m) with
      | None => None
      | Some r => Some (next r, indexed (after (changes r) all) 0 all)
      end
  end.

Definition machine_start (m : machine) : configuration := Some (initial m, map blank (kinds m)).

Definition is_accepting (m : machine) (c : configuration) : bool :=
  match c with
  | None => false
  | Some (mode, _) => Nat.eqb mode (accepting m)
  end.

(** A word, given by the indices of its tokens, is accepted iff the machine ends in its accepting mode. *)
Definition machine_accepts (m : machine) (word : list nat) : bool :=
  is_accepting m (fold_left (machine_step m) word (machine_start m)).

(** * A machine that does what functions on richer types do *)

Record follows {token state : Type} (m : machine) (index : token -> nat) (embed : state -> configuration)
  (start : state) (next : state -> token -> state) (accepts : state -> bool) : Prop := Follows {
  follows_start : machine_start m = embed start;
  follows_step : forall s t, machine_step m (embed s) (index t) = embed (next s t);
  follows_accepts : forall s, is_accepting m (embed s) = accepts s;
}.

Lemma followed {token state : Type} m (index : token -> nat) (embed : state -> configuration) start next accepts :
  follows m index embed start next accepts ->
  forall word, machine_accepts m (map index word) = accepts (fold_left next word start).
Proof.
  intros [start_ step_ accepts_] word. unfold machine_accepts. rewrite start_. clear start_. revert start.
  induction word as [|t word IH]; intros s; simpl; [apply accepts_|]. rewrite step_. apply IH.
Qed.

(** Proves that a machine follows functions, where every case of mode, token and registers is decided by computing. *)
Ltac by_cases :=
  repeat match goal with
    | known : Z.eqb ?x 0 = _ |- context [Z.eqb ?x 0] => rewrite known; cbn
    | |- context [Z.eqb ?x 0] => is_var x; destruct (Z.eqb x 0) eqn:?; cbn
    | |- context [match map _ ?x with _ => _ end] => is_var x; destruct x; cbn
    | |- context [match ?f ?b with _ => _ end] => is_var b; match type of b with bool => destruct b; cbn end
    | |- context [match ?x with _ => _ end] => is_var x; destruct x; cbn
    | |- context [if ?x then _ else _] => is_var x; destruct x; cbn
    end;
  try reflexivity.

Ltac follow := split; [reflexivity | intros [] []; cbn; by_cases | intros []; cbn; by_cases].
