(** The network with these literal weights, run in fixed point with 2 bits or more before the point, the sign counted, and
    2 (n - 1) bits behind it, decides circuit value on every word of at most n values, for every n: the rounded network is a
    window of the last n - 1 values. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Reduce Require Import CircuitValue.
From Reduce Require Import CircuitValueCopy.
From Reduce Require Import FixedPrecision.
From Reduce Require Import FixedPrecisionStacks.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Reduce Require Import StackPrecision.
From Generated Require Import CircuitValueCopyMachine.
From Generated Require Import CircuitValueCopyNetwork.
Import ListNotations.

(** A token that ends an item: there are as many as values. *)
Definition ends_item (t : token) : bool := match t with Bit _ | Negate | Letter _ => true | _ => false end.

Definition n_values (word : list token) : nat := count ends_item word.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text alphabet = tokens network.
Proof. reflexivity. Qed.

Theorem agreement : agrees machine.
Proof. follow. Qed.

Theorem checked : check machine network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** Rounded away is only what a window of the stacks forgets: two bits a symbol. *)
Theorem windows : check_window machine network 2 2 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** * The window *)

(** The newest values on each stack. *)
Definition cut_state (window : nat) (s : state) : state :=
  match s with
  | Next values => Next (firstn window values)
  | First values pointed => First (firstn window values) (firstn window pointed)
  | Second x values pointed => Second x (firstn window values) (firstn window pointed)
  | Accepted values => Accepted (firstn window values)
  | Dead => Dead
  end.

Lemma cut_stack window values : stack (firstn window values) = cut window (stack values).
Proof. unfold stack. cbn [cut]. rewrite firstn_map. reflexivity. Qed.

Lemma embed_cut window s : embed (cut_state window s) = cut_all window (embed s).
Proof.
  destruct s as [values|values pointed|[] values pointed|values|]; cbn [cut_state embed]; rewrite ?cut_stack; destruct window;
    reflexivity.
Qed.

(** What the rounded network does, on every word: a step, and then each stack forgets what lies deeper than the window. *)
Definition windowed_next : nat -> state -> token -> state := window_next CircuitValueCopy.next cut_state.

Theorem rounded_is_windowed : forall (int_bits window : nat) (word : list token), 2 <= int_bits -> 1 <= window ->
  rounded_accepts int_bits (2 * window) network (map index word) = accepts (fold_left (windowed_next window) word (Next [])).
Proof.
  exact (StackPrecision.rounded_is_windowed machine index embed (Next []) CircuitValueCopy.next accepts agreement network
    text alphabet 2 2 place spelling checked windows cut_state embed_cut).
Qed.

