//! AES-128 and SHA-256 as circuits, made from their definitions.
//!
//! Sources: NIST FIPS 197, Advanced Encryption Standard (S-box, 5.1.1; cipher, 5.1; key expansion, 5.2); NIST FIPS 180-4,
//! Secure Hash Standard (functions, 4.1.2; constants, 4.2.2 and 5.3.3; computation, 6.2). Bits are in the order in which
//! the standards write numbers: the first is the most significant bit of the first byte.

use super::Circuit;
use super::Literal;

#[cfg(test)]
mod tests;

/// A byte or a field element: its bits, the least significant first.
type Bits = Vec<Literal>;

impl Circuit {
    fn add(&mut self, a: &[Literal], b: &[Literal]) -> Bits {
        a.iter().zip(b).map(|(a, b)| self.xor(*a, *b)).collect()
    }

    fn add_outputs(&mut self, bits: impl IntoIterator<Item = Literal>) {
        for bit in bits {
            self.add_output(bit);
        }
    }
}

/// Multiplies in GF(2^8) = GF(2)[x] / (x^8 + x^4 + x^3 + x + 1).
fn multiply(a: u8, b: u8) -> u8 {
    let steps = (0..8)
        .rev()
        .filter(|bit| b >> bit & 1 == 1)
        .map(|bit| (0..bit).fold(a, |value, _| value << 1 ^ if value & 0x80 == 0 { 0 } else { 0x1b }));
    steps.fold(0, |sum, step| sum ^ step)
}

/// The S-box of AES as a circuit of 8 inputs and 8 outputs.
///
/// ```
/// let circuit = circuit_files::aes_sbox();
/// let bits = |byte: u8| (0..8).rev().map(|bit| byte >> bit & 1 == 1).collect::<Vec<_>>();
/// // FIPS 197, 5.1.1: 53 becomes ed.
/// assert_eq!(circuit.simulate(&bits(0x53)), bits(0xed));
/// ```
pub fn aes_sbox() -> Circuit {
    let mut circuit = Circuit::new(8);
    let byte = byte_of_inputs(&circuit, 0);
    let result = sbox(&mut circuit, &Tower::new(), &byte);
    circuit.add_outputs(result.into_iter().rev());
    circuit
}

/// AES-128 on one block: the inputs are the 128 bits of the key and the 128 of the plaintext, the outputs those of the
/// ciphertext.
pub fn aes_128() -> Circuit {
    let mut circuit = Circuit::new(256);
    let tower = Tower::new();
    let mut key: Vec<Bits> = (0..16).map(|byte| byte_of_inputs(&circuit, byte)).collect();
    let text: Vec<Bits> = (16..32).map(|byte| byte_of_inputs(&circuit, byte)).collect();
    let mut state: Vec<Bits> = add_round_key(&mut circuit, &text, &key);
    let mut constant = 1;
    for round in 1..=10 {
        key = next_round_key(&mut circuit, &tower, &key, constant);
        constant = multiply(constant, 2);
        let substituted: Vec<Bits> = state.iter().map(|byte| sbox(&mut circuit, &tower, byte)).collect();
        // Row r of the state, bytes r, r + 4, r + 8 and r + 12, moves by r columns.
        let shifted: Vec<Bits> = (0..16).map(|byte| substituted[(byte + 4 * (byte % 4)) % 16].clone()).collect();
        let mixed = if round == 10 {
            shifted
        } else {
            shifted.chunks(4).flat_map(|column| mix(&mut circuit, column)).collect()
        };
        state = add_round_key(&mut circuit, &mixed, &key);
    }
    circuit.add_outputs(state.into_iter().flat_map(|byte| byte.into_iter().rev()));
    circuit
}

fn byte_of_inputs(circuit: &Circuit, byte: usize) -> Bits {
    (0..8).rev().map(|bit| circuit.input(8 * byte + bit)).collect()
}

fn add_round_key(circuit: &mut Circuit, state: &[Bits], key: &[Bits]) -> Vec<Bits> {
    state.iter().zip(key).map(|(byte, key)| circuit.add(byte, key)).collect()
}

fn next_round_key(circuit: &mut Circuit, tower: &Tower, key: &[Bits], constant: u8) -> Vec<Bits> {
    let mut next: Vec<Bits> = Vec::with_capacity(16);
    for byte in 0..16 {
        let before = match byte {
            0..4 => {
                // The last word, rotated by one byte, through the S-box; the round constant is added to its first byte.
                let bits = sbox(circuit, tower, &key[12 + (byte + 1) % 4]);
                let constant = if byte == 0 { constant } else { 0 };
                bits.iter().enumerate().map(|(bit, literal)| literal.invert_if(constant >> bit & 1 == 1)).collect()
            }
            _ => next[byte - 4].clone(),
        };
        next.push(circuit.add(&key[byte], &before));
    }
    next
}

