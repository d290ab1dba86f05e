(* Soundness of the check of WeightedAutomatonNetworks.v. *)

From Coq Require Import List QArith Qabs Arith Lia Lqa Bool.
From Reduce Require Import LayeredSemantics LayeredSimulation Polynomial Blocks Chains WeightedAutomaton.
From Reduce Require Import WeightedAutomatonNetworks.
Import ListNotations.
Local Open Scope Q_scope.

(* Sums. *)
Lemma sum_zero n f : (forall i, (i < n)%nat -> f i == 0) -> sum_to n f == 0.
Proof.
  intros H. rewrite (sum_ext n f (fun _ => 0) H). unfold sum_to. induction (seq 0 n); [reflexivity|].
  cbn [fold_right]. rewrite IHl. ring.
Qed.

Lemma sum_add n f g : sum_to n (fun i => f i + g i) == sum_to n f + sum_to n g.
Proof. unfold sum_to. induction (seq 0 n); cbn [fold_right]; [ring|]. rewrite IHl. ring. Qed.

Lemma sum_scale n x f : sum_to n (fun i => x * f i) == x * sum_to n f.
Proof. unfold sum_to. induction (seq 0 n); cbn [fold_right]; [ring|]. rewrite IHl. ring. Qed.

Definition sum_over (l : list nat) (f : nat -> Q) : Q := fold_right (fun i x => f i + x) 0 l.
Lemma sum_over_add l f g : sum_over l (fun i => f i + g i) == sum_over l f + sum_over l g.
Proof. unfold sum_over. induction l; cbn [fold_right]; [ring|]. rewrite IHl. ring. Qed.
Lemma sum_over_zero l : sum_over l (fun _ => 0) == 0.
Proof. unfold sum_over. induction l; cbn [fold_right]; [ring|]. rewrite IHl. ring. Qed.
Lemma sum_over_swap l m f :
  sum_over l (fun i => sum_over m (fun j => f i j)) == sum_over m (fun j => sum_over l (fun i => f i j)).
Proof.
  induction l as [|i l IH].
  - change (sum_over [] (fun i => sum_over m (fun j => f i j))) with 0. symmetry. apply (sum_over_zero m).
  - change (sum_over (i :: l) (fun i => sum_over m (fun j => f i j)))
      with (sum_over m (fun j => f i j) + sum_over l (fun i => sum_over m (fun j => f i j))).
    rewrite IH. symmetry. apply (sum_over_add m (fun j => f i j) (fun j => sum_over l (fun i => f i j))).
Qed.
Lemma sum_swap n m f :
  sum_to n (fun i => sum_to m (fun j => f i j)) == sum_to m (fun j => sum_to n (fun i => f i j)).
Proof. exact (sum_over_swap (seq 0 n) (seq 0 m) f). Qed.

Lemma sum_delta n j f : (j < n)%nat -> sum_to n (fun i => f i * (if Nat.eqb i j then 1 else 0)) == f j.
Proof.
  intros H. unfold sum_to. assert (forall k m, (k <= j < k + m)%nat ->
    fold_right (fun i x => f i * (if Nat.eqb i j then 1 else 0) + x) 0 (seq k m) == f j) as G; [|apply (G 0%nat n); lia].
  assert (forall m k, (j < k)%nat -> fold_right (fun i x => f i * (if Nat.eqb i j then 1 else 0) + x) 0 (seq k m) == 0) as Z.
  { induction m as [|m IH]; intros k K; cbn [seq fold_right]; [reflexivity|]. rewrite IH by lia.
    replace (Nat.eqb k j) with false by (symmetry; apply Nat.eqb_neq; lia). ring. }
  intros k m; revert k; induction m as [|m IH]; intros k K; [lia|]. cbn [seq fold_right].
  destruct (Nat.eqb k j) eqn:Kj.
  - apply Nat.eqb_eq in Kj; subst k. rewrite Z by lia. ring.
  - apply Nat.eqb_neq in Kj. rewrite IH by lia. ring.
Qed.

Section Words.
Variable a : automaton.
Local Notation size := (n_states a).
Local Notation tw := (times_word a).
Local Notation on_right := (fun s i j => entry a s i j).
Local Notation on_left := (fun s i j => entry a s j i).

Lemma times_letter_sum v s j : times_letter a v s j = sum_to size (fun i => v i * entry a s i j).
Proof. reflexivity. Qed.

Lemma letter_ext v u s : (forall k, (k < size)%nat -> v k == u k) -> forall j, times_letter a v s j == times_letter a u s j.
Proof. intros H j. apply sum_ext. intros i I. now rewrite H. Qed.

Lemma word_ext w : forall v u, (forall k, (k < size)%nat -> v k == u k) ->
  forall k, (k < size)%nat -> tw v w k == tw u w k.
Proof.
  induction w as [|s w IH]; intros v u H k K; [now apply H|]. cbn [times_word fold_left].
  apply (IH (times_letter a v s) (times_letter a u s)); [|exact K]. intros; now apply letter_ext.
Qed.

Lemma word_linear w : forall v u y x, (forall k, (k < size)%nat -> v k == u k + x * y k) ->
  forall k, (k < size)%nat -> tw v w k == tw u w k + x * tw y w k.
Proof.
  induction w as [|s w IH]; intros v u y x H k K; [now apply H|]. cbn [times_word fold_left].
  apply (IH (times_letter a v s) (times_letter a u s) (times_letter a y s) x); [|exact K]. intros j J.
  rewrite !times_letter_sum.
  rewrite <- sum_scale, <- sum_add. apply sum_ext. intros i I. rewrite H by exact I. ring.
Qed.

Lemma word_app v w w' : tw v (w ++ w') = tw (tw v w) w'.
Proof. unfold times_word. apply fold_left_app. Qed.

Lemma pairing v w : forall u, sum_to size (fun k => tw v w k * u k) ==
  sum_to size (fun i => v i * fold_left (times_on_right on_right size) (rev w) u i).
