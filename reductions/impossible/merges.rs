//! Merges of three states by contractions: a right angle at two corners of a triangle.
//!
//! A token that sends state i to state j and leaves j and k where they are does to differences what its matrix does: it sends
//! `x_i - x_j` to 0 and keeps `x_k - x_j`. Of a matrix that makes no vector longer the kept vectors are kept by its transpose
//! as well, so that they are at a right angle to those that go to 0. Merges into two different states need two right angles.

use super::householder::dot;
use super::householder::numbers;
use crate::proof::query::Expected;
use crate::proof::query::Query;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// Every statement of this file.
pub(super) fn queries() -> Vec<Query> {
    let mut queries = vec![right_angle_of_a_contraction(), any_angle_of_a_matrix()];
    queries.extend([2, 3].map(right_angle_of_a_step));
    queries.extend([two_right_angles(), one_right_angle()]);
    queries
}

/// A linear map keeps u and sends v to 0, so that it sends u + t v to u, whatever t is. With |v|^2 t = -<u, v> that vector is
/// the shortest of these, and shorter than u where the two are not at a right angle. Of any dimension only products are
/// named: the squares of u and v and their product.
fn right_angle_of_a_contraction() -> Query {
    let terms = Terms::default();
    let [a, b, c, t] = ["a", "b", "c", "t"].map(|name| terms.symbol(name, Sort::Real));
    let zero = terms.ratio(0, 1);
    let shortest = a + t * c + t * c + t * t * b;
    Query::new(
        "contraction-merges-at-a-right-angle",
        "A linear map of any dimension that makes no vector longer keeps no vector that is not at a right angle to one that it \
         sends to 0: it would make a vector between them longer.",
        &[b.above(zero), c.differs(zero), (t * b + c).equals(zero), a.at_most(shortest)],
        Expected::Unsat,
    )
}

/// A matrix of the plane that keeps u and sends v to 0, at some other angle.
fn any_angle_of_a_matrix() -> Query {
    let terms = Terms::default();
    let zero = terms.ratio(0, 1);
    let (u, v, m) = (numbers(&terms, "u", 2), numbers(&terms, "v", 2), numbers(&terms, "m", 4));
    let mut assertions = vec![dot(&terms, &u, &v).differs(zero)];
    for (row, kept) in [&m[..2], &m[2..]].iter().zip(&u) {
        assertions.push(dot(&terms, row, &u).equals(*kept));
        assertions.push(dot(&terms, row, &v).equals(zero));
    }
    let shows = "A matrix that makes some vector longer can.";
    Query::new("other-matrix-merges-at-any-angle", shows, &assertions, Expected::Sat)
}

/// The same of a delta step, whatever its beta: it is symmetric.
fn right_angle_of_a_step(dimension: usize) -> Query {
    let terms = Terms::default();
    let (zero, beta) = (terms.ratio(0, 1), terms.symbol("b", Sort::Real));
    let [u, v, k] = ["u", "v", "k"].map(|name| numbers(&terms, name, dimension));
    let mut assertions = vec![dot(&terms, &u, &v).differs(zero)];
    for place in 0..dimension {
        assertions.push((beta * dot(&terms, &k, &u) * k[place]).equals(zero));
        assertions.push((beta * dot(&terms, &k, &v) * k[place]).equals(v[place]));
    }
    Query::new(
        format!("delta-step-merges-at-a-right-angle-d{dimension}"),
        "No delta step I - beta k k^T, whatever beta and k, keeps a vector that is not at a right angle to one that it sends to 0.",
        &assertions,
        Expected::Unsat,
    )
}

/// The squares of two sides of a triangle, and their product: three points of any dimension.
fn triangle(terms: &Terms) -> ([Term<'_>; 3], Vec<Term<'_>>) {
    let [a, b, c] = ["a", "b", "c"].map(|name| terms.symbol(name, Sort::Real));
    let zero = terms.ratio(0, 1);
    let distance = a + b - c - c;
    let distinct = vec![a.above(zero), b.above(zero), distance.above(zero), (a * b - c * c).at_least(zero)];
    ([a, b, c], distinct)
}

fn two_right_angles() -> Query {
    let terms = Terms::default();
    let ([a, _, c], mut assertions) = triangle(&terms);
    let zero = terms.ratio(0, 1);
    // The corner 0 has the angle between the sides, the corner 1 the one between -u and v - u.
    assertions.extend([c.equals(zero), (a - c).equals(zero)]);
    Query::new(
        "two-merges-of-three-states",
        "Three different points of any dimension have a right angle at one corner at most. So no layer of contractions, heads \
         and steps of a token taken together, has for three states a token that sends one of the others to j and keeps the third, \
         and a token that does so with another state for j, if each state is one point. It is not said that several layers \
         cannot, nor a layer in which a state has several points, nor tokens that move the third state.",
        &assertions,
        Expected::Unsat,
    )
}

fn one_right_angle() -> Query {
    let terms = Terms::default();
    let ([_, _, c], mut assertions) = triangle(&terms);
    assertions.push(c.equals(terms.ratio(0, 1)));
    Query::new(
        "merges-into-one-of-three-states",
        "One right angle is possible: both other states can be sent to the same one, each by a token that keeps the other.",
        &assertions,
        Expected::Sat,
    )
}
