(* Layered networks that compute the weight of a word after every letter.

   Letters are read in blocks. At every position a template says what the memory is: polynomials in variables, of which
   some are the letters of this block and the one before, and how the row alpha M_w1 ... M_wt is found from it: as
   G P C + Z C, with P and C the products of the letters of the block before and of this one, and G and Z rows of
   polynomials. Some columns of G P may be known as polynomials too. A step from each position is run once, with a variable
   for the letter and names for the entries of the vectors that the network multiplies by matrices of letters; the output
   must be the weight, and the memory the next template with polynomials put for its variables. By induction the outputs
   are right after every letter of every word. Nothing in the templates needs to be believed. *)

From Coq Require Import List QArith Qabs Arith Lia Lqa Bool.
From Reduce Require Import LayeredSemantics LayeredSimulation Polynomial Blocks Chains WeightedAutomaton.
Import ListNotations.
Local Open Scope Q_scope.

Record place := {
  held : memory poly;
  previous : list positive; (* the letters of the block before, the oldest first *)
  current : list positive;
  source : list poly; (* G *)
  moved : list poly; (* Z *)
  known : list (option poly); (* columns of G P *)
  (* What the step from here does: row l of P is used, and entry l of G moves; column r of G P becomes known; the block
     ends, and the product so far is multiplied by the factor. *)
  moves : option nat;
  learns : option nat;
  ends_block : bool
}.