Proof.
  induction w as [|s w IH] using rev_ind; intros u; [reflexivity|].
  rewrite rev_app_distr. cbn [rev app fold_left]. rewrite <- IH, word_app. cbn [times_word fold_left].
  unfold times_on_right.
  transitivity (sum_to size (fun k => sum_to size (fun i => tw v w i * entry a s i k * u k))).
  - apply sum_ext. intros k K. rewrite times_letter_sum, Qmult_comm, <- sum_scale. apply sum_ext. intros i I. ring.
  - rewrite sum_swap. apply sum_ext. intros i I. rewrite <- sum_scale. apply sum_ext. intros k K. ring.
Qed.

Lemma column v w j : (j < size)%nat ->
  tw v w j == sum_to size (fun i => v i *
    fold_left (times_on_right on_right size) (rev w) (fun k => if Nat.eqb k j then 1 else 0) i).
Proof. intros J. rewrite <- pairing. symmetry. now apply sum_delta. Qed.

Lemma left_is_word w : forall u v, (forall k, (k < size)%nat -> u k == v k) -> forall k, (k < size)%nat ->
  fold_left (times_on_right on_left size) w u k == tw v w k.
Proof.
  induction w as [|s w IH]; intros u v H k K; [now apply H|]. cbn [times_word fold_left].
  apply (IH _ (times_letter a v s)); [|exact K]. intros j J. unfold times_on_right, times_letter, sum.
  apply sum_ext. intros i I. rewrite H by exact I. ring.
Qed.
End Words.

Section Sound.
Variables (a : automaton) (n : network) (c : certificate).
Local Notation size := (n_states a).
Local Notation S_ := (n_letters a).
Local Notation tw := (times_word a).
Local Notation on_right := (fun s i j => entry a s i j).
Local Notation on_left := (fun s i j => entry a s j i).
Local Notation multiply_ := (multiply (bound c) S_ (basis c)).
Local Notation order_ := (in_order (bound c) S_).
Hypothesis checked : check a n c = true.

Lemma start_checked : check_start a n c = true.
Proof. unfold check in checked. now apply andb_prop in checked. Qed.

Lemma parts : exists t ts, places c = t :: ts /\
  fits a c (solve (combine (cells (held t)) (cells (start (symbolic_with Some) n)))) t (start (symbolic_with Some) n)
    (row_of a (fun i => const (factor c * alpha a i)), [], [], [], []) = true /\
  known t = [] /\ previous t = [] /\ current t = [] /\
  Bool.eqb (on_empty n) (is_positive (dot_alpha_omega a)) = true /\ 0 < factor c /\ (1 < bound c)%positive /\
  (bound c < first_name c)%positive /\ basis_is_right S_ (basis c) = true /\
  (forall s, (s < S_)%nat -> length (letter_embedding n s) = length (letter_embedding n 0)).
Proof.
  assert (C := start_checked). unfold check_start in C. destruct (places c) as [|t ts] eqn:P; [discriminate|].
  exists t, ts. split; [reflexivity|].
  apply andb_prop in C as [C L]. apply andb_prop in C as [C _]. apply andb_prop in C as [C B].
  apply andb_prop in C as [C F]. apply andb_prop in C as [C X]. apply andb_prop in C as [C Fa].
  apply andb_prop in C as [C O]. apply andb_prop in C as [C K].
  split; [exact C|]. destruct (known t); [|discriminate]. destruct (previous t); [|discriminate].
  destruct (current t); [|discriminate]. repeat (split; [reflexivity|]). split; [exact O|]. split.
  { unfold is_positive in Fa. apply negb_true_iff in Fa. apply Qnot_le_lt. intros H. apply Qle_bool_iff in H. congruence. }
  split; [now apply Pos.ltb_lt|]. split; [now apply Pos.ltb_lt|]. split; [exact B|].
  intros s Ls. rewrite forallb_forall in L. apply Nat.eqb_eq, L, in_seq. lia.
Qed.

Lemma basis_right : basis_is_right S_ (basis c) = true.
Proof. destruct parts as (? & ? & ?). tauto. Qed.

Definition letter (E : environment) (v : positive) (s : nat) : Prop := (s < S_)%nat /\ E v == letter_value s.

(* The names are new ones. *)
Definition above (st : naming) : Prop := (first_name c <= fst st)%positive /\
  Forall (fun x : named => (first_name c <= fst x)%positive) (snd st).

Lemma give_name_above st d p st' : above st -> give_name (bound c) S_ st d = (p, st') -> above st'.
Proof.
  destruct st as [next names]; unfold give_name, above; cbn [fst snd]. intros [A F].
  destruct (is_simple _ d); [intros H; injection H as <- <-; auto|].
  destruct (_ && _); [|intros H; injection H as <- <-; auto].
  destruct (magnitude _ _ _ _ _); intros H; injection H as <- <-; [|auto]. cbn [fst snd]. split; [lia|constructor; auto].
Qed.

Lemma give_names_above ds : forall st ps st', above st -> give_names (bound c) S_ st ds = (ps, st') -> above st'.
Proof.
  induction ds as [|d ds IH]; intros st ps st' A; cbn [give_names]; [intros H; injection H as <- <-; auto|].
  destruct (give_name _ _ st d) as [p st1] eqn:G. destruct (give_names _ _ st1 ds) as [ps1 st2] eqn:G'.
  intros H; injection H as <- <-. eauto using give_name_above.
Qed.

Lemma multiply_above entry_ ls : forall st v w st', above st -> multiply_ entry_ size st v ls = (w, st') -> above st'.
Proof.
  induction ls as [|l ls IH]; intros st v w st' A; cbn [multiply]; [intros H; injection H as <- <-; auto|].
  destruct (times_matrix _ _ _ _ _ st l v) as [u st1] eqn:T. intros H.
  eapply IH; [|exact H]. unfold times_matrix in T. eapply give_names_above; eassumption.
Qed.

Lemma vector_row E f i : (i < size)%nat -> vector E (row_of a f) i = eval E (f i).
Proof. intros I. unfold vector, row_of. now rewrite nth_map_seq. Qed.

