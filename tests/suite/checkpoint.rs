//! `reduce check --checkpoint`: checkpoints as they are exported and with one thing changed, and what is refused of them.

use super::common::Done;
use super::common::json;
use super::common::reduce;
use super::common::refused;
use reduce::check::checkpoint;
use reduce::check::checkpoint::CheckpointOptions;
use reduce::layers_export;
use reduce::layers_export::Library;
use reduce::layers_import;
use reduce::verdict::Verdict;
use reductions::shipped::ShippedClaim;
use reductions::shipped::Target;
use reductions::shipped::all;
use reductions::shipped::usual_keys;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::Evaluator;
use rnn::shipped::Functions;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use rnn::shipped::Storing;
use safetensors::Dtype;
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn claim(variant: &str) -> &'static ShippedClaim {
    all().iter().chain(usual_keys()).find(|claim| claim.variant() == variant).unwrap()
}

/// A checkpoint of a claim in a folder of its own.
struct Checkpoint {
    _place: tempfile::TempDir,
    folder: std::path::PathBuf,
}

impl Checkpoint {
    fn of(variant: &str, library: Library) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("checkpoint");
        layers_export::export(claim(variant), library, &folder).unwrap();
        Self { _place: place, folder }
    }

    fn path(&self) -> &str {
        self.folder.to_str().unwrap()
    }

    /// Changes the configuration; none takes an entry away.
    fn configured(self, name: &str, value: Option<Value>) -> Self {
        let file = self.folder.join("config.json");
        let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let entries = config.as_object_mut().unwrap();
        match value {
            Some(value) => entries.insert(name.to_owned(), value),
            None => entries.remove(name),
        };
        fs::write(file, config.to_string()).unwrap();
        self
    }

    /// Changes the tensors: names, shapes and bytes of bf16.
    fn with(self, change: impl Fn(&mut Vec<(String, Vec<usize>, Vec<u8>)>)) -> Self {
        let file = self.folder.join("model.safetensors");
        let bytes = fs::read(&file).unwrap();
        let read = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = read
            .tensors()
            .into_iter()
            .map(|(name, view)| (name, view.shape().to_vec(), view.data().to_vec()))
            .collect();
        change(&mut tensors);
        let views = tensors
            .iter()
            .map(|(name, shape, data)| (name.clone(), TensorView::new(Dtype::BF16, shape.clone(), data).unwrap()));
        fs::write(&file, safetensors::serialize(views, None).unwrap()).unwrap();
        self
    }

    /// Sets entries of a tensor to codes of bf16.
    fn with_codes(self, name: &str, codes: &[(usize, u16)]) -> Self {
        self.with(|tensors| {
            let (_, _, data) = tensors.iter_mut().find(|(own, ..)| own == name).unwrap();
            for (entry, code) in codes {
                data[2 * entry..2 * entry + 2].copy_from_slice(&code.to_le_bytes());
            }
        })
    }

    fn check(&self, rest: &[&str]) -> Done {
        reduce(&[&["check", "--checkpoint", self.path(), "--against"], rest].concat())
    }
}

/// 1 in bf16.
const ONE: u16 = 0x3f80;

/// A checkpoint whose answer is 1 after the second token, and 0 after the two others: the layer gives nothing.
fn ends_in_the_second() -> Checkpoint {
    let width = 64;
    Checkpoint::of("s3-star", Library::Fla).with(|tensors| {
        for (name, shape, data) in tensors {
            if name.ends_with("o_proj.weight") || name == "lm_head.weight" {
                data.fill(0);
            }
            if name == "lm_head.weight" {
                assert_eq!(shape[1], width);
                for entry in [0, width + 1, 2] {
                    data[2 * entry..2 * entry + 2].copy_from_slice(&ONE.to_le_bytes());
                }
            }
        }
    })
}

