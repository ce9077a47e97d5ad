//! The bar that fills the placeholders of a page.
//!
//! In: the parameters of a document with their values. Out: a form. It works without the script: the values go into the
//! query string, and the server fills the page. Must not: hide where a value comes from.

use maud::{Markup, html};

use super::lists::counted;
use super::object::reference;
use super::query::{Asked, SET, TARGET};
use crate::site::{Filled, FilledParameter, Page, Site};

/// How many objects can be chosen from.
const CHOICES: usize = 100;

/// The form; nothing for a document without parameters.
pub(super) fn parameter_bar(site: &Site, document: &Page, filled: &Filled, asked: &Asked) -> Markup {
    let parameters = &filled.parameters;
    let bound = parameters.iter().filter(|shown| shown.bound.is_some()).count();
    let targets = &document.attachment.targets;
    let chosen = asked.target.as_deref();
    html! {
        @if !parameters.is_empty() {
            details.parameters open[parameters.iter().any(|shown| shown.awaited)] {
                summary {
                    @if bound == parameters.len() {
                        "Filled: "
                        @for (index, shown) in parameters.iter().enumerate() {
                            @if index > 0 { ", " }
                            (shown.parameter.name) " " strong { (shown.bound.as_ref().map(|bound| bound.value.as_str()).unwrap_or_default()) }
                        }
                    } @else {
                        span.open { (parameters.len() - bound) " of " (counted(parameters.len(), "placeholder")) " not filled" }
                    }
                }
                form method="get" data-parameters {
                    @for (name, value) in &asked.labels { input type="hidden" name=(name) value=(value); }
                    @if targets.len() > 1 {
                        div.field {
                            label for="page.target" { "Object" }
                            select id="page.target" name=(TARGET) {
                                option value="" { "any of " (targets.len()) }
                                @for target in targets.iter().take(CHOICES) {
                                    @let name = reference(site, target);
                                    option value=(name) selected[chosen == Some(&name)] {
                                        (target.kind.kind) " " @if !target.namespace.is_empty() { (target.namespace) "/" } (target.name)
                                    }
                                }
                            }
                        }
                    } @else if let Some(chosen) = chosen {
                        input type="hidden" name=(TARGET) value=(chosen);
                    }
                    @for (index, shown) in parameters.iter().enumerate() { (field(document, shown, index)) }
                    button type="submit" { "Fill" }
                }
            }
        }
    }
}

fn field(document: &Page, shown: &FilledParameter, index: usize) -> Markup {
    let parameter = &shown.parameter;
    let declared = document
        .document
        .parameters
        .iter()
        .find(|declared| parameter.is_called(&declared.name));
    let id = format!("set.{index}");
    let note = format!("note.{index}");
    let value = shown
        .bound
        .as_ref()
        .map(|bound| bound.value.as_str())
        .unwrap_or_default();
    html! {
        div.field {
            label for=(id) { (parameter.name) }
            input id=(id) name={ (SET) (parameter.key) } data-parameter=(parameter.key) value=(value)
                placeholder=[declared.and_then(|declared| declared.example.as_deref())]
                maxlength="253" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby=(note);
            span.note id=(note) {
                @if let Some(refused) = &shown.refused {
                    span.refused { (refused.to_string()) }
                } @else if let Some(bound) = &shown.bound {
                    span.origin { (bound.origin.to_string()) }
                } @else {
                    span.origin { "not filled" }
                }
                @if let Some(description) = declared.and_then(|declared| declared.description.as_deref()) { " · " (description) }
            }
        }
    }
}
