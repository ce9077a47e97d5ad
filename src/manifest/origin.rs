//! Where everything in an object stands in the text.

use crate::finding::{At, TextSpan};

/// Where an object and everything in it stands in the text it was read from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    #[expect(dead_code, reason = "signatures first")]
    span: Option<TextSpan>,
}

impl Origin {
    /// The place in the text that `at` means.
    pub fn resolve(&self, _at: &At) -> TextSpan {
        TextSpan { start: 0, end: 0 }
    }
}
