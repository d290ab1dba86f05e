(** Circuit value in the spelling whose reader looks for operands in a copy of its values: what is asked, and why a machine
    with two stacks decides it. *)

From Coq Require Import List.
From Coq Require Import String.
From Reduce Require Import CircuitValue.
From Reduce Require Import Machine.
Import ListNotations.

(** * To judge: the problem *)

Inductive token := Bit (b : bool) | Open | Down | Slash | Negate | Letter (g : gate) | End.

Definition write_item (i : item) : list token :=
  match i with
  | Input b => [Bit b]
  | Not skipped => Open :: repeat Down skipped ++ [Negate]
  | Gate g skipped further => Open :: repeat Down skipped ++ Slash :: repeat Down further ++ [Letter g]
  end.

Definition write (circuit : list item) : list token := flat_map write_item circuit ++ [End].

Definition yes (word : list token) : Prop := exists circuit, word = write circuit /\ is_true circuit.

Definition alphabet : list token :=
  [Bit false; Bit true; Open; Down; Slash; Negate; Letter And; Letter Or; Letter Nand; Letter Nor; Letter Xor; End].

Definition text (t : token) : string :=
  match t with
  | Bit false => "0"
  | Bit true => "1"
  | Open => "("
  | Down => "."
  | Slash => "/"
  | Negate => "!"
  | Letter And => "A"
  | Letter Or => "O"
  | Letter Nand => "N"
  | Letter Nor => "R"
  | Letter Xor => "X"
  | End => "$"
  end.

