//! The build: from what changed to the next snapshot.
//!
//! In: the corpus, the last site, the [`Delta`]. Out: the next site and the [`Changes`].
//! Must not: give another result than a build from nothing (a property test holds the two equal).
//!
//! Each step says whom a change concerns and works those anew, in the order of what depends on what: a document's own
//! part, the directories, links, attachments, and last the objects that documents describe.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use super::attachment::{Attachment, Interests, attach, describes, faults};
use super::directory::{Directory, identity};
use super::page::{Content, Page, operator_fault};
use super::{Changes, Described, Describing, Shard, Site, links, names};
use crate::api::{ConfigMapKeyRef, GroupKind};
use crate::corpus::{Corpus, Delta, Document, DocumentId, TargetId};
use crate::finding::tidy;
use crate::settings::Settings;

impl Site {
    /// Builds the site of a corpus from nothing.
    pub fn of(corpus: &Corpus, settings: Arc<Settings>) -> Self {
        Self::empty(settings).updated(corpus, &corpus.everything()).0
    }

    /// Builds the next site. `delta` covers everything that changed in the corpus since this one was built.
    pub fn updated(&self, corpus: &Corpus, delta: &Delta) -> (Self, Changes) {
        let mut build = Build {
            before: self,
            corpus,
            site: self.clone(),
            changes: Changes::default(),
            released: BTreeSet::new(),
        };
        build.run(delta);
        (build.site, build.changes)
    }
}

struct Build<'a> {
    before: &'a Site,
    corpus: &'a Corpus,
    site: Site,
    changes: Changes,
    /// What documents described that are gone now.
    released: BTreeSet<TargetId>,
}

