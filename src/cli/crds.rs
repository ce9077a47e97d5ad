//! The CustomResourceDefinitions as files.
//!
//! In: the types of `api`. Out: YAML, as it lies in `crds/` and as `knowledge-operator crds` prints it.
//! Must not: add anything to what `api::crd` says.

use crate::api::{DocumentKind, crd, names};
use crate::manifest::to_yaml;

/// The file name and text of each definition.
pub fn files() -> Vec<(String, String)> {
    let file = |kind: DocumentKind| (format!("{}.{}.yaml", kind.plural(), names::GROUP), to_yaml(crd(kind)));
    DocumentKind::ALL.map(file).to_vec()
}

/// All definitions as one stream, ready for `kubectl apply --server-side -f -`.
pub fn stream() -> String {
    files().into_iter().map(|(_, text)| format!("---\n{text}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_GOLDENS=1 cargo test crds` writes them anew.
    #[test]
    fn the_committed_definitions_are_what_the_types_say() {
        // Helm reads nothing outside of its chart.
        for folder in ["crds", "charts/knowledge-operator/files/crds"] {
            are_committed(folder);
        }
    }

    fn are_committed(name: &str) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let update = std::env::var_os("UPDATE_GOLDENS").is_some();
        for (file, text) in files() {
            let path = folder.join(&file);
            if update {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &text).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == text,
                "{name}/{file} is out of date: UPDATE_GOLDENS=1 cargo test --lib crds"
            );
        }
        let expected: Vec<String> = files().into_iter().map(|(file, _)| file).collect();
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_stream_reads_back() {
        let (objects, findings) = crate::manifest::parse_manifests(&stream());
        assert_eq!(findings, []);
        let values: Vec<_> = objects.iter().map(|object| &object.value).collect();
        assert_eq!(values, DocumentKind::ALL.map(crd));
    }
}
