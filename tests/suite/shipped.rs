//! Layers as libraries ship them: claims, faults that must not be proved, checkpoints, and golden vectors.

use super::common::Done;
use super::common::reduce;
use problems::Random;
use problems::word_problem::Letters;
use problems::word_problem::Permutation;
use reduce::check::shipped;
use reduce::check::shipped::ShippedOptions;
use reduce::experiments::mutate::Class;
use reduce::experiments::shipped_mutants;
use reduce::layers_export;
use reduce::layers_export::Library;
use reduce::vectors;
use reduce::vectors::Rule;
use reduce::vectors::VectorsOptions;
use reduce::verdict::Verdict;
use reductions::shipped::ShippedClaim;
use reductions::shipped::all;
use reductions::shipped::construct;
use reductions::shipped::model_with_roots;
use reductions::shipped::proof::ShippedKind;
use reductions::shipped::proof::ShippedProof;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::Evaluator;
use rnn::shipped::Meter;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use rnn::shipped::Storing;
use rnn::shipped::chunked;
use safetensors::Dtype;
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn claim(family: ShippedFamily, variant: &str) -> &'static ShippedClaim {
    all().iter().find(|claim| claim.family() == family && claim.variant() == variant).unwrap()
}

fn options(storage: Float) -> ShippedOptions {
    ShippedOptions { storages: vec![storage], n: 3000, samples: 3, seed: 1, max_length: None }
}

#[test]
fn every_small_claim_is_proved_and_its_answers_are_the_products() {
    for claim in all().iter().filter(|claim| claim.points() < 5) {
        let outcome = shipped::check(claim, claim.model(), &options(Float::BF16));
        assert_eq!(outcome.judgement.verdict, Verdict::Proved, "{}", claim.variant());
        // Each word in both ways of storing.
        assert_eq!(outcome.long, (6, 18000));
        assert!(outcome.answers.iter().all(|count| *count > 1000), "{:?}", outcome.answers);
    }
}

#[test]
fn s5_by_gated_delta_net_is_proved_in_f32_bf16_and_f16() {
    let claim = claim(ShippedFamily::GatedDeltaNet, "s5-adjacent");
    for storage in [Float::F32, Float::BF16, Float::F16] {
        let outcome = shipped::check(claim, claim.model(), &options(storage));
        assert_eq!(outcome.judgement.verdict, Verdict::Proved);
        assert_eq!((outcome.proofs[0].n_states, outcome.proofs[0].n_roots), (120, 20));
    }
    // In eight bits the norms and the head may put another logit first; what the checker cannot exclude it does not claim.
    let outcome = shipped::check(claim, claim.model(), &options(Float::E5M2));
    assert_eq!(outcome.judgement.verdict, Verdict::Undetermined);
}

#[test]
fn the_chunked_form_gives_the_states_and_outputs_of_the_recurrence() {
    for claim in all().iter().filter(|claim| claim.points() == 4) {
        let mut meter = Meter::new(Float::F32);
        let n_letters = claim.problem().letters().len();
        let inputs: Vec<_> = (0..n_letters).map(|token| claim.model().inputs(token, &mut meter).unwrap()).collect();
        let mut random = Random::new(3, 0);
        let (mut steps, mut queries) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let head = &inputs[random.below(n_letters)].heads[1];
            steps.extend(head.steps.clone());
            queries.extend(vec![head.query.clone(); head.steps.len()]);
        }
        // With decays and betas that a kernel would round as well: the identity is one of rational numbers.
        for step in &mut steps {
            step.decay = [Exact::ONE, Exact::ratio(1, 2), Exact::ZERO][random.below(3)].clone();
            step.beta = Exact::ratio(random.below(5) as i64, 2);
        }
        let mut state = rnn::shipped::HeadState::zero(16);
        let mut outputs = Vec::new();
        for (step, query) in steps.iter().zip(&queries).take(30) {
            (state, _) = state.step(step, &mut meter).unwrap();
            outputs.push(state.read("the output", query, &mut meter).unwrap());
        }
        for size in [1, 2, 7, 16, 64] {
            let result = chunked(&steps[..30], &queries[..30], size);
            assert_eq!(result.state, state.values());
            assert_eq!(result.outputs, outputs);
        }
    }
}

