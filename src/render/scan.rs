//! Looking for rare bytes.
//!
//! In: bytes and what is looked for. Out: whether and where it is. Must not: be slow on texts that have none, which is
//! nearly all of them: blocks are looked at as a whole, which the compiler turns into a few instructions each.

/// The place of the first byte that is `wanted`, or the length of `bytes`. `table` is [`table`] of the same question,
/// for what is shorter than a block.
#[inline]
pub(super) fn find(bytes: &[u8], wanted: impl Fn(u8) -> bool, table: &[bool; 256]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let clean = blocks.iter().take_while(|block| !has(block, &wanted)).count();
    // The last block overlaps the one before it, so that a long clean text leaves nothing to look at one by one.
    if clean == blocks.len() && bytes.last_chunk::<16>().is_some_and(|last| !has(last, &wanted)) {
        return bytes.len();
    }
    let rest = blocks.get(clean).map_or(rest, |block| block.as_slice());
    let listed = |byte: &u8| table.get(usize::from(*byte)).copied().unwrap_or(true);
    clean * 16 + rest.iter().position(listed).unwrap_or(rest.len())
}

/// The answer for every byte, from a function that can be called at compile time.
macro_rules! table {
    ($wanted:expr) => {{
        let mut table = [false; 256];
        let mut rest: &mut [bool] = &mut table;
        let mut byte: u8 = 0;
        while let Some((first, others)) = rest.split_first_mut() {
            *first = $wanted(byte);
            byte = byte.wrapping_add(1);
            rest = others;
        }
        table
    }};
}
pub(super) use table;

/// True if a byte is `wanted`.
#[inline]
pub(super) fn any(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    let (blocks, rest) = bytes.as_chunks::<32>();
    blocks.iter().any(|block| has(block, &wanted)) || rest.iter().any(|byte| wanted(*byte))
}

#[inline]
fn has<const BLOCK: usize>(block: &[u8; BLOCK], wanted: &impl Fn(u8) -> bool) -> bool {
    // Without an early exit, and with a number for the answer, this takes no branch.
    block.iter().fold(0, |found, byte| found | u8::from(wanted(*byte))) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [bool; 256] = table!(is_x);

    const fn is_x(byte: u8) -> bool {
        byte == b'x'
    }

    #[test]
    fn the_first_is_found_wherever_it_is() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(find(&bytes, is_x, &X), length);
            assert!(!any(&bytes, is_x));
            for at in (0..length).rev() {
                bytes[at] = b'x';
                assert_eq!(find(&bytes, is_x, &X), at);
                assert!(any(&bytes, is_x));
            }
        }
    }
}
