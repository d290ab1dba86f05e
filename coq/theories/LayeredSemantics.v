(* Linear RNNs of several layers over one residual stream: what a network computes.

   A token is embedded as the first coordinates of the stream. Every layer has heads that all read the stream; each keeps a
   matrix, steps it by a rule whose gates are affine in the stream, and appends what it reads from the new matrix. Then a
   feed-forward sublayer, where there is one, reads the longer stream and appends to it. The readout is affine in the whole
   stream: the decision first, then the value outputs. A word is accepted iff the decision at its last token is > 0.

   The program is written over a record of operations, so that a run over the rational numbers and a symbolic one are the
   same code. *)

From Coq Require Import String List QArith NArith.
Import ListNotations.
Local Open Scope list_scope.
Local Open Scope Q_scope.

Record operations (V : Type) := {
  constant : Q -> V;
  plus : V -> V -> V;
  times : V -> V -> V;
  relu : V -> V
}.
Arguments constant {V}.
Arguments plus {V}.
Arguments times {V}.
Arguments relu {V}.

(* A row of a sparse affine map: the non-zero weights, each with the place of its input, and the bias. *)
Definition row := (list (N * Q) * Q)%type.

(* [gates] are those of the family, in order. DeltaNet: beta, k, v, q, skip; RWKV-7: w, lambda, kappa, a, ktilde, v, q,
   skip; with [keys] and [values] the numbers of columns and rows of the matrix. *)
Inductive family := delta_net | rwkv7.
Record head := { keys : nat; values : nat; gates : list row }.

(* The maps of the sublayer, with ReLU between two of them; no map where there is no sublayer. *)
Record layer := { heads : list head; feed_forward : list (list row) }.

Record network := {
  tokens : list string;
  heads_are : family;
  embedding : list (list Q); (* a vector for each token *)
  layers : list layer;
  readout : list row;
  on_empty : bool
}.

(* By layer, by head, by row, by column. *)
Definition memory (V : Type) := list (list (list (list V))).

Section Program.
Context {V : Type} (o : operations V).

Definition zero : V := constant o 0.
Definition minus (x y : V) : V := plus o x (times o (constant o (-1)) y).

Definition apply_row (x : list V) (r : row) : V :=
  fold_left (fun sum iw => plus o sum (times o (constant o (snd iw)) (nth (N.to_nat (fst iw)) x zero)))
    (fst r) (constant o (snd r)).

Definition apply (map_ : list row) (x : list V) : list V := map (apply_row x) map_.

Definition dot (x y : list V) : V :=
  fold_left (fun sum xy => plus o sum (times o (fst xy) (snd xy))) (combine x y) zero.

(* s + beta (v - s . k) k *)
Definition delta_net_row (beta : V) (k s : list V) (v : V) : list V :=
  let factor := times o beta (minus v (dot s k)) in
  map (fun sk => plus o (fst sk) (times o factor (snd sk))) (combine s k).

Definition delta_net_head (n m : nat) (g : list V) (state : list (list V)) : list (list V) * list V :=
  let beta := hd zero g in
  let g := tl g in
  let k := firstn n g in
  let g := skipn n g in
  let v := firstn m g in
  let g := skipn m g in
  let q := firstn n g in
  let skip := skipn n g in
  let next := map (fun sv => delta_net_row beta k (fst sv) (snd sv)) (combine state v) in
  (next, map (fun sx => plus o (dot (fst sx) q) (snd sx)) (combine next skip)).

(* s * w - lambda (s . kappa) (a * kappa) + v ktilde *)
Definition rwkv7_row (w : list V) (lambda : V) (kappa a ktilde s : list V) (v : V) : list V :=
  let read := times o lambda (dot s kappa) in
  map (fun x => let '(s, (w, (kappa, (a, ktilde)))) := x in
         plus o (minus (times o s w) (times o read (times o a kappa))) (times o v ktilde))
    (combine s (combine w (combine kappa (combine a ktilde)))).

Definition rwkv7_head (n m : nat) (g : list V) (state : list (list V)) : list (list V) * list V :=
  let w := firstn n g in
  let g := skipn n g in
  let lambda := hd zero g in
  let g := tl g in
  let kappa := firstn n g in
  let g := skipn n g in
  let a := firstn n g in
  let g := skipn n g in
  let ktilde := firstn n g in
  let g := skipn n g in
  let v := firstn m g in
  let g := skipn m g in
  let q := firstn n g in
  let skip := skipn n g in
  let next := map (fun sv => rwkv7_row w lambda kappa a ktilde (fst sv) (snd sv)) (combine state v) in
  (next, map (fun sx => plus o (dot (fst sx) q) (snd sx)) (combine next skip)).

(* The new matrix, and what the head appends to the stream. *)
Definition head_step (f : family) (stream : list V) (h : head) (state : list (list V)) : list (list V) * list V :=
  let g := apply (gates h) stream in
  match f with
  | delta_net => delta_net_head (keys h) (values h) g state
  | rwkv7 => rwkv7_head (keys h) (values h) g state
  end.

Definition sublayer (maps : list (list row)) (stream : list V) : list V :=
  match maps with
  | [] => []
  | first :: rest =>
      fold_left (fun x map_ => let units := map (relu o) x in apply map_ units) rest (apply first stream)
  end.

Definition layer_step (f : family) (l : layer) (states : list (list (list V))) (stream : list V)
  : list (list (list V)) * list V :=
  let steps := map (fun hs => head_step f stream (fst hs) (snd hs)) (combine (heads l) states) in
  let stream := stream ++ concat (map snd steps) in
  (map fst steps, stream ++ sublayer (feed_forward l) stream).

Fixpoint layers_step (f : family) (ls : list layer) (m : memory V) (stream : list V) : memory V * list V :=
  match ls, m with
  | l :: ls, states :: m =>
      let '(states, stream) := layer_step f l states stream in
      let '(m, stream) := layers_step f ls m stream in
      (states :: m, stream)
  | _, _ => ([], stream)
  end.

(* One token, given by its embedding: the new memory, and the outputs. *)
Definition step (n : network) (m : memory V) (embedded : list V) : memory V * list V :=
  let '(m, stream) := layers_step (heads_are n) (layers n) m embedded in
  (m, apply (readout n) stream).

Definition start (n : network) : memory V :=
  map (fun l => map (fun h => repeat (repeat zero (keys h)) (values h)) (heads l)) (layers n).

End Program.

Definition over_Q : operations Q := {|
  constant := fun c => c;
  plus := Qplus;
  times := Qmult;
  relu := fun x => if Qle_bool 0 x then x else 0
|}.

Definition run_over (o : operations Q) (n : network) (w : list nat) : memory Q * list Q :=
  fold_left (fun mo t => step o n (fst mo) (nth t (embedding n) [])) w
    (start o n, [if on_empty n then 1 else -1]).

(* The memory after a word, and the outputs at its last token. *)
Definition run := run_over over_Q.

Definition is_positive (x : Q) : bool := negb (Qle_bool x 0).

Definition net_accepts (n : network) (w : list nat) : bool := is_positive (nth 0 (snd (run n w)) 0).
Definition net_values (n : network) (w : list nat) : list Q := tl (snd (run n w)).

(* The same with fractions reduced at every operation, for tests on long words; LayeredSimulation.v shows that nothing
   else changes. *)
Definition reduced : operations Q := {|
  constant := Qred;
  plus := fun x y => Qred (x + y);
  times := fun x y => Qred (x * y);
  relu := fun x => if Qle_bool 0 x then x else 0
|}.
