//! What somebody may have meant by a name that does not exist.
//!
//! In: a word and the words that exist. Out: the nearest one, if it is near. Must not: guess from afar.

/// The word most like `word`: the same but for letter case and signs, or a few letters off.
pub fn similar<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let wanted = bare(word);
    let limit = match wanted.len() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|known| (distance(&wanted, &bare(known)), known))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn bare(word: &str) -> Vec<char> {
    word.chars()
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .take(64)
        .collect()
}

/// Letters to insert, remove, replace or swap with their neighbour to make one word of the other.
fn distance(one: &[char], two: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in two.iter().enumerate() {
            let mut best = (at(&row, j) + usize::from(a != b))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && two.get(j - 1) == Some(a);
            if swapped && a != b {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    at(&row, two.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let fields = ["title", "appliesTo", "contentFrom", "content", "alerts"];
        for (word, meant) in [
            ("tilte", Some("title")),
            ("applies_to", Some("appliesTo")),
            ("appliesto", Some("appliesTo")),
            ("contentfrom", Some("contentFrom")),
            ("contents", Some("content")),
            ("alert", Some("alerts")),
            ("severity", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(similar(word, fields), meant, "{word}");
        }
        assert_eq!(similar("abc", ["abc"]), Some("abc"));
    }
}
