(* Polynomials over Q as a symbolic arithmetic for networks.

   A polynomial is a sorted list of monomials, each a sorted list of variables, with their coefficients; sorting is only for
   speed and nothing is proved of it: two polynomials are the same when their difference has no monomial left. Variables up
   to a bound stand for numbers that are -1, 0 or 1. ReLU of a polynomial in one such variable is the polynomial through
   its three values; of another one that is not constant there is no result. A run with a result is right for every value
   of the variables. *)

From Coq Require Import List QArith Lia Lqa.
From Reduce Require Import LayeredSemantics LayeredSimulation.
Import ListNotations.
Local Open Scope Q_scope.

Definition monomial := list positive.
Definition poly := list (monomial * Q).
Definition environment := positive -> Q.

Definition eval_monomial (env : environment) (m : monomial) : Q := fold_right (fun v x => env v * x) 1 m.
Definition eval (env : environment) (p : poly) : Q :=
  fold_right (fun mc x => snd mc * eval_monomial env (fst mc) + x) 0 p.

Definition const (c : Q) : poly := if Qeq_bool c 0 then [] else [([], c)].
Definition var (v : positive) : poly := [([v], 1)].

Fixpoint compare_monomials (a b : monomial) : comparison :=
  match a, b with
  | [], [] => Eq
  | [], _ => Lt
  | _, [] => Gt
  | x :: a, y :: b => match Pos.compare x y with Eq => compare_monomials a b | c => c end
  end.

Lemma compare_monomials_eq a : forall b, compare_monomials a b = Eq -> a = b.
Proof.
  induction a as [|x a IH]; destruct b as [|y b]; simpl; try discriminate; auto.
  destruct (Pos.compare_spec x y); try discriminate. intros; subst; f_equal; auto.
Qed.

Fixpoint add (p : poly) : poly -> poly :=
  fix add_p (q : poly) : poly :=
    match p, q with
    | [], _ => q
    | _, [] => p
    | (m, c) :: p', (n, d) :: q' =>
        match compare_monomials m n with
        | Lt => (m, c) :: add p' q
        | Gt => (n, d) :: add_p q'
        | Eq => let e := Qred (c + d) in
                match Qnum e with 0%Z => add p' q' | _ => (m, e) :: add p' q' end
        end
    end.

Lemma eval_cons env m c p : eval env ((m, c) :: p) = c * eval_monomial env m + eval env p.
Proof. reflexivity. Qed.

Lemma zero_num e : Qnum e = 0%Z -> e == 0.
Proof. intros H; unfold Qeq; rewrite H; reflexivity. Qed.

Lemma eval_add env p : forall q, eval env (add p q) == eval env p + eval env q.
Proof.
  induction p as [|[m c] p IHp].
  - destruct q; simpl; ring.
  - induction q as [|[n d] q IHq]; [cbn [add]; change (eval env []) with 0; ring|].
    cbn [add]. destruct (compare_monomials m n) eqn:E.
    + apply compare_monomials_eq in E; subst n.
      assert (eval env (let e := Qred (c + d) in
        match Qnum e with 0%Z => add p q | _ => (m, e) :: add p q end)
        == Qred (c + d) * eval_monomial env m + eval env (add p q)) as ->.
      { cbv zeta. destruct (Qnum (Qred (c + d))) eqn:Z; rewrite ?eval_cons; try reflexivity.
        rewrite (zero_num _ Z). ring. }
      rewrite Qred_correct, IHp, !eval_cons. ring.
    + rewrite !eval_cons, IHp, eval_cons. ring.
    + rewrite eval_cons. rewrite IHq, !eval_cons. ring.
Qed.

Fixpoint mul_monomials (a : monomial) : monomial -> monomial :=
  fix mul_a (b : monomial) : monomial :=
    match a, b with
    | [], _ => b
    | _, [] => a
    | x :: a', y :: b' => if Pos.leb x y then x :: mul_monomials a' b else y :: mul_a b'
    end.

