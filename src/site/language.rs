//! The language of a text that does not say it.
//!
//! In: Markdown. Out: `de` or `en`. Must not: be taken for more than a guess; `spec.language` always wins.

/// How much of a text is looked at, in words.
const SAMPLE: usize = 400;

/// Frequent words that only one of the two languages has.
const GERMAN: [&str; 16] = [
    "und", "der", "die", "das", "nicht", "ist", "wird", "mit", "für", "ein", "eine", "auf", "werden", "wenn", "oder",
    "dem",
];
const ENGLISH: [&str; 16] = [
    "and", "the", "of", "to", "is", "not", "with", "for", "this", "that", "are", "be", "if", "or", "on", "when",
];

/// German when its frequent words clearly outnumber the English ones, else English.
pub(super) fn detect(markdown: &str) -> &'static str {
    let words = markdown
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .take(SAMPLE);
    let (mut german, mut english) = (0_usize, 0_usize);
    for word in words {
        let lower = word.to_lowercase();
        german += usize::from(GERMAN.contains(&lower.as_str()));
        english += usize::from(ENGLISH.contains(&lower.as_str()));
    }
    if german > english { "de" } else { "en" }
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn the_frequent_words_decide() {
        for (text, expect) in [
            (
                "Der Dienst antwortet nicht und die Bestellungen werden abgelehnt.",
                "de",
            ),
            ("The service does not answer and orders are refused.", "en"),
            ("", "en"),
            ("kubectl get pods", "en"),
        ] {
            assert_eq!(detect(text), expect, "{text}");
        }
    }
}
