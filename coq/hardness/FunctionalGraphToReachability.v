(** Reachability in any graph with at most one edge per vertex, as reachability in a sorted forward graph whose target is
    a sink: the same map as the tool's, edge by edge. *)

From Coq Require Import Arith.
From Coq Require Import Bool.
From Coq Require Import Lia.
From Coq Require Import List.
From Reduce Require Import Graph.
From Reduce Require Import Reachability.
Import ListNotations.

(** * To judge: the graph, and the map *)

(** The successor of each vertex, where it has one; vertices are numbers below the length. *)
Definition functional_graph : Type := list (option nat).

Definition successor (g : functional_graph) (v : nat) : option nat := nth v g None.

(** Every successor is a vertex. *)
Definition closed (g : functional_graph) : Prop := forall v w, successor g v = Some w -> w < length g.

Definition edges_of (g : functional_graph) : list edge :=
  flat_map (fun v => match successor g v with Some w => [(v, w)] | None => [] end) (seq 0 (length g)).

(** What leaves vertex v of a layer: layers are numbered from 0, vertex v of layer h is h n + v, and n n is the goal. *)
Definition leaving (g : functional_graph) (target h v : nat) : list edge :=
  let n := length g in
  if Nat.eqb v target then [(h * n + v, n * n)]
  else if Nat.ltb (h + 1) n then
    match successor g v with
    | Some w => [(h * n + v, (h + 1) * n + w)]
    | None => []
    end
  else [].

Definition layer (g : functional_graph) (target h : nat) : list edge :=
  flat_map (leaving g target h) (seq 0 (length g)).

Definition layered (g : functional_graph) (target : nat) : list edge := flat_map (layer g target) (seq 0 (length g)).

Definition goal (g : functional_graph) : nat := length g * length g.

(** The edges that do not leave the target. *)
Definition n_other_edges (g : functional_graph) (target : nat) : nat :=
  length (filter (fun e => negb (Nat.eqb (fst e) target)) (edges_of g)).

(** * The graph is sorted, leads forward, and its goal is a sink *)

Definition sources_below (most : nat) (es : list edge) : Prop := forall i j, In (i, j) es -> i < most.

Lemma sorted_app least middle es fs :
  sorted least es -> sources_below middle es -> least <= middle -> sorted middle fs -> sorted least (es ++ fs).
Proof.
  revert least. induction es as [|[i j] es IH]; intros least first below low second; simpl in *.
  - destruct fs as [|[a b] fs]; simpl in *; auto. intuition lia.
  - destruct first as (low' & forward & rest). repeat split; auto. apply IH; auto.
    + intros a b here. apply (below a b). right. exact here.
    + apply (below i j). left. reflexivity.
Qed.

(** Edges by increasing numbers, where the edges of number k have their sources in the k-th of equal ranges. *)
Lemma sorted_flat_map (f : nat -> list edge) width : forall count from,
  (forall k, from <= k < from + count -> sorted (k * width) (f k) /\ sources_below ((k + 1) * width) (f k)) ->
  sorted (from * width) (flat_map f (seq from count))
  /\ sources_below ((from + count) * width) (flat_map f (seq from count)).
Proof.
  induction count as [|count IH]; intros from each; simpl; [split; [exact I|intros ? ? []]|].
  destruct (IH (S from)) as [rest below]; [intros k k_; apply each; lia|].
  destruct (each from) as [first first_below]; [lia|]. split.
  - apply (sorted_app _ ((from + 1) * width)); auto; [nia|]. replace (from + 1) with (S from) by lia. exact rest.
  - intros i j here. apply in_app_iff in here as [here|here].
    + apply first_below in here. nia.
    + apply below in here. nia.
Qed.

Section Layers.
  Variables (g : functional_graph) (target : nat).
  Hypothesis closed_ : closed g.
  Let n := length g.

  Lemma leaving_ordered h v : h < n -> v < n ->
    sorted (h * n + v) (leaving g target h v) /\ sources_below (h * n + v + 1) (leaving g target h v).
  Proof.
    intros h_ v_. unfold leaving. fold n.
    destruct (Nat.eqb v target).
    - split; [simpl; repeat split; nia|]. intros i j [[= <- <-]|[]]. lia.
    - destruct (Nat.ltb (h + 1) n); [|split; [exact I|intros ? ? []]].
      destruct (successor g v) as [w|]; [|split; [exact I|intros ? ? []]].
      split; [simpl; repeat split; nia|]. intros i j [[= <- <-]|[]]. lia.
  Qed.

  Lemma layer_ordered h : h < n -> sorted (h * n) (layer g target h) /\ sources_below ((h + 1) * n) (layer g target h).
  Proof.
    intros h_. unfold layer. fold n.
    enough (forall count from, from + count <= n ->
      sorted (h * n + from) (flat_map (leaving g target h) (seq from count))
      /\ sources_below (h * n + from + count) (flat_map (leaving g target h) (seq from count))) as general.
    { destruct (general n 0) as [first second]; [lia|]. rewrite Nat.add_0_r in *. split; auto.
      intros i j here. apply second in here. lia. }
    induction count as [|count IH]; intros from fits; simpl; [split; [exact I|intros ? ? []]|].
    destruct (IH (S from)) as [rest below]; [lia|]. destruct (leaving_ordered h from) as [first first_below]; try lia. split.
    - apply (sorted_app _ (h * n + from + 1)); auto; [lia|].
      replace (h * n + from + 1) with (h * n + S from) by lia. exact rest.
    - intros i j here. apply in_app_iff in here as [here|here].
      + apply first_below in here. lia.
      + apply below in here. lia.
  Qed.

  Theorem layered_sorted : sorted 0 (layered g target).
  Proof.
    apply (sorted_flat_map (layer g target) n n 0). intros k k_. apply layer_ordered. lia.
  Qed.

  Theorem goal_is_a_sink : forall w, ~ In (goal g, w) (layered g target).
  Proof.
    intros w here.
    assert (sources_below (n * n) (layered g target)) as below.
    { apply (sorted_flat_map (layer g target) n n 0). intros k k_. apply layer_ordered. lia. }
    apply below in here. unfold goal in here. fold n in here. lia.
  Qed.

  (** * Its edges *)

  Lemma in_edges_of v w : In (v, w) (edges_of g) <-> successor g v = Some w.
  Proof.
    unfold edges_of. rewrite in_flat_map. split.
    - intros (u & _ & here). destruct (successor g u) eqn:is_; [|destruct here].
      destruct here as [[= -> ->]|[]]. exact is_.
    - intros is_. exists v. rewrite is_. split; [|left; reflexivity]. apply in_seq. split; [lia|]. fold n. simpl.
      apply Nat.nle_gt. intros beyond. unfold successor in is_. rewrite nth_overflow in is_ by exact beyond. discriminate.
  Qed.

  Lemma in_layered i j : In (i, j) (layered g target) <-> exists h v, h < n /\ v < n /\ In (i, j) (leaving g target h v).
  Proof.
    unfold layered, layer. fold n. rewrite in_flat_map. split.
    - intros (h & h_ & here). apply in_flat_map in here as (v & v_ & here). apply in_seq in h_, v_. exists h, v.
      repeat split; auto; lia.
    - intros (h & v & h_ & v_ & here). exists h. split; [apply in_seq; lia|]. apply in_flat_map. exists v.
      split; [apply in_seq; lia|exact here].
  Qed.

  Lemma place_unique h v h' v' : v < n -> v' < n -> h * n + v = h' * n + v' -> h = h' /\ v = v'.
  Proof.
    intros v_ v'_ same. assert (h = h') as ->; [|lia].
    destruct (Nat.lt_trichotomy h h') as [less|[equal|more]]; auto; exfalso; nia.
  Qed.

  (** * A path to the goal is a path to the target *)

  Lemma path_down i j : path (layered g target) i j -> j = goal g ->
    forall h v, h < n -> v < n -> i = h * n + v -> path (edges_of g) v target.
  Proof.
    intros path_. induction path_ as [i|i k j here path_ IH]; intros goal_ h v h_ v_ place.
    - exfalso. unfold goal in goal_. fold n in goal_. nia.
    - apply in_layered in here as (h' & v' & h'_ & v'_ & here). unfold leaving in here. fold n in here.
      destruct (Nat.eqb_spec v' target) as [is_target|other].
      + destruct here as [[= from to]|[]]. subst i.
        destruct (place_unique h' v' h v) as [-> ->]; auto; try lia. subst v. constructor.
      + destruct (Nat.ltb_spec (h' + 1) n) as [inside|]; [|destruct here].
        destruct (successor g v') as [w|] eqn:is_; [|destruct here]. destruct here as [[= from to]|[]].
        destruct (place_unique h' v' h v) as [-> ->]; auto; try lia.
        apply go with w; [apply in_edges_of, is_|].
        apply (IH goal_ (h + 1) w); [exact inside|apply (closed_ _ _ is_)|symmetry; exact to].
  Qed.

  (** * A path to the target, cut to fewer than n edges, is a path to the goal *)

  (** Where k edges lead. *)
  Fixpoint walk (k v : nat) : option nat :=
    match k with
    | 0 => Some v
    | S k => match successor g v with Some w => walk k w | None => None end
    end.

  Lemma path_walk u v : path (edges_of g) u v -> exists k, walk k u = Some v.
  Proof.
    induction 1 as [u|u v w here path_ [k IH]]; [exists 0; reflexivity|].
    exists (S k). apply in_edges_of in here. simpl. rewrite here. exact IH.
  Qed.

  Lemma walk_add k : forall l u, walk (k + l) u = match walk k u with Some v => walk l v | None => None end.
  Proof. induction k as [|k IH]; intros l u; simpl; auto. destruct (successor g u); auto. Qed.

  Lemma walk_inside k : forall u v, u < n -> walk k u = Some v -> v < n.
  Proof.
    induction k as [|k IH]; intros u v u_ is_; simpl in is_; [injection is_ as <-; exact u_|].
    destruct (successor g u) as [w|] eqn:next_; [|discriminate]. apply (IH w); auto. apply (closed_ _ _ next_).
  Qed.

  (** The fewest edges that lead to the target. *)
  Lemma fewest k : forall u, walk k u = Some target ->
    exists l, walk l u = Some target /\ forall i, i < l -> walk i u <> Some target.
  Proof.
    induction k as [k IH] using lt_wf_ind. intros u is_.
    assert ((exists i, i < k /\ walk i u = Some target) \/ forall i, i < k -> walk i u <> Some target) as [(i & i_ & at_i)|none].
    { clear. induction k as [|k [(i & i_ & at_i)|none]]; [right; intros; lia|left; exists i; auto with arith|].
      destruct (walk k u) as [v|] eqn:at_k.
      - destruct (Nat.eq_dec v target) as [->|other]; [left; exists k; auto|]. right. intros i i_.
        destruct (Nat.eq_dec i k) as [->|]; [congruence|apply none; lia].
      - right. intros i i_. destruct (Nat.eq_dec i k) as [->|]; [congruence|apply none; lia]. }
    - apply (IH i i_ u at_i).
    - exists k. auto.
  Qed.

  Lemma length_map_seq {X : Type} (f : nat -> X) k from : length (map f (seq from k)) = k.
  Proof. revert from. induction k as [|k IH]; intros from; simpl; auto. Qed.

  (** No vertex comes twice on the way to the first visit, so that it has fewer than n edges. *)
  Lemma few_edges l u : u < n -> walk l u = Some target -> (forall i, i < l -> walk i u <> Some target) -> l < n.
  Proof.
    intros u_ is_ first.
    assert (forall i j, i < j -> j <= l -> walk i u <> walk j u) as distinct.
    { intros i j less most same. apply (first (i + (l - j))); [lia|].
      rewrite walk_add, same, <- walk_add. rewrite <- is_. f_equal. lia. }
    assert (NoDup (map (fun i => walk i u) (seq 0 (S l)))) as once.
    { apply (NoDup_nth _ None). rewrite length_map_seq. intros i j i_ j_.
      assert (forall k, k < S l -> nth k (map (fun i => walk i u) (seq 0 (S l))) None = walk k u) as at_.
      { intros k k_. rewrite (nth_indep _ None (walk 0 u)) by (rewrite length_map_seq; exact k_).
        rewrite (map_nth (fun i => walk i u)). rewrite seq_nth by exact k_. reflexivity. }
      rewrite !at_ by assumption. intros same. destruct (Nat.lt_trichotomy i j) as [less|[equal|more]]; auto; exfalso.
      - apply (distinct i j); auto. lia.
      - apply (distinct j i); auto. lia. }
    assert (incl (map (fun i => walk i u) (seq 0 (S l))) (map Some (seq 0 n))) as inside.
    { intros x here. apply in_map_iff in here as (i & <- & i_). apply in_seq in i_.
      destruct (walk i u) as [v|] eqn:at_i.
      - apply in_map, in_seq. pose proof (walk_inside i u v u_ at_i). lia.
      - exfalso. replace l with (i + (l - i)) in is_ by lia. rewrite walk_add, at_i in is_. discriminate. }
    pose proof (NoDup_incl_length once inside) as count. rewrite !length_map_seq in count. lia.
  Qed.

  Lemma path_up l : forall h u, h + l < n -> u < n -> walk l u = Some target ->
    (forall i, i < l -> walk i u <> Some target) -> path (layered g target) (h * n + u) (goal g).
  Proof.
    induction l as [|l IH]; intros h u fits u_ is_ first; simpl in is_.
    - injection is_ as ->. apply go with (goal g); [|constructor]. apply in_layered. exists h, target.
      repeat split; auto; [lia|]. unfold leaving. rewrite Nat.eqb_refl. left. reflexivity.
    - destruct (successor g u) as [w|] eqn:next_; [|discriminate].
      assert (u <> target) as other by (intros ->; apply (first 0); [lia|reflexivity]).
      apply go with ((h + 1) * n + w).
      + apply in_layered. exists h, u. repeat split; auto; [lia|]. unfold leaving. fold n.
        destruct (Nat.eqb_spec u target); [contradiction|]. destruct (Nat.ltb_spec (h + 1) n); [|lia].
        rewrite next_. left. reflexivity.
      + apply IH; auto; [lia|apply (closed_ _ _ next_)|]. intros i i_ at_i. apply (first (S i)); [lia|].
        simpl. rewrite next_. exact at_i.
  Qed.

  Theorem layered_keeps_reachability source : source < n ->
    path (layered g target) source (goal g) <-> path (edges_of g) source target.
  Proof.
    intros source_. split; intros path_.
    - apply (path_down _ _ path_ eq_refl 0 source); auto; lia.
    - apply path_walk in path_ as [k is_]. apply fewest in is_ as (l & is_ & first).
      apply (path_up l 0 source); auto. simpl. apply (few_edges l source); auto.
  Qed.

  (** * How many edges *)

  Lemma length_app {X : Type} (xs ys : list X) : length (xs ++ ys) = length xs + length ys.
  Proof. induction xs; simpl; auto. Qed.

  Definition n_others (from count : nat) : nat :=
    length (filter (fun e => negb (Nat.eqb (fst e) target))
      (flat_map (fun v => match successor g v with Some w => [(v, w)] | None => [] end) (seq from count))).

  Lemma layer_length h count : forall from,
    length (flat_map (leaving g target h) (seq from count))
    = (if Nat.ltb (h + 1) n then n_others from count else 0)
      + (if Nat.leb from target && Nat.ltb target (from + count) then 1 else 0).
  Proof.
    induction count as [|count IH]; intros from.
    - simpl. destruct (Nat.leb_spec from target), (Nat.ltb_spec target (from + 0)); destruct (Nat.ltb (h + 1) n); simpl; lia.
    - cbn [seq flat_map]. rewrite length_app, IH. unfold n_others. cbn [seq flat_map]. rewrite filter_app, length_app.
      unfold leaving. fold n.
      destruct (Nat.eqb from target) eqn:here.
      + destruct (successor g from); cbn [filter fst app length]; rewrite ?here; cbn [negb length];
          apply Nat.eqb_eq in here;
          destruct (Nat.leb_spec from target), (Nat.leb_spec (S from) target), (Nat.ltb_spec target (from + S count)),
            (Nat.ltb_spec target (S from + count)); cbn [andb]; destruct (Nat.ltb (h + 1) n); lia.
      + destruct (successor g from); cbn [filter fst app length]; rewrite ?here; cbn [negb length];
          apply Nat.eqb_neq in here;
          destruct (Nat.leb_spec from target), (Nat.leb_spec (S from) target), (Nat.ltb_spec target (from + S count)),
            (Nat.ltb_spec target (S from + count)); cbn [andb]; destruct (Nat.ltb (h + 1) n); cbn [length]; lia.
  Qed.

  (** m (n - 1) + n, where m edges do not leave the target. *)
  Theorem layered_length : target < n -> length (layered g target) = n_other_edges g target * (n - 1) + n.
  Proof.
    intros target_. unfold layered. fold n.
    assert (forall h, length (layer g target h) = (if Nat.ltb (h + 1) n then n_other_edges g target else 0) + 1) as each.
    { intros h. unfold layer. fold n. rewrite layer_length. unfold n_other_edges, edges_of, n_others. fold n.
      destruct (Nat.ltb_spec target (0 + n)); [|lia]. reflexivity. }
    enough (forall count from, from + count <= n ->
      length (flat_map (layer g target) (seq from count))
      = n_other_edges g target * (Nat.min (from + count) (n - 1) - Nat.min from (n - 1)) + count) as general.
    { rewrite general by lia. f_equal. f_equal. lia. }
    induction count as [|count IH]; intros from fits; simpl; [lia|].
    rewrite length_app, IH, each by lia. destruct (Nat.ltb_spec (from + 1) n).
    - replace (Nat.min (from + S count) (n - 1) - Nat.min from (n - 1))
        with (S (Nat.min (S from + count) (n - 1) - Nat.min (S from) (n - 1))) by lia. nia.
    - replace (Nat.min (from + S count) (n - 1) - Nat.min from (n - 1)) with 0 by lia.
      replace (Nat.min (S from + count) (n - 1) - Nat.min (S from) (n - 1)) with 0 by lia. lia.
  Qed.
End Layers.

(** * As words *)

Lemma digits_unique t u : t <> Digit -> u <> Digit -> forall i j rest rest',
  repeat Digit i ++ t :: rest = repeat Digit j ++ u :: rest' -> i = j /\ t = u /\ rest = rest'.
Proof.
  intros t_ u_. induction i as [|i IH]; intros [|j] rest rest' same; simpl in same; injection same; intros; subst; auto;
    try contradiction.
  apply IH in H as (-> & -> & ->). auto.
Qed.

Lemma edges_unique es : forall fs j k,
  repeat Digit j ++ write_edges es ++ [End] = repeat Digit k ++ write_edges fs ++ [End] -> j = k /\ es = fs.
Proof.
  induction es as [|[a b] es IH]; intros [|[c d] fs] j k same; rewrite ?write_more in same; simpl in same;
    apply digits_unique in same as (-> & mark & rest); try discriminate; auto.
  apply digits_unique in rest as (-> & _ & rest); try discriminate. apply IH in rest as (-> & ->). auto.
Qed.

Lemma write_unique s t es s' t' es' : write s t es = write s' t' es' -> s = s' /\ t = t' /\ es = es'.
Proof.
  intros same. apply digits_unique in same as (-> & _ & rest); try discriminate. apply edges_unique in rest as (-> & ->). auto.
Qed.

(** The word of the layered graph is a yes-word of reachability iff the target is on the path from the source. *)
Theorem functional_graph_reduces g source target : closed g -> source < length g ->
  yes (write source (goal g) (layered g target)) <-> path (edges_of g) source target.
Proof.
  intros closed_ source_. rewrite <- (layered_keeps_reachability g target closed_ source source_). split.
  - intros (s & t & es & same & _ & path_). apply write_unique in same as (-> & -> & ->). exact path_.
  - intros path_. exists source, (goal g), (layered g target). auto using layered_sorted.
Qed.

Print Assumptions layered_sorted.
Print Assumptions goal_is_a_sink.
Print Assumptions layered_keeps_reachability.
Print Assumptions layered_length.
Print Assumptions functional_graph_reduces.