/// The verdict on a model, and the kind of the obligation that is not discharged.
fn judged(claim: &ShippedClaim, model: &ShippedModel) -> (Verdict, Option<ShippedKind>) {
    let outcome = shipped::check(claim, model, &options(Float::BF16));
    assert!(!outcome.is_alarm());
    (outcome.judgement.verdict, outcome.proofs[0].failure().map(|(kind, _)| kind))
}

/// A model with entries of one tensor changed.
fn with(model: &ShippedModel, name: &str, entries: &[(usize, Exact)]) -> ShippedModel {
    let tensor = model.tensors().iter().position(|tensor| tensor.name == name).unwrap();
    entries.iter().fold(model.clone(), |model, (entry, value)| model.with_entry(tensor, *entry, value.clone()))
}

/// The same with two columns or two rows exchanged.
fn exchanged(model: &ShippedModel, name: &str, (a, b): (usize, usize), columns: bool) -> ShippedModel {
    let tensor = model.tensor(name);
    let (rows, width) = (tensor.shape[0], tensor.shape[1]);
    let pairs: Vec<(usize, usize)> = if columns {
        (0..rows).map(|row| (row * width + a, row * width + b)).collect()
    } else {
        (0..width).map(|column| (a * width + column, b * width + column)).collect()
    };
    let entries: Vec<(usize, Exact)> =
        pairs.iter().flat_map(|(a, b)| [(*a, tensor.values[*b].clone()), (*b, tensor.values[*a].clone())]).collect();
    with(model, name, &entries)
}

#[test]
fn keys_with_an_irrational_length_are_not_proved_and_a_word_shows_why() {
    let claim = claim(ShippedFamily::DeltaNet, "s4-swaps");
    let rounded = model_with_roots(4);
    let outcome = shipped::check(claim, &rounded, &options(Float::BF16));
    // Without unit vectors steps are no reflections, and a word shows it.
    assert_eq!(outcome.judgement.verdict, Verdict::Refuted);
    let difference = outcome.difference.unwrap();
    assert_ne!(difference.model, difference.product);
    let (kind, reason) = outcome.proofs[0].failure().unwrap();
    assert_eq!(kind, ShippedKind::Inputs);
    assert!(reason.contains("normalised key"), "{reason}");
}

#[test]
fn each_kind_of_obligation_refuses_a_fault_of_its_own() {
    let claim = claim(ShippedFamily::GatedDeltaNet, "s4-adjacent");
    let model = claim.model();
    let width = model.shape().hidden;
    assert_eq!(judged(claim, model), (Verdict::Proved, None));
    // A weight that is no number of bf16.
    let third = with(model, "o_proj", &[(0, Exact::ratio(1, 3))]);
    assert_eq!(judged(claim, &third), (Verdict::Undetermined, Some(ShippedKind::Weights)));
    // A tap on an earlier token; a key one unit in the last place longer, with which answers are wrong in the end; a beta
    // and a decay that no fact gives.
    for (name, entry, value) in [
        ("k_conv", 0, Exact::ONE),
        ("k_proj", 1, Exact::ratio(129, 32)),
        ("b_proj", 1, Exact::ratio(1, 8)),
        ("dt_bias", 0, Exact::ZERO),
        ("A_log", 0, Exact::ONE),
        ("q_proj", 0, Exact::ONE),
        ("g_proj", 0, Exact::integer(-1)),
    ] {
        let changed = with(model, name, &[(entry, value)]);
        let verdict = if name == "k_proj" { Verdict::Refuted } else { Verdict::Undetermined };
        assert_eq!(judged(claim, &changed), (verdict, Some(ShippedKind::Inputs)), "{name}");
    }
    // Values that belong to other keys, which are dependent: the states are not those of a group.
    let all_swaps = self::claim(ShippedFamily::DeltaNet, "s4-swaps");
    let crossed = exchanged(all_swaps.model(), "v_proj", (1, 2), true);
    let kind = judged(all_swaps, &crossed).1;
    assert!(matches!(kind, Some(ShippedKind::Step | ShippedKind::Product)), "{kind:?}");
    // Two swaps exchanged that are no automorphism: a state is reached by two products, and a word shows it.
    let swapped = ["k_proj", "v_proj"].iter().fold(model.clone(), |model, name| exchanged(&model, name, (1, 2), true));
    assert_eq!(judged(claim, &swapped), (Verdict::Refuted, Some(ShippedKind::Product)));
    // Two answers exchanged.
    let renamed = exchanged(model, "head", (3, 4), false);
    assert_eq!(judged(claim, &renamed), (Verdict::Refuted, Some(ShippedKind::Answer)));
    // An answer that has no margin.
    let head = model.tensor("head");
    let row: Vec<(usize, Exact)> = (0..width).map(|column| (5 * width + column, head.row(3)[column].clone())).collect();
    let doubled = with(model, "head", &row);
    assert_eq!(judged(claim, &doubled), (Verdict::Undetermined, Some(ShippedKind::Answer)));
}

