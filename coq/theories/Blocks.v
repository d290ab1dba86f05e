(* Layered networks that multiply 3 x 3 matrices: the block method.

   A word is read in blocks of nine tokens, the rows of one matrix. A template says what the memory is where a block begins:
   every entry is a polynomial in variables, some of which are -1, 0 or 1; and the product so far is given by nine
   polynomials in them. There is one template for each block of the period. The nine tokens of a block are run once, with
   variables for the tokens: the decision must be at most 0 before the last token; there decision and values must be the
   polynomials of the next product, and the memory the next template with polynomials put for its variables. So by
   induction the outputs are right at every block's end, for every word. A token that is skipped must leave the memory as
   it is, wherever it stands.

   The templates need not be believed: a wrong one makes the check fail. *)

From Coq Require Import List QArith Arith Lia Lqa Bool.
From Reduce Require Import LayeredSemantics LayeredSimulation Polynomial.
Import ListNotations.
Local Open Scope Q_scope.

(* [meaning]: the product so far, by rows. *)
Record template := { held : memory poly; meaning : list poly }.

(* Variables up to [bound] take the values -1, 0 and 1; a matrix multiplies the product by [factor] times itself. *)
Record certificate := { bound : positive; factor : Q; templates : list template }.

(* Tokens 0, 1, 2 are the entries -1, 0, 1; those from 3 on are skipped. *)
Definition is_entry (t : nat) : bool := Nat.ltb t 3.
Definition token_value (t : nat) : Q := match t with 0%nat => -1 | 1%nat => 0 | _ => 1 end.
Definition entries (w : list nat) : list Q := flat_map (fun t => if is_entry t then [token_value t] else []) w.

Definition positions : list (nat * nat) :=
  [(0, 0); (0, 1); (0, 2); (1, 0); (1, 1); (1, 2); (2, 0); (2, 1); (2, 2)]%nat.

Section Product.
Context {V : Type} (o : operations V) (factor : Q).
Definition next_product (p x : list V) : list V :=
  map (fun ij : nat * nat => let (i, j) := ij in
    let term k := times o (nth (3 * i + k) p (zero o)) (nth (3 * k + j) x (zero o)) in
    times o (constant o factor) (plus o (plus o (term 0%nat) (term 1%nat)) (term 2%nat))) positions.
Definition identity : list V :=
  map (fun ij : nat * nat => let (i, j) := ij in constant o (if Nat.eqb i j then 1 else 0)) positions.
End Product.

(* factor^N times the product of N matrices, read left to right. *)
Definition product (factor : Q) (blocks : list (list Q)) : list Q :=
  fold_left (next_product over_Q factor) blocks (identity over_Q).

Definition polynomials : operations poly := {| constant := const; plus := add; times := mul; relu := fun p => p |}.

(* The variables of the tokens of a block are 1 to 9. *)
Definition token_variable (i : nat) : positive := Pos.of_succ_nat i.
Definition token_variables : list poly := map (fun i => var (token_variable i)) (seq 0 9).
Definition no_token (v : positive) : bool := negb (Pos.leb v 9).

Fixpoint forallb2 {A B} (f : A -> B -> bool) (l : list A) (m : list B) : bool :=
  match l, m with
  | [], [] => true
  | a :: l, b :: m => f a b && forallb2 f l m
  | _, _ => false
  end.

Definition agrees (a b : option poly) : bool :=
  match a, b with Some p, Some q => same p q | _, _ => false end.
Definition same_memory : memory (option poly) -> memory (option poly) -> bool :=
  forallb2 (forallb2 (forallb2 (forallb2 agrees))).
Definition map_memory {A B} (f : A -> B) : memory A -> memory B := map (map (map (map f))).
Definition cells {A} (m : memory A) : list A := concat (concat (concat m)).

(* A cell that is a variable plus a constant says what the variable is. *)
Definition variable_plus (p : poly) : option (positive * Q) :=
  match p with
  | [([v], c)] => if Qeq_bool c 1 then Some (v, 0) else None
  | [([], d); ([v], c)] => if Qeq_bool c 1 then Some (v, d) else None
  | _ => None
  end.

Definition find_variable (s : list (positive * poly)) (v : positive) : option poly :=
  match find (fun vp => Pos.eqb v (fst vp)) s with Some vp => Some (snd vp) | None => None end.

Definition solve (cells : list (poly * option poly)) : list (positive * poly) :=
  fold_left (fun s pa =>
    match variable_plus (fst pa), snd pa with
    | Some (v, d), Some q =>
        match find_variable s v with Some _ => s | None => (v, add q (const (- d))) :: s end
    | _, _ => s
    end) cells [].

