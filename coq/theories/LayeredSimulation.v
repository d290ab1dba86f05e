(* The same program in two arithmetics whose operations respect a relation gives related results. *)

From Coq Require Import List QArith NArith.
From Reduce Require Import LayeredSemantics.
Import ListNotations.

Section Lists.
Context {A B C D : Type}.

Lemma related_map (P : A -> B -> Prop) (S : C -> D -> Prop) f g l l' :
  (forall a b, P a b -> S (f a) (g b)) -> Forall2 P l l' -> Forall2 S (map f l) (map g l').
Proof. intros H; induction 1; simpl; constructor; auto. Qed.

Lemma related_combine (P : A -> B -> Prop) (S : C -> D -> Prop) l l' k k' :
  Forall2 P l l' -> Forall2 S k k' ->
  Forall2 (fun x y => P (fst x) (fst y) /\ S (snd x) (snd y)) (combine l k) (combine l' k').
Proof.
  intros H; revert k k'; induction H; intros k k' K; [constructor|].
  destruct K; simpl; constructor; auto.
Qed.

Lemma related_fold (P : A -> B -> Prop) (S : C -> D -> Prop) f g l l' a b :
  (forall a b c d, P a b -> S c d -> P (f a c) (g b d)) ->
  P a b -> Forall2 S l l' -> P (fold_left f l a) (fold_left g l' b).
Proof. intros H Hab L; revert a b Hab; induction L; simpl; auto. Qed.

Lemma related_fold_same (P : A -> B -> Prop) f g (l : list C) a b :
  (forall a b c, P a b -> P (f a c) (g b c)) -> P a b -> P (fold_left f l a) (fold_left g l b).
Proof. intros H; revert a b; induction l; simpl; auto. Qed.

Lemma related_map_same (S : A -> B -> Prop) (f : C -> A) (g : C -> B) l :
  (forall c, S (f c) (g c)) -> Forall2 S (map f l) (map g l).
Proof. intros H; induction l; simpl; constructor; auto. Qed.

Lemma related_nth (P : A -> B -> Prop) l l' i a b :
  P a b -> Forall2 P l l' -> P (nth i l a) (nth i l' b).
Proof. intros H L; revert i; induction L; destruct i; simpl; auto. Qed.

Lemma related_firstn (P : A -> B -> Prop) n l l' :
  Forall2 P l l' -> Forall2 P (firstn n l) (firstn n l').
Proof. intros L; revert n; induction L; destruct n; simpl; constructor; auto. Qed.

Lemma related_skipn (P : A -> B -> Prop) n l l' :
  Forall2 P l l' -> Forall2 P (skipn n l) (skipn n l').
Proof. intros L; revert n; induction L; destruct n; simpl; auto. Qed.