#[test]
fn what_is_exported_reads_back_and_is_proved() {
    let cases = [
        ("s3-star", Library::Fla),
        ("s3-star", Library::HfOlmoHybrid),
        ("s3-swaps", Library::Fla),
        ("s3-elements", Library::Fla),
    ];
    for (variant, library) in cases {
        let checkpoint = Checkpoint::of(variant, library);
        let read = layers_import::read(&checkpoint.folder).unwrap();
        let tokens = claim(variant).model().shape().tokens;
        let model = layers_import::over_first_tokens(&read.model, tokens).unwrap();
        assert_eq!((&model, read.library, read.storage), (claim(variant).model(), library, Float::BF16));
        for number in ["bf16", "f32"] {
            let done = checkpoint.check(&["word-problem", "--variant", variant, "--number", number, "--json"]);
            let value = json(&done);
            assert_eq!((done.code, &value["verdict"]), (0, &"proved".into()), "{variant} {done:?}", done = done.out);
            assert_eq!(
                (&value["proved"], &value["horizon"], &value["states"]),
                (&true.into(), &Value::Null, &6.into())
            );
        }
    }
}

#[test]
fn a_wrong_word_is_a_shortest_one() {
    // The second letter's beta is 0, so that it does nothing.
    let checkpoint = Checkpoint::of("s3-star", Library::Fla);
    let codes: Vec<(usize, u16)> = (0..4).map(|head| (head * 64 + 1, 0xc340)).collect();
    let checkpoint = checkpoint.with_codes("model.layers.0.attn.b_proj.weight", &codes);
    let value = json(&checkpoint.check(&["word-problem", "--variant", "s3-star", "--json"]));
    assert_eq!(value["verdict"], "refuted");
    let text = value["counterexample"]["word"].as_str().unwrap();
    assert_eq!((text, &value["counterexample"]["shortest"]), ("21345", &true.into()));
    // With equal answers after the identity and another swap the shortest one has two letters more.
    let rows = |a: usize, b: usize| {
        Checkpoint::of("s3-star", Library::Fla).with(|tensors| {
            let (_, _, data) = tensors.iter_mut().find(|(name, ..)| name == "lm_head.weight").unwrap();
            let (first, second) = (data[128 * a..128 * (a + 1)].to_vec(), data[128 * b..128 * (b + 1)].to_vec());
            data[128 * a..128 * (a + 1)].copy_from_slice(&second);
            data[128 * b..128 * (b + 1)].copy_from_slice(&first);
        })
    };
    let done = rows(3, 4).check(&["word-problem", "--variant", "s3-star"]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("REFUTED by a shortest word, run again"), "{}", done.out);
    // By trying all words in order of length.
    let target = claim("s3-star").target();
    let mut lengths = Vec::new();
    for (a, b) in [(3, 4), (1, 3), (1, 4)] {
        let checkpoint = rows(a, b);
        let read = layers_import::read(&checkpoint.folder).unwrap();
        let model = layers_import::over_first_tokens(&read.model, 3).unwrap();
        let mut evaluator = Evaluator::new(&model, Float::BF16, Storing::EachStage).unwrap();
        let shortest = (1..6).find(|length| {
            problems::words_of_length(3, *length).any(|word| {
                let class = evaluator.classes(problems::indices(&word)).pop().unwrap().unwrap();
                class != target.class(target.after(problems::indices(&word)))
            })
        });
        let outcome = checkpoint::check(&model, &target, &options(Float::BF16));
        assert_eq!(Some(outcome.wrong.unwrap().word.len()), shortest, "{a} {b}");
        lengths.extend(shortest);
    }
    assert_eq!(lengths, [2, 2, 2]);
}

#[test]
fn a_language_is_answered_by_two_entries_of_the_vocabulary() {
    let checkpoint = ends_in_the_second();
    let names = ["--tokens", "a b c"];
    let holds = checkpoint.check(&[&["regex:.*b"], &names[..]].concat());
    assert_eq!(holds.code, 0, "{}", holds.out);
    assert!(holds.out.contains("PROVED for every word, of any length, in bf16"), "{}", holds.out);
    let fails = checkpoint.check(&[&["regex:.*a"], &names[..]].concat());
    assert_eq!(fails.code, 1);
    assert!(fails.out.contains("after `a` (1 token)") && fails.out.contains("0, no"), "{}", fails.out);
    let other = checkpoint.check(&[&["regex:.*[ac]"], &names[..], &["--answers", "1,0"]].concat());
    assert_eq!(other.code, 0, "{}", other.out);
    // The same by an automaton in a file, and by the numbers of tokens as their names.
    let file = checkpoint.folder.join("ends.txt");
    fs::write(&file, "0 0 a\n0 1 b\n0 0 c\n1 0 a\n1 1 b\n1 0 c\n1\n").unwrap();
    let automaton = format!("dfa:{}", file.display());
    assert_eq!(checkpoint.check(&[&[automaton.as_str()], &names[..]].concat()).code, 0);
    fs::write(&file, "0 0 a\n0 1 b\n0 0 c\n1 0 a\n1 1 b\n1 1 c\n1\n").unwrap();
    assert_eq!(checkpoint.check(&[&[automaton.as_str()], &names[..]].concat()).code, 1);
    assert_eq!(checkpoint.check(&["regex:.*1", "--tokens", "0 1 2"]).code, 0);
    assert_eq!(checkpoint.check(&["regex:.*2", "--tokens", "0 1 2"]).code, 1);
}

