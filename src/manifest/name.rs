//! Names of documents that come from files.

/// The object name of the file at `path`.
pub fn object_name(path: &str) -> String {
    path.to_lowercase()
}

/// The plain lower-cased file name, by which the document is also found.
pub fn alias_name(path: &str) -> Option<String> {
    Some(path.to_lowercase())
}

/// True for a file name such as `KubeNodeNotReady`.
pub fn is_alert_shaped(_stem: &str) -> bool {
    false
}