#[test]
fn a_check_that_compares_no_answer_or_has_no_format_is_no_pass() {
    let claim = claim(ShippedFamily::GatedDeltaNet, "s3-star");
    let none = ShippedOptions { storages: Vec::new(), ..options(Float::F32) };
    assert_eq!(shipped::check(claim, claim.model(), &none).judgement.verdict, Verdict::Undetermined);
    // The empty word has no answer.
    let empty = ShippedOptions { max_length: Some(0), samples: 0, ..options(Float::F32) };
    let outcome = shipped::check(claim, claim.model(), &empty);
    assert_eq!((outcome.short, outcome.answers), ((2, 0), [0, 0]));
    let link = outcome.links.last().unwrap();
    assert_eq!((link.verdict, link.by.as_str()), (Verdict::Undetermined, "no answer was compared"));
}

/// Weights of bf16 whose answers are wrong there, although the exact ones are right by far: two channels of a head are
/// equal but for a 128th, their difference is read with a large weight, and each is rounded before it is taken.
fn with_cancelling_channels(claim: &ShippedClaim) -> ShippedModel {
    let width = claim.model().shape().hidden;
    let (norm, gate, weight) = (Exact::ratio(136, 128), Exact::ratio(4 * 135, 128), Exact::ratio(135, 128));
    let gates: Vec<(usize, Exact)> = (0..3).map(|token| (width + token, gate.clone())).collect();
    let changes = [
        ("o_norm", vec![(0, norm.clone()), (1, norm)]),
        ("g_proj", gates),
        ("o_proj", vec![(15 * width, weight), (15 * width + 1, Exact::integer(-1))]),
        ("head", vec![(2 * width + 15, Exact::integer(320))]),
    ];
    changes.iter().fold(claim.model().clone(), |model, (name, entries)| with(&model, name, entries))
}

#[test]
fn what_cancels_after_rounding_is_refuted_by_a_word_in_bf16_and_proved_in_f32() {
    let claim = claim(ShippedFamily::GatedDeltaNet, "s3-star");
    let model = with_cancelling_channels(claim);
    let both = ShippedOptions { storages: vec![Float::F32, Float::BF16], ..options(Float::BF16) };
    let outcome = shipped::check(claim, &model, &both);
    assert_eq!(outcome.judgement.verdict, Verdict::Refuted);
    assert_eq!(outcome.proofs.iter().map(ShippedProof::is_complete).collect::<Vec<_>>(), [true, false]);
    let difference = outcome.difference.as_ref().unwrap();
    assert_eq!((difference.storage, difference.model), (Float::BF16, 2));
    // It is no fault of the checker: the proof of the other format says nothing of this one. Of the same it would.
    assert!(!outcome.is_alarm());
    let mut fault = outcome.clone();
    fault.difference.as_mut().unwrap().storage = Float::F32;
    assert!(fault.is_alarm());
    assert_eq!(shipped::check(claim, &model, &options(Float::F32)).judgement.verdict, Verdict::Proved);
    // The word is a counterexample in every run of it.
    for storing in Storing::ALL {
        let mut evaluator = Evaluator::new(&model, Float::BF16, storing).unwrap();
        // Six of the eighteen pairs, as a program in another language finds as well.
        let n_wrong = wrong_answers(claim, &mut evaluator);
        assert_eq!(n_wrong, 6, "{storing}");
        assert_eq!(wrong_answers(claim, &mut Evaluator::new(&model, Float::F32, storing).unwrap()), 0);
        assert_eq!(wrong_answers(claim, &mut Evaluator::new(claim.model(), Float::BF16, storing).unwrap()), 0);
    }
}

