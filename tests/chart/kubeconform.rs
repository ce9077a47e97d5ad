//! Every rendering against the schemas of Kubernetes 1.36 and of the Prometheus operator, strictly.
//!
//! In: the OpenAPI document of the Kubernetes module, CustomResourceDefinitions. Out: what kubeconform says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{SERVED, everything, namespaced, parsed, program, root, run, text};

/// A schema of schemas is more than kubeconform can read. The API server judges ours whenever `tests/run cluster` runs.
const SKIPPED: &str = "CustomResourceDefinition";

/// One file for each kind, under the names that kubeconform is told to look for.
fn schemas() -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let openapi = program("OPENAPI")?;
    let document: Value = serde_json::from_str(&fs::read_to_string(openapi).unwrap()).unwrap();
    let mut definitions = document["definitions"].clone();
    for definition in definitions.as_object_mut().unwrap().values_mut() {
        strict(definition);
    }
    for (name, definition) in definitions.as_object().unwrap() {
        for kind in definition["x-kubernetes-group-version-kind"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let mut used = BTreeMap::new();
            take(&definitions, name, &mut used);
            let schema = json!({ "$ref": format!("#/definitions/{name}"), "definitions": used });
            let group = kind["group"].as_str().unwrap();
            write(
                folder.path(),
                group,
                kind["version"].as_str().unwrap(),
                kind["kind"].as_str().unwrap(),
                &schema,
            );
        }
    }
    let mut crds = vec![root().join("crds")];
    crds.extend(program("MONITORING_CRDS"));
    for file in crds.iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let crd = parsed(&fs::read_to_string(file.unwrap().path()).unwrap()).remove(0);
        for version in crd["spec"]["versions"].as_array().unwrap() {
            let mut schema = version["schema"]["openAPIV3Schema"].clone();
            strict(&mut schema);
            for field in ["apiVersion", "kind", "metadata"] {
                schema["properties"][field] = json!({});
            }
            let names = &crd["spec"]["names"];
            let group = crd["spec"]["group"].as_str().unwrap();
            write(
                folder.path(),
                group,
                version["name"].as_str().unwrap(),
                names["kind"].as_str().unwrap(),
                &schema,
            );
        }
    }
    Some(folder)
}

/// A definition and all that it refers to.
fn take<'a>(definitions: &'a Value, name: &str, used: &mut BTreeMap<String, &'a Value>) {
    if used.insert(name.to_owned(), &definitions[name]).is_none() {
        references(&definitions[name], &mut |to| take(definitions, to, used));
    }
}

fn references(schema: &Value, visit: &mut dyn FnMut(&str)) {
    match schema {
        Value::Object(object) => {
            if let Some(to) = object.get("$ref").and_then(Value::as_str) {
                visit(to.trim_start_matches("#/definitions/"));
            }
            object.values().for_each(|value| references(value, visit));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, visit)),
        _ => {}
    }
}

fn write(folder: &Path, group: &str, version: &str, kind: &str, schema: &Value) {
    let group = if group.is_empty() { version } else { group };
    let name = format!("{group}_{version}_{}.json", kind.to_lowercase());
    fs::write(folder.join(name), schema.to_string()).unwrap();
}

/// What OpenAPI leaves open: an unknown field, and a field that is a number or a string.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("format").is_some_and(|format| format == "int-or-string")
                || object.get("x-kubernetes-int-or-string").is_some()
            {
                *schema = json!({ "type": ["integer", "string"] });
                return;
            }
            let keeps = object.get("x-kubernetes-preserve-unknown-fields").is_some();
            if object.get("properties").is_some_and(Value::is_object) && !keeps {
                object.entry("additionalProperties").or_insert(json!(false));
            }
            object.values_mut().for_each(strict);
        }
        Value::Array(list) => list.iter_mut().for_each(strict),
        _ => {}
    }
}

fn judge(schemas: &Path, manifests: &str) -> Option<Result<String, String>> {
    let file = schemas.join("manifests.yaml");
    fs::write(&file, manifests).unwrap();
    let location = format!(
        "{}/{{{{ .Group }}}}_{{{{ .ResourceAPIVersion }}}}_{{{{ .ResourceKind }}}}.json",
        schemas.display()
    );
    let mut command = Command::new(program("KUBECONFORM")?);
    command
        .args(["-summary", "-verbose", "-skip", SKIPPED, "-schema-location", &location])
        .arg(file);
    Some(run(&mut command))
}

#[test]
fn every_rendering_is_valid() {
    let Some(schemas) = schemas() else { return };
    for values in [json!({}), everything(), namespaced()] {
        let Some(manifests) = text(&values, &SERVED) else {
            return;
        };
        let Some(verdict) = judge(schemas.path(), &manifests.unwrap()) else {
            return;
        };
        let said = verdict.unwrap_or_else(|error| panic!("{values}: {error}"));
        assert!(said.contains("Invalid: 0, Errors: 0"), "{said}");
        assert!(
            said.contains("Skipped: 2") || values == namespaced() && said.contains("Skipped: 0"),
            "{said}"
        );
    }
}

/// A judge that lets everything pass would be none.
#[test]
fn a_misspelt_field_is_seen() {
    let Some(schemas) = schemas() else { return };
    let Some(manifests) = text(&json!({}), &[]) else { return };
    let wrong = manifests.unwrap().replace("maxUnavailable: 1\n", "maxUnavailabel: 1\n");
    let Some(verdict) = judge(schemas.path(), &wrong) else {
        return;
    };
    let said = verdict.unwrap_err();
    assert!(said.contains("maxUnavailabel"), "{said}");
}
