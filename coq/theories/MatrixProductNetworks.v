(* What a passed block check says in the words of the problem. *)

From Coq Require Import List QArith Qpower Arith Lia Lqa Bool.
From Reduce Require Import LayeredSemantics LayeredSimulation Polynomial Blocks.
From Reduce Require MatrixProduct.
Import ListNotations.
Local Open Scope Q_scope.

Local Notation token := MatrixProduct.token.
Local Notation matrix := MatrixProduct.matrix.
Local Notation write := MatrixProduct.write.
Local Notation value t := (inject_Z (MatrixProduct.value t)).

Definition row_by_row (m : matrix) : list Q := map (fun t => value t) (write m).

Lemma token_value_index t : token_value (MatrixProduct.index t) = value t.
Proof. destruct t; reflexivity. Qed.

Lemma is_entry_index t : is_entry (MatrixProduct.index t) = true.
Proof. destruct t; reflexivity. Qed.

Lemma product_snoc ms m i j : MatrixProduct.product (ms ++ [m]) i j =
  (MatrixProduct.product ms i 0%nat * MatrixProduct.value (m 0%nat j)
  + MatrixProduct.product ms i 1%nat * MatrixProduct.value (m 1%nat j)
  + MatrixProduct.product ms i 2%nat * MatrixProduct.value (m 2%nat j))%Z.
Proof. unfold MatrixProduct.product. now rewrite fold_left_app. Qed.

Lemma product_correct factor ms i j : (i < 3)%nat -> (j < 3)%nat ->
  nth (3 * i + j) (Blocks.product factor (map row_by_row ms)) 0
  == factor ^ Z.of_nat (length ms) * inject_Z (MatrixProduct.product ms i j).
Proof.
  revert i j; induction ms as [|m ms IH] using rev_ind; intros i j I J.
  - do 3 (destruct i as [|i]; [do 3 (destruct j as [|j]; [reflexivity|]); lia|]). lia.
  - unfold Blocks.product. rewrite map_app, fold_left_app. cbn [map fold_left].
    fold (Blocks.product factor (map row_by_row ms)).
    rewrite product_snoc, !inject_Z_plus, !inject_Z_mult.
    rewrite app_length, Nat2Z.inj_add. cbn [length Z.of_nat Pos.of_succ_nat].
    rewrite Qpower_plus' by lia. change (factor ^ 1) with factor.
    assert (forall k, (k < 3)%nat -> nth (3 * i + k) (Blocks.product factor (map row_by_row ms)) 0 ==
      factor ^ Z.of_nat (length ms) * inject_Z (MatrixProduct.product ms i k)) as E by auto.
    assert (nth (3 * i + j) (next_product over_Q factor (Blocks.product factor (map row_by_row ms)) (row_by_row m)) 0
      == factor * (nth (3 * i + 0) (Blocks.product factor (map row_by_row ms)) 0 * value (m 0%nat j)
      + nth (3 * i + 1) (Blocks.product factor (map row_by_row ms)) 0 * value (m 1%nat j)
      + nth (3 * i + 2) (Blocks.product factor (map row_by_row ms)) 0 * value (m 2%nat j))) as ->.
    { do 3 (destruct i as [|i]; [do 3 (destruct j as [|j]; [reflexivity|]); lia|]). lia. }
    rewrite !E by lia. ring.
Qed.

(* Words are cut into matrices in one way. *)
Lemma blocks_unique {A} (l k : list (list A)) cur :
  Forall (fun x => length x = 9%nat) l -> Forall (fun x => length x = 9%nat) k -> (length cur < 9)%nat ->
  concat l ++ cur = concat k -> l = k /\ cur = [].