/// A column times {03}x^3 + {01}x^2 + {01}x + {02}: b_r = 2 (a_r + a_(r+1)) + a_(r+1) + a_(r+2) + a_(r+3).
fn mix(circuit: &mut Circuit, column: &[Bits]) -> Vec<Bits> {
    let pairs: Vec<Bits> = (0..4).map(|row| circuit.add(&column[row], &column[(row + 1) % 4])).collect();
    let mut mixed = Vec::with_capacity(4);
    for row in 0..4 {
        let twice = double(circuit, &pairs[row]);
        let others = circuit.add(&column[(row + 1) % 4], &pairs[(row + 2) % 4]);
        mixed.push(circuit.add(&twice, &others));
    }
    mixed
}

fn double(circuit: &mut Circuit, byte: &[Literal]) -> Bits {
    let top = byte[7];
    let bit = |circuit: &mut Circuit, bit: usize| match bit {
        0 => top,
        1 | 3 | 4 => circuit.xor(byte[bit - 1], top),
        _ => byte[bit - 1],
    };
    (0..8).map(|index| bit(circuit, index)).collect()
}

/// GF(2^8) as a tower of quadratic extensions: GF(4) = GF(2)(w) with w^2 = w + 1, GF(16) = GF(4)(y) with y^2 = y + w, and
/// GF(256) = GF(16)(z) with z^2 = z + `norm`. An element is a byte: its lower half is what does not multiply z.
struct Tower {
    norm: u8,
    /// The images in the tower of 1, x, x^2, ..., x^7.
    into: [u8; 8],
    /// The affine map of the S-box after the way back: what bit i of the tower adds.
    back: [u8; 8],
}

impl Tower {
    fn new() -> Self {
        let is_norm = |norm: &u8| (0..16).all(|z| tower_4(z, z) ^ z != *norm);
        let norm = (1..16).find(is_norm).expect("half of GF(16) is not of the form z^2 + z");
        // x goes to a root of x^8 + x^4 + x^3 + x + 1, and the powers of x with it.
        let powers = |root: u8| std::iter::successors(Some(1), move |power| Some(tower_8(norm, *power, root)));
        let is_root = |root: &u8| {
            let power: Vec<u8> = powers(*root).take(9).collect();
            power[8] ^ power[4] ^ power[3] ^ power[1] ^ 1 == 0
        };
        let root = (2..=255).find(is_root).expect("fields of 256 elements are isomorphic");
        let mut into = [0; 8];
        into.iter_mut().zip(powers(root)).for_each(|(image, power)| *image = power);
        let image = |byte: u8| (0..8).filter(|bit| byte >> bit & 1 == 1).fold(0, |sum, bit| sum ^ into[bit]);
        // b'_i = b_i + b_(i+4) + b_(i+5) + b_(i+6) + b_(i+7).
        let mixed = |byte: u8| [4, 5, 6, 7].into_iter().fold(byte, |sum, turn| sum ^ byte.rotate_right(turn));
        let mut back = [0; 8];
        for (bit, column) in back.iter_mut().enumerate() {
            let preimage = (0..=255).find(|byte| image(*byte) == 1 << bit).expect("the isomorphism is onto");
            *column = mixed(preimage);
        }
        Self { norm, into, back }
    }
}

/// The product in GF(4), GF(16) and GF(256) of the tower.
fn tower_2(a: u8, b: u8) -> u8 {
    let (high, low) = ((a >> 1) & (b >> 1), a & b & 1);
    let cross = ((a >> 1) & b ^ a & (b >> 1)) & 1;
    (cross ^ high) << 1 | (low ^ high)
}

fn tower_4(a: u8, b: u8) -> u8 {
    let high = tower_2(a >> 2, b >> 2);
    let cross = tower_2(a >> 2, b & 3) ^ tower_2(a & 3, b >> 2);
    (cross ^ high) << 2 | (tower_2(a & 3, b & 3) ^ tower_2(high, 2))
}

fn tower_8(norm: u8, a: u8, b: u8) -> u8 {
    let high = tower_4(a >> 4, b >> 4);
    let cross = tower_4(a >> 4, b & 15) ^ tower_4(a & 15, b >> 4);
    (cross ^ high) << 4 | (tower_4(a & 15, b & 15) ^ tower_4(high, norm))
}

