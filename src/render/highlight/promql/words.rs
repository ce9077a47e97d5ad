//! The words of PromQL, of Prometheus 3 with what it has as an experiment.
//!
//! In: a word. Out: what it may be. Must not: decide; many of them are names of metrics elsewhere.

/// What a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// `sum` and the others, before `(`, `by` and `without`.
    Aggregation,
    /// `by`, `on` and the others that labels follow in parentheses.
    Grouping,
    /// `offset`, `bool`, `and` and the others that stand for themselves.
    Modifier,
    /// `fill` and the others that are a name without `(`.
    Fill,
    /// `inf` and `nan`.
    Number,
    /// A function, before `(`.
    Function,
}

/// The shortest and the longest word below, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=28;

/// What `word` may be; `None` if it is a name for sure. All but functions may be written in capitals.
pub(super) fn word(word: &[u8]) -> Option<Word> {
    if !LENGTHS.contains(&word.len()) {
        return None;
    }
    let mut small = [0; 12];
    let reserved = small.get_mut(..word.len()).and_then(|small| {
        small.copy_from_slice(word);
        small.make_ascii_lowercase();
        reserved(small)
    });
    reserved.or_else(|| is_function(word).then_some(Word::Function))
}

/// Words that the grammar itself has, by length: only words of one length are compared with each other.
fn reserved(word: &[u8]) -> Option<Word> {
    let is = |words: &[&str], is: Word| words.iter().any(|known| known.as_bytes() == word).then_some(is);
    match word.len() {
        2 => is(&["by", "on"], Word::Grouping).or_else(|| is(&["or"], Word::Modifier)),
        3 => is(&["sum", "avg", "min", "max"], Word::Aggregation)
            .or_else(|| is(&["and"], Word::Modifier))
            .or_else(|| is(&["inf", "nan"], Word::Number)),
        4 => is(&["topk"], Word::Aggregation)
            .or_else(|| is(&["bool"], Word::Modifier))
            .or_else(|| is(&["fill"], Word::Fill)),
        5 => is(&["count", "group"], Word::Aggregation).or_else(|| is(&["atan2"], Word::Modifier)),
        6 => {
            is(&["stddev", "stdvar", "limitk"], Word::Aggregation).or_else(|| is(&["offset", "unless"], Word::Modifier))
        }
        7 => is(&["bottomk"], Word::Aggregation).or_else(|| is(&["without"], Word::Grouping)),
        8 => is(&["quantile"], Word::Aggregation)
            .or_else(|| is(&["ignoring"], Word::Grouping))
            .or_else(|| is(&["smoothed", "anchored"], Word::Modifier)),
        9 => is(&["fill_left"], Word::Fill),
        10 => is(&["group_left"], Word::Grouping).or_else(|| is(&["fill_right"], Word::Fill)),
        11 => is(&["group_right"], Word::Grouping).or_else(|| is(&["limit_ratio"], Word::Aggregation)),
        12 => is(&["count_values"], Word::Aggregation),
        _ => None,
    }
}

fn is_function(word: &[u8]) -> bool {
    let functions: &[&str] = match word.len() {
        2 => &["ln", "pi"],
        3 => &["abs", "cos", "deg", "end", "exp", "rad", "sgn", "sin", "tan"],
        4 => &[
            "acos", "asin", "atan", "ceil", "cosh", "hour", "info", "log2", "rate", "sinh", "sort", "sqrt", "step",
            "tanh", "time", "year",
        ],
        5 => &[
            "acosh", "asinh", "atanh", "clamp", "delta", "deriv", "floor", "irate", "log10", "month", "range", "round",
            "start",
        ],
        6 => &["absent", "idelta", "minute", "resets", "scalar", "vector"],
        7 => &["changes"],
        8 => &["increase", "integral"],
        9 => &["clamp_max", "clamp_min", "sort_desc", "timestamp"],
        10 => &["label_join"],
        11 => &["day_of_week", "day_of_year"],
        12 => &["day_of_month", "holt_winters"],
        13 => &[
            "avg_over_time",
            "days_in_month",
            "histogram_avg",
            "histogram_sum",
            "label_replace",
            "mad_over_time",
            "max_over_time",
            "min_over_time",
            "sort_by_label",
            "sum_over_time",
        ],
        14 => &["last_over_time", "predict_linear"],
        15 => &["count_over_time", "first_over_time", "histogram_count"],
        16 => &[
            "absent_over_time",
            "histogram_stddev",
            "histogram_stdvar",
            "stddev_over_time",
            "stdvar_over_time",
        ],
        17 => &["present_over_time"],
        18 => &[
            "histogram_fraction",
            "histogram_quantile",
            "quantile_over_time",
            "sort_by_label_desc",
        ],
        19 => &["histogram_quantiles", "ts_of_max_over_time", "ts_of_min_over_time"],
        20 => &["ts_of_last_over_time"],
        21 => &["ts_of_first_over_time"],
        28 => &["double_exponential_smoothing"],
        _ => &[],
    };
    functions.iter().any(|known| known.as_bytes() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTIONS: &str = "abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp \
        clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month deg delta deriv \
        double_exponential_smoothing end exp first_over_time floor histogram_avg histogram_count histogram_fraction \
        histogram_quantile histogram_quantiles histogram_stddev histogram_stdvar histogram_sum holt_winters hour idelta \
        increase info integral irate label_join label_replace last_over_time ln log10 log2 mad_over_time max_over_time \
        min_over_time minute month pi predict_linear present_over_time quantile_over_time rad range rate resets round \
        scalar sgn sin sinh sort sort_by_label sort_by_label_desc sort_desc sqrt start stddev_over_time stdvar_over_time \
        step sum_over_time tan tanh time timestamp ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time \
        ts_of_min_over_time vector year";

    #[test]
    fn every_word_is_found_under_its_length() {
        for known in FUNCTIONS.split_ascii_whitespace() {
            assert_eq!(word(known.as_bytes()), Some(Word::Function), "{known}");
            assert_eq!(word(known.to_uppercase().as_bytes()), None, "{known}");
        }
        let reserved = [
            (
                "sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio",
                Word::Aggregation,
            ),
            ("by without on ignoring group_left group_right", Word::Grouping),
            ("and or unless atan2 offset bool smoothed anchored", Word::Modifier),
            ("fill fill_left fill_right", Word::Fill),
            ("inf nan", Word::Number),
        ];
        for (words, expect) in reserved {
            for known in words.split(' ') {
                assert_eq!(word(known.as_bytes()), Some(expect), "{known}");
                assert_eq!(word(known.to_uppercase().as_bytes()), Some(expect), "{known}");
            }
        }
    }

    #[test]
    fn names_are_no_words() {
        for name in [
            "up",
            "x",
            "",
            "node_load1",
            "sum_",
            "rates",
            "http_requests_total",
            "\u{e4}",
            "a:b:c",
        ] {
            assert_eq!(word(name.as_bytes()), None, "{name}");
        }
        assert_eq!(word(&[b'a'; 400]), None);
    }
}