/// Of all pairs of a product and a last letter those after which the answer is wrong.
fn wrong_answers(claim: &ShippedClaim, evaluator: &mut Evaluator<'_>) -> usize {
    let letters = claim.problem().letters();
    let mut found: BTreeMap<(Permutation, usize), bool> = BTreeMap::new();
    for word in (1..=4).flat_map(|length| problems::words_of_length(letters.len(), length)) {
        let product = problems::indices(&word).fold(Permutation::IDENTITY, |product, of| product.then(letters[of]));
        let last = problems::indices(&word).last().unwrap();
        let class = evaluator.classes(problems::indices(&word)).pop().unwrap().unwrap();
        let is_wrong = claim.elements()[class] != product;
        // The answer depends on nothing else.
        assert_eq!(*found.entry((product, last)).or_insert(is_wrong), is_wrong);
    }
    assert_eq!(found.len(), claim.elements().len() * letters.len());
    found.values().filter(|is_wrong| **is_wrong).count()
}

#[test]
fn rounded_states_of_the_claims_are_the_exact_ones_and_rounded_keys_drift() {
    for claim in all().iter().filter(|claim| claim.points() == 4) {
        let word = shipped::random_word(claim, 60, 7, 0);
        let mut meter = Meter::new(Float::BF16);
        let mut exact = vec![rnn::shipped::HeadState::zero(16); claim.model().shape().heads];
        for token in problems::indices(&word) {
            let inputs = claim.model().inputs(token, &mut meter).unwrap();
            for (state, head) in exact.iter_mut().zip(&inputs.heads) {
                for step in &head.steps {
                    *state = state.step(step, &mut meter).unwrap().0;
                }
            }
        }
        let mut evaluator = Evaluator::new(claim.model(), Float::BF16, Storing::EachStage).unwrap();
        let states = evaluator.states(problems::indices(&word)).unwrap();
        assert!(states.iter().zip(&exact).all(|(state, exact)| state == exact.values()), "{}", claim.variant());
    }
    // The usual keys are no unit vectors, and the word 1 1 does not come back to 0.
    let rounded = model_with_roots(4);
    let mut evaluator = Evaluator::new(&rounded, Float::BF16, Storing::EachStage).unwrap();
    let state = evaluator.states([1, 1]).unwrap().remove(0);
    assert!(state.iter().any(|entry| !entry.is_zero()));
}

#[test]
fn a_weight_one_unit_away_is_refused_or_harmless_and_both_occur() {
    for claim in all().iter().filter(|claim| claim.points() == 3) {
        let outcome = shipped_mutants::mutate(claim, &shipped_mutants::drawn(claim, 120, 5), 5);
        assert_eq!(outcome.count(Class::Unsound), 0, "{}", claim.variant());
        let counts = Class::ALL.map(|class| outcome.count(class));
        assert!(
            outcome.count(Class::Refused) >= 15 && outcome.count(Class::Harmless) > 5,
            "{} {counts:?}",
            claim.variant()
        );
        assert_eq!(outcome.verdict(), Verdict::Checked);
    }
}

#[test]
fn the_letters_are_those_of_the_textbook() {
    for claim in all() {
        let (letters, n) = (claim.problem().letters(), claim.points());
        let expected = match claim.family() {
            ShippedFamily::GatedDeltaNet => n,
            ShippedFamily::DeltaNet => 1 + n * (n - 1) / 2,
            ShippedFamily::DeltaProduct => (1..=n).product(),
        };
        assert_eq!(letters.len(), expected);
        assert!(letters.iter().all(|letter| (n..5).all(|point| letter.image(point) == point)));
        assert_eq!(claim.elements().len(), (1..=n).product::<usize>());
    }
    let star = construct(ShippedFamily::GatedDeltaNet, Letters::StarSwaps, 3);
    assert_eq!(&star, claim(ShippedFamily::GatedDeltaNet, "s3-star").model());
}

#[test]
fn the_command_line_proves_shows_and_lists() {
    let check = ["check", "word-problem", "--model", "gated-delta-net", "--variant", "s4-star"];
    let Done { code, out, .. } = reduce(&check);
    assert_eq!(code, 0);
    assert!(
        out.contains("PROVED for every word, of any length, in f32 and bf16: no operation of the recurrence rounds")
    );
    let Done { code, out, .. } = reduce(&[&check[..], &["--number", "bf16", "--json"]].concat());
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["schema"], &value["verdict"]), (0, &"reduce.shipped-check/1".into(), &"proved".into()));
    assert_eq!(value["formats"][0]["states"], 24);
    assert!(value["facts"].as_array().unwrap().len() >= 5);
    let Done { code, out, .. } = reduce(&["show", "word-problem", "--model", "delta-net", "--variant", "s3-swaps"]);
    assert_eq!(code, 0);
    for part in ["claim", "configuration", "allow_neg_eigval", "on paper", "not modelled", "silu-zero", "obligations"] {
        assert!(out.contains(part), "{part}");
    }
    let Done { out, .. } = reduce(&["list"]);
    assert!(all().iter().all(|claim| out.contains(claim.variant()) && out.contains(claim.family().name())));
}

