//! Rules on the parameters that a runbook declares.
//!
//! In: what it declares, and what its content has. Out: findings of the object tier. Must not: judge names: every
//! placeholder may have any.

use crate::api::ParameterSpec;
use crate::finding::{At, Code, Finding};
use crate::parameter::Parameter;

/// Checks the declared parameters against those of the content.
pub fn parameters(declared: &[ParameterSpec], used: &[Parameter]) -> Vec<Finding> {
    let is_used = |name: &str| used.iter().any(|parameter| parameter.is_called(name));
    let unused = declared
        .iter()
        .enumerate()
        .filter(|(_, parameter)| !is_used(&parameter.name));
    let finding = |(index, parameter): (usize, &ParameterSpec)| {
        let at = At::field(format!("spec.parameters[{index}].name"));
        let names: Vec<&str> = used.iter().take(5).map(|parameter| parameter.name.as_str()).collect();
        let help = match names.as_slice() {
            [] => "the content has no placeholder; write one as $NAME or <name>".to_owned(),
            names => format!("the content has {}", names.join(", ")),
        };
        let message = format!("the content has no placeholder `{}`", parameter.name);
        Finding::new(Code::ParameterUnused, at, message).help(help)
    };
    unused.map(finding).collect()
}