Proof.
  revert k; induction l as [|x l IH]; intros k L K C E.
  - destruct K as [|y k Y K]; [auto|]. cbn [concat app] in E. subst cur. rewrite app_length in C. lia.
  - inversion L; subst. destruct K as [|y k Y K].
    + cbn [concat] in E. destruct x; discriminate.
    + cbn [concat] in E. rewrite <- app_assoc in E.
      assert (x = y /\ concat l ++ cur = concat k) as [-> E'].
      { revert y Y E. generalize (concat l ++ cur) (concat k). rewrite <- H1. clear.
        induction x as [|a x IH]; intros u v [|b y] Y E; try discriminate; [auto|].
        simpl in Y, E. injection E as -> E. injection Y as Y. destruct (IH u v y Y E) as [-> ->]. auto. }
      destruct (IH k) as [-> ->]; auto.
Qed.

Definition of_list (l : list token) : matrix := fun i j => nth (3 * i + j) l MatrixProduct.zero.

Lemma cut_into_matrices (u : list token) k : length u = (9 * k)%nat ->
  exists ms, u = flat_map write ms /\ length ms = k.
Proof.
  revert u; induction k as [|k IH]; intros u L.
  - destruct u; [exists []; auto|simpl in L; lia].
  - destruct (IH (skipn 9 u)) as (ms & E & K); [rewrite skipn_length; lia|].
    exists (of_list (firstn 9 u) :: ms). split; [|simpl; congruence].
    cbn [flat_map]. rewrite <- E, <- (firstn_skipn 9 u) at 1. f_equal.
    do 9 (destruct u as [|? u]; [simpl in L; lia|]). reflexivity.
Qed.

Lemma concat_rows ms : concat (map row_by_row ms) = map (fun t => value t) (flat_map write ms).
Proof. induction ms; [reflexivity|]. cbn [map concat flat_map]. now rewrite map_app, <- IHms. Qed.

Lemma rows_have_nine ms : Forall (fun x : list Q => length x = 9%nat) (map row_by_row ms).
Proof. induction ms; constructor; auto. Qed.

(* Letters of any alphabet, each an entry or skipped. *)
Section Letters.
Context {A : Type} (index : A -> nat) (read : A -> list token) (n : network) (c : certificate).
Hypothesis in_range : forall a, (index a < length (embedding n))%nat.
Hypothesis reads : forall a,
  (exists t, read a = [t] /\ index a = MatrixProduct.index t) \/ (read a = [] /\ is_entry (index a) = false).
Hypothesis checked : check n c = true.

Definition ends_well (w : list A) : Prop := exists u a t, w = u ++ [a] /\ read a = [t].

Lemma entries_read w : entries (map index w) = map (fun t => value t) (flat_map read w).
Proof.
  induction w as [|a w IH]; [reflexivity|]. cbn [map entries flat_map]. rewrite map_app.
  fold (entries (map index w)). rewrite IH. f_equal. destruct (reads a) as [(t & -> & ->)|[-> ->]]; [|reflexivity].
  now rewrite is_entry_index, token_value_index.
Qed.

Lemma ends_well_correct w : ends_with_entry (map index w) = true <-> ends_well w.
Proof.
  unfold ends_with_entry, ends_well. destruct w as [|a w _] using rev_ind.
  - split; [discriminate|]. intros (u & a & t & E & _). destruct u; discriminate.
  - rewrite map_app. cbn [map]. rewrite last_last. destruct (reads a) as [(t & R & ->)|[R ->]].
    + rewrite is_entry_index. split; eauto.
    + split; [discriminate|]. intros (u & b & t & E & R'). apply app_inj_tail in E as [_ <-]. congruence.
Qed.

Lemma all_in_range w : Forall (fun t => t < length (embedding n))%nat (map index w).
Proof. induction w; constructor; auto. Qed.

Theorem values_correct w ms i j :
  ends_well w -> flat_map read w = flat_map write ms -> ms <> [] -> (i < 3)%nat -> (j < 3)%nat ->
  nth (3 * i + j) (net_values n (map index w)) 0
    == factor c ^ Z.of_nat (length ms) * inject_Z (MatrixProduct.product ms i j) /\
  nth 0 (snd (run n (map index w))) 0
    == factor c ^ Z.of_nat (length ms) * inject_Z (MatrixProduct.product ms 0 0).
Proof.
  intros W E M I J. destruct (blocks_correct n c checked (map index w) (all_in_range w)) as (done & cur & D & F & L & R).
  rewrite entries_read, E, <- concat_rows in D. symmetry in D.
  destruct (blocks_unique _ _ _ F (rows_have_nine ms) L D) as [-> ->].
  unfold right in R. apply ends_well_correct in W. rewrite W in R.
  destruct ms as [|m ms]; [congruence|]. cbn [map andb] in R. change (row_by_row m :: map row_by_row ms) with
    (map row_by_row (m :: ms)) in R.
  unfold net_values. inversion R as [|x y l k H0 H1 X Y]; subst. cbn [tl nth].
  rewrite <- !product_correct by lia. split.
  - apply (related_nth Qeq); auto. reflexivity.
  - rewrite H0. cbn [map]. destruct (Blocks.product (factor c) (row_by_row m :: map row_by_row ms)); reflexivity.
Qed.

Theorem accepts_correct w : 0 < factor c ->
  net_accepts n (map index w) = true <-> ends_well w /\ MatrixProduct.yes (flat_map read w).
Proof.
  intros Pos. unfold net_accepts, is_positive. rewrite negb_true_iff. split.
  - intros Acc. destruct (blocks_correct n c checked (map index w) (all_in_range w)) as (done & cur & D & F & L & R).
    unfold right in R. destruct (ends_with_entry (map index w)) eqn:W; [|apply Qle_bool_iff in R; congruence].
    destruct cur as [|? ?]; [|cbn [andb] in R; apply Qle_bool_iff in R; congruence].
    destruct done as [|b done]; [cbn [andb] in R; apply Qle_bool_iff in R; congruence|]. clear R.
    apply ends_well_correct in W. split; [assumption|].
    destruct (cut_into_matrices (flat_map read w) (length (b :: done))) as (ms & E & K).
    { rewrite app_nil_r, entries_read in D. rewrite <- (map_length (fun t => value t)), D. clear - F.
      induction F; [reflexivity|]. cbn [concat length]. rewrite app_length, H, IHF. lia. }
    assert (ms <> []) as M by (destruct ms; discriminate).
    exists ms. split; [assumption|]. split; [assumption|].
    destruct (values_correct w ms 0 0 W E M) as [_ V]; try lia.
    destruct (Qlt_le_dec 0 (inject_Z (MatrixProduct.product ms 0%nat 0%nat))) as [P|P].
    + unfold Qlt in P. simpl in P. lia.
    + exfalso. assert (nth 0 (snd (run n (map index w))) 0 <= 0) as Q; [|apply Qle_bool_iff in Q; congruence].
      rewrite V. assert (0 <= factor c ^ Z.of_nat (length ms)) as N by (apply Qpower_pos; lra). nra.
  - intros (W & ms & M & E & P). destruct (values_correct w ms 0 0 W E M) as [_ V]; try lia.
    apply not_true_is_false. intros Q. apply Qle_bool_iff in Q. rewrite V in Q.
    assert (0 < factor c ^ Z.of_nat (length ms)) as N by (apply Qpower_0_lt; lra).
    assert (1 <= inject_Z (MatrixProduct.product ms 0%nat 0%nat)) as G by (unfold Qle; simpl; lia). nra.
Qed.
End Letters.

(* Three tokens. *)
Section Three.
Variables (n : network) (c : certificate).
Hypothesis tokens : length (embedding n) = 3%nat.
Hypothesis checked : check n c = true.

Lemma read_three (w : list token) : flat_map (fun t => [t]) w = w.
Proof. induction w; cbn [flat_map app]; congruence. Qed.

Lemma reads_three t : (exists t', [t] = [t'] /\ MatrixProduct.index t = MatrixProduct.index t') \/
  ([t] = [] /\ is_entry (MatrixProduct.index t) = false).
Proof. eauto. Qed.

Lemma in_range_three t : (MatrixProduct.index t < length (embedding n))%nat.
Proof. rewrite tokens; destruct t; simpl; lia. Qed.

Lemma ends_well_three ms : ms <> [] -> ends_well (fun t => [t]) (flat_map write ms).
Proof.
  intros M. destruct ms as [|m ms _] using rev_ind; [congruence|]. rewrite flat_map_app. cbn [flat_map app].
  exists (flat_map write ms ++ firstn 8 (write m)), (m 2 2)%nat, (m 2 2)%nat. rewrite <- app_assoc. auto.
Qed.

Theorem decides w : 0 < factor c ->
  net_accepts n (map MatrixProduct.index w) = true <-> MatrixProduct.yes w.
Proof.
  intros Pos. rewrite (accepts_correct _ (fun t => [t]) n c in_range_three reads_three checked w Pos), read_three.
  split; [tauto|]. intros Y; split; [|assumption]. destruct Y as (ms & M & -> & _). now apply ends_well_three.
Qed.

Theorem values_are_the_product ms i j : ms <> [] -> (i < 3)%nat -> (j < 3)%nat ->
  nth (3 * i + j) (net_values n (map MatrixProduct.index (flat_map write ms))) 0
    == factor c ^ Z.of_nat (length ms) * inject_Z (MatrixProduct.product ms i j).
Proof.
  intros M I J. apply (values_correct _ (fun t => [t]) n c in_range_three reads_three checked); auto.
  - now apply ends_well_three.
  - apply read_three.
Qed.

Theorem values_exact : factor c = 1 -> forall ms i j, ms <> [] -> (i < 3)%nat -> (j < 3)%nat ->
  nth (3 * i + j) (net_values n (map MatrixProduct.index (flat_map write ms))) 0
    == inject_Z (MatrixProduct.product ms i j).
Proof. intros F ms i j M I J. rewrite (values_are_the_product ms i j M I J), F, Qpower_1. ring. Qed.
End Three.

(* Four tokens. *)
Section Four.
Variables (n : network) (c : certificate).
Hypothesis tokens : length (embedding n) = 4%nat.
Hypothesis checked : check n c = true.

Definition read_bos (a : MatrixProduct.token_or_bos) : list token :=
  match a with MatrixProduct.entry t => [t] | MatrixProduct.bos => [] end.

Lemma reads_bos a : (exists t, read_bos a = [t] /\ MatrixProduct.index_bos a = MatrixProduct.index t) \/
  (read_bos a = [] /\ is_entry (MatrixProduct.index_bos a) = false).
Proof. destruct a as [t|]; [left; exists t; auto|right; split; reflexivity]. Qed.

Lemma in_range_bos a : (MatrixProduct.index_bos a < length (embedding n))%nat.
Proof. rewrite tokens; destruct a as [[]|]; simpl; lia. Qed.

Lemma ends_well_bos w : MatrixProduct.without_bos w <> [] ->
  ends_well read_bos w <-> ~ MatrixProduct.ends_with_bos w.
Proof.
  unfold ends_well, MatrixProduct.ends_with_bos. destruct w as [|a w _] using rev_ind; [simpl; congruence|].
  intros _. split.
  - intros (u & b & t & E & R) (v & E'). apply app_inj_tail in E as [_ <-], E' as [_ ->]. discriminate.
  - intros H. destruct a as [t|]; [exists w, (MatrixProduct.entry t), t; auto|]. exfalso. eauto.
Qed.

Lemma without_bos_nonempty ms w : ms <> [] -> MatrixProduct.without_bos w = flat_map write ms ->
  MatrixProduct.without_bos w <> [].
Proof. intros M -> E. destruct ms; [congruence|discriminate]. Qed.

Theorem decides_bos w : 0 < factor c ->
  net_accepts n (map MatrixProduct.index_bos w) = true <-> MatrixProduct.yes_bos w.
Proof.
  intros Pos. rewrite (accepts_correct _ read_bos n c in_range_bos reads_bos checked w Pos).
  fold (MatrixProduct.without_bos w). unfold MatrixProduct.yes_bos.
  split; intros [W Y]; (split; [|assumption]); destruct Y as (ms & M & E & _);
    pose proof (without_bos_nonempty ms w M E); now apply ends_well_bos.
Qed.

Theorem values_are_the_product_bos w ms i j :
  ~ MatrixProduct.ends_with_bos w -> MatrixProduct.without_bos w = flat_map write ms -> ms <> [] ->
  (i < 3)%nat -> (j < 3)%nat ->
  nth (3 * i + j) (net_values n (map MatrixProduct.index_bos w)) 0
    == factor c ^ Z.of_nat (length ms) * inject_Z (MatrixProduct.product ms i j).
Proof.
  intros W E M I J. apply (values_correct _ read_bos n c in_range_bos reads_bos checked); auto.
  apply ends_well_bos; eauto using without_bos_nonempty.
Qed.

Theorem values_exact_bos : factor c = 1 -> forall w ms i j,
  ~ MatrixProduct.ends_with_bos w -> MatrixProduct.without_bos w = flat_map write ms -> ms <> [] ->
  (i < 3)%nat -> (j < 3)%nat ->
  nth (3 * i + j) (net_values n (map MatrixProduct.index_bos w)) 0 == inject_Z (MatrixProduct.product ms i j).
Proof. intros F w ms i j W E M I J. rewrite (values_are_the_product_bos w ms i j W E M I J), F, Qpower_1. ring. Qed.
End Four.
