use super::*;

fn bits(hex: &str) -> Vec<bool> {
    let digits = hex.chars().filter_map(|digit| digit.to_digit(16));
    digits.flat_map(|digit| (0..4).rev().map(move |bit| digit >> bit & 1 == 1)).collect()
}

#[test]
fn the_s_box_is_the_inverse_and_the_affine_map_for_every_byte() {
    let circuit = aes_sbox();
    for byte in 0..=255u8 {
        let inverse = (0..=255).find(|other| multiply(byte, *other) == 1).unwrap_or(0);
        let turned = (1..5).fold(inverse, |sum, turn| sum ^ inverse.rotate_left(turn));
        let expected = turned ^ 0x63;
        assert_eq!(circuit.simulate(&bits(&format!("{byte:02x}"))), bits(&format!("{expected:02x}")), "{byte:02x}");
    }
    // The first and the last entry of Table 4 of FIPS 197.
    assert_eq!(circuit.simulate(&bits("00")), bits("63"));
    assert_eq!(circuit.simulate(&bits("ff")), bits("16"));
}

#[test]
fn aes_128_has_the_answers_of_fips_197() {
    let circuit = aes_128();
    let run = |key: &str, text: &str| circuit.simulate(&bits(&format!("{key}{text}")));
    // Appendix B, and appendix C.1.
    let cases = [
        ("2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734", "3925841d02dc09fbdc118597196a0b32"),
        ("000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a"),
    ];
    for (key, text, cipher) in cases {
        assert_eq!(run(key, text), bits(cipher));
        assert_ne!(run(text, key), bits(cipher));
    }
}

#[test]
fn sha_256_has_the_digests_of_fips_180() {
    let circuit = sha_256_block();
    let padded = |message: &str| format!("{:0<112}{:016x}", format!("{message}80"), 4 * message.len());
    // "abc", and the empty message.
    let cases = [
        ("616263", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ];
    for (message, digest) in cases {
        assert_eq!(circuit.simulate(&bits(&padded(message))), bits(digest), "{message}");
    }
}