Lemma related_tl (P : A -> B -> Prop) l l' : Forall2 P l l' -> Forall2 P (tl l) (tl l').
Proof. destruct 1; simpl; auto. Qed.

Lemma related_hd (P : A -> B -> Prop) l l' a b : P a b -> Forall2 P l l' -> P (hd a l) (hd b l').
Proof. destruct 2; simpl; auto. Qed.

Lemma related_concat (P : A -> B -> Prop) l l' :
  Forall2 (Forall2 P) l l' -> Forall2 P (concat l) (concat l').
Proof. induction 1; simpl; auto using Forall2_app. Qed.

Lemma related_repeat (P : A -> B -> Prop) a b n : P a b -> Forall2 P (repeat a n) (repeat b n).
Proof. induction n; simpl; constructor; auto. Qed.
End Lists.

Section Simulation.
Context {V W : Type} (o : operations V) (p : operations W) (R : V -> W -> Prop).
Hypothesis R_constant : forall c, R (constant o c) (constant p c).
Hypothesis R_plus : forall a b c d, R a b -> R c d -> R (plus o a c) (plus p b d).
Hypothesis R_times : forall a b c d, R a b -> R c d -> R (times o a c) (times p b d).
Hypothesis R_relu : forall a b, R a b -> R (relu o a) (relu p b).

Notation Rs := (Forall2 R).
Notation Rm := (Forall2 (Forall2 R)).
Definition related_memory : memory V -> memory W -> Prop := Forall2 (Forall2 (Forall2 (Forall2 R))).

Lemma R_zero : R (zero o) (zero p). Proof. apply R_constant. Qed.

Lemma R_minus a b c d : R a b -> R c d -> R (minus o a c) (minus p b d).
Proof. intros; unfold minus; auto. Qed.

Lemma related_apply_row x y r : Rs x y -> R (apply_row o x r) (apply_row p y r).
Proof.
  intros H; unfold apply_row; apply related_fold_same; auto.
  intros a b c Hab; apply R_plus; auto; apply R_times; auto; apply related_nth; auto using R_zero.
Qed.

Lemma related_apply m x y : Rs x y -> Rs (apply o m x) (apply p m y).
Proof. intros; unfold apply; apply related_map_same; intros; now apply related_apply_row. Qed.

Lemma related_dot x y x' y' : Rs x x' -> Rs y y' -> R (dot o x y) (dot p x' y').
Proof.
  intros H H'; unfold dot.
  eapply related_fold with (S := fun u v => R (fst u) (fst v) /\ R (snd u) (snd v)); auto using R_zero.
  - intros a b c d Hab [? ?]; auto.
  - now apply related_combine.
Qed.

Lemma related_delta_net_row beta beta' k k' s s' v v' :
  R beta beta' -> Rs k k' -> Rs s s' -> R v v' ->
  Rs (delta_net_row o beta k s v) (delta_net_row p beta' k' s' v').
Proof.
  intros; unfold delta_net_row.
  eapply related_map; [|eapply related_combine; eassumption].
  intros a b [? ?]; apply R_plus, R_times; auto; apply R_times; auto; apply R_minus; auto using related_dot.
Qed.

Lemma related_rwkv7_row w w' l l' ka ka' a a' kt kt' s s' v v' :
  Rs w w' -> R l l' -> Rs ka ka' -> Rs a a' -> Rs kt kt' -> Rs s s' -> R v v' ->
  Rs (rwkv7_row o w l ka a kt s v) (rwkv7_row p w' l' ka' a' kt' s' v').
Proof.
  intros; unfold rwkv7_row.
  eapply related_map; [|repeat (apply related_combine; [eassumption|]); eassumption].
  intros (?,(?,(?,(?,?)))) (?,(?,(?,(?,?)))); simpl; intros (?&?&?&?&?).
  apply R_plus; auto; apply R_minus; auto; apply R_times; auto; apply R_times; auto using related_dot.
Qed.

Lemma related_read next next' q q' skip skip' :
  Rm next next' -> Rs q q' -> Rs skip skip' ->
  Rs (map (fun sx => plus o (dot o (fst sx) q) (snd sx)) (combine next skip))
     (map (fun sx => plus p (dot p (fst sx) q') (snd sx)) (combine next' skip')).
Proof.
  intros; eapply related_map; [|apply related_combine; eassumption].
  intros a b [? ?]; apply R_plus; auto; now apply related_dot.
Qed.

Definition R_step (x : list (list V) * list V) (y : list (list W) * list W) : Prop :=
  Rm (fst x) (fst y) /\ Rs (snd x) (snd y).

Ltac gates_related :=
  repeat first [apply (related_hd R) | apply related_firstn | apply related_skipn | apply related_tl]; auto using R_zero.

Lemma related_delta_net_head n m g g' s s' :
  Rs g g' -> Rm s s' -> R_step (delta_net_head o n m g s) (delta_net_head p n m g' s').
Proof.
  intros; unfold delta_net_head; cbv zeta.
  assert (Rm
    (map (fun sv => delta_net_row o (hd (zero o) g) (firstn n (tl g)) (fst sv) (snd sv))
      (combine s (firstn m (skipn n (tl g)))))
    (map (fun sv => delta_net_row p (hd (zero p) g') (firstn n (tl g')) (fst sv) (snd sv))
      (combine s' (firstn m (skipn n (tl g')))))) as N.
  { eapply related_map; [|apply (related_combine Rs R); [eassumption|]].
    - intros a b [? ?]; apply related_delta_net_row; auto; gates_related.
    - gates_related. }
  split; [exact N|]. simpl. apply related_read; [exact N| |]; gates_related.
Qed.

Lemma related_rwkv7_head n m g g' s s' :
  Rs g g' -> Rm s s' -> R_step (rwkv7_head o n m g s) (rwkv7_head p n m g' s').
Proof.
  intros G S; unfold rwkv7_head; cbv zeta.
  match goal with |- R_step (?a, _) (?b, _) => assert (Rm a b) as N end.
  { eapply related_map; [|apply (related_combine Rs R); [eassumption|]].
    - intros a b [? ?]; apply related_rwkv7_row; auto; gates_related.
    - gates_related. }
  split; [exact N|]. simpl. apply related_read; [exact N| |]; gates_related.
Qed.

Lemma related_head_step f x y h s s' :
  Rs x y -> Rm s s' -> R_step (head_step o f x h s) (head_step p f y h s').
Proof.
  intros; unfold head_step; destruct f;
    [apply related_delta_net_head | apply related_rwkv7_head]; auto using related_apply.
Qed.

Lemma related_sublayer maps x y : Rs x y -> Rs (sublayer o maps x) (sublayer p maps y).
Proof.
  intros; unfold sublayer; destruct maps as [|first rest]; [constructor|].
  apply related_fold_same; [|now apply related_apply].
  intros a b c Hab; cbv zeta; apply related_apply; eapply related_map; eauto.
Qed.

