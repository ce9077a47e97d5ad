//! What a flag may say.
//!
//! In: the text of a flag or variable. Out: its value, or a sentence that says what to write.
//! Must not: know which flag it is for.

use std::time::Duration;

use k8s_openapi::jiff::{Span, SpanRelativeTo};

use super::lead::lease::LeaseName;
use super::write::rate::Rate;
use crate::api::{GroupKind, InvalidGroupKind};

/// A kind that documents may describe. The refused ones hold secrets or come and go by the thousand; they are never
/// watched.
pub(crate) fn target_kind(text: &str) -> Result<Option<GroupKind>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let kind: GroupKind = text
        .trim()
        .parse()
        .map_err(|error: InvalidGroupKind| error.to_string())?;
    match kind.refused() {
        Some(refused) => Err(format!("a {kind} cannot be described; describe {}", refused.instead)),
        None => Ok(Some(kind)),
    }
}

/// A namespace name; blanks around it, as lists written for people have them, do not belong to it. An empty one stands
/// for an empty list.
pub(crate) fn namespace(text: &str) -> Result<String, String> {
    let name = text.trim();
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let inner = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if name.len() <= 63 && inner && edge(name.chars().next()) && edge(name.chars().next_back()) {
        Ok(name.to_owned())
    } else {
        Err("a namespace is lower case letters, digits and -, at most 63 of them".to_owned())
    }
}

/// A switch; empty, as an unset variable of a template, for the default.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" | "" => Ok(true),
        "false" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

pub(crate) fn lease(text: &str) -> Result<LeaseName, String> {
    text.parse()
}

pub(crate) fn object(text: &str) -> Result<(String, String), String> {
    let name: LeaseName = text.parse().map_err(|_| "write NAMESPACE/NAME".to_owned())?;
    Ok((name.namespace, name.name))
}

pub(crate) fn delay(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        delay if delay <= Duration::from_secs(300) => Ok(delay),
        _ => Err("at most five minutes".to_owned()),
    }
}

/// A duration such as `90d` or `12h`; a day has 24 hours.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let longest = Duration::from_secs(50 * 365 * 24 * 60 * 60);
    match seconds(text)? {
        duration if (Duration::from_secs(10)..=longest).contains(&duration) => Ok(duration),
        _ => Err("from ten seconds to fifty years".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "write a duration such as 90d, 12h or 30s".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong())?;
    Duration::try_from(duration).map_err(|_| wrong())
}

pub(crate) fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        _ if text.is_empty() => Ok(Rate::default().per_second),
        Ok(rate) if (0.1..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("a rate is a number from 0.1 to 100000".to_owned()),
    }
}

pub(crate) fn burst(text: &str) -> Result<f64, String> {
    match text.parse::<u32>() {
        _ if text.is_empty() => Ok(Rate::default().burst),
        Ok(burst) if (1..=100_000).contains(&burst) => Ok(f64::from(burst)),
        _ => Err("a burst is a whole number from 1 to 100000".to_owned()),
    }
}

pub(crate) fn site_url(text: &str) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    if trimmed.is_empty() || trimmed.starts_with("http://") || trimmed.starts_with("https://") {
        Ok(trimmed.to_owned())
    } else {
        Err("an address begins with https:// or http://".to_owned())
    }
}
