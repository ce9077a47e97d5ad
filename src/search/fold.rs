//! Spellings that mean the same word.
//!
//! In: letters. Out: the same letters folded: lower case without accents, `ä` as `ae`. Must not: know languages; where
//! `ä` is no umlaut, documents and queries are folded alike all the same.

use super::words::{MAX_WORD, Runs};

/// True for a word of nothing but letters.
pub(super) fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `text` folded.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_char(c, &mut folded));
    folded
}

/// The letters and digits of `text` folded and nothing else: `Kube Pod Crash-Looping` becomes `kubepodcrashlooping`.
/// Empty if there are more than a name has.
pub(super) fn squash(text: &str) -> String {
    let mut squashed = String::new();
    for run in Runs::new(text) {
        run.text.chars().for_each(|c| fold_char(c, &mut squashed));
        if squashed.len() > 2 * MAX_WORD {
            return String::new();
        }
    }
    squashed
}

/// Appends `c` folded.
pub(super) fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let folded = match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'œ' | 'Œ' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' | 'ẞ' => "ss",
        'à'..='å' | 'À'..='Ã' | 'Å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'Ç' | 'ć' | 'č' | 'Č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'È'..='Ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì'..='ï' | 'Ì'..='Ï' | 'ī' | 'ı' => "i",
        'ł' | 'Ł' => "l",
        'ñ' | 'Ñ' | 'ń' | 'ň' => "n",
        'ò'..='õ' | 'Ò'..='Õ' | 'ø' | 'Ø' | 'ō' | 'ő' => "o",
        'ř' | 'Ř' => "r",
        'ś' | 'š' | 'Š' | 'ş' => "s",
        'ť' | 'ţ' => "t",
        'ù'..='û' | 'Ù'..='Û' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        'ź' | 'ż' | 'ž' | 'Ž' | 'Ż' => "z",
        // Two dots over a letter that was written before them.
        '\u{308}' if out.ends_with(['a', 'o', 'u']) => "e",
        _ if is_accent(c) => "",
        _ => {
            out.extend(c.to_lowercase().filter(|lower| !is_accent(*lower)));
            return;
        }
    };
    out.push_str(folded);
}

/// True for the accents of decomposed text, which follow their letter.
pub(super) fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fold_to_one() {
        for (a, b) in [
            ("Häuser", "haeuser"),
            ("LÖSCHEN", "loeschen"),
            ("u\u{308}ber", "Über"),
            ("Größe", "groesse"),
            ("café", "cafe"),
            ("cafe\u{301}", "cafe"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(a), fold(b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn names_are_squashed() {
        for (text, expect) in [
            ("Kube Pod Crash-Looping", "kubepodcrashlooping"),
            ("Überlauf: /var", "ueberlaufvar"),
            ("…", ""),
        ] {
            assert_eq!(squash(text), expect, "{text:?}");
        }
        assert_eq!(squash(&"word ".repeat(100)), "");
    }
}
