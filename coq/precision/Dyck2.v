(** The network with these literal weights, run in fixed point with 2 bits or more before the point, the sign counted, and
    2 n bits or more behind it, decides dyck-2 on every word of at most n opening brackets, for every n; 2 n - 1 are too
    few. *)

From Coq Require Import Lia.
From Coq Require Import List.
From Reduce Require Import Dyck.
From Reduce Require Import FixedPrecision.
From Reduce Require Import FixedPrecisionStacks.
From Reduce Require Import Machine.
From Reduce Require Import MachineCheck.
From Reduce Require Import Semantics.
From Reduce Require Import StackPrecision.
From Generated Require Import Dyck2Machine.
From Generated Require Import Dyck2Network.
Import ListNotations.

Definition opens (t : token) : bool := match t with OpenRound | OpenSquare => true | _ => false end.

Definition n_opening (word : list token) : nat := count opens word.

(** The indices are those of the network's own tokens. *)
Theorem spelling : map text alphabet = tokens network.
Proof. reflexivity. Qed.

Theorem agreement : agrees machine.
Proof. follow. Qed.

Theorem checked : check machine network = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** Rounded away is only what a window of the stack forgets: two bits a symbol. *)
Theorem windows : check_window machine network 2 2 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(** * The window *)

(** The innermost open brackets. *)
Definition cut_state (window : nat) (s : state) : state :=
  match s with
  | Reading stack => Reading (firstn window stack)
  | Accepted stack => Accepted (firstn window stack)
  | Dead => Dead
  end.

Lemma embed_cut window s : embed (cut_state window s) = cut_all window (embed s).
Proof. destruct s; reflexivity. Qed.

(** What the rounded network does, on every word: a step, and then the stack forgets what lies deeper than the window. *)
Definition windowed_next : nat -> state -> token -> state := window_next Dyck.next cut_state.

Theorem rounded_is_windowed : forall (int_bits window : nat) (word : list token), 2 <= int_bits -> 1 <= window ->
  rounded_accepts int_bits (2 * window) network (map index word)
  = accepts (fold_left (windowed_next window) word (Reading [])).
Proof.
  exact (StackPrecision.rounded_is_windowed machine index embed (Reading []) Dyck.next accepts agreement network text
    alphabet 2 2 place spelling checked windows cut_state embed_cut).
Qed.

(** * It decides the problem *)

Definition bounded (k : nat) (s : state) : Prop :=
  match s with
  | Reading stack | Accepted stack => length stack <= k
  | Dead => True
  end.

Lemma bounded_next k s t : bounded k s -> bounded ((if opens t then 1 else 0) + k) (Dyck.next s t).
Proof.
  destruct s as [stack|stack|]; cbn [Dyck.next bounded]; auto; destruct t; try destruct stack as [|[|[|kind]] stack];
    cbn [opens bounded length]; lia || (intros; exact I).
Qed.

Lemma bounded_embed k s q all : bounded k s -> embed s = Some (q, all) -> Forall (at_most k) all.
Proof.
  destruct s as [stack|stack|]; cbn [embed bounded]; intros size equal; try discriminate; injection equal as <- <-;
    repeat apply Forall_cons; try apply Forall_nil; exists stack; auto.
Qed.

Theorem theorem : forall (int_bits frac_bits n : nat) (word : list token),
  2 <= int_bits -> 1 <= n -> n_opening word <= n -> 2 * n <= frac_bits ->
  rounded_accepts int_bits frac_bits network (map index word) = true <-> yes word.
Proof.
  intros int_bits frac_bits n word enough_int_bits some few enough.
  apply (rounded_stacks_decide machine index embed (Reading []) Dyck.next accepts opens bounded agreement (le_n 0)
    bounded_next bounded_embed network text alphabet yes 2 2 place spelling (machine_decides machine agreement) checked
    windows int_bits frac_bits n word enough_int_bits some few enough).
Qed.

(** * One bit less is too few *)

(** n brackets in each other. *)
Definition nested (n : nat) : list token := repeat OpenRound n ++ repeat CloseRound n ++ [End].

