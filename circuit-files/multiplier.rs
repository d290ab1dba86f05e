//! A classic circuit of any size: the array multiplier.

use super::Circuit;
use super::Literal;

/// The array multiplier of two numbers of `bits` bits: `bits` rows of partial products, added row by row by ripple
/// carry, each full adder made of nine NAND gates and each half adder of four.
///
/// Inputs are the first factor and then the second, outputs the `2 * bits` bits of the product, all least significant
/// bit first. There are `10 * bits^2 - 14 * bits` AND gates from two bits on; 16 bits give 2,336, the nearest to the
/// 2,337 of ISCAS-85 c6288, which is a 16-bit array multiplier too.
///
/// ```
/// let product = circuit_files::multiplier(2).simulate(&[true, true, false, true]); // 3 * 2
/// assert_eq!(product, [false, true, true, false]);
/// assert_eq!(circuit_files::multiplier(16).gates().len(), 2336);
/// ```
///
/// # Panics
/// If `bits` is 0.
pub fn multiplier(bits: usize) -> Circuit {
    assert!(bits > 0, "a multiplier has at least one bit");
    let mut circuit = Circuit::new(2 * bits);
    let mut product = Vec::with_capacity(2 * bits);
    // The sum so far, without the bits that are already in the product; the first row is a sum by itself.
    let mut sum: Vec<Literal> = partial_products(&mut circuit, bits, 0);
    for row in 1..bits {
        product.push(sum.remove(0));
        let addend = partial_products(&mut circuit, bits, row);
        let mut carry: Option<Literal> = None;
        let mut next = Vec::with_capacity(bits + 1);
        for (column, &a) in addend.iter().enumerate() {
            // The first sum is one bit shorter than its addend.
            let others: Vec<Literal> = sum.get(column).copied().into_iter().chain(carry).collect();
            let (bit, carried) = match others[..] {
                [b, c] => full_adder(&mut circuit, a, b, c),
                [b] => half_adder(&mut circuit, a, b),
                _ => unreachable!("every column of an addend meets a bit of the sum or a carry"),
            };
            next.push(bit);
            carry = Some(carried);
        }
        next.extend(carry);
        sum = next;
    }
    product.extend(sum);
    if bits == 1 {
        product.push(Literal::FALSE);
    }
    for bit in product {
        circuit.add_output(bit);
    }
    circuit
}

fn partial_products(circuit: &mut Circuit, bits: usize, row: usize) -> Vec<Literal> {
    (0..bits)
        .map(|column| {
            let (a, b) = (circuit.input(column), circuit.input(bits + row));
            circuit.and(a, b)
        })
        .collect()
}

fn nand(circuit: &mut Circuit, a: Literal, b: Literal) -> Literal {
    !circuit.and(a, b)
}

/// The sum and the INVERTED carry of four NAND gates.
fn nand_adder(circuit: &mut Circuit, a: Literal, b: Literal) -> (Literal, Literal) {
    let both = nand(circuit, a, b);
    let only_a = nand(circuit, a, both);
    let only_b = nand(circuit, b, both);
    (nand(circuit, only_a, only_b), both)
}

fn half_adder(circuit: &mut Circuit, a: Literal, b: Literal) -> (Literal, Literal) {
    let (sum, no_carry) = nand_adder(circuit, a, b);
    (sum, !no_carry)
}

fn full_adder(circuit: &mut Circuit, a: Literal, b: Literal, c: Literal) -> (Literal, Literal) {
    let (partial, no_first) = nand_adder(circuit, a, b);
    let (sum, no_second) = nand_adder(circuit, partial, c);
    (sum, nand(circuit, no_first, no_second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multiplier_multiplies_all_numbers_of_up_to_four_bits() {
        for bits in 1..=4usize {
            let circuit = multiplier(bits);
            assert_eq!(circuit.outputs().len(), 2 * bits);
            for (a, b) in (0..1usize << bits).flat_map(|a| (0..1usize << bits).map(move |b| (a, b))) {
                let inputs: Vec<bool> = (0..2 * bits).map(|bit| (a | b << bits) >> bit & 1 == 1).collect();
                let product: Vec<bool> = (0..2 * bits).map(|bit| (a * b) >> bit & 1 == 1).collect();
                assert_eq!(circuit.simulate(&inputs), product, "{a} * {b} in {bits} bits");
            }
        }
    }

    #[test]
    fn the_number_of_gates_is_the_stated_formula() {
        for bits in 2..=20 {
            assert_eq!(multiplier(bits).gates().len(), 10 * bits * bits - 14 * bits, "{bits} bits");
        }
    }
}