#[test]
fn misuse_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(path("full")).unwrap();
    std::fs::write(path("full/file"), "kept").unwrap();
    let (new, full) = (path("new"), path("full"));
    let model = ["word-problem", "--model", "gated-delta-net"];
    let cases: Vec<(Vec<&str>, &[&str])> = vec![
        ([&["check"], &model[..], &["--variant", "s9"]].concat(), &["--variant", "s5-adjacent", "s9"]),
        ([&["check"], &model[..], &["--number", "fixed:3.4"]].concat(), &["--number", "fixed:3.4"]),
        ([&["check"], &model[..], &["--number", "f64"]].concat(), &["--number", "24 bits", "f64"]),
        ([&["check"], &model[..], &["--frac-bits", "4"]].concat(), &["--frac-bits"]),
        ([&["check"], &model[..], &["--number", "bf16", "--rounding", "floor"]].concat(), &["--rounding"]),
        ([&["check"], &model[..], &["--n", "0"]].concat(), &["--n", "0"]),
        ([&["check"], &model[..], &["--network", "x.json"]].concat(), &["--network"]),
        ([&["check"], &model[..], &["--symbolic", "3"]].concat(), &["--symbolic"]),
        ([&["check"], &model[..], &["--evidence", &new]].concat(), &["--evidence", "layer as libraries ship it"]),
        ([&["check"], &model[..], &["--to", "x.json"]].concat(), &["--to", "--machine", "none"]),
        ([&["check"], &model[..], &["--input", "01"]].concat(), &["--input", "--circuit", "none"]),
        (vec!["check", "dyck-2", "--to", "x.json"], &["--to", "--machine", "none"]),
        (vec!["check", "dyck-2", "--input", "01", "--n", "8"], &["--input", "--circuit", "none"]),
        (vec!["check", "dyck-2", "--certificate", "x.json"], &["--certificate", "--against", "none"]),
        (vec!["check", "dyck-2", "--recheck", "x.json"], &["--recheck", "--against", "none"]),
        (vec!["check", "dyck-2", "--minimal", "x.dot"], &["--minimal", "--against", "none"]),
        (vec!["check", "dyck-2", "--states", "7"], &["--states", "--against", "none"]),
        (vec!["check", "--all", "--input", "01"], &["--input", "--circuit", "none"]),
        ([&["show"], &model[..], &["--network"]].concat(), &["gated-delta-net"]),
        (vec!["check", "word-problem", "--model", "mamba"], &["mamba", "delta-product"]),
        ([&["export"], &model[..], &["--to", "onnx", &new]].concat(), &["--to", "fla", "onnx"]),
        ([&["export"], &model[..], &["--to", "fla", &full]].concat(), &["full", "does not exist or is empty"]),
        (vec!["export", "word-problem", "--to", "fla", &new], &["--model", "word-problem"]),
        (
            vec!["export", "word-problem", "--model", "delta-net", "--to", "hf-olmo-hybrid", &new],
            &["delta-net", "hf-olmo-hybrid"],
        ),
        (vec!["vectors", "gru", "-o", &new], &["delta-rule", "gru"]),
        (vec!["vectors", "delta-rule", "--dtype", "e4m3", "-o", &new], &["--dtype", "e4m3"]),
        (vec!["vectors", "delta-rule", "--dtype", "int8", "-o", &new], &["--dtype", "int8"]),
        (vec!["vectors", "delta-rule", "--length", "0", "-o", &new], &["--length", "0"]),
        (vec!["vectors", "delta-rule", "--heads", "65", "-o", &new], &["--heads", "65"]),
        (vec!["vectors", "delta-rule", "--length", "131072", "-o", &new], &["--length", "262144", "524288"]),
        (vec!["vectors", "delta-product", "--length", "2049", "--heads", "64", "-o", &new], &["262144", "262272"]),
        // What cannot be written is refused before anything is computed: this would take minutes.
        (vec!["vectors", "delta-rule", "--length", "65536", "-o", &full], &["full", "does not exist or is empty"]),
        (vec!["vectors", "delta-rule", "--length", "5", "-o", &full], &["full", "does not exist or is empty"]),
    ];
    for (arguments, parts) in cases {
        let Done { code, out, err: error } = reduce(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(error.trim().lines().count(), 1, "{arguments:?}: {error}");
        assert!(parts.iter().all(|part| error.contains(part)), "{arguments:?}: {error}");
    }
    assert!(!Path::new(&new).exists());
    // Nothing is left beside, and what was there is as it was.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(path("full/file")).unwrap(), "kept");
}