Lemma eval_times_rows E v w : eval E (times_rows a v w) == sum_to size (fun i => vector E v i * vector E w i).
Proof.
  unfold times_rows, sum_to. induction (seq 0 size); [reflexivity|]. cbn [fold_right].
  rewrite eval_add, eval_mul, IHl. reflexivity.
Qed.

Section Outcome.
Variables (p : place) (E : environment) (prev cur : list nat) (x : nat).
Let o := outcome_of a c p.
Local Notation G := (vector E (source p)).
Local Notation Z := (vector E (moved p)).

Definition outcome_says : Prop :=
  (exists next, order_ next (names o)) /\ Forall (fun x : named => (first_name c <= fst x)%positive) (names o) /\
  (facts E (names o) -> Forall2 (letter E) (previous p) prev -> Forall2 (letter E) (current p) cur -> letter E 1 x ->
    let G1 := vector E (new_source o) in let Z1 := vector E (new_moved o) in
    (forall k, (k < size)%nat -> tw (tw G prev) (cur ++ [x]) k + tw Z (cur ++ [x]) k
      == tw (tw G1 prev) (cur ++ [x]) k + tw Z1 (cur ++ [x]) k) /\
    eval E (output o) ==
      sum_to size (fun k => (tw (tw G1 prev) (cur ++ [x]) k + tw Z1 (cur ++ [x]) k) * omega a k) /\
    ((forall j q, (j < size)%nat -> nth j (known p) None = Some q -> eval E q == tw G prev j) ->
     forall j q, (j < size)%nat -> nth j (new_known o) None = Some q -> eval E q == tw G1 prev j)).

Lemma outcome_correct : outcome_says.
Proof.
  unfold outcome_says; subst o; unfold outcome_of.
  destruct parts as (_ & _ & _ & _ & _ & _ & _ & _ & _ & _ & Bf & Br & _).
  set (st0 := (first_name c, []) : naming).
  assert (order_ (fst st0) (snd st0)) as O0 by exact I.
  assert (above st0) as A0 by (split; [cbn; lia|constructor]).
  destruct (multiply_ on_right size st0 (row_of a (fun i => const (omega a i))) (1%positive :: rev (current p)))
    as [cur_ st1] eqn:M1.
  destruct (multiply_order _ _ _ _ _ _ _ _ _ _ O0 M1) as (O1 & _ & _).
  pose proof (multiply_above _ _ _ _ _ _ A0 M1) as A1.
  destruct (multiply_ on_right size st1 cur_ (rev (previous p))) as [all_ st2] eqn:M2.
  destruct (multiply_order _ _ _ _ _ _ _ _ _ _ O1 M2) as (O2 & I2 & _).
  pose proof (multiply_above _ _ _ _ _ _ A1 M2) as A2.
  (* what the two ends are *)
  assert (forall all, incl (snd st2) all -> facts E all -> Forall2 (letter E) (previous p) prev ->
    Forall2 (letter E) (current p) cur -> letter E 1 x -> forall g z : list poly,
    eval E (add (times_rows a g all_) (times_rows a z cur_)) == sum_to size (fun k =>
      (tw (tw (vector E g) prev) (cur ++ [x]) k + tw (vector E z) (cur ++ [x]) k) * omega a k)) as Ends.
  { intros all Ia F Lp Lc Lx g z.
    assert (forall i, (i < size)%nat -> vector E cur_ i ==
      fold_left (times_on_right on_right size) (rev (cur ++ [x])) (omega a) i) as Hc.
    { intros i Li. rewrite rev_app_distr. cbn [rev app].
      refine (multiply_correct _ _ _ Br E all on_right size _ F (x :: rev cur) st0 _ cur_ st1 _ O0 M1 _ i (omega a) Li _).
      - constructor; [exact Lx|]. clear - Lc. induction Lc; [constructor|]. cbn [rev]. apply Forall2_app; auto.
      - eapply incl_tran; eassumption.
      - intros k K. rewrite vector_row by exact K. apply eval_const. }
    assert (forall i, (i < size)%nat -> vector E all_ i ==
      fold_left (times_on_right on_right size) (rev (prev ++ cur ++ [x])) (omega a) i) as Ha.
    { intros i Li. rewrite (rev_app_distr prev), fold_left_app.
      refine (multiply_correct _ _ _ Br E all on_right size _ F (rev prev) st1 _ all_ st2 _ O1 M2 _ i _ Li Hc).
      - clear - Lp. induction Lp; [constructor|]. cbn [rev]. apply Forall2_app; auto.
      - exact Ia. }
    rewrite eval_add, !eval_times_rows.
    rewrite (sum_ext size (fun i => vector E g i * vector E all_ i)
      (fun i => vector E g i * fold_left (times_on_right on_right size) (rev (prev ++ cur ++ [x])) (omega a) i)).
    2: { intros i Li. now rewrite Ha. }
    rewrite (sum_ext size (fun i => vector E z i * vector E cur_ i)
      (fun i => vector E z i * fold_left (times_on_right on_right size) (rev (cur ++ [x])) (omega a) i)).
    2: { intros i Li. now rewrite Hc. }
    rewrite <- !pairing, <- sum_add. apply sum_ext. intros k K. rewrite word_app. ring. }
  destruct (moves p) as [l|] eqn:Mv.
  - destruct (multiply_ on_left size st2 (unit_row a l) (previous p)) as [row_ st3] eqn:M3.
    destruct (multiply_order _ _ _ _ _ _ _ _ _ _ O2 M3) as (O3 & I3 & _).
    pose proof (multiply_above _ _ _ _ _ _ A2 M3) as A3.
    assert ((let (h, st) := match learns p with Some _ | None => ([] : list (option poly), st3) end in (h, st))
      = ([], st3)) as Hl by (destruct (learns p); reflexivity).
    destruct (learns p); cbn [names new_source new_moved new_known output];
    (split; [eauto|]; split; [apply A3|]; intros F Lp Lc Lx; cbv zeta;
     split; [|split; [now apply (Ends _ I3 F)|intros _ j q _ H; destruct j; discriminate]]; intros k K;
     (* G = G1 + G_l e_l *)
     set (delta := fun k => if Nat.eqb k l then 1 else 0 : Q);
     set (G1 := vector E (row_of a (fun i => if Nat.eqb i l then [] else at_ (source p) i)));
     assert (forall k, (k < size)%nat -> tw G prev k == tw G1 prev k + G l * tw delta prev k) as D
      by (apply word_linear; intros i Li; unfold G1, delta; rewrite vector_row by exact Li;
          destruct (Nat.eqb i l) eqn:El; [apply Nat.eqb_eq in El; subst; change (eval E []) with 0; ring
            |unfold vector, at_; ring]);
     assert (forall k, (k < size)%nat -> vector E row_ k == tw delta prev k) as R
      by (intros i Li;
          rewrite (multiply_correct _ _ _ Br E _ on_left size _ F prev st2 _ row_ st3 Lp O2 M3 (incl_refl _) i delta Li);
          [apply left_is_word; auto; reflexivity|];
          intros j Lj; unfold unit_row; rewrite vector_row by exact Lj; unfold delta; apply eval_const);
     rewrite (word_linear a (cur ++ [x]) _ _ _ _ D k K);
     rewrite (word_linear a (cur ++ [x]) (vector E (row_of a (fun j => add (at_ (moved p) j) (mul (at_ (source p) l) (at_ row_ j)))))
       Z (tw delta prev) (G l)) with (k := k); auto;
     [ring|intros j Lj; rewrite vector_row by exact Lj; rewrite eval_add, eval_mul; fold (vector E row_ j);
       change (eval E (at_ (moved p) j)) with (Z j); change (eval E (at_ row_ j)) with (vector E row_ j);
       rewrite R by exact Lj; reflexivity]).
  - destruct (learns p) as [r|].
    + destruct (multiply_ on_right size st2 (unit_row a r) (rev (previous p))) as [col_ st3] eqn:M3.
      destruct (multiply_order _ _ _ _ _ _ _ _ _ _ O2 M3) as (O3 & I3 & _).
      pose proof (multiply_above _ _ _ _ _ _ A2 M3) as A3.
      cbn [names new_source new_moved new_known output]. split; [eauto|]. split; [apply A3|].
      intros F Lp Lc Lx; cbv zeta. split; [reflexivity|]. split; [now apply (Ends _ I3 F)|].
      intros Kn j q Lj. rewrite nth_map_seq by exact Lj. destruct (Nat.eqb j r) eqn:Jr; [|now apply Kn].
      apply Nat.eqb_eq in Jr; subst r. intros H; apply some_injective in H; subst q.
      rewrite eval_times_rows, (column a G prev j Lj). apply sum_ext. intros i Li.
      assert (vector E col_ i == fold_left (times_on_right on_right size) (rev prev)
        (fun k => if Nat.eqb k j then 1 else 0) i) as ->; [|reflexivity].
      refine (multiply_correct _ _ _ Br E _ on_right size _ F (rev prev) st2 _ col_ st3 _ O2 M3 (incl_refl _) i _ Li _).
      * clear - Lp. induction Lp; [constructor|]. cbn [rev]. apply Forall2_app; auto.
      * intros k K. unfold unit_row. rewrite vector_row by exact K. apply eval_const.
    + cbn [names new_source new_moved new_known output]. split; [eauto|]. split; [apply A2|].
      intros F Lp Lc Lx; cbv zeta. split; [reflexivity|]. split; [now apply (Ends _ (incl_refl _) F)|auto].