Lemma related_layer_step f l s s' x y :
  Forall2 Rm s s' -> Rs x y ->
  Forall2 Rm (fst (layer_step o f l s x)) (fst (layer_step p f l s' y)) /\
  Rs (snd (layer_step o f l s x)) (snd (layer_step p f l s' y)).
Proof.
  intros Hs Hx; unfold layer_step; cbv zeta; simpl.
  assert (Forall2 R_step
    (map (fun hs => head_step o f x (fst hs) (snd hs)) (combine (heads l) s))
    (map (fun hs => head_step p f y (fst hs) (snd hs)) (combine (heads l) s'))) as N.
  { generalize (heads l); induction Hs; intros hs; destruct hs; simpl; constructor; auto using related_head_step. }
  assert (Rs
    (x ++ concat (map snd (map (fun hs => head_step o f x (fst hs) (snd hs)) (combine (heads l) s))))
    (y ++ concat (map snd (map (fun hs => head_step p f y (fst hs) (snd hs)) (combine (heads l) s'))))) as M.
  { apply Forall2_app; auto; apply related_concat; eapply related_map; [|exact N]; now intros a b [? ?]. }
  split.
  - eapply related_map; [|exact N]; now intros a b [? ?].
  - apply Forall2_app; auto using related_sublayer.
Qed.

Lemma related_layers_step f ls m m' x y :
  related_memory m m' -> Rs x y ->
  related_memory (fst (layers_step o f ls m x)) (fst (layers_step p f ls m' y)) /\
  Rs (snd (layers_step o f ls m x)) (snd (layers_step p f ls m' y)).
Proof.
  revert m m' x y; induction ls as [|l ls IH]; intros m m' x y Hm Hx; cbn [layers_step]; [split; [constructor|auto]|].
  destruct Hm as [|s s' m m' Hs Hm]; [split; [constructor|auto]|].
  destruct (related_layer_step f l s s' x y Hs Hx) as [A B].
  destruct (layer_step o f l s x) as [t z], (layer_step p f l s' y) as [t' z']; cbn [fst snd] in *.
  specialize (IH m m' z z' Hm B).
  destruct (layers_step o f ls m z), (layers_step p f ls m' z'); simpl in *.
  destruct IH; split; auto; constructor; auto.
Qed.

Lemma related_step n m m' x y :
  related_memory m m' -> Rs x y ->
  related_memory (fst (step o n m x)) (fst (step p n m' y)) /\ Rs (snd (step o n m x)) (snd (step p n m' y)).
Proof.
  intros Hm Hx; unfold step.
  destruct (related_layers_step (heads_are n) (layers n) m m' x y Hm Hx) as [A B].
  destruct (layers_step o (heads_are n) (layers n) m x), (layers_step p (heads_are n) (layers n) m' y); simpl in *.
  auto using related_apply.
Qed.

Lemma related_start n : related_memory (start o n) (start p n).
Proof.
  unfold start; apply related_map_same; intros l; apply related_map_same; intros h.
  apply related_repeat, related_repeat, R_zero.
Qed.
End Simulation.

(* Reducing fractions changes no value. *)
Lemma related_reduced n w :
  related_memory Qeq (fst (run_over reduced n w)) (fst (run n w)) /\
  Forall2 Qeq (snd (run_over reduced n w)) (snd (run n w)).
Proof.
  unfold run, run_over.
  apply (related_fold_same (fun x y => related_memory Qeq (fst x) (fst y) /\ Forall2 Qeq (snd x) (snd y))).
  - intros a b t [Hm _]. apply related_step; auto; cbn [constant plus times relu reduced over_Q]; intros.
    + apply Qred_correct.
    + rewrite Qred_correct. now apply Qplus_comp.
    + rewrite Qred_correct. now apply Qmult_comp.
    + destruct (Qle_bool 0 a0) eqn:E, (Qle_bool 0 b0) eqn:E'; auto; try reflexivity.
      * apply Qle_bool_iff in E. rewrite H in E. apply Qle_bool_iff in E. congruence.
      * apply Qle_bool_iff in E'. rewrite <- H in E'. apply Qle_bool_iff in E'. congruence.
    + induction (nth t (embedding n) []); constructor; auto; reflexivity.
  - split; simpl; [|constructor; [reflexivity|constructor]].
    apply related_start. intros; cbn [constant reduced over_Q]; apply Qred_correct.
Qed.

Lemma accepts_reduced n w : net_accepts n w = is_positive (nth 0 (snd (run_over reduced n w)) 0).
Proof.
  unfold net_accepts. assert (nth 0 (snd (run_over reduced n w)) 0 == nth 0 (snd (run n w)) 0) as E.
  { apply related_nth; [reflexivity|]. apply related_reduced. }
  unfold is_positive. f_equal. apply Bool.eq_true_iff_eq. rewrite !Qle_bool_iff. now rewrite E.
Qed.
