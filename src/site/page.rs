//! One document as its readers see it: what it says, what is wrong with it, what it is attached to.
//!
//! In: a document, its content, the settings. Out: [`Page`], for every document, however broken.
//! Must not: read Markdown anew when it did not change, or hold a copy of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Site;
use super::attachment::{Attachment, scope};
use super::language;
use super::link::{LinkTarget, file_fault, relative};
use super::links;
use crate::api::{ConfigMapKeyRef, Ready, names};
use crate::check;
use crate::corpus::{Corpus, Document, Picture, Pictures};
use crate::finding::{At, Code, Finding, tidy};
use crate::manifest;
use crate::parameter::Given;
use crate::render::{self, Facts, Link, Resolved, SafeHtml};

/// A document as its readers see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The document.
    pub document: Arc<Document>,
    /// What its Markdown contains.
    pub facts: Arc<Facts>,
    /// The title to show; never empty.
    pub title: Arc<str>,
    /// One or two sentences to show in lists; may be empty.
    pub summary: Arc<str>,
    /// The language as a BCP 47 tag.
    pub language: Arc<str>,
    /// The objects it describes.
    pub attachment: Attachment,
    body: Body,
    missing: Option<Finding>,
    front_matter_title: Option<Arc<str>>,
    digest: Option<Arc<str>>,
    own: Vec<Finding>,
    pub(super) links: Vec<LinkTarget>,
    pub(super) outward: BTreeSet<Arc<str>>,
    pub(super) cross: Vec<Finding>,
    pub(super) unattached: Vec<Finding>,
}

/// Where the Markdown is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    /// In the document.
    Inline,
    /// In a ConfigMap.
    Map(Arc<str>, Arc<Pictures>),
    /// Nowhere: the document breaks the rule that says where.
    Nowhere,
    /// In a ConfigMap that is missing or not labelled.
    NotLabelled,
    /// In a ConfigMap that has no such key.
    KeyMissing,
    /// In a ConfigMap of which the input says nothing.
    NotGiven,
}

impl Page {
    /// Reads a document anew. `old` spares reading Markdown that did not change.
    /// `content` looks up what a ConfigMap holds.
    pub(super) fn read(
        document: &Arc<Document>,
        old: Option<&Self>,
        content: &dyn Fn(&ConfigMapKeyRef) -> Content,
        site: &Site,
    ) -> Self {
        let body = Body::find(document, content);
        let markdown = body.markdown(document);
        let format = document.spec.format.unwrap_or_default();
        let same =
            |old: &&Self| old.markdown() == markdown && old.facts.format == format && old.document.id == document.id;
        let unchanged = old.filter(same);
        let (facts, digest) = match unchanged {
            Some(old) => (old.facts.clone(), old.digest.clone()),
            None => (
                Arc::new(render::read(markdown.unwrap_or_default(), format)),
                markdown.map(digest),
            ),
        };
        let mut own = document.findings.clone();
        own.extend(check::object(document, site.settings(), &scope(site)));
        let front_matter_title = match unchanged {
            Some(old) => old.front_matter_title.clone(),
            None => markdown
                .and_then(|markdown| front_matter_title(&facts, markdown))
                .map(Arc::from),
        };
        let given_title = document.title().or(front_matter_title.as_deref()).map(str::to_owned);
        if let Some(markdown) = markdown {
            own.extend(check::content(
                document.id.kind,
                markdown,
                &facts,
                given_title.is_some(),
            ));
            own.extend(
                facts
                    .links
                    .iter()
                    .filter(|link| body.picture(&link.dest).is_none())
                    .filter_map(file_fault),
            );
        }
        if let (false, Some(markdown)) = (document.parameters.is_empty(), markdown) {
            let read = render::procedure(markdown, &facts, None);
            own.extend(check::parameters(&document.parameters, &read.parameters));
        }
        tidy(&mut own);
        let title = given_title
            .or_else(|| facts.title.clone())
            .unwrap_or_else(|| document.id.name.to_string());
        let summary = document
            .spec
            .summary
            .clone()
            .or_else(|| facts.first_paragraph.clone())
            .unwrap_or_default();
        let tag = document.spec.language.clone();
        let language = tag.map_or_else(|| language::detect(markdown.unwrap_or_default()).into(), Arc::from);
        Self {
            document: document.clone(),
            title: title.into(),
            summary: summary.into(),
            language,
            facts,
            missing: body.missing(document),
            body,
            digest,
            own,
            attachment: Attachment::default(),
            front_matter_title,
            links: Vec::new(),
            outward: BTreeSet::new(),
            cross: Vec::new(),
            unattached: Vec::new(),
        }
    }

