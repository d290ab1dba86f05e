//! Whether a map keeps the answer, both ways, and has the size that its formula says.

use super::AnySource;
use super::Induction;
use super::Map;
use crate::report::shout;
use crate::report::yes;
use crate::verdict::Judgement;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Random;
use rayon::prelude::*;
use serde_json::Value;
use serde_json::json;

/// The schema of a check.
pub const SCHEMA: &str = "reduce.map-check/1";

/// How many sources of a kind were looked at, and the first fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sources whose answer is yes.
    pub yes: u64,
    /// Sources whose answer is no.
    pub no: u64,
    /// The first source whose image has another answer.
    pub differs: Option<String>,
    /// The first source whose image has another size than the formula says.
    pub wrong_size: Option<String>,
}

impl Tally {
    /// What a stretch of agreement is worth; one without both answers is worth nothing.
    fn verdict(&self, if_it_holds: Verdict) -> Verdict {
        match (&self.differs, self.yes, self.no) {
            (Some(_), ..) => Verdict::Refuted,
            (None, 0, _) | (None, _, 0) => Verdict::Undetermined,
            _ => if_it_holds,
        }
    }

    fn counts(&self) -> String {
        format!("{} yes, {} no", self.yes, self.no)
    }
}

/// What was found of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapCheck {
    /// The map's name.
    pub name: &'static str,
    /// Every source of the small sizes.
    pub every: Tally,
    /// The samples.
    pub samples: Tally,
    /// The statement for every source, where there is one.
    pub induction: Option<Induction>,
    /// What supports what.
    pub links: Vec<Link>,
}

impl MapCheck {
    /// The verdict, with its reason.
    pub fn judgement(&self) -> Judgement {
        Judgement::of(&self.links)
    }

    /// The report as text.
    pub fn text(&self) -> String {
        let mut text = format!("{} {}", shout(self.judgement().verdict), self.name);
        for Link { name, verdict, by, .. } in &self.links {
            text.push_str(&format!("\n  {name:<22} {:<13} {by}", verdict.word()));
        }
        text
    }

    /// The report as JSON.
    pub fn json(&self) -> Value {
        let tally = |tally: &Tally| {
            json!({
                "yes": tally.yes,
                "no": tally.no,
                "differs": tally.differs,
                "wrong_size": tally.wrong_size,
            })
        };
        let link = |link: &Link| json!({"name": link.name, "verdict": link.verdict.word(), "by": link.by});
        let induction = self
            .induction
            .as_ref()
            .map(|induction| json!({"by": induction.by, "cases": induction.n_cases, "fails": induction.fails}));
        json!({
            "schema": SCHEMA,
            "map": self.name,
            "verdict": self.judgement().verdict.word(),
            "links": self.links.iter().map(link).collect::<Vec<_>>(),
            "every": tally(&self.every),
            "samples": tally(&self.samples),
            "induction": induction,
            "version": env!("CARGO_PKG_VERSION"),
        })
    }
}

/// Checks a map: on every source of its small sizes, on samples, and, where there is an induction, its cases.
pub fn check(map: &Map, n_samples: u64, seed: u64) -> MapCheck {
    let mut every = Tally::default();
    for size in map.exhaustive.clone() {
        // In pieces, so that no size is ever held as a whole.
        let mut sources = (map.every)(size);
        loop {
            let piece: Vec<AnySource> = sources.by_ref().take(PIECE).collect();
            if piece.is_empty() {
                break;
            }
            add(map, &mut every, piece);
        }
    }
    let mut samples = Tally::default();
    let draws: Vec<AnySource> = (0..n_samples).map(|i| (map.sample)(map.sampled, &mut Random::new(seed, i))).collect();
    add(map, &mut samples, draws);
    let induction = map.induction.map(|induction| induction());
    let links = links(map, &every, &samples, induction.as_ref());
    MapCheck { name: map.name, every, samples, induction, links }
}

/// How many sources are judged at once.
const PIECE: usize = 4096;

/// Judges sources on several threads, and counts them in their order.
fn add(map: &Map, tally: &mut Tally, sources: Vec<AnySource>) {
    let problem = (map.problem)();
    let judged: Vec<(bool, Option<String>, Option<String>)> = sources
        .into_par_iter()
        .map(|source| {
            let (answer, image) = (source.answer(), source.image());
            let image_says = problem.decide(&image);
            let differs = (answer != image_says).then(|| {
                format!("{}: the source is a {}, its image a {}", source.text(), yes(answer), yes(image_says))
            });
            let (formula, measured) = (source.size(), (map.measure)(&image));
            let wrong_size = (formula != measured as u128)
                .then(|| format!("{}: {formula} {} by the formula, {measured} counted", source.text(), map.unit));
            (answer, differs, wrong_size)
        })
        .collect();
    for (answer, differs, wrong_size) in judged {
        *(if answer { &mut tally.yes } else { &mut tally.no }) += 1;
        tally.differs = tally.differs.take().or(differs);
        tally.wrong_size = tally.wrong_size.take().or(wrong_size);
    }
}