#[test]
fn bits_and_cast_say_the_least_format_and_what_is_wrong_with_a_smaller_one() {
    let model = ["word-problem", "--model", "gated-delta-net", "--variant", "s3-star"];
    let Done { code, out, .. } = reduce(&[&["bits"], &model[..]].concat());
    assert_eq!(code, 0);
    for part in [
        "no operation of the recurrence rounds",
        "and every answer is right",
        "fewest bits of significand",
        "not float:",
        "e4m3",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let Done { code, out, .. } = reduce(&[&["cast"], &model[..], &["--to", "bf16"]].concat());
    assert!(code == 0 && out.contains("never fails: proved for every word"), "{out}");
    let Done { code, out, .. } = reduce(&[&["cast"], &model[..], &["--to", "e4m3", "--n", "64"]].concat());
    assert!(code == 0 && out.contains("not proved") && out.contains("no operation of the recurrence rounds"), "{out}");
    // Other weights have more bits.
    let other = ["word-problem", "--model", "delta-net", "--variant", "s3-swaps", "--n", "64"];
    let Done { code, out, .. } = reduce(&[&["cast"], &other[..], &["--to", "e4m3", "--json"]].concat());
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["proved"], &value["recurrence"]["proved"]), (0, &false.into(), &true.into()));
    assert!(value["reason"].as_str().unwrap().contains("weights") && !value["no_run"].is_null(), "{out}");
    let Done { out, .. } = reduce(&[&["cast"], &other[..], &["--to", "e4m3", "--round-weights", "--json"]].concat());
    let value: Value = serde_json::from_str(&out).unwrap();
    assert!(value["rounded_weights"].as_u64().unwrap() > 0 && value["alarm"] == false, "{out}");
    // With rounded weights a format is proved, or a word is wrong, or neither; never both.
    assert!(value["proved"] == false || value["fails_at"].is_null(), "{out}");
    for (arguments, parts) in [
        (vec!["bits", "--n", "4"], vec!["--n"]),
        (vec!["bits", "--rounding", "floor"], vec!["--rounding"]),
        (vec!["cast", "--to", "fixed:3.4"], vec!["--to", "fixed:3.4"]),
        (vec!["cast", "--to", "f64"], vec!["--to", "24 bits"]),
        (vec!["cast", "--to", "bf16", "--overflow", "saturate"], vec!["--overflow"]),
        (vec!["cast", "--to", "bf16", "--network", "x.json"], vec!["--network"]),
    ] {
        let done = reduce(&[&arguments[..], &model[..]].concat());
        super::common::refused(&done, &parts);
    }
    super::common::refused(&reduce(&["bits", "reachability"]), &["--n", "got none"]);
}

#[test]
fn usual_keys_have_a_horizon_and_a_word_beyond_it() {
    let usual = ["check", "word-problem", "--model", "delta-net", "--variant", "s3-usual-keys"];
    let Done { code, out, .. } =
        reduce(&[&usual[..], &["--number", "f32", "--n", "64", "--samples", "1", "--words", "4"]].concat());
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("CHECKED for every word of up to") && out.contains("f32: drift"), "{out}");
    let Done { code, out, .. } = reduce(&[&usual[..], &["--number", "bf16", "--json"]].concat());
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["verdict"], &value["alarm"]), (1, &"refuted".into(), &false.into()));
    let word = value["counterexample"]["word"].as_str().unwrap();
    assert!(word.split(' ').count() as u64 > value["horizons"][0]["tokens"].as_u64().unwrap());
    let Done { code, out, .. } =
        reduce(&["show", "word-problem", "--model", "delta-net", "--variant", "s5-usual-keys"]);
    assert!(code == 0 && out.contains("why a horizon"), "{out}");
    // What is not proved is not exported.
    let done =
        reduce(&["export", "word-problem", "--model", "delta-net", "--variant", "s3-usual-keys", "--to", "fla", "x"]);
    super::common::refused(&done, &["--variant", "s3-swaps"]);
}