    /// The page of a document on which we failed.
    pub(super) fn failed(document: &Arc<Document>) -> Self {
        Self {
            document: document.clone(),
            facts: Arc::default(),
            title: document.id.name.clone(),
            summary: "".into(),
            language: "en".into(),
            attachment: Attachment::default(),
            body: Body::Nowhere,
            missing: None,
            front_matter_title: None,
            digest: None,
            own: vec![operator_fault()],
            links: Vec::new(),
            outward: BTreeSet::new(),
            cross: Vec::new(),
            unattached: Vec::new(),
        }
    }

    /// The Markdown; `None` when there is none to be had.
    pub fn markdown(&self) -> Option<&str> {
        self.body.markdown(&self.document)
    }

    /// The body of the page. It is made for each reader, as it takes less time than to send it, and differs by what the
    /// placeholders are filled with.
    pub(super) fn html(&self, markdown: &str, given: &Given<'_>) -> SafeHtml {
        let from = &self.document.id;
        let resolve = |link: &Link| {
            let found = self
                .facts
                .links
                .binary_search_by_key(&link.span.start, |have| have.span.start);
            let target = found.ok().and_then(|at| self.links.get(at));
            target.map_or(Resolved::Text, |target| links::shown(from, link, target))
        };
        render::html(markdown, &self.facts, Some(&self.title), &resolve, given)
    }

    /// The content as it was read.
    pub(super) fn content(&self) -> Option<Content> {
        let pictures = match &self.body {
            Body::Map(_, pictures) => pictures.clone(),
            _ => Arc::default(),
        };
        Some(Content::Text(self.markdown()?.into(), pictures))
    }

    /// The picture with this key in the ConfigMap of the content.
    pub fn picture(&self, key: &str) -> Option<&Picture> {
        self.body.pictures()?.get(key)
    }

    /// The key of the picture that a relative destination names.
    pub(super) fn picture_key(&self, dest: &str) -> Option<&str> {
        self.body.picture(dest)
    }

    /// Digest of the Markdown, as `sha256:` and 64 hexadecimal digits.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// All findings: those of the document itself, then those that other objects show.
    pub fn findings(&self) -> Vec<&Finding> {
        self.own
            .iter()
            .chain(&self.cross)
            .chain(&self.missing)
            .chain(&self.unattached)
            .collect()
    }

    /// Why there is no content, where that is not the document's fault alone.
    pub fn missing(&self) -> Option<&Finding> {
        self.missing.as_ref()
    }

    /// Whether the page is published, and if not, why.
    pub fn ready(&self) -> Ready {
        let fatal: Vec<Code> = self
            .own
            .iter()
            .filter(|finding| finding.is_fatal())
            .map(|finding| finding.code)
            .collect();
        if fatal.contains(&Code::ContentTooLarge) {
            Ready::TooLarge
        } else if fatal.iter().any(|code| *code != Code::EmptyContent) {
            Ready::InvalidSpec
        } else if !fatal.is_empty() {
            Ready::InvalidContent
        } else {
            match self.body {
                Body::Inline | Body::Map(..) => Ready::Published,
                Body::Nowhere => Ready::InvalidSpec,
                Body::NotLabelled | Body::NotGiven => Ready::ContentNotLabelled,
                Body::KeyMissing => Ready::ContentKeyMissing,
            }
        }
    }
}

/// What is known of the content in a ConfigMap.
pub(super) enum Content {
    /// It is this.
    Text(Arc<str>, Arc<Pictures>),
    /// There is no such ConfigMap, or it is not labelled.
    NotLabelled,
    /// The ConfigMap has no such key.
    KeyMissing,
    /// Nothing.
    Unknown,
}