(** A token's place in [alphabet]. *)
Definition index (t : token) : nat :=
  match t with
  | Bit false => 0
  | Bit true => 1
  | Open => 2
  | Down => 3
  | Slash => 4
  | Negate => 5
  | Letter And => 6
  | Letter Or => 7
  | Letter Nand => 8
  | Letter Nor => 9
  | Letter Xor => 10
  | End => 11
  end.

Lemma place t : nth_error alphabet (index t) = Some t.
Proof. repeat match goal with x : _ |- _ => destruct x end; reflexivity. Qed.

(** * The machine's run *)

(** On the first stack are all values, newest first; on the second those from the one on that is pointed at. *)
Inductive state :=
  | Next (values : list bool)
  | First (values pointed : list bool)
  (** The first operand is known. *)
  | Second (x : bool) (values pointed : list bool)
  | Accepted (values : list bool)
  | Dead.

Definition next (s : state) (t : token) : state :=
  match s with
  | Next values =>
      match t with
      | Bit b => Next (b :: values)
      | Open => First values values
      | End => match values with true :: _ => Accepted values | _ => Dead end
      | _ => Dead
      end
  | First values pointed =>
      match pointed with
      | [] => Dead
      | x :: older =>
          match t with
          | Down => First values older
          | Slash => Second x values pointed
          | Negate => Next (negb x :: values)
          | _ => Dead
          end
      end
  | Second x values pointed =>
      match pointed with
      | [] => Dead
      | y :: older =>
          match t with
          | Down => Second x values older
          | Letter g => Next (output g x y :: values)
          | _ => Dead
          end
      end
  | _ => Dead
  end.

Definition accepts (s : state) : bool := match s with Accepted _ => true | _ => false end.

Definition symbol (b : bool) : nat := if b then 1 else 0.

Definition stack (bs : list bool) : register := Stack (map symbol bs).

Definition embed (s : state) : configuration :=
  match s with
  | Next values => Some (0, [stack values; stack []])
  | First values pointed => Some (1, [stack values; stack pointed])
  | Second false values pointed => Some (2, [stack values; stack pointed])
  | Second true values pointed => Some (3, [stack values; stack pointed])
  | Accepted values => Some (4, [stack values; stack []])
  | Dead => None
  end.

Definition agrees (m : machine) : Prop := follows m index embed (Next []) next accepts.

(** * It decides the problem *)

(** What is left of a true circuit after these values. *)
Definition finishes (values : list bool) (word : list token) : Prop :=
  exists circuit earlier, word = write circuit /\ evaluate values circuit = Some (true :: earlier).

Definition completes (s : state) (word : list token) : Prop :=
  match s with
  | Next values => finishes values word
  | First values pointed =>
      (exists skipped x rest, word = repeat Down skipped ++ Negate :: rest
        /\ nth_error pointed skipped = Some x /\ finishes (negb x :: values) rest)
      \/ (exists skipped further g x y rest, word = repeat Down skipped ++ Slash :: repeat Down further ++ Letter g :: rest
        /\ nth_error pointed skipped = Some x /\ nth_error pointed (skipped + further) = Some y
        /\ finishes (output g x y :: values) rest)
  | Second x values pointed =>
      exists further g y rest, word = repeat Down further ++ Letter g :: rest
        /\ nth_error pointed further = Some y /\ finishes (output g x y :: values) rest
  | Accepted _ => word = []
  | Dead => False
  end.

Lemma write_more i circuit : write (i :: circuit) = write_item i ++ write circuit.
Proof. unfold write. simpl. rewrite <- app_assoc. reflexivity. Qed.

Lemma finishes_item i v values rest :
  value values i = Some v -> finishes (v :: values) rest -> finishes values (write_item i ++ rest).
Proof.
  intros value_ (circuit & earlier & -> & evaluated). exists (i :: circuit), earlier.
  rewrite write_more. simpl. rewrite value_. auto.
Qed.

Lemma finishes_inv values word :
  finishes values word ->
  (word = [End] /\ exists earlier, values = true :: earlier)
  \/ exists i v rest, word = write_item i ++ rest /\ value values i = Some v /\ finishes (v :: values) rest.
Proof.
  intros ([|i circuit] & earlier & -> & evaluated).
  - left. injection evaluated as ->. split; [reflexivity|]. exists earlier. reflexivity.
  - right. simpl in evaluated. destruct (value values i) as [v|] eqn:value_; [|discriminate].
    exists i, v, (write circuit). rewrite write_more. repeat split; auto. exists circuit, earlier. auto.
Qed.

Lemma completes_step s t word : completes (next s t) word <-> completes s (t :: word).
Proof.
  destruct s as [values|values pointed|x values pointed|values|]; cbn [next]; split.
  - destruct t; cbn [completes]; try tauto.
    + apply (finishes_item (Input b)). reflexivity.
    + intros [(skipped & x & rest & -> & x_ & finishes_)|(skipped & further & g & x & y & rest & -> & x_ & y_ & finishes_)].
      * replace (Open :: _) with (write_item (Not skipped) ++ rest) by (simpl; rewrite <- app_assoc; reflexivity).
        eapply finishes_item; [|eassumption]. simpl. rewrite x_. reflexivity.
      * replace (Open :: _) with (write_item (Gate g skipped further) ++ rest)
          by (simpl; rewrite <- app_assoc; simpl; rewrite <- app_assoc; reflexivity).
        eapply finishes_item; [|eassumption]. simpl. rewrite x_, y_. reflexivity.
    + destruct values as [|[] values]; cbn [completes]; try tauto. intros ->. exists [], values. auto.
  - intros finished. apply finishes_inv in finished as [([= -> ->] & earlier & ->)|(i & v & rest & word_ & value_ & finished)].
    + reflexivity.
    + destruct i as [b|skipped|g skipped further]; simpl in word_; injection word_ as -> ->; cbn [completes].
      * injection value_ as ->. exact finished.
      * left. simpl in value_. destruct (nth_error values skipped) as [x|] eqn:x_; [|discriminate].
        injection value_ as <-. exists skipped, x, rest. rewrite <- app_assoc. auto.
      * right. simpl in value_. destruct (nth_error values skipped) as [x|] eqn:x_; [|discriminate].
        destruct (nth_error values (skipped + further)) as [y|] eqn:y_; [|discriminate].
        injection value_ as <-. exists skipped, further, g, x, y, rest.
        rewrite <- app_assoc. simpl. rewrite <- app_assoc. auto.
  - destruct pointed as [|x older]; cbn [completes]; [tauto|]. destruct t; cbn [completes]; try tauto.
    + intros [(skipped & y & rest & -> & H)|(skipped & further & g & y & z & rest & -> & H)].
      * left. exists (S skipped), y, rest. auto.
      * right. exists (S skipped), further, g, y, z, rest. auto.
    + intros (further & g & y & rest & -> & H). right. exists 0, further, g, x, y, rest. simpl. tauto.
    + intros H. left. exists 0, x, word. simpl. auto.
  - intros [(skipped & y & rest & word_ & y_ & H)|(skipped & further & g & y & z & rest & word_ & y_ & z_ & H)];
      (destruct pointed as [|x older]; [destruct skipped; discriminate|]);
      destruct skipped; simpl in word_; injection word_ as -> ->; cbn [completes].
    + injection y_ as ->. exact H.
    + left. exists skipped, y, rest. auto.
    + injection y_ as ->. exists further, g, z, rest. auto.
    + right. exists skipped, further, g, y, z, rest. auto.
  - destruct pointed as [|y older]; cbn [completes]; [tauto|]. destruct t; cbn [completes]; try tauto.
    + intros (further & g & z & rest & -> & H). exists (S further), g, z, rest. auto.
    + intros H. exists 0, g, y, word. auto.
  - intros (further & g & z & rest & word_ & z_ & H). destruct pointed as [|y older]; [destruct further; discriminate|].
    destruct further; simpl in word_; injection word_ as -> ->; cbn [completes].
    + injection z_ as ->. exact H.
    + exists further, g, z, rest. auto.
  - simpl. tauto.
  - simpl. discriminate.
  - simpl. tauto.
  - simpl. tauto.
Qed.

Lemma completes_nothing s : accepts s = true <-> completes s [].
Proof.
  destruct s; simpl; split; try discriminate; try tauto.
  - intros ([|i circuit] & earlier & word_ & _); [discriminate|]. rewrite write_more in word_. destruct i; discriminate.
  - intros [(skipped & x & rest & word_ & _)|(skipped & further & g & x & y & rest & word_ & _)];
      destruct skipped; discriminate.
  - intros (further & g & y & rest & word_ & _). destruct further; discriminate.
Qed.

Theorem machine_decides m : agrees m -> forall word, machine_accepts m (map index word) = true <-> yes word.
Proof.
  intros agrees_ word. rewrite (followed _ _ _ _ _ _ agrees_).
  assert (forall s, accepts (fold_left next word s) = true <-> completes s word) as right.
  { induction word as [|t word IH]; intros s; simpl; [apply completes_nothing|]. rewrite IH. apply completes_step. }
  rewrite right. unfold yes, is_true. simpl. unfold finishes. split.
  - intros (circuit & earlier & ? & ?). exists circuit. eauto.
  - intros (circuit & ? & earlier & ?). exists circuit, earlier. auto.
Qed.