fn options(storage: Float) -> CheckpointOptions {
    let output_epsilon = checkpoint::output_epsilon(Library::Fla);
    CheckpointOptions { storage, pairs: 300, words: (200, 2, 0), output_epsilon }
}

#[test]
fn usual_keys_are_certified_up_to_a_horizon_and_refuted_beyond_it() {
    let claim = claim("s3-usual-keys");
    for storage in [Float::F32, Float::BF16] {
        let outcome = checkpoint::check(claim.model(), &claim.target(), &options(storage));
        let tokens = outcome.certified.unwrap();
        assert!(!outcome.is_alarm && !outcome.proof.is_complete() && tokens >= 1);
        // Every run within the horizon is right.
        for storing in Storing::ALL {
            let functions = (storing, Functions::Nearest);
            let mut evaluator = Evaluator::with_functions(claim.model(), storage, functions, 50_000).unwrap();
            for index in 0..10 {
                let word = reduce::check::shipped::random_word(claim, tokens as usize, 3, index);
                let classes = evaluator.classes(problems::indices(&word));
                let target = claim.target();
                let right = (1..=word.len()).map(|end| target.class(target.after(problems::indices(&word[..end]))));
                assert!(classes.into_iter().map(Result::unwrap).eq(right), "{storage}");
            }
        }
        if storage == Float::BF16 {
            assert_eq!(outcome.judgement.verdict, Verdict::Refuted);
            assert!(outcome.wrong.unwrap().word.len() as u64 > tokens);
        } else {
            assert!(tokens >= 30, "{tokens}");
        }
    }
}

#[test]
fn a_wrong_word_within_the_horizon_would_be_an_alarm() {
    let claim = claim("s3-star");
    let outcome = checkpoint::check(claim.model(), &claim.target(), &options(Float::BF16));
    assert_eq!((outcome.judgement.verdict, outcome.is_alarm), (Verdict::Proved, false));
    // Another target: the proof is not complete, and no horizon contradicts the word.
    let next = (0..6).flat_map(|state| [(state + 1) % 6; 3]).collect();
    let outcome = checkpoint::check(claim.model(), &Target::new(3, next, (0..6).collect()), &options(Float::BF16));
    assert_eq!((outcome.judgement.verdict, outcome.is_alarm), (Verdict::Refuted, false));
    assert_eq!(outcome.wrong.unwrap().word.len(), 1);
}

#[test]
fn weights_as_training_leaves_them_are_checked_and_never_proved() {
    // A tap on the token before, a beta and a gate where sigmoid and SiLU do not saturate.
    let claim = claim("s3-star");
    let mut tensors = claim.model().tensors().to_vec();
    for tensor in &mut tensors {
        match tensor.name {
            "k_conv" => tensor.values[2] = Exact::ratio(1, 64),
            "b_proj" => tensor.values[0] = Exact::ratio(-1, 8),
            "g_proj" => tensor.values[0] = Exact::ratio(3, 16),
            _ => {}
        }
    }
    let model = ShippedModel::new(ShippedFamily::GatedDeltaNet, *claim.model().shape(), tensors).unwrap();
    assert_eq!(model.reach(), 2);
    for storage in [Float::BF16, Float::F32] {
        let outcome = checkpoint::check(&model, &claim.target(), &options(storage));
        assert_ne!(outcome.judgement.verdict, Verdict::Proved, "{storage}");
        assert!(!outcome.is_alarm && outcome.searched.iter().all(|run| run.no_run.is_none()), "{outcome:?}");
    }
}