Lemma eval_mul_monomials env a : forall b,
  eval_monomial env (mul_monomials a b) == eval_monomial env a * eval_monomial env b.
Proof.
  induction a as [|x a IHa].
  - destruct b; simpl; ring.
  - induction b as [|y b IHb]; [simpl; ring|].
    cbn [mul_monomials]. destruct (Pos.leb x y); cbn [eval_monomial fold_right] in *;
      fold (eval_monomial env) in *.
    + fold (eval_monomial env (mul_monomials a (y :: b))). rewrite IHa.
      cbn [eval_monomial fold_right]; fold (eval_monomial env b) (eval_monomial env a). ring.
    + match goal with |- env y * ?e == _ => change e with (eval_monomial env (mul_monomials (x :: a) b)) end.
      rewrite IHb. fold (eval_monomial env b) (eval_monomial env a). ring.
Qed.

Definition scale (c : Q) (p : poly) : poly :=
  match Qnum c with 0%Z => [] | _ => map (fun nd => (fst nd, Qred (c * snd nd))) p end.

Lemma eval_scale env c p : eval env (scale c p) == c * eval env p.
Proof.
  assert (eval env (map (fun nd => (fst nd, Qred (c * snd nd))) p) == c * eval env p) as H.
  { induction p as [|[n d] p IH]; [change (eval env []) with 0; cbn [map]; change (eval env []) with 0; ring|].
    cbn [map fst snd]; rewrite !eval_cons, IH, Qred_correct. ring. }
  unfold scale; destruct (Qnum c) eqn:E; try exact H. rewrite (zero_num _ E). change (eval env []) with 0. ring.
Qed.

Definition times_monomial (m : monomial) (c : Q) (q : poly) : poly :=
  match m with
  | [] => scale c q
  | _ => fold_right (fun nd r => add [(mul_monomials m (fst nd), Qred (c * snd nd))] r) [] q
  end.

Lemma eval_times_monomial env m c q :
  eval env (times_monomial m c q) == c * eval_monomial env m * eval env q.
Proof.
  unfold times_monomial; destruct m as [|v m]; [rewrite eval_scale; simpl; ring|].
  induction q as [|[n d] q IH]; [simpl; ring|].
  cbn [fold_right fst snd]. rewrite eval_add, IH, !eval_cons.
  rewrite eval_mul_monomials, Qred_correct. change (eval env []) with 0. ring.
Qed.

(* The shorter factor in the outer loop. *)
Definition mul_in_order (p q : poly) : poly :=
  match p with
  | [] => []
  | [(m, c)] => times_monomial m c q
  | _ => fold_right (fun mc r => add (times_monomial (fst mc) (snd mc) q) r) [] p
  end.

Lemma eval_mul_in_order env p q : eval env (mul_in_order p q) == eval env p * eval env q.
Proof.
  assert (eval env (fold_right (fun mc r => add (times_monomial (fst mc) (snd mc) q) r) [] p)
    == eval env p * eval env q) as H.
  { induction p as [|[m c] p IH]; [cbn [fold_right]; change (eval env []) with 0; ring|].
    cbn [fold_right fst snd]. rewrite eval_add, IH, eval_times_monomial, eval_cons. ring. }
  destruct p as [|[m c] [|mc p]]; cbn [mul_in_order]; auto.
  rewrite eval_times_monomial, eval_cons. change (eval env []) with 0. ring.
Qed.

Definition mul (p q : poly) : poly :=
  match p, q with
  | [], _ => []
  | _, [] => []
  | _, [([], c)] => scale c p
  | _, _ => mul_in_order p q
  end.

Lemma eval_mul env p q : eval env (mul p q) == eval env p * eval env q.
Proof.
  destruct p as [|mc p]; [change (eval env (mul [] q)) with 0; change (eval env []) with 0; ring|].
  destruct q as [|[n d] q]; [change (eval env (mul (mc :: p) [])) with 0; change (eval env []) with 0; ring|].
  cbn [mul]. destruct n as [|v n]; [destruct q|]; try apply eval_mul_in_order.
  rewrite eval_scale, (eval_cons env [] d []). change (eval env []) with 0.
  change (eval_monomial env []) with 1. ring.