(** The values so far, where so many are to come and one more than the window is the most: an operand is looked for among
    no more than the window's. *)
Definition fits (window more : nat) (s : state) : Prop :=
  match s with
  | Next values => length values + more <= S window
  | First values pointed | Second _ values pointed =>
      length values <= window /\ length pointed <= window /\ length values + more <= S window
  | Accepted _ | Dead => True
  end.

(** An operand is looked for or the word is refused: without the end of an item it is not accepted. *)
Definition unfinished (s : state) : Prop := match s with Next _ | Accepted _ => False | _ => True end.

Lemma unfinished_next s t : ends_item t = false -> unfinished s -> unfinished (CircuitValueCopy.next s t).
Proof.
  destruct s as [values|values pointed|x values pointed|values|]; try contradiction; destruct t; try discriminate;
    intros _ _; try exact I; destruct pointed; exact I.
Qed.

Lemma fits_next window more s t : 1 <= window -> fits window ((if ends_item t then 1 else 0) + more) s ->
  (windowed_next window (cut_state window s) t = cut_state window (CircuitValueCopy.next s t)
    /\ fits window more (CircuitValueCopy.next s t))
  \/ (more = 0 /\ unfinished (CircuitValueCopy.next s t) /\ unfinished (CircuitValueCopy.next (cut_state window s) t)).
Proof.
  intros some. unfold windowed_next, window_next. destruct window as [|window]; [lia|].
  destruct s as [values|values pointed|x values pointed|values|]; cbn [fits]; intros fits_.
  - destruct t; cbn [cut_state CircuitValueCopy.next ends_item fits] in *; auto.
    + left. split; [|simpl; lia]. rewrite !firstn_cons, firstn_firstn. do 3 f_equal. lia.
    + destruct more as [|more]; [right; cbn [unfinished]; auto|]. left. rewrite firstn_firstn, PeanoNat.Nat.min_id.
      split; [reflexivity|lia].
    + left. destruct values as [|[] values]; rewrite ?firstn_nil, ?firstn_cons; try (split; [reflexivity|exact I]).
      split; [|exact I]. cbn [cut_state]. rewrite !firstn_cons, firstn_firstn, PeanoNat.Nat.min_id. reflexivity.
  - left. cbn [cut_state]. rewrite !firstn_all2 by lia. split; [reflexivity|].
    destruct pointed as [|x older]; [exact I|]. destruct t; cbn [CircuitValueCopy.next fits ends_item length] in *;
      lia || exact I.
  - left. cbn [cut_state]. rewrite !firstn_all2 by lia. split; [reflexivity|].
    destruct pointed as [|y older]; [exact I|]. destruct t; cbn [CircuitValueCopy.next fits ends_item length] in *;
      lia || exact I.
  - left. split; [reflexivity|exact I].
  - left. split; [reflexivity|exact I].
Qed.

(** * It decides the problem *)

(** With a window of P values, F = 2 P bits behind the point: on every word of at most P + 1 values. *)
Theorem window_decides : forall (int_bits window : nat) (word : list token), 2 <= int_bits -> 1 <= window ->
  n_values word <= S window -> rounded_accepts int_bits (2 * window) network (map index word) = true <-> yes word.
Proof.
  apply (StackPrecision.window_decides machine index embed (Next []) CircuitValueCopy.next accepts ends_item agreement
    network text alphabet yes 2 2 place spelling (machine_decides machine agreement) checked windows cut_state embed_cut
    fits unfinished).
  - intros []; reflexivity.
  - intros window []; reflexivity.
  - exact unfinished_next.
  - intros window []; auto.
  - intros []; auto; contradiction.
  - exact fits_next.
Qed.

Definition bounded (k : nat) (s : state) : Prop :=
  match s with
  | Next values | Accepted values => length values <= k
  | First values pointed | Second _ values pointed => length values <= k /\ length pointed <= k
  | Dead => True
  end.

Lemma bounded_next k s t : bounded k s -> bounded ((if ends_item t then 1 else 0) + k) (CircuitValueCopy.next s t).
Proof.
  destruct s as [values|values pointed|x values pointed|values|]; cbn [CircuitValueCopy.next bounded]; auto; destruct t;
    try destruct pointed; try destruct values as [|[]]; cbn [ends_item bounded length]; lia || (intros; exact I).
Qed.

Lemma bounded_embed k s q all : bounded k s -> embed s = Some (q, all) -> Forall (at_most k) all.
Proof.
  assert (forall l : list bool, length l <= k -> at_most k (stack l)) as one.
  { intros l length_. eexists. split; [reflexivity|]. rewrite length_of_map. exact length_. }
  destruct s as [values|values pointed|[] values pointed|values|]; cbn [embed bounded]; intros sizes equal; try discriminate;
    injection equal as <- <-; repeat apply Forall_cons; try apply Forall_nil; apply one; simpl; lia.
Qed.

(** 2 (n - 1) bits behind the point; 2 n or more, whatever their number. *)
Theorem theorem : forall (int_bits frac_bits n : nat) (word : list token), 2 <= int_bits -> 2 <= n -> n_values word <= n ->
  frac_bits = 2 * (n - 1) \/ 2 * n <= frac_bits ->
  rounded_accepts int_bits frac_bits network (map index word) = true <-> yes word.
Proof.
  intros int_bits frac_bits n word enough some few [->|more].
  - apply window_decides; [exact enough|lia|lia].
  - apply (rounded_stacks_decide machine index embed (Next []) CircuitValueCopy.next accepts ends_item bounded agreement
      (le_n 0) bounded_next bounded_embed network text alphabet yes 2 2 place spelling (machine_decides machine agreement)
      checked windows
      int_bits frac_bits n word enough); [lia|exact few|lia].
Qed.

(** A circuit has as many values as items. *)
Theorem values_of_circuit : forall circuit, n_values (write circuit) = length circuit.
Proof.
  intros circuit. unfold n_values, write. rewrite count_app. cbn [count fold_right ends_item].
  induction circuit as [|i circuit IH]; [reflexivity|]. cbn [flat_map length]. rewrite count_app.
  assert (count ends_item (write_item i) = 1) as ->; [|lia].
  destruct i as [b|skipped|g skipped further]; cbn [write_item].
  - reflexivity.
  - change (Open :: ?rest) with ([Open] ++ rest). rewrite !count_app, !count_repeat by reflexivity. reflexivity.
  - change (Open :: ?rest) with ([Open] ++ rest). change (Slash :: ?rest) with ([Slash] ++ rest).
    rewrite !count_app, !count_repeat by reflexivity. reflexivity.
Qed.

(** * One bit less is too few *)

(** The last of n values is the negation of the oldest, which is 0. *)
Definition oldest (n : nat) : list item := repeat (Input false) (n - 1) ++ [Not (n - 2)].

Lemma oldest_true n : 2 <= n -> is_true (oldest n).
Proof.
  intros some. exists (repeat false (n - 1)). unfold oldest.
  assert (forall k values, evaluate values (repeat (Input false) k ++ [Not (n - 2)])
    = evaluate (repeat false k ++ values) [Not (n - 2)]) as ->.
  { intros k. induction k as [|k IH]; intros values; [reflexivity|].
    transitivity (evaluate (false :: values) (repeat (Input false) k ++ [Not (n - 2)])); [reflexivity|]. rewrite IH.
    f_equal. change (false :: values) with (repeat false 1 ++ values).
    rewrite app_assoc, <- repeat_app, PeanoNat.Nat.add_1_r. reflexivity. }
  rewrite app_nil_r. cbn [evaluate CircuitValue.value]. rewrite nth_error_repeat by lia. reflexivity.
Qed.

Lemma zeros_zeros k : is_zeros (stack (repeat false k)).
Proof.
  exists (repeat 0 k). split; [|induction k; constructor; auto]. unfold stack. f_equal.
  induction k as [|k IH]; [reflexivity|].
  cbn [repeat map symbol]. rewrite IH. reflexivity.
Qed.

Lemma write_oldest n : 2 <= n ->
  write (oldest n) = repeat (Bit false) (n - 1) ++ Open :: repeat Down (n - 2) ++ [Negate; End].
Proof.
  intros some. unfold oldest, write. rewrite flat_map_app, <- app_assoc.
  assert (forall k, flat_map write_item (repeat (Input false) k) = repeat (Bit false) k) as ->.
  { intros k. induction k as [|k IH]; [reflexivity|]. cbn [repeat flat_map write_item app]. rewrite IH. reflexivity. }
  cbn [flat_map write_item app]. rewrite app_nil_r, <- app_assoc. reflexivity.
Qed.

Notation comes_to := (comes_to embed CircuitValueCopy.next cut_state).
Notation comes_on := (comes_on embed CircuitValueCopy.next cut_state).

Lemma bits_pushed window k : forall j, j <= window ->
  comes_to window (Next (repeat false j)) (repeat (Bit false) k) (Next (repeat false (min window (k + j)))).
Proof.
  induction k as [|k IH]; intros j small_; [split; [exact I|cbn [fold_left repeat plus]; do 2 f_equal; lia]|].
  apply (comes_on _ _ [_] (Next (repeat false (min window (S j))))).
  - apply comes_next; [repeat apply Forall_cons; try apply Forall_nil; [apply (zeros_zeros (S j))|apply (zeros_zeros 0)]|].
    cbn [CircuitValueCopy.next cut_state]. change (false :: repeat false j) with (repeat false (S j)).
    rewrite firstn_repeated. reflexivity.
  - replace (min window (S k + j)) with (min window (k + min window (S j))) by lia. apply IH. lia.
Qed.

Lemma pointer_moved window v k : v <= window -> k <= window ->
  comes_to window (First (repeat false v) (repeat false k)) (repeat Down k) (First (repeat false v) []).
Proof.
  intros v_. induction k as [|k IH]; intros k_; [split; [exact I|reflexivity]|].
  apply (comes_on _ _ [_] (First (repeat false v) (repeat false k))); [|apply IH; lia].
  apply comes_next; [repeat apply Forall_cons; try apply Forall_nil; apply zeros_zeros|].
  cbn [repeat CircuitValueCopy.next cut_state]. rewrite !firstn_repeated. do 2 f_equal; lia.
Qed.

(** With 2 n - 3 bits behind the point, one less than [theorem] asks for, such a circuit of n values is refused, for
    every n. *)
Theorem one_bit_less : forall (int_bits n : nat), 2 <= int_bits -> 3 <= n ->
  rounded_accepts int_bits (2 * n - 3) network (map index (write (oldest n))) = false
  /\ n_values (write (oldest n)) = n /\ yes (write (oldest n)).
Proof.
  intros int_bits n enough three. split; [|split].
  - destruct n as [|[|window]]; [lia|lia|]. replace (2 * S (S window) - 3) with (S (2 * window)) by lia.
    assert (comes_to window (Next []) (write (oldest (S (S window)))) Dead) as [zeros run].
    { rewrite write_oldest by lia. replace (S (S window) - 1) with (S window) by lia.
      replace (S (S window) - 2) with window by lia.
      apply (comes_on _ _ _ (Next (repeat false window))).
      { replace window with (min window (S window + 0)) at 3 by lia. apply (bits_pushed window (S window) 0). lia. }
      apply (comes_on _ _ [Open] (First (repeat false window) (repeat false window))).
      { apply comes_next; [repeat apply Forall_cons; try apply Forall_nil; apply zeros_zeros|].
        cbn [CircuitValueCopy.next cut_state]. rewrite firstn_repeated, PeanoNat.Nat.min_id. reflexivity. }
      apply (comes_on _ _ _ (First (repeat false window) [])); [apply pointer_moved; lia|].
      split; [repeat split|reflexivity]. }
    rewrite (one_bit_more machine index embed (Next []) CircuitValueCopy.next accepts agreement network text alphabet 2 2
      place spelling checked windows cut_state embed_cut int_bits window _ enough); [|lia|apply le_n|exact zeros].
    unfold windowed_next in run. rewrite run. reflexivity.
  - rewrite values_of_circuit. unfold oldest. rewrite length_snoc, repeat_length. lia.
  - exists (oldest n). split; [reflexivity|]. apply oldest_true. lia.
Qed.

(** With 5 bits a circuit of four values is decided wrongly: `000(..!$`. *)
Example five_bits : let word := [Bit false; Bit false; Bit false; Open; Down; Down; Negate; End] in
  rounded_accepts 2 5 network (map index word) = false /\ yes word.
Proof. split; [vm_compute; reflexivity|]. apply (window_decides 2 3); [lia|lia|simpl; lia|]. vm_compute. reflexivity. Qed.

(** With 1 bit so is one of two values: `0(!$`. *)
Example one_bit : let word := [Bit false; Open; Negate; End] in
  rounded_accepts 2 1 network (map index word) = false /\ yes word.
Proof. split; [vm_compute; reflexivity|]. apply (window_decides 2 1); [lia|lia|simpl; lia|]. vm_compute. reflexivity. Qed.

Print Assumptions spelling.
Print Assumptions rounded_is_windowed.
Print Assumptions window_decides.
Print Assumptions theorem.
Print Assumptions values_of_circuit.
Print Assumptions one_bit_less.
Print Assumptions five_bits.
Print Assumptions one_bit.