#[test]
fn what_is_not_modelled_is_refused_by_its_name() {
    let of = |variant: &str| Checkpoint::of(variant, Library::Fla);
    let group = ["word-problem", "--variant", "s3-star"];
    let configured = |name: &str, value: Option<Value>| of("s3-star").configured(name, value);
    let cases: Vec<(Checkpoint, &[&str])> = vec![
        (configured("model_type", Some("mamba2".into())), &["`model_type`", "gated_deltanet", "`mamba2`"]),
        (configured("allow_neg_eigval", Some(false.into())), &["`allow_neg_eigval`", "expected true, got false"]),
        (configured("allow_neg_eigval", None), &["`allow_neg_eigval`", "got false, the default"]),
        (configured("use_forget_gate_bias", Some(true.into())), &["`use_forget_gate_bias`", "not modelled"]),
        (configured("num_hidden_layers", Some(2.into())), &["`num_hidden_layers`", "expected 1, got 2"]),
        (configured("expand_v", None), &["`expand_v`", "expected 1.0, got 2.0, the default"]),
        (configured("hidden_size", Some(256.into())), &["model.safetensors", "expected the shape", "256"]),
        (configured("hidden_size", Some((-1).into())), &["`hidden_size`", "got -1"]),
        (configured("num_v_heads", Some(8.into())), &["`num_v_heads`", "expected 4", "got 8"]),
        (configured("norm_eps", Some(1e-5.into())), &["`norm_eps`", "expected 1e-6, got 0.00001"]),
        (configured("dtype", Some("int8".into())), &["`dtype`", "int8"]),
        (configured("tie_word_embeddings", Some(true.into())), &["`tie_word_embeddings`"]),
        (of("s3-star").with_codes("lm_head.weight", &[(7, 0x7fc0)]), &["lm_head.weight", "NaN", "entry 7"]),
        (
            of("s3-star").with_codes("model.layers.0.mlp.down_proj.weight", &[(3, ONE)]),
            &["mlp.down_proj.weight", "expected 0 everywhere", "not modelled"],
        ),
        (
            of("s3-star").with(|tensors| tensors.retain(|(name, ..)| name != "lm_head.weight")),
            &["`lm_head.weight`", "got none"],
        ),
        (
            of("s3-star").with(|tensors| tensors.push(("lm_head.bias".into(), vec![1], vec![0; 2]))),
            &["`lm_head.bias`", "no such tensor"],
        ),
        (
            of("s3-star").with(|tensors| {
                let (_, shape, data) = tensors.iter_mut().find(|(name, ..)| name.ends_with("A_log")).unwrap();
                (*shape, *data) = (vec![2], vec![0; 4]);
            }),
            &["A_log", "expected the shape [4]", "got [2]"],
        ),
    ];
    for (checkpoint, parts) in &cases {
        let done = checkpoint.check(&group);
        refused(&done, parts);
        assert_eq!(done.err.trim().lines().count(), 1, "{}", done.err);
    }
    // Of DeltaNet and OLMo Hybrid.
    let plain = of("s3-swaps").configured("qk_activation", None);
    refused(&plain.check(&["word-problem", "--variant", "s3-swaps"]), &["`qk_activation`", "silu", "the default"]);
    let layers = serde_json::json!(["linear_attention", "linear_attention", "full_attention"]);
    let hybrid = Checkpoint::of("s3-star", Library::HfOlmoHybrid).configured("layer_types", Some(layers));
    refused(&hybrid.check(&group), &["`layer_types`", "full_attention"]);
}