Qed.

Lemma eval_const env c : eval env (const c) == c.
Proof.
  unfold const; destruct (Qeq_bool c 0) eqn:E; [|simpl; ring].
  apply Qeq_bool_iff in E. rewrite E. reflexivity.
Qed.

Lemma eval_var env v : eval env (var v) == env v.
Proof. simpl; ring. Qed.

Definition same (p q : poly) : bool :=
  match add p (scale (-1) q) with [] => true | _ => false end.

Lemma same_correct env p q : same p q = true -> eval env p == eval env q.
Proof.
  unfold same; intros H. assert (eval env (add p (scale (-1) q)) == 0) as E.
  { destruct (add p (scale (-1) q)); [reflexivity|discriminate]. }
  rewrite eval_add, eval_scale in E. lra.
Qed.

(* The value of a polynomial that names no variable. *)
Definition constant_of (p : poly) : option Q :=
  match p with
  | [] => Some 0
  | [([], c)] => Some c
  | _ => None
  end.

Lemma constant_of_correct env p c : constant_of p = Some c -> eval env p == c.
Proof.
  destruct p as [|[[|v m] d] [|mc p]]; simpl; try discriminate; intros H; injection H as <-; ring.
Qed.

(* Which values belong to variables. *)
Definition three_valued (x : Q) : Prop := x == -1 \/ x == 0 \/ x == 1.
Definition admitted (bound : positive) (env : environment) : Prop :=
  forall v, Pos.leb v bound = true -> three_valued (env v).

Definition mentions_only (test : positive -> bool) (p : poly) : bool :=
  forallb (fun mc => forallb test (fst mc)) p.