impl Build<'_> {
    fn run(&mut self, delta: &Delta) {
        self.site.coverage = self.corpus.coverage().clone();
        if !delta.kinds.is_empty() {
            self.site.kinds = Arc::new(
                self.corpus
                    .kinds()
                    .map(|(kind, info)| (kind.clone(), info.clone()))
                    .collect(),
            );
        }
        self.take_in(delta);
        let renamed_namespaces = delta.targets.iter().any(|target| target.kind == GroupKind::namespace());

        let read = self.concerned(delta);
        let found_anew = self.read(&read);
        let linked = self.link(&read, &found_anew);
        let mut attached: BTreeSet<DocumentId> = read.clone();
        if renamed_namespaces || delta.kinds.contains(&GroupKind::namespace()) {
            attached.extend(self.with_namespace_selector());
        }
        let mut targets = delta.targets.clone();
        attached.extend(self.changed_matches(delta));
        targets.extend(self.attach(&attached));
        targets.append(&mut self.released);
        if renamed_namespaces {
            targets.extend(self.told_objects_of(delta));
        }
        self.describe(&targets);
        let opted = targets
            .iter()
            .filter(|id| self.before.is_opted_out(id) != self.site.is_opted_out(id));
        let told = opted
            .flat_map(|id| self.site.described(id))
            .map(|by| by.document.clone())
            .collect::<Vec<_>>();

        self.changes
            .documents
            .extend(read.into_iter().chain(linked).chain(attached).chain(told));
        self.changes.targets.extend(targets);
        self.site
            .shards
            .retain(|_, shard| !shard.pages.is_empty() || !shard.targets.is_empty());
    }

    /// The objects as they are now; who describes them is said anew at the end.
    fn take_in(&mut self, delta: &Delta) {
        for id in &delta.targets {
            let key = (id.kind.clone(), id.name.clone());
            match self.corpus.target(id).cloned() {
                Some(meta) => {
                    let documents = self
                        .site
                        .target(id)
                        .map_or_else(Arc::default, |target| target.documents.clone());
                    self.shard(&id.namespace)
                        .targets
                        .insert(key, Described { meta, documents });
                }
                None if self.site.target(id).is_some() => {
                    self.shard(&id.namespace).targets.remove(&key);
                }
                None => {}
            }
        }
    }

    fn page(&self, document: &Arc<Document>, old: Option<&Page>) -> Page {
        let content = |from: &ConfigMapKeyRef| Content::of(self.corpus, &document.id.namespace, from);
        guarded(document, || Page::read(document, old, &content, &self.site))
    }

    /// Documents whose own part depends on what changed.
    fn concerned(&self, delta: &Delta) -> BTreeSet<DocumentId> {
        let mut documents = delta.documents.clone();
        for (namespace, map) in &delta.contents {
            let from = |page: &&Arc<Page>| {
                page.document
                    .spec
                    .content_from
                    .as_ref()
                    .is_some_and(|from| *from.config_map_key_ref.name == **map)
            };
            documents.extend(
                self.site
                    .pages_in(namespace)
                    .filter(from)
                    .map(|page| page.document.id.clone()),
            );
        }
        for kind in &delta.kinds {
            let shards = self.site.shards.values();
            documents.extend(shards.flat_map(|shard| shard.interests.in_kind(kind)).cloned());
        }
        documents
    }

    /// Reads documents anew. Returns the namespaces in which a name, path or heading changed, so that links may lead
    /// elsewhere.
    fn read(&mut self, documents: &BTreeSet<DocumentId>) -> BTreeSet<Arc<str>> {
        let mut found_anew = BTreeSet::new();
        let mut interests = BTreeSet::new();
        for id in documents {
            let old = self.site.page(id).cloned();
            let document = self.corpus.document(id);
            let new = document.map(|document| self.page(document, old.as_deref()));
            let same_names = match (&old, &new) {
                (Some(old), Some(new)) => {
                    identity(&old.document) == identity(&new.document)
                        && old.facts.headings.iter().map(|heading| &heading.id).eq(new
                            .facts
                            .headings
                            .iter()
                            .map(|heading| &heading.id))
                }
                (None, None) => true,
                _ => false,
            };
            if !same_names {
                found_anew.insert(id.namespace.clone());
            }
            let applies_to = |page: &Option<Arc<Page>>| page.as_ref().map(|page| page.document.spec.applies_to.clone());
            let new = new.map(|mut new| {
                if let Some(old) = &old {
                    // What the later steps find unchanged they leave as it was.
                    new.links.clone_from(&old.links);
                    new.outward.clone_from(&old.outward);
                    new.cross.clone_from(&old.cross);
                    new.attachment = old.attachment.clone();
                    new.unattached.clone_from(&old.unattached);
                }
                Arc::new(new)
            });
            if applies_to(&old) != applies_to(&new) {
                interests.insert(id.namespace.clone());
            }
            if let (Some(old), None) = (&old, &new) {
                self.released.extend(old.attachment.targets.iter().cloned());
            }
            let pages = &mut self.shard(&id.namespace).pages;
            match new {
                Some(new) => pages.insert((id.kind, id.name.clone()), new),
                None => pages.remove(&(id.kind, id.name.clone())),
            };
        }
        for namespace in &found_anew {
            let shard = self.shard(namespace);
            shard.directory = Arc::new(Directory::of(shard.pages.values().map(|page| &*page.document)));
        }
        for namespace in &interests {
            let shard = self.shard(namespace);
            let mut all = Interests::default();
            shard.pages.values().for_each(|page| all.add(&page.document));
            shard.interests = Arc::new(all);
        }
        found_anew
    }

    /// Follows links anew, of documents that were read and of those whose links may lead elsewhere now.
    fn link(&mut self, read: &BTreeSet<DocumentId>, found_anew: &BTreeSet<Arc<str>>) -> BTreeSet<DocumentId> {
        let everywhere = found_anew
            .iter()
            .any(|namespace| self.site.settings.is_shared(namespace));
        let depends = |page: &Page| {
            everywhere || found_anew.contains(&page.document.id.namespace) || !page.outward.is_disjoint(found_anew)
        };
        let mut concerned: BTreeSet<DocumentId> =
            read.iter().filter(|id| self.site.page(id).is_some()).cloned().collect();
        if !found_anew.is_empty() {
            concerned.extend(
                self.site
                    .pages()
                    .filter(|page| depends(page))
                    .map(|page| page.document.id.clone()),
            );
        }
        let mut changed = BTreeSet::new();
        for id in concerned {
            let Some(page) = self.site.page(&id).cloned() else {
                continue;
            };
            let followed = caught(|| {
                let (targets, mut outward) = links::links(&self.site, &page);
                let mut cross = links::faults(&page, &targets);
                cross.extend(names::missing(&self.site, &page, &mut outward));
                cross.extend(names::taken(&self.site, &id));
                tidy(&mut cross);
                (targets, outward, cross)
            });
            let (targets, outward, cross) =
                followed.unwrap_or_else(|| (Vec::new(), BTreeSet::new(), vec![operator_fault()]));
            if targets == page.links && cross == page.cross && outward == page.outward {
                continue;
            }
            let mut next = Page::clone(&page);

            next.links = targets;
            next.outward = outward;
            next.cross = cross;
            self.put(next);
            changed.insert(id);
        }
        changed
    }

    fn with_namespace_selector(&self) -> Vec<DocumentId> {
        let selects = |page: &&Arc<Page>| {
            page.document
                .spec
                .applies_to
                .iter()
                .any(|target| target.namespace_selector.is_some())
        };
        self.site
            .pages()
            .filter(selects)
            .map(|page| page.document.id.clone())
            .collect()
    }

    /// Documents that describe a changed object and did not, or the other way round.
    fn changed_matches(&self, delta: &Delta) -> BTreeSet<DocumentId> {
        let mut documents = BTreeSet::new();
        for id in &delta.targets {
            let before = self.before.described(id);
            let now = self.describing(id);
            let one_sided = |a: &[Describing], b: &[Describing]| {
                let missing = a.iter().filter(|describing| !b.contains(describing));
                missing
                    .map(|describing| describing.document.clone())
                    .collect::<Vec<_>>()
            };
            documents.extend(one_sided(before, &now));
            documents.extend(one_sided(&now, before));
        }
        documents
    }

    /// Matches documents against the objects anew. Returns the objects that gained or lost a document.
    fn attach(&mut self, documents: &BTreeSet<DocumentId>) -> BTreeSet<TargetId> {
        let mut touched = BTreeSet::new();
        for id in documents {
            let Some(page) = self.site.page(id).cloned() else {
                continue;
            };
            let matched = caught(|| {
                let attachment = attach(&page.document, &self.site);
                let unattached = faults(&page.document, &attachment);
                (attachment, unattached)
            });
            let (attachment, unattached) = matched.unwrap_or_else(|| (Attachment::default(), vec![operator_fault()]));
            touched.extend(attachment.targets.iter().cloned());
            touched.extend(page.attachment.targets.iter().cloned());
            if attachment != page.attachment || unattached != page.unattached {
                let mut next = Page::clone(&page);
                next.attachment = attachment;
                next.unattached = unattached;
                self.put(next);
            }
        }
        touched
    }

    /// The described objects of the namespaces whose Namespace object changed: it may have opted out.
    fn told_objects_of(&self, delta: &Delta) -> Vec<TargetId> {
        let namespaces = delta
            .targets
            .iter()
            .filter(|target| target.kind == GroupKind::namespace());
        let objects = namespaces.flat_map(|namespace| self.site.targets_in(&namespace.name));
        let told = objects.filter(|target| !target.documents.is_empty() || target.meta.is_annotated());
        told.map(|target| target.meta.id.clone()).collect()
    }

    /// Says anew which documents describe an object.
    fn describe(&mut self, targets: &BTreeSet<TargetId>) {
        for id in targets {
            let Some(meta) = self.site.target(id).map(|target| target.meta.clone()) else {
                continue;
            };
            let key = (id.kind.clone(), id.name.clone());
            let documents: Arc<[Describing]> = self.describing(id).into();
            let described = Described { meta, documents };
            if self.site.target(id) != Some(&described) {
                self.shard(&id.namespace).targets.insert(key, described);
            }
        }
    }

    /// The documents that describe an object, in reading order.
    fn describing(&self, id: &TargetId) -> Vec<Describing> {
        let Some(meta) = self.site.target(id).map(|target| &target.meta) else {
            return Vec::new();
        };
        if self.site.kinds.get(&id.kind).is_none_or(|info| info.state.is_gone()) {
            return Vec::new();
        }
        let settings = self.site.settings();
        let own = if *id.kind.kind == *"Namespace" && id.kind.group.is_empty() {
            &id.name
        } else {
            &id.namespace
        };
        let shared = settings.shared_namespaces.iter().filter(|namespace| *namespace != own);
        let shards = std::iter::once(own)
            .chain(shared)
            .filter_map(|namespace| self.site.shards.get(namespace));
        let documents: BTreeSet<&DocumentId> = shards
            .flat_map(|shard| shard.interests.in_object(&id.kind, &id.name))
            .collect();
        let pages = documents.into_iter().filter_map(|document| self.site.page(document));
        let mut all: Vec<Describing> = pages
            .filter_map(|page| caught(|| describes(&page.document, meta, &self.site)).flatten())
            .collect();
        all.sort_by_cached_key(|by| (!by.named, by.document.namespace != *own, by.document.clone()));
        all
    }

    fn put(&mut self, page: Page) {
        let (namespace, key) = (
            page.document.id.namespace.clone(),
            (page.document.id.kind, page.document.id.name.clone()),
        );
        self.shard(&namespace).pages.insert(key, Arc::new(page));
    }

    fn shard(&mut self, namespace: &Arc<str>) -> &mut Shard {
        Arc::make_mut(self.site.shards.entry(namespace.clone()).or_default())
    }
}

/// A fault of ours in one document must not take all others with it: it becomes that document's finding.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

fn guarded(document: &Arc<Document>, read: impl FnOnce() -> Page) -> Page {
    caught(read).unwrap_or_else(|| Page::failed(document))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::{DocumentKind, Ready};

    #[test]
    fn a_fault_of_ours_is_a_page_that_says_so() {
        let object = json!({ "metadata": { "name": "a", "namespace": "b" }, "spec": { "content": "Text." } });
        let document = Arc::new(Document::stored(DocumentKind::Runbook, &object).unwrap());
        let page = guarded(&document, || panic!("a fault"));
        assert_eq!(page.findings()[0].code.id(), "KB0901");
        assert_eq!(page.ready(), Ready::InvalidSpec);
        assert_eq!(&*page.title, "a");
    }
}