/// The numbers of a tensor in f64, which holds bf16, f16 and f32 exactly.
fn numbers(file: &SafeTensors<'_>, name: &str) -> Vec<f64> {
    let tensor = file.tensor(name).unwrap();
    match tensor.dtype() {
        Dtype::F32 => tensor.data().chunks(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap()))).collect(),
        Dtype::BF16 => {
            let wide = |b: &[u8]| f64::from(f32::from_bits(u32::from(u16::from_le_bytes(b.try_into().unwrap())) << 16));
            tensor.data().chunks(2).map(wide).collect()
        }
        Dtype::F16 => {
            let code = |b: &[u8]| u16::from_le_bytes(b.try_into().unwrap());
            tensor.data().chunks(2).map(|b| f16(code(b))).collect()
        }
        Dtype::I64 => tensor.data().chunks(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as f64).collect(),
        other => panic!("{other:?}"),
    }
}

fn f16(code: u16) -> f64 {
    let (sign, exponent, fraction) = (code >> 15, i32::from(code >> 10 & 31), f64::from(code & 1023));
    let size = if exponent == 0 { fraction * 2f64.powi(-24) } else { (1024.0 + fraction) * 2f64.powi(exponent - 25) };
    if sign == 1 { -size } else { size }
}

#[test]
fn a_checkpoint_holds_the_weights_of_the_claim_and_their_sums() {
    let folder = tempfile::tempdir().unwrap();
    let claim = claim(ShippedFamily::GatedDeltaNet, "s4-adjacent");
    for library in Library::ALL {
        let at = folder.path().join(library.name());
        let written = layers_export::export(claim, library, &at).unwrap();
        let bytes = std::fs::read(at.join("model.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let (q, head) = match library {
            Library::Fla => ("model.layers.0.attn.q_proj.weight", "lm_head.weight"),
            Library::HfOlmoHybrid => ("model.layers.0.linear_attn.q_proj.weight", "lm_head.weight"),
        };
        for (ours, theirs) in [("q_proj", q), ("head", head)] {
            let values = numbers(&file, theirs);
            let exact = &claim.model().tensor(ours).values;
            assert_eq!(values.len(), exact.len());
            assert!(values.iter().zip(exact).all(|(value, exact)| value.to_string() == decimal(exact)), "{ours}");
        }
        let config: Value = serde_json::from_slice(&std::fs::read(at.join("config.json")).unwrap()).unwrap();
        let switch = if library == Library::Fla { "allow_neg_eigval" } else { "linear_allow_neg_eigval" };
        assert_eq!(config[switch], true);
        // The answers beside it are the products.
        let bytes = std::fs::read(at.join("expected.safetensors")).unwrap();
        let expected = SafeTensors::deserialize(&bytes).unwrap();
        let word: Vec<u8> = numbers(&expected, "tokens_512").into_iter().map(|token| token as u8).collect();
        let product = claim.problem().product(&word);
        let last = *numbers(&expected, "classes_512").last().unwrap() as usize;
        assert_eq!(claim.elements()[last], product);
        let sums = std::fs::read_to_string(at.join("SHA256SUMS")).unwrap();
        assert_eq!(sums.lines().count(), written.files.len());
        assert!(written.files.iter().all(|(name, _, digest)| sums.contains(&format!("{digest}  {name}"))));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// A dyadic number as f64 prints it.
fn decimal(value: &Exact) -> String {
    let text = value.to_string();
    let (num, den) = text.split_once('/').unwrap_or((&text, "1"));
    (num.parse::<f64>().unwrap() / den.parse::<f64>().unwrap()).to_string()
}

/// What a kernel may do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// The gate is not applied.
    GateSkipped,
    /// Betas are cut off at 1, as without negative eigenvalues.
    BetaAtMostOne,
    /// The state is carried over an edge of `cu_seqlens`.
    EdgeIgnored,
    /// The update of the last token of a chunk of 64 is lost.
    ChunkEdge,
    /// The state is kept in f16, where large numbers are infinite.
    HalfState,
}

/// The delta rule by its definition, in f64, with a fault. Whether outputs and final states are the file's.
fn runs_right(file: &SafeTensors<'_>, fault: Fault) -> bool {
    let all: BTreeMap<&str, Vec<f64>> =
        ["q", "k", "v", "beta", "g", "o", "final_state", "cu_seqlens"].map(|name| (name, numbers(file, name))).into();
    let [_, tokens, heads, dim]: [usize; 4] = file.tensor("q").unwrap().shape().try_into().unwrap();
    let steps = file.tensor("k").unwrap().shape()[1] / tokens;
    let edges: Vec<usize> = all["cu_seqlens"].iter().map(|edge| *edge as usize).collect();
    for head in 0..heads {
        let mut state = vec![0.0; dim * dim];
        for (sequence, (start, end)) in edges.iter().zip(&edges[1..]).enumerate() {
            if fault != Fault::EdgeIgnored {
                state.fill(0.0);
            }
            for token in *start..*end {
                let decay = if fault == Fault::GateSkipped { 1.0 } else { all["g"][token * heads + head].exp() };
                // The logarithm of 1/2 in f32 is what the exponential in f32 turns into 1/2.
                let decay = f64::from(decay as f32);
                state.iter_mut().for_each(|entry| *entry *= decay);
                for step in token * steps..(token + 1) * steps {
                    let at = |name: &str| all[name][(step * heads + head) * dim..][..dim].to_vec();
                    let (key, value) = (at("k"), at("v"));
                    let mut beta = all["beta"][step * heads + head];
                    if fault == Fault::BetaAtMostOne {
                        beta = beta.min(1.0);
                    }
                    if fault == Fault::ChunkEdge && (token - start) % 64 == 63 {
                        beta = 0.0;
                    }
                    let update: Vec<f64> = (0..dim)
                        .map(|column| {
                            let held: f64 = (0..dim).map(|row| key[row] * state[row * dim + column]).sum();
                            beta * (value[column] - held)
                        })
                        .collect();
                    for row in (0..dim).filter(|row| key[*row] != 0.0) {
                        for column in 0..dim {
                            let entry = &mut state[row * dim + column];
                            *entry += key[row] * update[column];
                            if fault == Fault::HalfState && entry.abs() > 65504.0 {
                                *entry = f64::INFINITY * entry.signum();
                            }
                        }
                    }
                }
                let query = &all["q"][(token * heads + head) * dim..][..dim];
                for column in 0..dim {
                    let read: f64 = (0..dim)
                        .filter(|row| query[*row] != 0.0)
                        .map(|row| query[row] * state[row * dim + column])
                        .sum();
                    if read / 8.0 != all["o"][(token * heads + head) * dim + column] {
                        return false;
                    }
                }
            }
            let expected = &all["final_state"][(sequence * heads + head) * dim * dim..][..dim * dim];
            if state != expected {
                return false;
            }
        }
    }
    true
}

#[test]
fn golden_vectors_are_the_rules_and_fail_kernels_with_a_fault() {
    for rule in Rule::ALL {
        for dtype in [Float::BF16, Float::F16, Float::F32] {
            let folder = tempfile::tempdir().unwrap();
            let at = folder.path().join("golden");
            let options = VectorsOptions { rule, length: 320, heads: 2, dtype, seed: 3 };
            let (_, certificate) = vectors::write(&options, &at).unwrap();
            assert!(certificate.numbers > 100_000 && certificate.betas.iter().all(|count| *count > 20));
            assert_eq!(certificate.decays > 0, rule.decays(), "{rule:?}");
            for name in ["single", "packed"] {
                let bytes = std::fs::read(at.join(format!("{name}.safetensors"))).unwrap();
                let file = SafeTensors::deserialize(&bytes).unwrap();
                assert!(runs_right(&file, Fault::None), "{rule:?} {dtype} {name}");
                let mut faults = vec![Fault::BetaAtMostOne, Fault::ChunkEdge];
                faults.extend((name == "packed").then_some(Fault::EdgeIgnored));
                faults.extend((rule.decays() && name == "single").then_some(Fault::GateSkipped));
                faults.extend((dtype != Float::F16).then_some(Fault::HalfState));
                for fault in faults {
                    assert!(!runs_right(&file, fault), "{rule:?} {dtype} {name}: {fault:?} is not noticed");
                }
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_vectors_and_another_one_others() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, seed| {
        let at = folder.path().join(name);
        let options = VectorsOptions { rule: Rule::GatedDelta, length: 70, heads: 1, dtype: Float::BF16, seed };
        vectors::write(&options, &at).unwrap();
        std::fs::read(at.join("packed.safetensors")).unwrap()
    };
    let (first, again, other) = (write("a", 1), write("b", 1), write("c", 2));
    assert!(first == again && first != other);
}