Qed.
End Outcome.

Lemma is_positive_iff y : is_positive y = true <-> 0 < y.
Proof.
  unfold is_positive. rewrite negb_true_iff. split; intros H.
  - apply Qnot_le_lt. intros L. apply Qle_bool_iff in L. congruence.
  - apply not_true_is_false. intros L. apply Qle_bool_iff in L. lra.
Qed.

Lemma word_zero w : forall v, (forall k, (k < size)%nat -> v k == 0) -> forall k, (k < size)%nat -> tw v w k == 0.
Proof.
  induction w as [|s w IH]; intros v H k K; [now apply H|]. cbn [times_word fold_left].
  apply (IH (times_letter a v s)); [|exact K]. intros j J. rewrite times_letter_sum. apply sum_zero.
  intros i I. rewrite H by exact I. ring.
Qed.

Lemma word_scaled w v u x : (forall k, (k < size)%nat -> v k == x * u k) ->
  forall k, (k < size)%nat -> tw v w k == x * tw u w k.
Proof.
  intros H k K. rewrite (word_linear a w v (fun _ => 0) u x).
  - rewrite (word_zero w (fun _ => 0)) by (auto; reflexivity). ring.
  - intros i I. rewrite H by exact I. ring.
  - exact K.
Qed.

Local Notation letters_in := (has_letters (bound c) S_).

Lemma fits_correct s p m g z h pl cl E x :
  fits a c s p m (g, z, h, pl, cl) = true -> letters_in E -> related_memory (stands_for E) m x ->
  exists E', letters_in E' /\ related_memory (stands_for E') (map_memory Some (held p)) x /\
    (forall i, (i < size)%nat -> vector E' (source p) i == vector E g i) /\
    (forall i, (i < size)%nat -> vector E' (moved p) i == vector E z i) /\
    (forall i q, (i < size)%nat -> nth i (known p) None = Some q ->
      exists q', nth i h None = Some q' /\ eval E' q == eval E q') /\
    Forall2 (fun v u => E' v == E u) (previous p) pl /\ Forall2 (fun v u => E' v == E u) (current p) cl.