fn links(map: &Map, every: &Tally, samples: &Tally, induction: Option<&Induction>) -> Vec<Link> {
    let link = |name: &str, verdict, by: String, carries| Link { name: name.to_owned(), verdict, by, carries };
    let of = |tally: &Tally, what: String| match &tally.differs {
        Some(differs) => differs.clone(),
        None => format!("{what} ({})", tally.counts()),
    };
    let mut links = Vec::new();
    if let Some(induction) = induction {
        let (verdict, by) = match &induction.fails {
            None if induction.n_cases > 0 => {
                (Verdict::Proved, format!("{} cases: {}", induction.n_cases, induction.by))
            }
            None => (Verdict::Undetermined, "no case".to_owned()),
            Some(case) => (Verdict::Undetermined, format!("this case does not hold: {case}")),
        };
        links.push(link("image = source", verdict, by, true));
    }
    let largest = map.exhaustive.end();
    let what = format!("every source of at most {largest} {}", map.source_unit);
    let is_proved = induction.is_some();
    links.push(link("image = source, small", every.verdict(Verdict::Checked), of(every, what), !is_proved));
    let what = format!("{} samples of {} {}", samples.yes + samples.no, map.sampled, map.sampled_unit);
    links.push(link("image = source, larger", samples.verdict(Verdict::Sampled), of(samples, what), false));
    let wrong = every.wrong_size.as_ref().or(samples.wrong_size.as_ref());
    let n = every.yes + every.no + samples.yes + samples.no;
    let (verdict, by) = match wrong {
        Some(wrong) => (Verdict::Refuted, wrong.clone()),
        None if n == 0 => (Verdict::Undetermined, "no source".to_owned()),
        None => (Verdict::Checked, format!("on each of {n}: {}", map.formula)),
    };
    links.push(link("size = formula", verdict, by, false));
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps;
    use crate::maps::Source;

    struct Planted {
        inner: AnySource,
        wrong_answer: bool,
        wrong_size: bool,
    }

    impl Source for Planted {
        fn text(&self) -> String {
            self.inner.text()
        }
        fn answer(&self) -> bool {
            self.inner.answer() != self.wrong_answer
        }
        fn size(&self) -> u128 {
            self.inner.size() + u128::from(self.wrong_size)
        }
        fn image(&self) -> problems::Word {
            self.inner.image()
        }
    }

    fn formula_map() -> &'static Map {
        maps::named("formula-to-word-problem").unwrap()
    }

    /// The map of Boolean formulas with some of its parts exchanged.
    fn changed(
        every: fn(usize) -> Box<dyn Iterator<Item = AnySource>>,
        sample: fn(usize, &mut Random) -> AnySource,
        induction: Option<fn() -> Induction>,
    ) -> Map {
        Map { every, sample, induction, exhaustive: 1..=2, reader: formula_map().reader, ..copy(formula_map()) }
    }

    fn copy(map: &'static Map) -> Map {
        Map { exhaustive: map.exhaustive.clone(), ..*map }
    }

    #[test]
    fn a_map_that_keeps_the_answer_is_proved_or_checked() {
        let found = check(formula_map(), 20, 0);
        assert_eq!(found.judgement().verdict, Verdict::Proved);
        let map = changed(formula_map().every, formula_map().sample, None);
        assert_eq!(check(&map, 20, 0).judgement().verdict, Verdict::Checked);
    }

    #[test]
    fn one_wrong_answer_among_the_small_sources_or_the_samples_refutes() {
        let wrong: fn(usize) -> Box<dyn Iterator<Item = AnySource>> =
            |size| {
                Box::new((formula_map().every)(size).enumerate().map(|(i, inner)| {
                    Box::new(Planted { inner, wrong_answer: i == 1, wrong_size: false }) as AnySource
                }))
            };
        let found = check(&changed(wrong, formula_map().sample, formula_map().induction), 20, 0);
        assert_eq!(found.judgement().verdict, Verdict::Refuted);
        assert!(found.text().contains("the source is a") && found.json()["every"]["differs"].is_string());
        let wrong: fn(usize, &mut Random) -> AnySource = |size, random| {
            let wrong_answer = random.below(8) == 0;
            Box::new(Planted { inner: (formula_map().sample)(size, random), wrong_answer, wrong_size: false })
        };
        let found = check(&changed(formula_map().every, wrong, None), 40, 0);
        assert_eq!(found.judgement().verdict, Verdict::Refuted);
    }

    #[test]
    fn a_wrong_size_refutes_and_a_missing_answer_is_undetermined() {
        let wrong: fn(usize, &mut Random) -> AnySource = |size, random| {
            Box::new(Planted { inner: (formula_map().sample)(size, random), wrong_answer: false, wrong_size: true })
        };
        assert_eq!(check(&changed(formula_map().every, wrong, None), 20, 0).judgement().verdict, Verdict::Refuted);
        let only_yes: fn(usize) -> Box<dyn Iterator<Item = AnySource>> =
            |size| Box::new((formula_map().every)(size).filter(|source| source.answer()));
        let found = check(&changed(only_yes, formula_map().sample, None), 20, 0);
        assert_eq!(found.judgement().verdict, Verdict::Undetermined);
        // No samples are no agreement.
        assert_eq!(check(formula_map(), 0, 0).judgement().verdict, Verdict::Undetermined);
    }

    #[test]
    fn an_induction_with_a_case_that_fails_proves_nothing() {
        let fails: fn() -> Induction = || Induction { by: "a test", n_cases: 2, fails: Some("the second".to_owned()) };
        let found = check(&changed(formula_map().every, formula_map().sample, Some(fails)), 20, 0);
        assert_eq!(found.judgement().verdict, Verdict::Undetermined);
        let none: fn() -> Induction = || Induction { by: "a test", n_cases: 0, fails: None };
        let found = check(&changed(formula_map().every, formula_map().sample, Some(none)), 20, 0);
        assert_eq!(found.judgement().verdict, Verdict::Undetermined);
    }
}