#[test]
fn files_that_are_cut_off_or_lie_are_refused() {
    let group = ["word-problem", "--variant", "s3-star"];
    let weights = |checkpoint: &Checkpoint| checkpoint.folder.join("model.safetensors");
    let original = Checkpoint::of("s3-star", Library::Fla);
    let bytes = fs::read(weights(&original)).unwrap();
    let header = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
    let text = String::from_utf8(bytes[8..8 + header].to_vec()).unwrap();
    // Offsets that reach past the end, a header that is longer than the file, half a file, nothing, no JSON.
    let past = text.replacen("\"data_offsets\":[0,", "\"data_offsets\":[9,", 1);
    assert_ne!(past, text);
    let lies: Vec<Vec<u8>> = vec![
        [&bytes[..8], past.as_bytes(), &bytes[8 + header..]].concat(),
        [&u64::MAX.to_le_bytes(), &bytes[8..]].concat(),
        [&(bytes.len() as u64).to_le_bytes(), &bytes[8..]].concat(),
        bytes[..bytes.len() / 2].to_vec(),
        bytes[..bytes.len() - 1].to_vec(),
        Vec::new(),
        [&bytes[..8], "x".repeat(header).as_bytes(), &bytes[8 + header..]].concat(),
    ];
    for lie in lies {
        fs::write(weights(&original), lie).unwrap();
        let done = original.check(&group);
        refused(&done, &["model.safetensors", "expected a safetensors file"]);
        assert_eq!(done.err.trim().lines().count(), 1, "{}", done.err);
    }
    fs::write(original.folder.join("config.json"), "{").unwrap();
    refused(&original.check(&group), &["config.json", "as JSON"]);
    fs::write(original.folder.join("config.json"), "[]").unwrap();
    refused(&original.check(&group), &["config.json", "JSON object"]);
    fs::remove_file(original.folder.join("config.json")).unwrap();
    refused(&original.check(&group), &["config.json"]);
}

#[test]
fn flags_beside_a_checkpoint_are_read_or_refused() {
    let checkpoint = Checkpoint::of("s3-star", Library::Fla);
    let cases: Vec<(&[&str], &[&str])> = vec![
        (&["word-problem"], &["--variant", "s3-star", "got none"]),
        (&["word-problem", "--variant", "s9"], &["--variant", "s3-star", "`s9`"]),
        (&["word-problem", "--variant", "s4-star"], &["--against", "at least 24", "got 6"]),
        (&["word-problem", "--variant", "s3-star", "--answers", "0,1"], &["--answers", "word-problem"]),
        (&["word-problem", "--variant", "s3-star", "--tokens", "a b"], &["--tokens", "`a`"]),
        (&["regex:a*", "--tokens", "a a"], &["--tokens", "`a` twice"]),
        (&["regex:a*", "--tokens", ""], &["--tokens", "got 0"]),
        (&["regex:a*", "--tokens", "a b c d e f g"], &["--tokens", "1 to 6", "got 7"]),
        (&["regex:a*", "--tokens", "a b c", "--answers", "0"], &["--answers", "`0`"]),
        (&["regex:a*", "--tokens", "a b c", "--answers", "1,1"], &["--answers", "`1,1`"]),
        (&["regex:a*", "--tokens", "a b c", "--answers", "0,6"], &["--answers", "below 6"]),
        (&["regex:d*", "--tokens", "a b c"], &["--against", "d"]),
        (&["dyck-2", "--tokens", "( ) [ ] $"], &["--against", "dyck-2"]),
        (&["words:x.jsonl", "--tokens", "a"], &["--against", "words:x.jsonl"]),
        (&["command:cat", "--tokens", "a"], &["--against", "command:cat"]),
        (&["regex:a*", "--tokens", "a", "--certificate", "c.json"], &["--certificate", "--checkpoint"]),
        (&["regex:a*", "--tokens", "a", "--number", "fixed:3.4"], &["--number", "fixed:3.4"]),
        (&["regex:a*", "--tokens", "a", "--number", "float:4.2"], &["numbers of float:4.2", "dt_bias"]),
        (&["regex:a*", "--tokens", "a", "--n", "0"], &["--n", "0"]),
        (&["regex:a*", "--tokens", "a", "--states", "0"], &["--states", "0"]),
    ];
    for (rest, parts) in cases {
        let done = checkpoint.check(rest);
        refused(&done, parts);
        assert_eq!(done.err.trim().lines().count(), 1, "{rest:?}: {}", done.err);
    }
    refused(&reduce(&["check", "dyck-2", "--tokens", "a"]), &["--tokens", "--checkpoint"]);
    refused(&reduce(&["check", "--checkpoint", checkpoint.path()]), &["--against"]);
    let nowhere = Path::new(checkpoint.path()).join("nowhere");
    let done = reduce(&["check", "--checkpoint", nowhere.to_str().unwrap(), "--against", "regex:a"]);
    refused(&done, &["nowhere", "config.json"]);
}