/// A linear map, given by what each input bit adds, by exclusive ors that are shared where two outputs agree: the pair of
/// values that most outputs still need is added first (C. Paar, Optimized arithmetic for Reed-Solomon encoders, 1997).
fn linear(circuit: &mut Circuit, columns: &[u8], bits: &[Literal]) -> Bits {
    let mut values = bits.to_vec();
    let n_outputs = 8 - columns.iter().fold(0, |all, column| all | column).leading_zeros() as usize;
    let mut rows: Vec<Vec<usize>> = (0..n_outputs)
        .map(|output| (0..columns.len()).filter(|input| columns[*input] >> output & 1 == 1).collect())
        .collect();
    loop {
        let mut best = (1, 0, 0);
        for a in 0..values.len() {
            for b in a + 1..values.len() {
                let count = rows.iter().filter(|row| row.contains(&a) && row.contains(&b)).count();
                if count > best.0 || count == 1 && best == (1, 0, 0) {
                    best = (count, a, b);
                }
            }
        }
        let (_, a, b) = best;
        if a == b {
            break;
        }
        let sum = circuit.xor(values[a], values[b]);
        for row in rows.iter_mut().filter(|row| row.contains(&a) && row.contains(&b)) {
            row.retain(|value| *value != a && *value != b);
            row.push(values.len());
        }
        values.push(sum);
    }
    rows.into_iter().map(|row| row.first().map_or(Literal::FALSE, |value| values[*value])).collect()
}

/// A map of GF(4) or GF(16) that is linear over GF(2).
fn linear_map(circuit: &mut Circuit, bits: &[Literal], map: impl Fn(u8) -> u8) -> Bits {
    let columns: Vec<u8> = (0..bits.len()).map(|bit| map(1 << bit)).collect();
    let mut image = linear(circuit, &columns, bits);
    image.resize(bits.len(), Literal::FALSE);
    image
}

/// The product in GF(4) with three ANDs, and in GF(16) with three such products.
fn product(circuit: &mut Circuit, a: &[Literal], b: &[Literal]) -> Bits {
    if a.len() == 1 {
        return vec![circuit.and(a[0], b[0])];
    }
    let half = a.len() / 2;
    let (low, high) = (product(circuit, &a[..half], &b[..half]), product(circuit, &a[half..], &b[half..]));
    let (a, b) = (circuit.add(&a[..half], &a[half..]), circuit.add(&b[..half], &b[half..]));
    let both = product(circuit, &a, &b);
    // (a1 + a0)(b1 + b0) + a0 b0 is the part of w or y; w^2 = w + 1 and y^2 = y + w.
    let top = circuit.add(&both, &low);
    let scaled = if half == 1 { high } else { linear_map(circuit, &high, |value| tower_2(value, 2)) };
    let mut bits = circuit.add(&low, &scaled);
    bits.extend(top);
    bits
}

/// The inverse, and 0 of 0, in a tower of GF(4), GF(16) and GF(256): of a1 z + a0 it is (a1 z + a1 + a0) / d, where
/// d = (a1 + a0) a0 + norm a1^2 lies in the smaller field. In GF(4) it is the square.
fn inverse(circuit: &mut Circuit, tower: &Tower, bits: &[Literal]) -> Bits {
    let half = bits.len() / 2;
    if half == 1 {
        return linear_map(circuit, bits, |value| tower_2(value, value));
    }
    let (low, high) = bits.split_at(half);
    let sum = circuit.add(low, high);
    let product_of_halves = product(circuit, low, &sum);
    let scaled = if half == 2 {
        linear_map(circuit, high, |value| tower_2(tower_2(value, value), 2))
    } else {
        linear_map(circuit, high, |value| tower_4(tower_4(value, value), tower.norm))
    };
    let divisor = circuit.add(&product_of_halves, &scaled);
    let divisor = inverse(circuit, tower, &divisor);
    let mut result = product(circuit, &sum, &divisor);
    result.extend(product(circuit, high, &divisor));
    result
}

fn sbox(circuit: &mut Circuit, tower: &Tower, byte: &[Literal]) -> Bits {
    let element = linear(circuit, &tower.into, byte);
    let inverted = inverse(circuit, tower, &element);
    let bits = linear(circuit, &tower.back, &inverted);
    bits.into_iter().enumerate().map(|(bit, literal)| literal.invert_if(0x63 >> bit & 1 == 1)).collect()
}