Definition put (s : list (positive * poly)) : substitution :=
  fun v => match find_variable s v with Some p => p | None => var v end.

Section Check.
Variables (n : network) (c : certificate).
Local Notation sym := (symbolic (bound c)).

(* What is again -1, 0 or 1 for sure. *)
Definition stays_three_valued (p : poly) : bool :=
  match p with
  | [] => true
  | [([], d)] => Qeq_bool d 1 || Qeq_bool d (-1)
  | [([v], d)] => Pos.leb v (bound c) && (Qeq_bool d 1 || Qeq_bool d (-1))
  | _ => false
  end.

Definition is_instance (t : template) (product : list poly) (m : memory (option poly)) : bool :=
  let s := solve (combine (cells (held t)) (cells m)) in
  forallb (fun vp => negb (Pos.leb (fst vp) (bound c)) || stays_three_valued (snd vp)) s &&
  same_memory m (map_memory (fun p => Some (substitute (put s) p)) (held t)) &&
  forallb2 same (map (substitute (put s)) (meaning t)) product.

Definition names_no_token (t : template) : bool :=
  forallb (mentions_only no_token) (cells (held t)) && forallb (mentions_only no_token) (meaning t).

Definition embedded (t : nat) : list Q := nth t (embedding n) [].
Definition embedded_variable (v : positive) : list (option poly) :=
  map (fun abc : Q * (Q * Q) => let '(x, (y, z)) := abc in Some (drop_zeros (through v x y z)))
    (combine (embedded 0) (combine (embedded 1) (embedded 2))).

Definition rejects (out : list (option poly)) : bool :=
  match out with
  | Some p :: _ => match constant_of p with Some x => Qle_bool x 0 | None => false end
  | _ => false
  end.

Definition skips (m : memory (option poly)) : bool :=
  forallb (fun t => let (m', out) := step sym n m (map (fun x => Some (const x)) (embedded t)) in
    same_memory m' m && rejects out) (seq 3 (length (embedding n) - 3)).

Definition finishes (this next : template) (m : memory (option poly)) (out : list (option poly)) : bool :=
  let p := next_product polynomials (factor c) (meaning this) token_variables in
  forallb2 (fun a q => agrees a (Some q)) out (hd [] p :: p) && is_instance next p m.

(* Token [i] of the block and [more] after it. *)
Fixpoint check_tokens (this next : template) (more i : nat) (m : memory (option poly)) : bool :=
  skips m &&
  let (m', out) := step sym n m (embedded_variable (token_variable i)) in
  match more with
  | O => finishes this next m' out
  | S more => rejects out && check_tokens this next more (S i) m'
  end.

Definition check_block (this_next : template * template) : bool :=
  let (this, next) := this_next in
  names_no_token this && check_tokens this next 8 0 (map_memory Some (held this)).

Definition pairs : list (template * template) :=
  match templates c with [] => [] | t :: ts => combine (t :: ts) (ts ++ [t]) end.

Definition check_start : bool :=
  match templates c with
  | [] => false
  | t :: _ => is_instance t (identity polynomials) (start sym n)
  end && negb (on_empty n) &&
  Nat.eqb (length (embedded 0)) (length (embedded 1)) && Nat.eqb (length (embedded 1)) (length (embedded 2)).

Definition check : bool := check_start && forallb check_block pairs.

(* The numbers of the blocks that fail, for [Eval]; and whether the start is right. *)
Definition failing_blocks : bool * list nat :=
  (check_start, map fst (filter (fun ip => negb (check_block (snd ip))) (combine (seq 0 (length pairs)) pairs))).

(* Soundness. *)
Definition evaluates (env : environment) (p : poly) (x : Q) : Prop := eval env p == x.
Definition override (env : environment) (xs : list Q) : environment :=
  fun v => if Pos.leb v 9 then nth (pred (Pos.to_nat v)) xs 0 else env v.

Lemma forallb2_related {A B C} (f : A -> B -> bool) (P : A -> C -> Prop) (S : B -> C -> Prop) :
  (forall a b x, f a b = true -> P a x -> S b x) ->
  forall l m k, forallb2 f l m = true -> Forall2 P l k -> Forall2 S m k.
Proof.
  intros H l m k; revert l m; induction k; intros l m F R; inversion R; subst; destruct m; try discriminate;
    [constructor|].
  cbn [forallb2] in F; apply andb_prop in F as [? ?]; constructor; eauto.
Qed.

Lemma agrees_correct env a b x : agrees a b = true -> stands_for env a x -> stands_for env b x.
Proof.
  destruct a, b; cbn [agrees stands_for]; try discriminate. intros S <-. symmetry. now apply same_correct.
Qed.

Lemma same_memory_correct env a b m :
  same_memory a b = true -> related_memory (stands_for env) a m -> related_memory (stands_for env) b m.
Proof.
  unfold same_memory, related_memory. revert a b m. do 3 (
  match goal with |- forall a b m, _ -> _ -> _ => idtac end).
  intros a b m; apply forallb2_related; clear; intros a b m; apply forallb2_related; clear;
    intros a b m; apply forallb2_related; clear; intros a b m; apply forallb2_related; clear.
  apply agrees_correct.
Qed.

Lemma related_map_memory {A B} (R : A -> Q -> Prop) (S : B -> Q -> Prop) (f : A -> B) a m :
  (forall p x, R p x -> S (f p) x) -> related_memory R a m -> related_memory S (map_memory f a) m.
Proof.
  intros H M; unfold related_memory, map_memory in *.
  assert (forall (X Y : Type) (P : X -> Q -> Prop) (P' : Y -> Q -> Prop) (g : X -> Y),
    (forall p x, P p x -> P' (g p) x) -> forall l k, Forall2 P l k -> Forall2 P' (map g l) k) as L1
    by (clear; intros; induction H0; simpl; constructor; auto).
  assert (forall l k, Forall2 R l k -> Forall2 S (map f l) k) as H1 by (apply L1, H).
  assert (forall l k, Forall2 (Forall2 R) l k -> Forall2 (Forall2 S) (map (map f) l) k) as H2
    by (induction 1; simpl; constructor; auto).
  assert (forall l k, Forall2 (Forall2 (Forall2 R)) l k -> Forall2 (Forall2 (Forall2 S)) (map (map (map f)) l) k)
    as H3 by (induction 1; simpl; constructor; auto).
  induction M; simpl; constructor; auto.
Qed.

(* The same with a property of every cell. *)
Lemma related_map_memory_back {A B} (R : A -> Q -> Prop) (S : B -> Q -> Prop) (f : A -> B) (T : A -> Prop) a m :
  (forall p x, T p -> S (f p) x -> R p x) -> Forall T (cells a) ->
  related_memory S (map_memory f a) m -> related_memory R a m.
Proof.
  intros H F M; unfold related_memory, map_memory, cells in *.
  assert (forall l k, Forall T l -> Forall2 S (map f l) k -> Forall2 R l k) as H1.
  { clear - H; induction l; intros k F M; inversion M; subst; constructor; inversion F; auto. }
  assert (forall l k, Forall T (concat l) -> Forall2 (Forall2 S) (map (map f) l) k -> Forall2 (Forall2 R) l k) as H2.
  { clear - H1; induction l; intros k F M; inversion M; subst; constructor;
      cbn [concat] in F; apply Forall_app in F as [? ?]; auto. }
  assert (forall l k, Forall T (concat (concat l)) -> Forall2 (Forall2 (Forall2 S)) (map (map (map f)) l) k ->
    Forall2 (Forall2 (Forall2 R)) l k) as H3.
  { clear - H2; induction l; intros k F M; inversion M; subst; constructor;
      cbn [concat] in F; rewrite concat_app in F; apply Forall_app in F as [? ?]; auto. }
  revert m M; induction a; intros m M; inversion M; subst; constructor;
    cbn [concat] in F; rewrite !concat_app in F; apply Forall_app in F as [? ?]; auto.
Qed.

Lemma override_agrees env xs p :
  mentions_only no_token p = true -> eval (override env xs) p == eval env p.
Proof.
  apply eval_agree. unfold no_token, override; intros v; destruct (Pos.leb v 9); [discriminate|reflexivity].
Qed.

Lemma override_token env xs i : (i < 9)%nat -> override env xs (token_variable i) = nth i xs 0.
Proof.
  intros H; unfold override, token_variable.
  replace (Pos.leb (Pos.of_succ_nat i) 9) with true.
  - now rewrite SuccNat2Pos.id_succ.
  - symmetry; apply Pos.leb_le. lia.
Qed.

Lemma override_admitted env xs :
  admitted (bound c) env -> Forall three_valued xs -> admitted (bound c) (override env xs).
Proof.
  intros Ad F v B; unfold override. destruct (Pos.leb v 9); [|now apply Ad].
  generalize (pred (Pos.to_nat v)) as i; clear - F; induction F; intros [|i]; simpl; auto; right; left; reflexivity.
Qed.

Lemma token_value_three t : three_valued (token_value t).
Proof. unfold three_valued; destruct t as [|[|t]]; simpl; [left|right; left|right; right]; reflexivity. Qed.

Lemma embedded_variable_correct env v t :
  length (embedded 0) = length (embedded 1) -> length (embedded 1) = length (embedded 2) ->
  is_entry t = true -> env v == token_value t ->
  Forall2 (stands_for env) (embedded_variable v) (embedded t).
Proof.
  intros L0 L1 T E; unfold embedded_variable.
  assert (three_valued (env v)) as Th.
  { destruct (token_value_three t) as [H|[H|H]]; rewrite H in E; unfold three_valued; auto. }
  assert (t = 0 \/ t = 1 \/ t = 2)%nat as Ht.
  { unfold is_entry in T; apply Nat.ltb_lt in T; lia. }
  assert (forall a b d : list Q, length a = length b -> length b = length d ->
    Forall2 (stands_for env) (map (fun abc : Q * (Q * Q) => let '(x, (y, z)) := abc in
      Some (drop_zeros (through v x y z))) (combine a (combine b d)))
      (match t with 0%nat => a | 1%nat => b | _ => d end)) as G.
  { clear L0 L1; induction a as [|x a IH]; destruct b as [|y b], d as [|z d]; try discriminate; intros L0 L1.
    - destruct t as [|[|t]]; constructor.
    - simpl in L0, L1. injection L0 as L0; injection L1 as L1. specialize (IH b d L0 L1).
      cbn [combine map].
      assert (forall u, (t = 0%nat -> u = x) -> (t = 1%nat -> u = y) -> (t = 2%nat -> u = z) ->
        stands_for env (Some (drop_zeros (through v x y z))) u) as Hd.
      { intros u H0 H1 H2; cbn [stands_for].
        destruct (eval_through_at env v x y z Th) as [[A B]|[[A B]|[A B]]]; rewrite B; rewrite A in E;
          destruct Ht as [->|[->| ->]]; cbn [token_value] in E; try discriminate;
          [rewrite H0|rewrite H1|rewrite H2]; auto; reflexivity. }
      destruct Ht as [->|[->| ->]]; constructor; auto; apply Hd; auto; discriminate. }
  specialize (G _ _ _ L0 L1). destruct Ht as [->|[->| ->]]; exact G.
Qed.

Lemma constants_correct env l : Forall2 (stands_for env) (map (fun x => Some (const x)) l) l.
Proof. induction l; constructor; auto. apply eval_const. Qed.

Lemma rejects_correct env out x :
  rejects out = true -> Forall2 (stands_for env) out x -> nth 0 x 0 <= 0.
Proof.
  unfold rejects; intros H F. destruct F as [|[p|] y ? ? P F]; try discriminate.
  destruct (constant_of p) as [d|] eqn:E; [|discriminate].
  apply (constant_of_correct env) in E. apply Qle_bool_iff in H. cbn [stands_for nth] in *. now rewrite <- P, E.
Qed.

Lemma put_three_valued s env :
  forallb (fun vp => negb (Pos.leb (fst vp) (bound c)) || stays_three_valued (snd vp)) s = true ->
  admitted (bound c) env -> admitted (bound c) (fun v => eval env (put s v)).
Proof.
  intros H Ad v B. unfold put, find_variable.
  destruct (find (fun vp => Pos.eqb v (fst vp)) s) as [[u p]|] eqn:F; cbn [snd].
  - apply find_some in F as [I E]. cbn [fst] in E. apply Pos.eqb_eq in E; subst u.
    rewrite forallb_forall in H. specialize (H _ I). cbn [fst snd] in H. rewrite B in H. cbn [negb orb] in H.
    assert (forall d x, Qeq_bool d 1 || Qeq_bool d (-1) = true -> three_valued x -> three_valued (d * x)) as D.
    { intros d x; unfold three_valued; rewrite orb_true_iff, !Qeq_bool_iff.
      intros [->| ->] [->|[->| ->]]; [left|right;left|right;right|right;right|right;left|left]; reflexivity. }
    destruct p as [|[[|w m] d] q]; cbn [stays_three_valued] in H; try discriminate.
    + right; left; reflexivity.
    + destruct q; try discriminate. assert (eval env [([], d)] == d * 1) as E by (simpl; ring).
      destruct (D d 1 H) as [X|[X|X]]; [right; right; reflexivity| | |]; unfold three_valued; rewrite E; auto.
    + destruct m; try discriminate. destruct q; try discriminate.
      apply andb_prop in H as [W H]. assert (eval env [([w], d)] == d * env w) as E by (simpl; ring).
      destruct (D d _ H (Ad w W)) as [X|[X|X]]; unfold three_valued; rewrite E; auto.
  - destruct (Ad v B) as [X|[X|X]]; unfold three_valued; rewrite eval_var; auto.
Qed.

Lemma same_list env l m : forallb2 same l m = true -> Forall2 (fun p q => eval env p == eval env q) l m.
Proof.
  revert m; induction l; destruct m; cbn [forallb2]; try discriminate; constructor;
    apply andb_prop in H as [? ?]; auto. now apply same_correct.
Qed.

(* A memory that a template is put to stands for what the template says with other values of its variables. *)
Lemma is_instance_correct t p m env x :
  is_instance t p m = true -> names_no_token t = true -> admitted (bound c) env ->
  related_memory (stands_for env) m x ->
  exists env', admitted (bound c) env' /\
    Forall2 (fun q q' => eval env' q == eval env q') (meaning t) p /\
    forall xs, related_memory (stands_for (override env' xs)) (map_memory Some (held t)) x.
Proof.
  unfold is_instance; cbv zeta. set (s := solve _). intros H N Ad R.
  apply andb_prop in H as [H M]; apply andb_prop in H as [T S].
  exists (fun v => eval env (put s v)). split; [now apply put_three_valued|split].
  - apply (same_list env) in M. clear - M. revert M. generalize p.
    induction (meaning t) as [|q l IH]; intros k M; inversion M; subst; constructor; auto.
    match goal with E : eval env _ == _ |- _ => rewrite <- E end. symmetry. apply eval_substitute.
  - intros xs. apply andb_prop in N as [N _].
    assert (related_memory (evaluates (override (fun v => eval env (put s v)) xs)) (held t) x) as E.
    { apply (related_map_memory_back _ (stands_for env) (fun q => Some (substitute (put s) q))
        (fun q => mentions_only no_token q = true)).
      - intros q y Q E; unfold evaluates. rewrite override_agrees by exact Q.
        cbn [stands_for] in E. rewrite <- E. symmetry. apply eval_substitute.
      - now apply Forall_forall, forallb_forall.
      - eapply same_memory_correct; eassumption. }
    revert E; apply related_map_memory; auto.
Qed.

Lemma related_next_product env p x p' x' :
  Forall2 (evaluates env) p p' -> Forall2 (evaluates env) x x' ->
  Forall2 (evaluates env) (next_product polynomials (factor c) p x) (next_product over_Q (factor c) p' x').
Proof.
  intros P X; unfold next_product. apply related_map_same. intros [i j]. unfold evaluates.
  assert (forall l l' k, Forall2 (evaluates env) l l' ->
    eval env (nth k l (zero polynomials)) == nth k l' (zero over_Q)) as N.
  { intros; apply (related_nth (evaluates env)); auto. apply eval_const. }
  cbn [polynomials over_Q plus times constant].
  rewrite eval_mul, eval_const, !eval_add, !eval_mul, !N by eassumption. reflexivity.
Qed.

Definition ends_with_entry (w : list nat) : bool := is_entry (last w 3%nat).

Hypothesis checked : check = true.

(* What holds after a word whose complete matrices are [done] and whose other entries are [cur]. *)
Definition invariant (done : list (list Q)) (cur : list Q) (x : memory Q) : Prop :=
  exists this next env m,
    In (this, next) pairs /\ admitted (bound c) env /\ Forall three_valued cur /\ names_no_token this = true /\ names_no_token next = true /\
    (exists more, length cur + more = 8 /\ check_tokens this next more (length cur) m = true)%nat /\
    Forall2 (evaluates env) (meaning this) (product (factor c) done) /\
    forall more, length (cur ++ more) = 9%nat -> Forall three_valued (cur ++ more) ->
      related_memory (stands_for (override env (cur ++ more))) m x.

Definition right (w : list nat) (done : list (list Q)) (cur out : list Q) : Prop :=
  if ends_with_entry w && match cur, done with [], _ :: _ => true | _, _ => false end
  then Forall2 Qeq out (hd 0 (product (factor c) done) :: product (factor c) done)
  else nth 0 out 0 <= 0.

Lemma next_pair this next : In (this, next) pairs ->
  names_no_token this = true /\ check_tokens this next 8 0 (map_memory Some (held this)) = true /\
  exists after, In (next, after) pairs.
Proof.
  intros I. unfold check in checked. apply andb_prop in checked as [_ B].
  rewrite forallb_forall in B. specialize (B _ I). apply andb_prop in B as [B B']. split; [auto|split; [auto|]].
  unfold pairs in *. destruct (templates c) as [|t ts]; [destruct I|].
  apply in_combine_r in I.
  assert (In next (t :: ts)) as J by (apply in_app_or in I; destruct I as [I|[I|[]]]; [right|left]; auto).
  assert (length (t :: ts) = length (ts ++ [t])) as L by (rewrite app_length; simpl; lia).
  revert J L; generalize (t :: ts) as l, (ts ++ [t]) as k. clear.
  induction l as [|a l IH]; intros [|b k] J L; try discriminate; [destruct J|].
  destruct J as [->|J]; [exists b; left; reflexivity|].
  destruct (IH k J) as [d D]; [simpl in L; congruence|]. exists d; now right.
Qed.

Lemma begin_block this x env done :
  (exists next, In (this, next) pairs) -> admitted (bound c) env ->
  Forall2 (evaluates env) (meaning this) (product (factor c) done) ->
  (forall xs, related_memory (stands_for (override env xs)) (map_memory Some (held this)) x) ->
  invariant done [] x.
Proof.
  intros [next I] Ad M R. destruct (next_pair _ _ I) as (N & C & after & J).
  destruct (next_pair _ _ J) as (N' & _).
  exists this, next, env, (map_memory Some (held this)).
  split; [assumption|]. split; [assumption|]. split; [constructor|]. split; [assumption|]. split; [assumption|].
  split; [exists 8%nat; auto|]. split; auto.
Qed.

Lemma invariant_start : invariant [] [] (start over_Q n).
Proof.
  assert (C := checked). unfold check, check_start in C.
  assert (exists t ts, templates c = t :: ts) as (t & ts & T).
  { destruct (templates c) as [|t ts]; [discriminate|eauto]. }
  rewrite T in C. do 4 (apply andb_prop in C as [C ?]).
  assert (In (t, hd t (ts ++ [t])) pairs) as I.
  { unfold pairs; rewrite T. destruct ts; left; reflexivity. }
  destruct (next_pair _ _ I) as (N & _).
  destruct (is_instance_correct _ _ _ (fun _ => 0) (start over_Q n) C N) as (env & Ad & M & R).
  - intros v _; right; left; reflexivity.
  - apply related_start. intros; apply eval_const.
  - apply (begin_block t _ env); eauto.
    clear - M. revert M. generalize (meaning t). unfold product; cbn [fold_left].
    assert (Forall2 (evaluates (fun _ => 0)) (identity polynomials) (identity over_Q)) as E.
    { unfold identity. apply related_map_same. intros [i j]; apply eval_const. }
    revert E. generalize (identity polynomials) (identity over_Q). intros l k E l' M.
    revert k E; induction M; intros k E; inversion E; subst; constructor; auto.
    unfold evaluates in *. now rewrite H.
Qed.

Lemma step_skip w done cur x t :
  is_entry t = false -> (t < length (embedding n))%nat -> invariant done cur x ->
  invariant done cur (fst (step over_Q n x (embedded t))) /\
  right (w ++ [t]) done cur (snd (step over_Q n x (embedded t))).
Proof.
  intros T L (this & next & env & m & I & Ad & Th & N & N' & (more & A & C) & M & R).
  assert (skips m = true) as K by (destruct more; cbn [check_tokens] in C; now apply andb_prop in C as [? _]).
  unfold skips in K. rewrite forallb_forall in K.
  assert (In t (seq 3 (length (embedding n) - 3))) as J.
  { unfold is_entry in T. apply Nat.ltb_ge in T. apply in_seq. lia. }
  specialize (K _ J).
  assert (forall l, length (cur ++ l) = 9%nat -> Forall three_valued (cur ++ l) ->
    related_memory (stands_for (override env (cur ++ l))) m (fst (step over_Q n x (embedded t))) /\
    nth 0 (snd (step over_Q n x (embedded t))) 0 <= 0) as G.
  { intros l Ll F. specialize (R l Ll F).
    destruct (stands_for_step (bound c) _ (override_admitted _ _ Ad F) n m x
      (map (fun x => Some (const x)) (embedded t)) (embedded t) R (constants_correct _ _)) as [P Q].
    destruct (step sym n m (map (fun x => Some (const x)) (embedded t))) as [m' out].
    cbn [fst snd] in P, Q. apply andb_prop in K as [K1 K2].
    split; [eapply same_memory_correct; eassumption|eapply rejects_correct; eassumption]. }
  split.
  - exists this, next, env, m. repeat (split; [assumption|]). split; [eauto|]. split; [assumption|].
    intros l Ll F. now apply G.
  - unfold right, ends_with_entry. rewrite last_last, T. cbn [andb].
    apply (G (repeat 0 (9 - length cur))).
    + rewrite app_length, repeat_length. lia.
    + apply Forall_app; split; [assumption|]. apply Forall_forall. intros y Y. apply repeat_spec in Y. subst y.
      right; left; reflexivity.
Qed.

Lemma step_entry w done cur x t :
  is_entry t = true -> invariant done cur x -> (length cur < 9)%nat ->
  exists done' cur', concat done' ++ cur' = concat done ++ cur ++ [token_value t] /\
    (length cur' < 9)%nat /\ (Forall (fun l => length l = 9%nat) done -> Forall (fun l => length l = 9%nat) done') /\
    invariant done' cur' (fst (step over_Q n x (embedded t))) /\
    right (w ++ [t]) done' cur' (snd (step over_Q n x (embedded t))).
Proof.
  intros T (this & next & env & m & I & Ad & Th & N & N' & (more & A & C) & M & R) L9.
  assert (S := checked). unfold check, check_start in S. apply andb_prop in S as [S _].
  apply andb_prop in S as [S L1]; apply andb_prop in S as [S L0].
  apply Nat.eqb_eq in L0, L1. clear S.
  assert (Forall three_valued (cur ++ [token_value t])) as Th'.
  { apply Forall_app; split; auto. constructor; auto using token_value_three. }
  assert (forall l, length (cur ++ [token_value t] ++ l) = 9%nat -> Forall three_valued (cur ++ [token_value t] ++ l) ->
    related_memory (stands_for (override env (cur ++ [token_value t] ++ l)))
      (fst (step sym n m (embedded_variable (token_variable (length cur))))) (fst (step over_Q n x (embedded t))) /\
    Forall2 (stands_for (override env (cur ++ [token_value t] ++ l)))
      (snd (step sym n m (embedded_variable (token_variable (length cur))))) (snd (step over_Q n x (embedded t)))) as G.
  { intros l Ll F. apply (stands_for_step (bound c) _ (override_admitted _ _ Ad F)); [now apply R|].
    apply embedded_variable_correct; auto.
    rewrite override_token by lia. rewrite app_nth2, Nat.sub_diag by lia. reflexivity. }
  destruct more as [|more]; cbn [check_tokens] in C; apply andb_prop in C as [_ C];
    destruct (step sym n m (embedded_variable (token_variable (length cur)))) as [m' out]; cbn [fst snd] in G.
  - (* the block's last token *)
    set (xs := cur ++ [token_value t]) in *.
    assert (length xs = 9%nat) as Lx by (unfold xs; rewrite app_length; simpl; lia).
    destruct (G []) as [P Q]; [now rewrite app_nil_r|now rewrite app_nil_r|]. rewrite app_nil_r in P, Q. fold xs in P, Q.
    unfold finishes in C; cbv zeta in C; apply andb_prop in C as [O C].
    exists (done ++ [xs]), []. rewrite concat_app, app_nil_r. cbn [concat]. rewrite app_nil_r.
    split; [reflexivity|]. split; [simpl; lia|]. split.
    { intros F; apply Forall_app; auto. }
    destruct (is_instance_correct _ _ _ (override env xs) _ C N' (override_admitted _ _ Ad Th') P)
      as (env' & Ad' & M' & R').
    assert (Forall2 (evaluates (override env xs))
      (next_product polynomials (factor c) (meaning this) token_variables) (product (factor c) (done ++ [xs]))) as E.
    { unfold product; rewrite fold_left_app; cbn [fold_left]. fold (product (factor c) done).
      apply related_next_product.
      - apply andb_prop in N as [_ N]. rewrite forallb_forall in N.
        clear - M N. revert N M. generalize (product (factor c) done). induction (meaning this); intros k N M;
          inversion M; subst; constructor; [|apply IHl; auto; intros; apply N; now right].
        unfold evaluates in *. rewrite override_agrees; auto. apply N; now left.
      - clear - Lx. do 9 (destruct xs as [|? xs]; [discriminate|]). destruct xs; [|discriminate].
        repeat constructor; unfold evaluates; rewrite eval_var; reflexivity. }
    split.
    + destruct (next_pair _ _ I) as (_ & _ & after & J).
      apply (begin_block next _ env'); eauto.
      revert E M'. generalize (next_product polynomials (factor c) (meaning this) token_variables).
      generalize (product (factor c) (done ++ [xs])). clear. intros k l E M'. revert k E.
      induction M'; intros k E; inversion E; subst; constructor; auto. unfold evaluates in *. now rewrite H.
    + unfold right, ends_with_entry. rewrite last_last, T. cbn [andb].
      replace (match done ++ [xs] with [] => false | _ => true end) with true by (now destruct done).
      assert (Forall2 (evaluates (override env xs))
        (hd [] (next_product polynomials (factor c) (meaning this) token_variables)
          :: next_product polynomials (factor c) (meaning this) token_variables)
        (hd 0 (product (factor c) (done ++ [xs])) :: product (factor c) (done ++ [xs]))) as E'.
      { constructor; auto. apply (related_hd (evaluates (override env xs))); auto. reflexivity. }
      clear - O Q E'. revert O Q E'. 
      generalize (hd [] (next_product polynomials (factor c) (meaning this) token_variables)
          :: next_product polynomials (factor c) (meaning this) token_variables).
      generalize (hd 0 (product (factor c) (done ++ [xs])) :: product (factor c) (done ++ [xs])).
      generalize (snd (step over_Q n x (embedded t))).
      intros y k l O Q E. revert y k l O Q E. induction out as [|a out IH]; intros y k l O Q E.
      * destruct l; [|discriminate]. inversion Q; inversion E; constructor.
      * destruct l as [|p l]; [discriminate|]. cbn [forallb2] in O; apply andb_prop in O as [O1 O2].
        inversion Q; subst; inversion E; subst. constructor; eauto.
        apply (agrees_correct (override env xs) _ _ _ O1) in H1. cbn [stands_for] in H1. unfold evaluates in *.
        now rewrite <- H1.
  - (* another one *)
    apply andb_prop in C as [O C].
    exists done, (cur ++ [token_value t]).
    assert (length (cur ++ [token_value t]) = Datatypes.S (length cur)) as Lx by (rewrite app_length; simpl; lia).
    split; [reflexivity|]. split; [lia|]. split; [auto|]. split.
    + exists this, next, env, m'.
      repeat (split; [assumption|]). rewrite Lx. split; [exists more; split; [lia|assumption]|]. split; [assumption|].
      intros l Ll F. rewrite <- app_assoc in *. now apply G.
    + unfold right. replace (match cur ++ [token_value t], done with [], _ :: _ => true | _, _ => false end)
        with false by (now destruct cur).
      rewrite andb_false_r.
      eapply rejects_correct; [exact O|]. apply (G (repeat 0 (Datatypes.S more))).
      * rewrite !app_length, repeat_length; simpl; lia.
      * rewrite app_assoc. apply Forall_app; split; [assumption|]. apply Forall_forall. intros y Y.
        apply repeat_spec in Y. subst y. right; left; reflexivity.
Qed.

Lemma right_start : right [] [] [] [if on_empty n then 1 else -1].
Proof.
  assert (C := checked). unfold check, check_start in C.
  do 3 (apply andb_prop in C as [C ?]); apply andb_prop in C as [_ ?].
  destruct (on_empty n); [discriminate|]. unfold right; simpl. intros; discriminate.
Qed.

(* After every word the outputs are those of the product. *)
Theorem blocks_correct w :
  Forall (fun t => t < length (embedding n))%nat w ->
  exists done cur, entries w = concat done ++ cur /\ Forall (fun l => length l = 9%nat) done /\ (length cur < 9)%nat /\
    right w done cur (snd (run n w)).
Proof.
  assert (forall w, Forall (fun t => t < length (embedding n))%nat w ->
    exists done cur, entries w = concat done ++ cur /\ Forall (fun l => length l = 9%nat) done /\
      (length cur < 9)%nat /\ invariant done cur (fst (run n w)) /\ right w done cur (snd (run n w))) as G.
  2: { intros F. destruct (G w F) as (done & cur & H). exists done, cur. tauto. }
  clear w. induction w as [|t w IH] using rev_ind; intros F.
  - exists [], []. split; [reflexivity|]. split; [constructor|]. split; [simpl; lia|].
    split; [apply invariant_start|apply right_start].
  - apply Forall_app in F as [F Ft]. inversion Ft; subst. destruct (IH F) as (done & cur & E & D & L & Inv & _).
    unfold run, run_over. rewrite fold_left_app. cbn [fold_left]. fold (run_over over_Q n w). fold (run n w).
    fold (embedded t). unfold entries. rewrite flat_map_app. fold (entries w). cbn [flat_map]. rewrite app_nil_r.
    destruct (is_entry t) eqn:T.
    + destruct (step_entry w done cur _ t T Inv L) as (done' & cur' & E' & L' & D' & Inv' & Rt).
      exists done', cur'. rewrite E, E', app_assoc. auto.
    + destruct (step_skip w done cur _ t T H1 Inv) as [Inv' Rt].
      exists done, cur. rewrite app_nil_r. auto.
Qed.

End Check.