impl Content {
    /// What a corpus knows.
    pub(super) fn of(corpus: &Corpus, namespace: &str, from: &ConfigMapKeyRef) -> Self {
        let map = corpus.content(namespace, &from.name);
        match map.map(|map| {
            map.data
                .get(&*from.key)
                .map(|text| (text.clone(), map.pictures.clone()))
        }) {
            Some(Some((text, pictures))) => Self::Text(text, pictures),
            Some(None) => Self::KeyMissing,
            None if corpus.knows_content(namespace) => Self::NotLabelled,
            None => Self::Unknown,
        }
    }
}

impl Body {
    fn find(document: &Document, content: &dyn Fn(&ConfigMapKeyRef) -> Content) -> Self {
        match (&document.spec.content, &document.spec.content_from) {
            (Some(_), None) => Self::Inline,
            (None, Some(from)) => match content(&from.config_map_key_ref) {
                Content::Text(text, pictures) => Self::Map(text, pictures),
                Content::NotLabelled => Self::NotLabelled,
                Content::KeyMissing => Self::KeyMissing,
                Content::Unknown => Self::NotGiven,
            },
            _ => Self::Nowhere,
        }
    }

    fn pictures(&self) -> Option<&Pictures> {
        match self {
            Self::Map(_, pictures) => Some(pictures),
            _ => None,
        }
    }

    /// The key of the picture that a relative destination names: the last part of its path.
    fn picture(&self, dest: &str) -> Option<&str> {
        let name = relative(dest)?.rsplit('/').next()?;
        self.pictures()?.get_key_value(name).map(|(key, _)| &**key)
    }

    fn markdown<'a>(&'a self, document: &'a Document) -> Option<&'a str> {
        match self {
            Self::Inline => document.spec.content.as_deref(),
            Self::Map(text, _) => Some(text),
            Self::Nowhere | Self::NotLabelled | Self::KeyMissing | Self::NotGiven => None,
        }
    }

    fn missing(&self, document: &Document) -> Option<Finding> {
        let from = &document.spec.content_from.as_ref()?.config_map_key_ref;
        let namespace = &document.id.namespace;
        match self {
            Self::NotLabelled => {
                // The same words whether or not the ConfigMap exists: a document must not be a way to find that out.
                let message = format!(
                    "there is no ConfigMap {namespace}/{} labelled {}=true",
                    from.name,
                    names::CONTENT_LABEL
                );
                let help = format!(
                    "kubectl label configmap {} -n {namespace} {}=true, or in a Kustomization's configMapGenerator: \
                     options: {{labels: {{{}: \"true\"}}}}",
                    from.name,
                    names::CONTENT_LABEL,
                    names::CONTENT_LABEL
                );
                let at = At::field("spec.contentFrom.configMapKeyRef.name");
                Some(Finding::new(Code::ContentNotLabelled, at, message).help(help))
            }
            Self::KeyMissing => {
                let message = format!(
                    "the ConfigMap {namespace}/{} has no text under the key {:?}",
                    from.name, from.key
                );
                let at = At::field("spec.contentFrom.configMapKeyRef.key");
                Some(Finding::new(Code::ContentKeyMissing, at, message))
            }
            Self::NotGiven => {
                let message = format!(
                    "its content is in the ConfigMap {namespace}/{}, which was not looked at",
                    from.name
                );
                let at = At::field("spec.contentFrom.configMapKeyRef.name");
                Some(
                    Finding::new(Code::ContentNotGiven, at, message)
                        .help("in files, give the ConfigMap too; in a cluster, let the operator list ConfigMaps"),
                )
            }
            Self::Inline | Self::Map(..) | Self::Nowhere => None,
        }
    }
}

/// What is said of a document on which we failed.
pub(super) fn operator_fault() -> Finding {
    let message = "the operator failed on this document; this is a fault of the operator";
    Finding::new(Code::OperatorFault, At::Object, message).help("report it together with the document")
}

/// The `title` of the front matter.
fn front_matter_title(facts: &Facts, markdown: &str) -> Option<String> {
    let block = markdown.get(facts.front_matter.clone()?)?;
    let title = manifest::front_matter(block)?.get("title")?.as_str()?.trim().to_owned();
    (!title.is_empty()).then_some(title)
}

fn digest(markdown: &str) -> Arc<str> {
    let hash = Sha256::digest(markdown.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}").into()
}