/// The compression function of SHA-256 from its initial hash value: the inputs are the 512 bits of a padded block, the
/// outputs the 256 bits of the digest.
pub fn sha_256_block() -> Circuit {
    let mut circuit = Circuit::new(512);
    let circuit_ref = &mut circuit;
    let primes: Vec<u128> = (2u128..).filter(|n| (2..*n).all(|d| n % d != 0)).take(64).collect();
    let constant =
        |value: u32| -> Bits { (0..32).map(|bit| Literal::FALSE.invert_if(value >> bit & 1 == 1)).collect() };
    // The first 32 bits of the fractional parts of roots of primes.
    let square_roots = primes.iter().take(8).map(|prime| root(prime << 64, 2) as u32);
    let cube_roots: Vec<u32> = primes.iter().map(|prime| root(prime << 96, 3) as u32).collect();
    let start: Vec<Bits> = square_roots.map(constant).collect();
    // The message schedule.
    let mut schedule: Vec<Bits> =
        (0..16).map(|word| (0..32).rev().map(|bit| circuit_ref.input(32 * word + bit)).collect()).collect();
    // The eight working variables a, b, ..., h.
    let mut v = start.clone();
    for round in 0..64 {
        if round >= 16 {
            let first = shifted_sum(circuit_ref, &schedule[round - 15], [7, 18], 3, true);
            let second = shifted_sum(circuit_ref, &schedule[round - 2], [17, 19], 10, true);
            let sum = plus(circuit_ref, &second, &schedule[round - 7]);
            let sum = plus(circuit_ref, &sum, &first);
            schedule.push(plus(circuit_ref, &sum, &schedule[round - 16]));
        }
        let turned = shifted_sum(circuit_ref, &v[4], [6, 11], 25, false);
        // ch = g + e (f + g), maj = a + (a + b)(a + c).
        let chosen: Bits = (0..32)
            .map(|i| {
                let differ = circuit_ref.xor(v[5][i], v[6][i]);
                let both = circuit_ref.and(v[4][i], differ);
                circuit_ref.xor(both, v[6][i])
            })
            .collect();
        let sum = plus(circuit_ref, &constant(cube_roots[round]), &schedule[round]);
        let sum = plus(circuit_ref, &sum, &v[7]);
        let sum = plus(circuit_ref, &sum, &chosen);
        let first = plus(circuit_ref, &sum, &turned);
        let turned = shifted_sum(circuit_ref, &v[0], [2, 13], 22, false);
        let most: Bits = (0..32)
            .map(|i| {
                let (ab, ac) = (circuit_ref.xor(v[0][i], v[1][i]), circuit_ref.xor(v[0][i], v[2][i]));
                let both = circuit_ref.and(ab, ac);
                circuit_ref.xor(both, v[0][i])
            })
            .collect();
        let second = plus(circuit_ref, &turned, &most);
        v.rotate_right(1);
        v[4] = plus(circuit_ref, &v[4], &first);
        v[0] = plus(circuit_ref, &first, &second);
    }
    let digest: Vec<Bits> = start.iter().zip(&v).map(|(start, word)| plus(circuit_ref, start, word)).collect();
    circuit.add_outputs(digest.into_iter().flat_map(|word| word.into_iter().rev()));
    circuit
}

/// The floor of a root.
fn root(value: u128, power: u32) -> u128 {
    let is_below = |root: u128| root.checked_pow(power).is_some_and(|result| result <= value);
    (0..64).rev().fold(0, |root, bit| if is_below(root | 1 << bit) { root | 1 << bit } else { root })
}

/// The sum modulo 2 of three rotations of a word, or of two and a shift.
fn shifted_sum(circuit: &mut Circuit, word: &[Literal], turns: [usize; 2], last: usize, is_shift: bool) -> Bits {
    let bit = |circuit: &mut Circuit, i: usize| {
        let sum = circuit.xor(word[(i + turns[0]) % 32], word[(i + turns[1]) % 32]);
        if is_shift && i + last >= 32 { sum } else { circuit.xor(sum, word[(i + last) % 32]) }
    };
    (0..32).map(|i| bit(circuit, i)).collect()
}

/// The sum modulo 2^32, with one AND a bit: the carry is (a + c)(b + c) + c.
fn plus(circuit: &mut Circuit, a: &[Literal], b: &[Literal]) -> Bits {
    let mut carry = Literal::FALSE;
    let mut sum = Vec::with_capacity(a.len());
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        let with_carry = circuit.xor(*a, carry);
        sum.push(circuit.xor(with_carry, *b));
        if i + 1 < 32 {
            let other = circuit.xor(*b, carry);
            let both = circuit.and(with_carry, other);
            carry = circuit.xor(both, carry);
        }
    }
    sum
}
