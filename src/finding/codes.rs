//! The table of finding codes: number, tier, severity, title and explanation.
//!
//! In: nothing. Out: [`Code`] and [`ALL`], which drive `lint --explain`, the documentation page and SARIF rules.
//! Must not: reuse or renumber a code. A code that is no longer raised stays in the table.

use std::fmt::Write;

use super::{Severity, Tier};

/// The page `docs/findings.md`: every code with its tier, severity and explanation.
pub fn manual() -> String {
    let mut page = String::from(
        "# Findings\n\nWhat the checks say. `kubectl runbook lint --explain CODE` prints the same. Generated from the table of codes:\n\
         edit `src/finding/codes.rs`, not this page.\n\n\
         A finding of the tier **schema** is refused by the API server itself. **object**: the document alone shows it; an\n\
         error stalls the document. **cross**: other objects show it; always a warning, and Ready stays as it is.\n\n\
         | code | tier | severity | rule |\n|---|---|---|---|\n",
    );
    for code in ALL {
        let (id, tier, severity, title) = (code.id(), code.tier(), code.severity(), code.title());
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| [{id}](#{}) | {} | {} | {title} |",
            id.to_lowercase(),
            tier.as_str(),
            severity.as_str()
        );
    }
    for code in ALL {
        let text: String = code
            .explanation()
            .lines()
            .map(|line| format!("{}\n", line.trim()))
            .collect();
        let _ = write!(page, "\n## {}\n\n{text}", code.id());
    }
    page
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal, $tier:ident, $severity:ident, $title:literal;)*) => {
        /// A rule that input can break. The explanation of each is its documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])* $name,)*
        }

        /// Every code, in the order of its number.
        pub const ALL: &[Code] = &[$(Code::$name),*];

        impl Code {
            /// The stable identifier, such as `KB0104`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Who can tell that it is broken.
            pub fn tier(self) -> Tier {
                match self { $(Self::$name => Tier::$tier,)* }
            }

            /// How bad breaking it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// The rule in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// The rule, why it exists and how to mend what breaks it.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc, "\n"),*),)* }
            }
        }
    };
}

