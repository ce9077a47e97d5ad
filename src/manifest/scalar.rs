//! What a scalar means to the API server: YAML 1.1 as its reader takes it.
//!
//! In: the text, style and tag of a scalar. Out: a JSON value, or the words why there is none.
//! Must not: be cleverer than the API server: `yes` is true, `0777` is 511, `1_000` is 1000, a date is a string.

use granit_parser::ScalarStyle;
use serde_json::{Number, Value};

const CORE: &str = "tag:yaml.org,2002:";

/// The value of a scalar.
pub(super) fn resolve(text: &str, style: ScalarStyle, tag: Option<&str>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return match style {
            ScalarStyle::Plain => plain(text),
            _ => Ok(Value::from(text)),
        };
    };
    let Some(kind) = tag.strip_prefix(CORE) else {
        return Ok(Value::from(text));
    };
    match kind {
        "str" | "timestamp" => Ok(Value::from(text)),
        "binary" => binary(text),
        "null" | "bool" | "int" | "float" => {
            let value = plain(text)?;
            let value = match (kind, value) {
                ("float", Value::Number(number)) => number.as_f64().map_or(Value::Null, Value::from),
                (_, value) => value,
            };
            if fits(kind, &value) {
                Ok(value)
            } else {
                Err(format!("`{text}` is not a !!{kind}"))
            }
        }
        // Any other tag is ignored.
        _ => Ok(Value::from(text)),
    }
}

fn fits(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "bool" => value.is_boolean(),
        "int" => value.is_i64() || value.is_u64(),
        _ => value.is_f64(),
    }
}

/// True for a plain scalar that stands for nothing.
pub(super) fn is_null(text: &str, style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain && plain(text) == Ok(Value::Null)
}

/// The string that a scalar is as a key of a JSON object.
pub(super) fn key(text: &str, style: ScalarStyle, tag: Option<&str>) -> Result<String, String> {
    if let (ScalarStyle::Plain, None, Some(name)) = (style, tag, infinite(text)) {
        return Ok(name.to_owned());
    }
    match resolve(text, style, tag)? {
        Value::String(text) => Ok(text),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Ok(integer.to_string()),
            (None, Some(float)) if number.is_f64() => Ok(short(float)),
            _ => Err(format!("the key `{text}` is too large a number for a key")),
        },
        _ => Err("null cannot be a key".to_owned()),
    }
}

fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Ok(true.into()),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(false.into());
        }
        _ if infinite(text).is_some() => return Err(format!("`{text}` is a number that JSON cannot hold")),
        _ => {}
    }
    let number = match text.bytes().next() {
        Some(b'.') => text.parse().ok().and_then(finite),
        Some(b'0'..=b'9' | b'+' | b'-') => {
            let digits = text.replace('_', "");
            integer(&digits).or_else(|| {
                if is_float(&digits) {
                    digits.parse().ok().and_then(finite)
                } else {
                    None
                }
            })
        }
        _ => None,
    };
    Ok(number.map_or_else(|| Value::from(text), Value::Number))
}

/// The numbers that JSON does not have, as keys.
fn infinite(text: &str) -> Option<&'static str> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(".nan"),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(".inf"),
        "-.inf" | "-.Inf" | "-.INF" => Some("-.inf"),
        _ => None,
    }
}

/// An integer with Go's prefixes: `0x`, `0b`, `0o` and a plain leading zero for octal.
fn integer(text: &str) -> Option<Number> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", text.get(1..)?),
        b'+' => ("+", text.get(1..)?),
        _ => ("", text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(hex) = lower.strip_prefix("0x") {
        (16, hex)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (2, binary)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (8, octal)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..)?)
    } else {
        (10, lower.as_str())
    };
    // The standard library takes a second sign.
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    match sign {
        "-" => i64::from_str_radix(&format!("-{digits}"), radix).ok().map(Number::from),
        "+" => i64::from_str_radix(digits, radix).ok().map(Number::from),
        _ => u64::from_str_radix(digits, radix).ok().map(Number::from),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => {
            let (mantissa, rest) = text.split_at(at);
            let digits = rest.get(1..).unwrap_or_default();
            (mantissa, Some(digits.strip_prefix(['-', '+']).unwrap_or(digits)))
        }
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    mantissa_ok && exponent.is_none_or(digits)
}

/// A number too large for a float is a string to the API server.
fn finite(number: f64) -> Option<Number> {
    Number::from_f64(number)
}

/// A float as a key, written as Go's `%g` writes a 32-bit float.
fn short(float: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the API server's reader shortens float keys the same way"
    )]
    let float = float as f32;
    if float.is_infinite() {
        return if float < 0.0 {
            "-.inf".to_owned()
        } else {
            ".inf".to_owned()
        };
    }
    let scientific = format!("{float:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return float.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// Base64 to the text it stands for.
fn binary(text: &str) -> Result<Value, String> {
    let wrong = || "!!binary that is not base64".to_owned();
    let mut bits: u32 = 0;
    let mut count = 0;
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    if !text.len().is_multiple_of(4) {
        return Err(wrong());
    }
    let digits = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(&text);
    for c in digits.bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(wrong()),
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Ok(Value::from(String::from_utf8_lossy(&bytes).into_owned()))
}
