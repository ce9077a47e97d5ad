//! What an installation decides and the pure core must know.
//!
//! In: nothing. Out: [`Settings`]. Must not: hold anything that only an edge needs, such as an address to listen on.

use std::collections::BTreeSet;
use std::sync::Arc;

/// The decisions of an installation. The default is that of an installation without configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Namespaces whose documents may describe objects of other namespaces and cluster-scoped objects.
    pub shared_namespaces: BTreeSet<Arc<str>>,
    /// Name of the cluster, shown on every page; empty when not given.
    pub cluster_name: Arc<str>,
    /// Address of the site without a slash at its end, for links in status; empty when not given.
    pub site_url: Arc<str>,
    /// Whether annotations are written to the objects that documents describe.
    pub attach: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            shared_namespaces: BTreeSet::new(),
            cluster_name: "".into(),
            site_url: "".into(),
            attach: true,
        }
    }
}

impl Settings {
    /// Whether documents of this namespace reach beyond it.
    pub fn is_shared(&self, namespace: &str) -> bool {
        self.shared_namespaces.contains(namespace)
    }
}