codes! {
    /// The text is not YAML. The rest of the file is still read, from the next `---` on.
    /// Mend the syntax at the marked place; a template such as a Helm chart must be rendered first.
    YamlSyntax = "KB0001", Schema, Error, "YAML that does not parse";
    /// A mapping has the same key twice. The API server refuses it under strict validation; `kubectl` without
    /// server-side apply silently keeps the last one, so one of the two values would be lost.
    DuplicateKey = "KB0002", Schema, Error, "key given twice";
    /// Aliases, depth or size of the YAML are beyond what a document can need: a few hundred bytes of nested aliases
    /// can stand for gigabytes. Write the values out.
    YamlBudget = "KB0003", Schema, Error, "YAML beyond its budget";
    /// The bytes are not UTF-8 text. Convert the file (`iconv -t UTF-8`), or leave out what is no text.
    NotText = "KB0004", Schema, Error, "not text";
    /// The YAML document is not a Kubernetes object: it has no `apiVersion` or no `kind`.
    NotAnObject = "KB0005", Schema, Error, "not a Kubernetes object";
    /// The group is ours, the version or kind is not. This version serves `Runbook` and `KnowledgeArticle` in
    /// `knowledge.scs.community/v1alpha1`.
    UnknownKind = "KB0006", Schema, Error, "unknown kind of our group";
    /// The same object (kind, namespace and name) stands in the input twice. The first is used, as nothing says which
    /// one a cluster would see last.
    DuplicateObject = "KB0007", Cross, Warning, "object given twice";
    /// A value has another type than the schema says, for example a number where text is asked for: quote it.
    WrongType = "KB0101", Schema, Error, "value of the wrong type";
    /// The schema has no such field. The API server refuses it under strict validation and drops it otherwise.
    UnknownField = "KB0102", Schema, Error, "unknown field";
    /// A required field is missing, or is `null`, which the API server reads as missing. Give it a value.
    RequiredField = "KB0103", Schema, Error, "required field missing";
    /// A target names its objects in exactly one way: `name`, `selector` or `all: true`.
    TargetChoice = "KB0104", Schema, Error, "a target needs exactly one of name, selector, all";
    /// A string, list or map is longer or shorter than the schema allows.
    OutOfBounds = "KB0105", Schema, Error, "longer or shorter than allowed";
    /// The value is not one of those that the schema lists.
    NotAllowed = "KB0106", Schema, Error, "value not allowed";
    /// The value does not have the form that the schema asks for; the message shows the form.
    BadForm = "KB0108", Schema, Error, "value of the wrong form";
    /// A document has its body in exactly one place: `content` or `contentFrom`.
    ContentChoice = "KB0109", Schema, Error, "exactly one of content, contentFrom";
    /// A selector needs a requirement, and each requirement an operator that fits its values. An empty selector would
    /// match everything; `all: true` says so on purpose.
    SelectorForm = "KB0110", Schema, Error, "selector without a proper requirement";
    /// A target reaches other namespaces in one way: `namespace` or `namespaceSelector`.
    NamespaceChoice = "KB0111", Schema, Error, "at most one of namespace, namespaceSelector";
    /// `metadata` breaks a rule that holds for every Kubernetes object: the form of names, labels and annotations.
    InvalidMetadata = "KB0112", Schema, Error, "metadata the API server refuses";
    /// `from` of a parameter names an alert label, a field of the target, or both; nothing gives no value.
    ParameterSource = "KB0113", Schema, Error, "parameter source that names nothing";
    /// Objects of this kind cannot be described. They come and go with their owner or hold secrets; the finding names
    /// the kind to use instead.
    TargetKindRefused = "KB0120", Object, Error, "kind that cannot be a target";
    /// A document reaches its own namespace and the Namespace object of that name. Only a document in a shared
    /// namespace may name other namespaces or cluster-scoped objects: otherwise one tenant could put pages on
    /// another's objects.
    TargetOutOfReach = "KB0121", Object, Error, "target out of reach";
    /// A label key or value in a selector is not a valid label, so nothing can ever match.
    SelectorInvalid = "KB0122", Object, Error, "selector that cannot match";
    /// No object of that kind has that name. Documents may come before their workloads, so this is a warning.
    TargetNotFound = "KB0123", Cross, Warning, "named target not found";
    /// No object matches the selector, or there is none at all for `all: true`. Compare the labels with the selector.
    SelectorMatchesNothing = "KB0124", Cross, Warning, "selector matches nothing";
    /// The cluster serves no such kind, or it is not among the kinds that the operator is configured to watch
    /// (`targets.kinds`). A CustomResourceDefinition that arrives later is picked up.
    KindNotFound = "KB0125", Cross, Warning, "kind not served or not configured";
    /// The operator may not list and watch this kind. The finding holds the rule to add to a ClusterRole.
    KindNotPermitted = "KB0126", Cross, Warning, "no permission to watch the kind";
    /// The operator is bound to some namespaces (`--namespaces`), and the target lies in another one. Nothing is known of
    /// its objects, and nothing is attached to them. The same holds for objects that belong to no namespace.
    NamespaceNotWatched = "KB0127", Cross, Warning, "target where the operator does not watch";
    /// The objects of this kind belong to no namespace, so that `namespace` and `namespaceSelector` say nothing about
    /// them. Leave the field out.
    TargetNotNamespaced = "KB0128", Object, Error, "namespace given for a kind that has none";
    /// The API server serves the kind and answers a list of its objects with an error: a conversion webhook or an API
    /// service that is down, mostly. What was attached before stays, and it is tried again and again.
    KindUnavailable = "KB0129", Cross, Warning, "kind that cannot be listed";
    /// The name or an alias of this document is taken by an older document of the same namespace, or of another shared
    /// namespace. The older one keeps it.
    NameTaken = "KB0130", Cross, Warning, "name or alias already taken";
    /// A document in `related` does not exist. Its name, kind or namespace may have changed.
    RelatedNotFound = "KB0131", Cross, Warning, "related document not found";
    /// The ConfigMap of `contentFrom` is not there, or its owner has not consented to its publication. The label
    /// `knowledge.scs.community/content: "true"`, set by the owner of the ConfigMap, is that consent; only labelled
    /// ConfigMaps are read, so the operator cannot tell a missing one from one without the label.
    ContentNotLabelled = "KB0140", Cross, Warning, "ConfigMap missing or not labelled";
    /// The ConfigMap of `contentFrom` has no such key, or its value is binary.
    ContentKeyMissing = "KB0141", Cross, Warning, "key missing in the ConfigMap";
    /// The Markdown is longer than 1 MiB and is not published. Split the document into several.
    ContentTooLarge = "KB0142", Object, Error, "content too large";
    /// Escaped as JSON the object is larger than 262,144 bytes, so client-side `kubectl apply` fails: it copies the
    /// object into an annotation of that size. Use `kubectl apply --server-side`.
    NeedsServerSideApply = "KB0143", Object, Warning, "too large for client-side apply";
    /// The content is in a ConfigMap that was not looked at: the input holds no ConfigMap of that namespace, or the
    /// operator may not list them. Files are checked together with their ConfigMaps by
    /// `kubectl kustomize . | kubectl runbook lint -`.
    ContentNotGiven = "KB0144", Cross, Note, "content that was not looked at";
    /// The document has no text. Write something, or remove the document until there is something to say.
    EmptyContent = "KB0201", Object, Error, "no content";
    /// The document or one of its sections says next to nothing: nobody is helped by it at 03:00.
    Stub = "KB0202", Object, Warning, "stub";
    /// A link leads to a document, or a heading of one, that does not exist. Readers see it marked.
    DocumentLinkBroken = "KB0203", Cross, Warning, "link to a document that does not exist";
    /// A link leads to a heading that the document does not have.
    AnchorBroken = "KB0204", Object, Warning, "link to a heading that does not exist";
    /// A relative link leads to a file that is not a document: it cannot be followed from a cluster. Link to where the
    /// file is published.
    RelativeLink = "KB0205", Object, Warning, "relative link to something that is not a document";
    /// A reference such as `[text][label]` has no definition `[label]: address`.
    ReferenceUndefined = "KB0206", Object, Warning, "reference without a definition";
    /// A runbook without Diagnosis or without Mitigation leaves the reader with half of the answer.
    SectionMissing = "KB0207", Object, Warning, "runbook without Diagnosis or Mitigation";
    /// The document has no title: `spec.title`, a first heading or front matter gives one. The name is shown instead.
    TitleMissing = "KB0208", Object, Warning, "no title";
    /// A code block is not closed, so the rest of the document is shown as code.
    UnclosedFence = "KB0209", Object, Warning, "unclosed code block";
    /// An option of a command is followed by nothing, as in `-n  get`: a template probably took the placeholder for
    /// markup of its own.
    CommandArgumentEmpty = "KB0210", Object, Warning, "command with an empty argument";
    /// The text looks like a private key, token or webhook address. Whoever may read the document may read it.
    SecretLooking = "KB0211", Object, Warning, "text that looks like a secret";
    /// The address of a link or image has a scheme that is not shown, such as `javascript:`. Its text is shown.
    UnsafeLink = "KB0212", Object, Warning, "link that is not safe to follow";
    /// The document nests deeper, or its HTML grows larger, than is shown. What lies deeper is shown as plain text.
    BeyondLimits = "KB0213", Object, Warning, "deeper or larger than is rendered";
    /// The content has control characters other than tab and line feed. They are shown as a replacement sign.
    ControlCharacter = "KB0214", Object, Warning, "control character";
    /// A front matter key that is not a field of the spec. It is kept, and does nothing.
    FrontMatterKept = "KB0215", Object, Note, "front matter key without a meaning";
    /// The front matter is not valid, or a value in it does not fit the field of that name. It is kept out of the spec.
    FrontMatterInvalid = "KB0216", Object, Warning, "front matter that cannot be used";
    /// A shortcode, a component or an admonition is none that a page can show. It is shown as it is written, so nothing
    /// is lost; say it in plain Markdown.
    ConstructUnknown = "KB0217", Object, Note, "construct of a dialect that is not known";
    /// An admonition, tab or shortcode begins and nothing ends it, so the rest of the document is in it.
    FrameUnclosed = "KB0218", Object, Warning, "admonition or tab that is not closed";
    /// HTML that could run or load something is shown as the text it is. Tables, lists, `details`, `kbd`, links and
    /// images are understood; say the rest in Markdown.
    HtmlAsText = "KB0219", Object, Note, "HTML that is shown as text";
    /// A picture lies on another server. A page loads nothing from elsewhere, so it is shown as a link. Pictures of up to
    /// 1 MiB can stand in the ConfigMap of `contentFrom`, small ones in the text as `data:image/png;base64,…`.
    RemotePicture = "KB0220", Object, Note, "picture on another server";
    /// A declared parameter is used nowhere in the content, so nothing is filled with its value.
    ParameterUnused = "KB0221", Object, Warning, "declared parameter that the content does not have";
    /// The operator failed on this document; everything else goes on. This is a fault of the operator and not of the
    /// document: please report it with the document.
    OperatorFault = "KB0901", Object, Error, "a fault of the operator";
}