Lemma eval_agree test env env' p :
  (forall v, test v = true -> env v == env' v) -> mentions_only test p = true -> eval env p == eval env' p.
Proof.
  intros H; induction p as [|[m c] p IH]; [reflexivity|].
  unfold mentions_only; cbn [forallb fst]; intros E; apply andb_prop in E as [E F].
  rewrite !eval_cons, IH by exact F. apply Qplus_comp; [|reflexivity]. apply Qmult_comp; [reflexivity|].
  clear F IH. induction m as [|v m IH]; [reflexivity|].
  cbn [forallb] in E; apply andb_prop in E as [Ev Em].
  cbn [eval_monomial fold_right]. apply Qmult_comp; auto.
Qed.

(* The polynomial in [v] with these values at -1, 0 and 1. *)
Definition through (v : positive) (a b c : Q) : poly :=
  add (const b) (add (scale (Qred ((c - a) / 2)) (var v))
    (match Qnum (Qred ((a + c) / 2 - b)) with
     | 0%Z => []
     | _ => [([v; v], Qred ((a + c) / 2 - b))]
     end)).

Definition drop_zeros (p : poly) : poly :=
  filter (fun mc => match Qnum (snd mc) with 0%Z => false | _ => true end) p.

Lemma eval_drop_zeros env p : eval env (drop_zeros p) == eval env p.
Proof.
  induction p as [|[m c] p IH]; [reflexivity|].
  cbn [drop_zeros filter snd]; destruct (Qnum c) eqn:E; fold (drop_zeros p); rewrite !eval_cons, IH; try reflexivity.
  rewrite (zero_num _ E). ring.
Qed.

Lemma eval_through env v a b c :
  eval env (drop_zeros (through v a b c)) == b + (c - a) / 2 * env v + ((a + c) / 2 - b) * (env v * env v).
Proof.
  rewrite eval_drop_zeros. unfold through. rewrite !eval_add, eval_const, eval_scale, eval_var.
  assert (eval env (match Qnum (Qred ((a + c) / 2 - b)) with
     | 0%Z => [] | _ => [([v; v], Qred ((a + c) / 2 - b))] end) == Qred ((a + c) / 2 - b) * (env v * env v)) as ->.
  { destruct (Qnum _) eqn:E; [rewrite (zero_num _ E)| |]; simpl; ring. }
  rewrite !Qred_correct. ring.
Qed.

Lemma eval_through_at env v a b c :
  three_valued (env v) ->
  (env v == -1 /\ eval env (drop_zeros (through v a b c)) == a) \/
  (env v == 0 /\ eval env (drop_zeros (through v a b c)) == b) \/
  (env v == 1 /\ eval env (drop_zeros (through v a b c)) == c).
Proof.
  rewrite eval_through. intros [E|[E|E]]; [left|right; left|right; right]; split; auto; rewrite E; field.
Qed.

Definition positive_part (x : Q) : Q := if Qle_bool 0 x then x else 0.

Lemma positive_part_proper x y : x == y -> positive_part x == positive_part y.
Proof.
  intros H; unfold positive_part.
  destruct (Qle_bool 0 x) eqn:E, (Qle_bool 0 y) eqn:E'; auto; try reflexivity;
    [apply Qle_bool_iff in E; rewrite H in E; apply Qle_bool_iff in E
    |apply Qle_bool_iff in E'; rewrite <- H in E'; apply Qle_bool_iff in E']; congruence.
Qed.

Fixpoint first_variable (p : poly) : option positive :=
  match p with
  | [] => None
  | ([], _) :: p => first_variable p
  | (v :: _, _) :: _ => Some v
  end.

Definition relu_poly (bound : positive) (p : poly) : option poly :=
  match constant_of p with
  | Some c => Some (if Qle_bool 0 c then p else [])
  | None =>
      match first_variable p with
      | Some v =>
          if Pos.leb v bound && mentions_only (Pos.eqb v) p then
            let at_ x := Qred (positive_part (eval (fun _ => x) p)) in
            Some (drop_zeros (through v (at_ (-1)) (at_ 0) (at_ 1)))
          else None
      | None => None
      end
  end.

Lemma relu_poly_correct bound env p q :
  admitted bound env -> relu_poly bound p = Some q -> eval env q == positive_part (eval env p).
Proof.
  intros Ad; unfold relu_poly. destruct (constant_of p) as [c|] eqn:C.
  - intros H; injection H as <-. apply (constant_of_correct env) in C.
    rewrite (positive_part_proper _ _ C). unfold positive_part.
    destruct (Qle_bool 0 c); [exact C|reflexivity].
  - destruct (first_variable p) as [v|]; [|discriminate].
    destruct (Pos.leb v bound && mentions_only (Pos.eqb v) p) eqn:E; [|discriminate].
    apply andb_prop in E as [B M]. cbv zeta. intros H; injection H as <-.
    assert (forall x, env v == x -> eval (fun _ => x) p == eval env p) as At.
    { intros x Hx. apply eval_agree with (test := Pos.eqb v); auto.
      intros u Hu. apply Pos.eqb_eq in Hu. subst u. now symmetry. }
    destruct (eval_through_at env v (Qred (positive_part (eval (fun _ => -1) p)))
      (Qred (positive_part (eval (fun _ => 0) p))) (Qred (positive_part (eval (fun _ => 1) p))) (Ad v B))
      as [[Hv ->]|[[Hv ->]|[Hv ->]]]; rewrite Qred_correct; apply positive_part_proper; auto.
Qed.

(* Symbolic values: a polynomial, or no result. *)
(* A network with other weights can make polynomials of any size: beyond these bounds there is no result. *)
Definition longer {A} (n : nat) (l : list A) : bool := match nth_error l n with Some _ => true | None => false end.
Definition bounded (p : poly) : option poly :=
  if longer 200 p || existsb (fun mc => longer 12 (fst mc)) p then None else Some p.
Definition times_bounded (a b : option poly) : option poly :=
  match a, b with
  | Some p, Some q =>
      if longer 64 p && longer 1 q || longer 64 q && longer 1 p then None else bounded (mul p q)
  | _, _ => None
  end.
Definition plus_bounded (a b : option poly) : option poly :=
  match a, b with
  | Some p, Some q => let r := add p q in if longer 200 r then None else Some r
  | _, _ => None
  end.

Definition symbolic_with (relu_ : poly -> option poly) : operations (option poly) := {|
  constant := fun c => Some (const c);
  plus := plus_bounded;
  times := times_bounded;
  relu := fun a => match a with Some p => relu_ p | None => None end
|}.

Definition symbolic (bound : positive) : operations (option poly) := symbolic_with (relu_poly bound).

Definition stands_for (env : environment) (a : option poly) (x : Q) : Prop :=
  match a with Some p => eval env p == x | None => True end.

Section Symbolic.
Variables (relu_ : poly -> option poly) (env : environment).
Hypothesis relu_correct : forall p q, relu_ p = Some q -> eval env q == positive_part (eval env p).

Lemma stands_for_step_with n m m' x y :
  related_memory (stands_for env) m m' -> Forall2 (stands_for env) x y ->
  related_memory (stands_for env) (fst (step (symbolic_with relu_) n m x)) (fst (step over_Q n m' y)) /\
  Forall2 (stands_for env) (snd (step (symbolic_with relu_) n m x)) (snd (step over_Q n m' y)).
Proof.
  intros Hm Hx; apply related_step; [| | | |exact Hm|exact Hx]; clear Hm Hx.
  - intros c; apply eval_const.
  - intros [p|] b [q|] d Hp Hq; cbn [symbolic_with plus plus_bounded stands_for over_Q] in *; auto.
    cbv zeta. destruct (longer 200 (add p q)); [exact I|]. cbn [stands_for]. now rewrite eval_add, Hp, Hq.
  - intros [p|] b [q|] d Hp Hq; cbn [symbolic_with times times_bounded stands_for over_Q] in *; auto.
    destruct (_ || _); [exact I|]. unfold bounded. destruct (_ || _); [exact I|]. cbn [stands_for].
    now rewrite eval_mul, Hp, Hq.
  - intros [p|] b Hp; cbn [symbolic_with relu stands_for over_Q] in *; auto.
    destruct (relu_ p) as [q|] eqn:E; [|exact I].
    apply relu_correct in E. cbn [stands_for].
    transitivity (positive_part (eval env p)); [exact E|]. now apply positive_part_proper.
Qed.
End Symbolic.

Lemma stands_for_step bound env (Ad : admitted bound env) n m m' x y :
  related_memory (stands_for env) m m' -> Forall2 (stands_for env) x y ->
  related_memory (stands_for env) (fst (step (symbolic bound) n m x)) (fst (step over_Q n m' y)) /\
  Forall2 (stands_for env) (snd (step (symbolic bound) n m x)) (snd (step over_Q n m' y)).
Proof. apply stands_for_step_with. intros p q; now apply relu_poly_correct. Qed.

(* A polynomial for each variable put in its place. *)
Definition substitution := positive -> poly.

Definition substitute_monomial (s : substitution) (m : monomial) : poly :=
  fold_right (fun v r => mul (s v) r) (const 1) m.
Definition substitute (s : substitution) (p : poly) : poly :=
  fold_right (fun mc r => add (scale (snd mc) (substitute_monomial s (fst mc))) r) [] p.

Lemma eval_substitute env s p : eval env (substitute s p) == eval (fun v => eval env (s v)) p.
Proof.
  induction p as [|[m c] p IH]; [reflexivity|].
  cbn [substitute fold_right fst snd]; fold (substitute s p).
  rewrite eval_add, eval_scale, IH, eval_cons. apply Qplus_comp; [|reflexivity].
  apply Qmult_comp; [reflexivity|]. clear.
  induction m as [|v m IH]; [apply eval_const|].
  cbn [substitute_monomial fold_right eval_monomial]. rewrite eval_mul. apply Qmult_comp; [reflexivity|exact IH].
Qed.