Record certificate := {
  bound : positive; (* the letters' variables; the first one is the letter that is read *)
  first_name : positive;
  basis : list (list Q);
  factor : Q;
  places : list place;
  loop : nat (* the place after the last one *)
}.

Section Check.
Variables (a : automaton) (n : network) (c : certificate).
Local Notation size := (n_states a).
Local Notation letters_ := (n_letters a).
Local Notation on_right := (fun s i j => entry a s i j).
Local Notation on_left := (fun s i j => entry a s j i).
Local Notation multiply_ := (multiply (bound c) letters_ (basis c)).

Definition row_of (f : nat -> poly) : list poly := map f (seq 0 size).
Definition at_ (v : list poly) (i : nat) : poly := nth i v [].
Definition unit_row (l : nat) : list poly := row_of (fun i => const (if Nat.eqb i l then 1 else 0)).
Definition times_rows (v w : list poly) : poly :=
  fold_right (fun i r => add (mul (at_ v i) (at_ w i)) r) [] (seq 0 size).

(* What is known after the letter: G, Z, the columns; the output; and the names. *)
Record outcome := {
  new_source : list poly;
  new_moved : list poly;
  new_known : list (option poly);
  output : poly;
  names : list named
}.

Definition outcome_of (p : place) : outcome :=
  let st := (first_name c, []) in
  let (cur, st) := multiply_ on_right size st (row_of (fun i => const (omega a i))) (1%positive :: rev (current p)) in
  let (all, st) := multiply_ on_right size st cur (rev (previous p)) in
  let '(g, z, h, st) :=
    match moves p with
    | Some l =>
        let (row, st) := multiply_ on_left size st (unit_row l) (previous p) in
        (row_of (fun i => if Nat.eqb i l then [] else at_ (source p) i),
         row_of (fun j => add (at_ (moved p) j) (mul (at_ (source p) l) (at_ row j))), [], st)
    | None => (source p, moved p, known p, st)
    end in
  let (h, st) :=
    match learns p, moves p with
    | Some r, None =>
        let (column, st) := multiply_ on_right size st (unit_row r) (rev (previous p)) in
        (map (fun j => if Nat.eqb j r then Some (times_rows (source p) column) else nth j h None) (seq 0 size), st)
    | _, _ => (h, st)
    end in
  {| new_source := g; new_moved := z; new_known := h;
     output := add (times_rows g all) (times_rows z cur); names := snd st |}.

(* G, Z, columns and letters for the next step. *)
Definition all_known (h : list (option poly)) : option (list poly) := choose (map (fun j => nth j h None) (seq 0 size)).

Definition next_of (p : place) (o : outcome) : option (list poly * list poly * list (option poly) * list positive * list positive) :=
  let letters := current p ++ [1%positive] in
  if ends_block p then
    let g z := Some (row_of (fun j => scale (factor c) (at_ z j)), [], [], letters, []) in
    if forallb (fun i => same (at_ (new_source o) i) []) (seq 0 size) then g (new_moved o)
    else match all_known (new_known o) with
         | Some h => g (row_of (fun j => add (at_ (new_moved o) j) (at_ h j)))
         | None => None
         end
  else Some (new_source o, new_moved o, new_known o, previous p, letters).

Definition persistent (v : positive) : bool := Pos.ltb 1 v && Pos.ltb v (first_name c).
Definition names_persistent (p : place) : bool :=
  forallb (mentions_only persistent) (cells (held p)) &&
  forallb (mentions_only persistent) (source p) && forallb (mentions_only persistent) (moved p) &&
  forallb (fun h => match h with Some q => mentions_only persistent q | None => true end) (known p) &&
  forallb (fun v => persistent v && Pos.leb v (bound c)) (previous p) &&
  forallb (fun v => persistent v && Pos.leb v (bound c)) (current p).

Definition is_one_letter (p : poly) : bool :=
  match p with [([v], d)] => Pos.leb v (bound c) && Qeq_bool d 1 | _ => false end.

Definition fits (s : list (positive * poly)) (p : place) (m : memory (option poly))
  (next : list poly * list poly * list (option poly) * list positive * list positive) : bool :=
  let '(g, z, h, prev, cur) := next in
  let put_ := substitute (put s) in
  forallb (fun vp => negb (Pos.leb (fst vp) (bound c)) || is_one_letter (snd vp)) s &&
  same_memory m (map_memory (fun q => Some (put_ q)) (held p)) &&
  forallb (fun i => same (put_ (at_ (source p) i)) (at_ g i) && same (put_ (at_ (moved p) i)) (at_ z i) &&
    match nth i (known p) None, nth i h None with
    | None, _ => true
    | Some q, Some q' => same (put_ q) q'
    | Some _, None => false
    end) (seq 0 size) &&
  forallb2 (fun v u => same (put s v) (var u)) (previous p) prev &&
  forallb2 (fun v u => same (put s v) (var u)) (current p) cur.

Definition letter_embedding (s : nat) : list Q := nth s (embedding n) [].
Definition symbolic_embedding : list (option poly) :=
  map (fun k => Some (by_letter (basis c) 1 (map (fun s => const (nth k (letter_embedding s) 0)) (seq 0 letters_))))
    (seq 0 (length (letter_embedding 0))).

Definition check_place (this_next : place * place) : bool :=
  let (this, next) := this_next in
  let o := outcome_of this in
  let sym := symbolic_with (relu_chain (bound c) letters_ (basis c) (names o)) in
  let (m, out) := step sym n (map_memory Some (held this)) symbolic_embedding in
  names_persistent this &&
  Nat.eqb (length out) 2 && forallb (fun b => agrees b (Some (output o))) out &&
  match next_of this o with
  | Some x => fits (solve (combine (cells (held next)) (cells m))) next m x
  | None => false
  end.

Definition pairs : list (place * place) :=
  match places c with
  | [] => []
  | t :: ts => combine (t :: ts) (ts ++ [nth (loop c) (t :: ts) t])
  end.

Definition dot_alpha_omega : Q := sum a (fun i => alpha a i * omega a i).

Definition check_start : bool :=
  match places c with
  | [] => false
  | t :: _ =>
      let m := start (symbolic_with Some) n in
      fits (solve (combine (cells (held t)) (cells m))) t m
        (row_of (fun i => const (factor c * alpha a i)), [], [], [], []) &&
      match known t, previous t, current t with [], [], [] => true | _, _, _ => false end
  end &&
  Bool.eqb (on_empty n) (is_positive dot_alpha_omega) && is_positive (factor c) && Pos.ltb 1 (bound c) &&
  Pos.ltb (bound c) (first_name c) && basis_is_right letters_ (basis c) && Nat.ltb 0 letters_ &&
  forallb (fun s => Nat.eqb (length (letter_embedding s)) (length (letter_embedding 0))) (seq 0 letters_).

Definition check : bool := check_start && forallb check_place pairs.

(* The numbers of the places that fail, for [Eval]; and whether the start is right. *)
Definition failing_places : bool * list nat :=
  (check_start, map fst (filter (fun ip => negb (check_place (snd ip))) (combine (seq 0 (length pairs)) pairs))).
End Check.