Lemma nested_balanced n : yes (nested n).
Proof.
  exists (repeat OpenRound n ++ repeat CloseRound n). split; [unfold nested; rewrite <- app_assoc; reflexivity|].
  induction n as [|n IH]; [constructor|]. cbn [repeat app]. rewrite repeat_cons, app_assoc.
  apply (Dyck.round _ [] IH nothing).
Qed.

Notation comes_to := (comes_to embed Dyck.next cut_state).
Notation comes_on := (comes_on embed Dyck.next cut_state).

Lemma zeros_zeros k : only_zeros embed (Reading (repeat 0 k)).
Proof.
  apply Forall_cons; [|apply Forall_nil]. exists (repeat 0 k). split; [reflexivity|]. induction k; constructor; auto.
Qed.

Lemma opened window k : forall j, j <= window ->
  comes_to window (Reading (repeat 0 j)) (repeat OpenRound k) (Reading (repeat 0 (min window (k + j)))).
Proof.
  induction k as [|k IH]; intros j small_; [split; [exact I|cbn [fold_left repeat plus]; do 2 f_equal; lia]|].
  apply (comes_on _ _ [_] (Reading (repeat 0 (min window (S j))))).
  - apply comes_next; [apply (zeros_zeros (S j))|]. cbn [Dyck.next cut_state].
    change (0 :: repeat 0 j) with (repeat 0 (S j)).
    rewrite firstn_repeated. reflexivity.
  - replace (min window (S k + j)) with (min window (k + min window (S j))) by lia. apply IH. lia.
Qed.

Lemma closed window k : k <= window -> comes_to window (Reading (repeat 0 k)) (repeat CloseRound (S k)) Dead.
Proof.
  induction k as [|k IH]; intros small_; [split; [split; exact I|reflexivity]|].
  apply (comes_on _ _ [_] (Reading (repeat 0 k))); [|apply IH; lia].
  apply comes_next; [apply (zeros_zeros k)|]. cbn [repeat Dyck.next cut_state]. rewrite firstn_repeated. do 2 f_equal. lia.
Qed.

(** With 2 n - 1 bits behind the point, one less than [theorem] asks for, n nested brackets are refused, for every n. *)
Theorem one_bit_less : forall (int_bits n : nat), 2 <= int_bits -> 2 <= n ->
  rounded_accepts int_bits (2 * n - 1) network (map index (nested n)) = false /\ n_opening (nested n) = n /\ yes (nested n).
Proof.
  intros int_bits n enough two. split; [|split; [|apply nested_balanced]].
  - destruct n as [|window]; [lia|]. replace (2 * S window - 1) with (S (2 * window)) by lia.
    assert (comes_to window (Reading []) (nested (S window)) Dead) as [zeros run].
    { apply (comes_on _ _ _ (Reading (repeat 0 window))).
      { replace window with (min window (S window + 0)) at 3 by lia. apply (opened window (S window) 0). lia. }
      apply (comes_on _ _ _ Dead); [apply closed, le_n|]. split; [split; exact I|reflexivity]. }
    rewrite (one_bit_more machine index embed (Reading []) Dyck.next accepts agreement network text alphabet 2 2 place
      spelling checked windows cut_state embed_cut int_bits window _ enough); [|lia|apply le_n|exact zeros].
    unfold windowed_next in run. rewrite run. reflexivity.
  - clear. unfold n_opening, nested. rewrite !count_app, (count_repeat opens CloseRound) by reflexivity.
    cbn [count fold_right opens].
    assert (count opens (repeat OpenRound n) = n) as ->; [|lia].
    induction n as [|n IH]; [reflexivity|]. unfold count in *. cbn [repeat fold_right opens]. rewrite IH. reflexivity.
Qed.

(** The statement is neither empty nor everything. *)
Example yes_and_no :
  rounded_accepts 2 6 network (map index [OpenRound; OpenSquare; CloseSquare; CloseRound; End]) = true
  /\ rounded_accepts 2 6 network (map index [OpenRound; OpenSquare; CloseRound; CloseSquare; End]) = false.
Proof. vm_compute. auto. Qed.

Print Assumptions spelling.
Print Assumptions rounded_is_windowed.
Print Assumptions theorem.
Print Assumptions one_bit_less.
Print Assumptions yes_and_no.