Proof.
  unfold fits. intros H L R.
  apply andb_prop in H as [H C]. apply andb_prop in H as [H P]. apply andb_prop in H as [H V].
  apply andb_prop in H as [Ls M]. rewrite forallb_forall in V, Ls.
  assert (forall p q, same (substitute (put s) p) q = true -> eval (fun v => eval E (put s v)) p == eval E q) as Sub.
  { intros p' q Q. rewrite <- (same_correct E _ _ Q). symmetry. apply eval_substitute. }
  assert (forall l k, forallb2 (fun v u => same (put s v) (var u)) l k = true ->
    Forall2 (fun v u => eval E (put s v) == E u) l k) as Vars.
  { induction l as [|v l IH]; destruct k as [|u k]; cbn [forallb2]; try discriminate; constructor;
      apply andb_prop in H as [A B]; auto. rewrite (same_correct E _ _ A). apply eval_var. }
  exists (fun v => eval E (put s v)). repeat split; auto.
  - intros v B. unfold put, find_variable.
    destruct (find (fun vp => Pos.eqb v (fst vp)) s) as [[u q]|] eqn:F; cbn [snd].
    + apply find_some in F as [I Ev]. cbn [fst] in Ev. apply Pos.eqb_eq in Ev; subst u.
      specialize (Ls _ I). cbn [fst snd] in Ls. unfold is_letter in B. rewrite B in Ls. cbn [negb orb] in Ls.
      destruct q as [|[[|u [|? ?]] d] [|? ?]]; try discriminate. cbn [is_one_letter] in Ls.
      apply andb_prop in Ls as [U D]. apply Qeq_bool_iff in D. destruct (L u U) as (y & Y & Ey).
      exists y. split; [exact Y|]. rewrite eval_cons. change (eval E []) with 0. cbn [eval_monomial fold_right].
      rewrite D, Ey. ring.
    + destruct (L v B) as (y & Y & Ey). exists y. split; [exact Y|]. now rewrite eval_var.
  - assert (related_memory (evaluates (fun v => eval E (put s v))) (held p) x) as Ev.
    { apply (related_map_memory_back _ (stands_for E) (fun q => Some (substitute (put s) q)) (fun _ => True)).
      - intros q y _ Q. unfold evaluates. cbn [stands_for] in Q. rewrite <- Q. symmetry. apply eval_substitute.
      - apply Forall_forall; auto.
      - eapply same_memory_correct; eassumption. }
    revert Ev; apply related_map_memory; auto.
  - intros i I. specialize (V i (proj2 (in_seq _ _ _) (conj (Nat.le_0_l _) I))).
    apply andb_prop in V as [V _]. apply andb_prop in V as [V _]. now apply Sub.
  - intros i I. specialize (V i (proj2 (in_seq _ _ _) (conj (Nat.le_0_l _) I))).
    apply andb_prop in V as [V _]. apply andb_prop in V as [_ V]. now apply Sub.
  - intros i q I K. specialize (V i (proj2 (in_seq _ _ _) (conj (Nat.le_0_l _) I))).
    apply andb_prop in V as [_ V]. rewrite K in V. destruct (nth i h None) as [q'|]; [|discriminate].
    exists q'. split; [reflexivity|]. now apply Sub.
Qed.

Definition says (p : place) (E : environment) (w prev cur : list nat) (k : Q) : Prop :=
  (forall i, (i < size)%nat -> k * tw (alpha a) w i ==
    tw (tw (vector E (source p)) prev) cur i + tw (vector E (moved p)) cur i) /\
  (forall j q, (j < size)%nat -> nth j (known p) None = Some q -> eval E q == tw (vector E (source p)) prev j).

Definition is_scale (k : Q) : Prop := 0 < k /\ (factor c == 1 -> k == 1).

Definition invariant (w : list nat) (x : memory Q) : Prop :=
  exists this next E prev cur k,
    In (this, next) (pairs c) /\ letters_in E /\ Forall2 (letter E) (previous this) prev /\
    Forall2 (letter E) (current this) cur /\ related_memory (stands_for E) (map_memory Some (held this)) x /\
    is_scale k /\ says this E w prev cur k.

Lemma in_combine_exists {A B} (l : list A) : forall (k : list B) b, In b l -> length l = length k ->
  exists d, In (b, d) (combine l k).
Proof.
  induction l as [|e l IH]; intros [|d k] b J L; try discriminate; [destruct J|].
  destruct J as [->|J]; [exists d; left; reflexivity|].
  destruct (IH k b J) as [f If]; [simpl in L; congruence|]. exists f; now right.
Qed.

Lemma next_pair this next : In (this, next) (pairs c) -> exists after, In (next, after) (pairs c).
Proof.
  unfold pairs. destruct (places c) as [|t ts]; [intros []|]. intros I. apply in_combine_r in I.
  assert (In next (t :: ts)) as J.
  { apply in_app_or in I as [I|[I|[]]]; [now right|]. subst next.
    destruct (Nat.lt_ge_cases (loop c) (length (t :: ts))) as [Lt|Ge]; [now apply nth_In|].
    rewrite nth_overflow by exact Ge. now left. }
  apply in_combine_exists; [exact J|]. rewrite app_length; simpl; lia.
Qed.

Lemma invariant_start : invariant [] (start over_Q n).
Proof.
  destruct parts as (t & ts & P & Fit & K & Pr & Cu & _ & Fa & _ & Bf & Br & _).
  assert (exists s0, (s0 < S_)%nat) as (s0 & Ls0).
  { assert (C := start_checked). unfold check_start in C. rewrite P in C. apply andb_prop in C as [C _].
    apply andb_prop in C as [_ C]. apply Nat.ltb_lt in C. eauto. }
  destruct (fits_correct _ _ _ _ _ _ _ _ (fun _ => letter_value s0) (start over_Q n) Fit) as (E & L & R & G & Z & Kn & _).
  - intros v _. exists s0. split; [exact Ls0|reflexivity].
  - apply related_start. intros; apply eval_const.
  - assert (exists next, In (t, next) (pairs c)) as [next I].
    { unfold pairs. rewrite P. destruct ts; eexists; left; reflexivity. }
    exists t, next, E, [], [], (factor c). rewrite Pr, Cu. repeat (split; [solve [auto]|]). split.
    { split; [exact Fa|auto]. }
    split; cbn [times_word fold_left].
    + intros i Li. rewrite G, Z by exact Li. rewrite vector_row by exact Li. rewrite eval_const.
      unfold vector. destruct i; change (eval (fun _ => letter_value s0) []) with 0; cbn [nth];
        change (eval (fun _ => letter_value s0) []) with 0; ring.
    + intros j q _ Q. rewrite K in Q. destruct j; discriminate.
Qed.

Lemma next_of_correct this E w prev cur k x g z h pl cl :
  facts E (names (outcome_of a c this)) -> Forall2 (letter E) (previous this) prev ->
  Forall2 (letter E) (current this) cur -> letter E 1 x -> is_scale k -> says this E w prev cur k ->
  next_of a c this (outcome_of a c this) = Some (g, z, h, pl, cl) ->
  eval E (output (outcome_of a c this)) == k * weight a (w ++ [x]) /\
  exists prev' cur' k', is_scale k' /\ Forall2 (letter E) pl prev' /\ Forall2 (letter E) cl cur' /\
    (forall i, (i < size)%nat -> k' * tw (alpha a) (w ++ [x]) i ==
      tw (tw (vector E g) prev') cur' i + tw (vector E z) cur' i) /\
    (forall j q, (j < size)%nat -> nth j h None = Some q -> eval E q == tw (vector E g) prev' j).
Proof.
  intros F Lp Lc Lx Sc [Sy Kn] N. destruct (outcome_correct this E prev cur x) as (_ & _ & O).
  specialize (O F Lp Lc Lx). cbv zeta in O. destruct O as (O1 & O2 & O3). specialize (O3 Kn).
  assert (Forall2 (letter E) (current this ++ [1%positive]) (cur ++ [x])) as Lc' by (apply Forall2_app; auto).
  assert (forall i, (i < size)%nat -> k * tw (alpha a) (w ++ [x]) i ==
    tw (tw (vector E (new_source (outcome_of a c this))) prev) (cur ++ [x]) i +
    tw (vector E (new_moved (outcome_of a c this))) (cur ++ [x]) i) as Sy'.
  { intros i Li. rewrite <- O1 by exact Li. rewrite word_app.
    rewrite <- (word_scaled [x] (fun i => k * tw (alpha a) w i) (tw (alpha a) w) k) by (auto; reflexivity).
    rewrite (word_linear a [x] _ (tw (tw (vector E (source this)) prev) cur) (tw (vector E (moved this)) cur) 1).
    - rewrite <- !word_app. ring.
    - intros j Lj. rewrite Sy by exact Lj. ring.
    - exact Li. }
  split.
  { rewrite O2. unfold weight. change (sum a (fun i => tw (alpha a) (w ++ [x]) i * omega a i)) with
      (sum_to size (fun i => tw (alpha a) (w ++ [x]) i * omega a i)).
    rewrite <- sum_scale. apply sum_ext. intros i Li. rewrite <- Sy' by exact Li. ring. }
  clear O1 O2 Sy. unfold next_of in N. destruct (ends_block this).
  - assert (forall v : nat -> Q, (forall i, (i < size)%nat -> vector E g i == factor c * v i) -> z = [] -> h = [] ->
      pl = current this ++ [1%positive] -> cl = [] ->
      (forall i, (i < size)%nat -> tw v (cur ++ [x]) i ==
        tw (tw (vector E (new_source (outcome_of a c this))) prev) (cur ++ [x]) i +
        tw (vector E (new_moved (outcome_of a c this))) (cur ++ [x]) i) ->
      exists prev' cur' k', is_scale k' /\ Forall2 (letter E) pl prev' /\ Forall2 (letter E) cl cur' /\
      (forall i, (i < size)%nat -> k' * tw (alpha a) (w ++ [x]) i ==
        tw (tw (vector E g) prev') cur' i + tw (vector E z) cur' i) /\
      (forall j q, (j < size)%nat -> nth j h None = Some q -> eval E q == tw (vector E g) prev' j)) as End.
    { intros v Hg -> -> -> -> Hv. exists (cur ++ [x]), [], (factor c * k). destruct parts as (_ & _ & _ & _ & _ & _ & _ & _ & Fa & _).
      destruct Sc as [Kp Ko]. split; [|split; [exact Lc'|split; [constructor|split]]].
      - split; [nra|]. intros Fo. rewrite Ko, Fo by exact Fo. reflexivity.
      - intros i Li. rewrite <- Qmult_assoc, Sy' by exact Li. rewrite <- Hv by exact Li.
        cbn [times_word fold_left]. fold (tw (vector E g) (cur ++ [x])).
        rewrite (word_scaled (cur ++ [x]) (vector E g) v (factor c) Hg i Li).
        unfold vector. destruct i; cbn [nth]; change (eval E []) with 0; ring.
      - intros j q _ H. destruct j; discriminate. }
    destruct (forallb _ (seq 0 size)) eqn:Zero.
    + injection N as <- <- <- <- <-. apply (End (vector E (new_moved (outcome_of a c this)))); auto.
      * intros i Li. rewrite vector_row by exact Li. apply eval_scale.
      * intros i Li. rewrite (word_zero (cur ++ [x]) (tw (vector E (new_source (outcome_of a c this))) prev)); [ring| |exact Li].
        apply word_zero. intros j Lj. rewrite forallb_forall in Zero.
        specialize (Zero j (proj2 (in_seq _ _ _) (conj (Nat.le_0_l _) Lj))). exact (same_correct E _ _ Zero).
    + destruct (all_known a (new_known (outcome_of a c this))) as [hs|] eqn:All; [|discriminate].
      injection N as <- <- <- <- <-.
      apply (End (fun j => vector E (new_moved (outcome_of a c this)) j +
        tw (vector E (new_source (outcome_of a c this))) prev j)); auto.
      * intros i Li. rewrite vector_row by exact Li. rewrite eval_scale.
        set (sums := row_of a (fun j => add (at_ (new_moved (outcome_of a c this)) j) (at_ hs j))).
        change (eval E (at_ sums i)) with (vector E sums i). unfold sums. rewrite vector_row by exact Li. rewrite eval_add.
        unfold all_known in All. destruct (choose_nth (fun j => nth j (new_known (outcome_of a c this)) None) 0 size i)
          as [No|(r & Yes & H)]; [congruence|]. rewrite All in Yes. injection Yes as <-.
        destruct (H Li) as (y & Y & Y'). cbn [Nat.add] in Y'. rewrite <- (O3 i y Li Y').
        unfold at_ at 2. rewrite (nth_error_nth _ _ _ Y). reflexivity.
      * intros i Li. rewrite (word_linear a (cur ++ [x]) _ (tw (vector E (new_source (outcome_of a c this))) prev)
          (vector E (new_moved (outcome_of a c this))) 1); [ring| |exact Li]. intros j Lj. ring.
  - injection N as <- <- <- <- <-. exists prev, (cur ++ [x]), k. auto.
Qed.

Lemma embedding_correct E x : letter E 1 x -> Forall2 (stands_for E) (symbolic_embedding a n c) (letter_embedding n x).
Proof.
  intros [Lx Ex]. destruct parts as (_ & _ & _ & _ & _ & _ & _ & _ & _ & _ & _ & Br & Len).
  unfold symbolic_embedding. rewrite <- (Len x Lx).
  assert (letter_embedding n x = map (fun k => nth k (letter_embedding n x) 0) (seq 0 (length (letter_embedding n x)))) as Id.
  { apply (nth_ext _ _ 0 0); [now rewrite map_length, seq_length|]. intros i Li. now rewrite nth_map_seq. }
  rewrite Id at 2. apply related_map_same. intros k. cbn [stands_for].
  rewrite (eval_by_letter S_ (basis c) Br E 1 _ x (const (nth k (letter_embedding n x) 0)) Lx Ex).
  - apply eval_const.
  - now apply (nth_error_map_seq (fun s => const (nth k (letter_embedding n s) 0))).
Qed.

Definition right (w : list nat) (out : list Q) : Prop :=
  exists k, is_scale k /\ exists y0 y1, out = [y0; y1] /\ y0 == k * weight a w /\ y1 == k * weight a w.

Lemma step_correct w x m : (x < S_)%nat -> invariant w m ->
  invariant (w ++ [x]) (fst (step over_Q n m (letter_embedding n x))) /\
  right (w ++ [x]) (snd (step over_Q n m (letter_embedding n x))).
Proof.
  intros Lx (this & next & E & prev & cur & k & I & L & Lp & Lc & R & Sc & Sy).
  destruct parts as (_ & _ & _ & _ & _ & _ & _ & _ & _ & B1 & Bf & Br & _).
  assert (C := checked). unfold check in C. apply andb_prop in C as [_ C]. rewrite forallb_forall in C.
  specialize (C _ I). unfold check_place in C. cbv zeta in C.
  set (o := outcome_of a c this) in *.
  destruct (outcome_correct this E prev cur x) as ((top & Ord) & Ab & _). fold o in Ord, Ab.
  set (E1 := fun v : positive => if Pos.eqb v 1 then letter_value x else E v).
  set (E2 := extend E1 (names o)).
  assert (letters_in E1) as L1.
  { intros v V. unfold E1. destruct (Pos.eqb v 1); [exists x; split; [exact Lx|reflexivity]|now apply L]. }
  assert (letters_in E2) as L2 by (unfold E2; eapply extend_letters; eassumption).
  assert (facts E2 (names o)) as F by (unfold E2; eapply extend_facts; eassumption).
  rewrite Forall_forall in Ab.
  assert (forall v, (v < first_name c)%positive -> E2 v = E1 v) as Low.
  { intros v V. unfold E2. eapply extend_below; [exact Ord|]. intros y Y. specialize (Ab y Y). lia. }
  assert (letter E2 1 x) as X1.
  { split; [exact Lx|]. rewrite Low by lia. reflexivity. }
  assert (forall v, persistent c v = true -> E2 v = E v) as Per.
  { intros v V. unfold persistent in V. apply andb_prop in V as [V V']. apply Pos.ltb_lt in V, V'.
    rewrite Low by exact V'. unfold E1. replace (Pos.eqb v 1) with false; [reflexivity|].
    symmetry; apply Pos.eqb_neq; lia. }
  assert (forall q, mentions_only (persistent c) q = true -> eval E q == eval E2 q) as PerP.
  { intros q. apply eval_agree. intros v V. now rewrite Per. }
  destruct (step _ n (map_memory Some (held this)) (symbolic_embedding a n c)) as [m' out] eqn:Run.
  apply andb_prop in C as [C Nx]. apply andb_prop in C as [C Out]. apply andb_prop in C as [C Len].
  unfold names_persistent in C. apply andb_prop in C as [C Ccur]. apply andb_prop in C as [C Cprev].
  apply andb_prop in C as [C Ck]. apply andb_prop in C as [C Cz]. apply andb_prop in C as [Ch Cs].
  rewrite forallb_forall in Ch, Cs, Cz, Ck, Cprev, Ccur.
  assert (related_memory (stands_for E2) (map_memory Some (held this)) m) as R2.
  { assert (related_memory (evaluates E2) (held this) m) as Ev.
    { apply (related_map_memory_back _ (stands_for E) Some (fun q => mentions_only (persistent c) q = true)).
      - intros q y Q Y. unfold evaluates. cbn [stands_for] in Y. now rewrite <- PerP.
      - now apply Forall_forall.
      - exact R. }
    revert Ev; apply related_map_memory; auto. }
  destruct (stands_for_step_with (relu_chain (bound c) S_ (basis c) (names o)) E2
    (fun p q => relu_chain_correct _ _ _ Br E2 (names o) L2 F p q) n _ _ _ _ R2 (embedding_correct E2 x X1)) as [Rm Ro].
  rewrite Run in Rm, Ro. cbn [fst snd] in Rm, Ro.
  assert (forall vs ss, (forall v, In v vs -> persistent c v && Pos.leb v (bound c) = true) ->
    Forall2 (letter E) vs ss -> Forall2 (letter E2) vs ss) as Let.
  { intros vs ss H. induction 1 as [|v s vs ss Hv _ IH]; constructor.
    - specialize (H v (or_introl eq_refl)). apply andb_prop in H as [H _]. unfold letter in *. now rewrite Per.
    - apply IH. intros; apply H; now right. }
  assert (forall l, (forall q, In q l -> mentions_only (persistent c) q = true) ->
    forall i, vector E l i == vector E2 l i) as VecP.
  { intros l H i. unfold vector. destruct (Nat.lt_ge_cases i (length l)) as [Lt|Ge].
    - apply PerP, H, nth_In, Lt.
    - rewrite nth_overflow by exact Ge. reflexivity. }
  assert (says this E2 w prev cur k) as Sy2.
  { destruct Sy as [Sy Kn]. split.
    - intros i Li. rewrite Sy by exact Li. apply Qplus_comp.
      + apply word_ext; [|exact Li]. intros j Lj. apply word_ext; [|exact Lj]. intros; now apply VecP.
      + apply word_ext; [|exact Li]. intros; now apply VecP.
    - intros j q Lj K. rewrite <- PerP.
      + rewrite (Kn j q Lj K). apply word_ext; [|exact Lj]. intros; now apply VecP.
      + assert (In (Some q) (known this)) as Iq.
        { rewrite <- K. apply nth_In. destruct (Nat.lt_ge_cases j (length (known this))) as [Lt|Ge]; [exact Lt|].
          rewrite nth_overflow in K by exact Ge. discriminate. }
        exact (Ck _ Iq). }
  destruct (next_of a c this o) as [[[[[g z] h] pl] cl]|] eqn:Next; [|discriminate].
  destruct (next_of_correct this E2 w prev cur k x g z h pl cl F (Let _ _ Cprev Lp) (Let _ _ Ccur Lc) X1 Sc Sy2 Next)
    as (Oe & prev' & cur' & k' & Sc' & Lp' & Lc' & Sy' & Kn').
  split.
  - destruct (fits_correct _ _ _ _ _ _ _ _ E2 _ Nx L2 Rm) as (E3 & L3 & R3 & G3 & Z3 & K3 & P3 & C3).
    destruct (next_pair _ _ I) as [after J].
    assert (forall vs us ss, Forall2 (fun v u => E3 v == E2 u) vs us -> Forall2 (letter E2) us ss ->
      Forall2 (letter E3) vs ss) as Tr.
    { intros vs us ss H. revert ss. induction H; intros ss T; inversion T; subst; constructor; auto.
      unfold letter in *. now rewrite H. }
    exists next, after, E3, prev', cur', k'. split; [exact J|]. split; [exact L3|]. split; [eapply Tr; eassumption|].
    split; [eapply Tr; eassumption|]. split; [exact R3|]. split; [exact Sc'|]. split.
    + intros i Li. rewrite Sy' by exact Li. apply Qplus_comp.
      * apply word_ext; [|exact Li]. intros j Lj. apply word_ext; [|exact Lj]. intros; symmetry; now apply G3.
      * apply word_ext; [|exact Li]. intros; symmetry; now apply Z3.
    + intros j q Lj K. destruct (K3 j q Lj K) as (q' & Q' & ->). rewrite (Kn' j q' Lj Q').
      apply word_ext; [|exact Lj]. intros; symmetry; now apply G3.
  - exists k. split; [exact Sc|]. rewrite forallb_forall in Out. apply Nat.eqb_eq in Len.
    inversion Ro as [|b y out1 outs1 B Y X Z']; subst; [discriminate|].
    inversion Y as [|b' y' out2 outs2 B' Y' X' Z'']; subst; [discriminate|].
    destruct out2; [|discriminate]. inversion Y'; subst. exists y, y'. split; [reflexivity|].
    assert (forall b y, stands_for E2 b y -> agrees b (Some (output o)) = true -> y == k * weight a (w ++ [x])) as Q.
    { intros b0 y0 S0 A0. apply (agrees_correct E2 _ _ _ A0) in S0. cbn [stands_for] in S0. now rewrite <- S0. }
    split; [apply (Q b)|apply (Q b')]; auto; apply Out; cbn [In]; auto.
Qed.

Theorem outputs_are_weights w : is_word a w -> w <> [] -> right w (snd (run n w)).
Proof.
  assert (forall w, is_word a w -> invariant w (fst (run n w)) /\ (w <> [] -> right w (snd (run n w)))) as G.
  2: { intros W. now apply G. }
  clear w. induction w as [|x w IH] using rev_ind; intros W.
  - split; [apply invariant_start|congruence].
  - apply Forall_app in W as [W Wx]. inversion Wx; subst. destruct (IH W) as [Inv _].
    unfold run, run_over. rewrite fold_left_app. cbn [fold_left]. fold (run_over over_Q n w). fold (run n w).
    change (nth x (embedding n) []) with (letter_embedding n x). destruct (step_correct w x _ H1 Inv). auto.
Qed.

Theorem decides w : is_word a w -> net_accepts n w = true <-> yes a w.
Proof.
  intros W. unfold net_accepts, yes. rewrite is_positive_iff. destruct w as [|x w].
  - destruct parts as (_ & _ & _ & _ & _ & _ & _ & Em & _). apply eqb_prop in Em.
    unfold run, run_over. cbn [fold_left snd nth]. change (weight a []) with (dot_alpha_omega a).
    rewrite <- (is_positive_iff (dot_alpha_omega a)), <- Em. destruct (on_empty n); split; intros; try reflexivity; try discriminate; lra.
  - destruct (outputs_are_weights (x :: w) W) as (k & [Kp _] & y0 & y1 & -> & Y & _); [discriminate|].
    cbn [nth]. rewrite Y. split; intros H; nra.
Qed.

(* After every letter. *)
Theorem value_is_a_multiple w : is_word a w -> w <> [] ->
  exists k, 0 < k /\ nth 0 (net_values n w) 0 == k * weight a w.
Proof.
  intros W N. destruct (outputs_are_weights w W N) as (k & [Kp _] & y0 & y1 & E & _ & Y).
  exists k. split; [exact Kp|]. unfold net_values. rewrite E. exact Y.
Qed.

Theorem value_is_the_weight w : factor c == 1 -> is_word a w -> w <> [] -> nth 0 (net_values n w) 0 == weight a w.
Proof.
  intros F W N. destruct (outputs_are_weights w W N) as (k & [_ Ko] & y0 & y1 & E & _ & Y).
  unfold net_values. rewrite E. cbn [tl nth]. rewrite Y, (Ko F). ring.
Qed.
End Sound.
