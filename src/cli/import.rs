//! `import`: a folder of Markdown to manifests.
//!
//! In: a folder and what holds for all of its documents. Out: one manifest for each Markdown file, the same bytes for
//! the same input. Must not: lose a file, rename one because another was added, or touch a file it did not write.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::Exit;
use super::examine::sections;
use super::folder::{self, File, Format};
use super::import_files::{MARK, Manifest, ORIGIN, write_all};
use crate::api::{DocumentKind, GroupKind, names};
use crate::finding::{Code, Severity};
use crate::manifest::{self, Lines, MarkdownDefaults, to_yaml};
use crate::schema;

/// Turns a folder of Markdown into manifests.
#[derive(clap::Args, Clone, Debug)]
pub struct ImportArgs {
    /// Folder with Markdown files
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Folder to write the manifests to
    #[arg(long, short, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Namespace of the documents
    #[arg(long, short, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Kind of the documents; found out for each file when not given
    #[arg(long, value_parser = kind, value_name = "KIND")]
    pub kind: Option<DocumentKind>,
    /// Team that owns the documents
    #[arg(long, value_name = "TEAM")]
    pub owner: Option<String>,
    /// Object that all documents describe, as Kind.group/name; repeat for more
    #[arg(long = "applies-to", value_parser = target, value_name = "KIND/NAME")]
    pub applies_to: Vec<Value>,
    /// Language of the documents, such as en or de
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Tag of the documents; repeat for more
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Licence of the documents, as an SPDX expression
    #[arg(long, value_name = "SPDX")]
    pub license: Option<String>,
    /// Where the files come from: an address, perhaps with @ and a revision; each document gets its path
    #[arg(long, value_name = "REPOSITORY")]
    pub source: Option<String>,
    /// Address below which the files are published; links to it lead to the documents
    #[arg(long, value_name = "URL")]
    pub published_at: Option<String>,
    /// Name of each document, made of {component}, {file} and {path}
    #[arg(long, value_name = "TEMPLATE", value_parser = template)]
    pub name_template: Option<String>,
    /// Remove manifests that an earlier import with the same --namespace and --source wrote and whose file is gone
    #[arg(long)]
    pub prune: bool,
}

/// Runs the command.
///
/// # Errors
/// When standard output or standard error cannot be written.
pub fn run(args: &ImportArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Exit> {
    if !args.folder.is_dir() {
        writeln!(
            err,
            "error: {}: no such folder; give the folder that holds the Markdown files",
            args.folder.display()
        )?;
        return Ok(Exit::Failure);
    }
    let input = folder::collect(std::slice::from_ref(&args.folder));
    for notice in &input.notices {
        writeln!(err, "{notice}")?;
    }
    for failure in &input.failures {
        writeln!(err, "error: {failure}")?;
    }
    let mut failed = !input.failures.is_empty();
    let mut converted: BTreeMap<Name, Vec<(&File, Value)>> = BTreeMap::new();
    let mut left = 0_usize;
    // Manifests below the folder, its own output perhaps, are no Markdown and so no source.
    let markdown = input.files.iter().filter(|file| file.format == Format::Markdown);
    for file in markdown {
        match convert(file, args, err)? {
            Some((name, value)) => converted.entry(name).or_default().push((file, value)),
            None => {
                failed = true;
                left += 1;
            }
        }
    }
    let origin = origin(args);
    let mut manifests: Vec<Manifest> = Vec::new();
    for (name, files) in &converted {
        // None of them gets the name: which one did would change with the files around it.
        if let [(file, value)] = files.as_slice() {
            manifests.push(Manifest {
                file: name.file(args.namespace.as_deref()),
                text: format!("{MARK}{}\n{origin}{}", file.path, to_yaml(value)),
                kind: name.kind,
            });
            continue;
        }
        let names: Vec<&str> = files.iter().map(|(file, _)| file.name.as_str()).collect();
        writeln!(
            err,
            "error: {} would all be the {} {}; name them apart in their front matter or with --name-template",
            names.join(" and "),
            name.kind.as_str(),
            name.name
        )?;
        failed = true;
        left += files.len();
    }
    if manifests.is_empty() && left == 0 && !failed {
        writeln!(
            err,
            "error: {}: no Markdown file in this folder or below it, nothing was done",
            args.folder.display()
        )?;
        return Ok(Exit::Findings);
    }
    let prune = args.prune.then_some(origin.as_str());
    let written = match write_all(&args.output, prune, &manifests, !failed, out, err) {
        Ok(written) => written,
        Err(error) => {
            writeln!(
                err,
                "error: {}: {error}; check that the folder can be written",
                args.output.display()
            )?;
            return Ok(Exit::Failure);
        }
    };
    let count = |kind| manifests.iter().filter(|manifest| manifest.kind == kind).count();
    writeln!(
        out,
        "{} runbooks and {} articles in {} ({} new or changed, {} removed){}",
        count(DocumentKind::Runbook),
        count(DocumentKind::KnowledgeArticle),
        args.output.display(),
        written.changed,
        written.removed,
        if left > 0 {
            format!("; {left} files could not be imported")
        } else {
            String::new()
        },
    )?;
    failed |= written.refused > 0;
    Ok(if failed { Exit::Findings } else { Exit::Clean })
}

/// One file to a document; `None` when it cannot be one, which is said.
fn convert(file: &File, args: &ImportArgs, err: &mut dyn Write) -> io::Result<Option<(Name, Value)>> {
    if let Some(problem) = &file.problem {
        writeln!(err, "error: {}: {}", file.name, problem.message)?;
        return Ok(None);
    }
    let name = args
        .name_template
        .as_deref()
        .map(|template| manifest::name_from_template(template, &file.path));
    let defaults = MarkdownDefaults {
        kind: args.kind,
        name,
        namespace: args.namespace.clone(),
        spec: common(args, file),
    };
    let (parsed, findings) = manifest::parse_markdown(&file.path, &file.text, &defaults, &sections);
    let kept: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.code == Code::FrontMatterKept)
        .map(|finding| finding.message.as_str())
        .collect();
    for message in kept {
        writeln!(err, "{}: {message}", file.name)?;
    }
    let mut value = parsed.value;
    let Some(kind) = value.get("kind").and_then(Value::as_str).and_then(DocumentKind::parse) else {
        writeln!(
            err,
            "error: {}: its kind is neither Runbook nor KnowledgeArticle",
            file.name
        )?;
        return Ok(None);
    };
    add_alias(&mut value, &file.path);
    keep_placeholders(&mut value);
    let lines = Lines::new(&file.text);
    let mut refused = false;
    let judged = findings
        .into_iter()
        .filter(|finding| finding.code != Code::FrontMatterKept);
    for finding in judged.chain(schema::check(kind, &value)) {
        let position = lines.position(&file.text, parsed.origin.resolve(&finding.at).start);
        let severity = finding.severity();
        refused |= severity == Severity::Error;
        let help = finding
            .help
            .as_ref()
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        writeln!(
            err,
            "{}[{}]: {}:{}:{}: {}{help}",
            severity.as_str(),
            finding.code.id(),
            file.name,
            position.line,
            position.column,
            finding.message
        )?;
    }
    if refused {
        return Ok(None);
    }
    let field = |path: &str| value.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let name = Name {
        kind,
        namespace: field("/metadata/namespace"),
        name: field("/metadata/name").unwrap_or_default(),
    };
    if field("/spec/content").is_some_and(|content| content.trim().is_empty()) {
        writeln!(
            err,
            "{}: it has no text, which lint and the operator call an error (KB0201)",
            file.name
        )?;
    }
    Ok(Some((name, value)))
}

/// What a manifest is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    kind: DocumentKind,
    namespace: Option<String>,
    name: String,
}

impl Name {
    /// The file; a document of another namespace than the import's has that in its file name, apart by a sign that no
    /// name can have.
    fn file(&self, usual: Option<&str>) -> String {
        let kind = self.kind.as_str().to_lowercase();
        match self.namespace.as_deref().filter(|namespace| Some(*namespace) != usual) {
            Some(namespace) => format!("{kind}-{namespace}_{}.yaml", self.name),
            None => format!("{kind}-{}.yaml", self.name),
        }
    }
}

/// The second line of every file: what an import says of all its documents, by which it knows its own again in a folder
/// that several share. Empty where it says nothing.
fn origin(args: &ImportArgs) -> String {
    let namespace = args
        .namespace
        .as_ref()
        .map(|namespace| format!(" namespace {namespace}"));
    let source = args
        .source
        .as_deref()
        .map(|given| format!(" source {}", repository(given).0));
    if namespace.is_none() && source.is_none() {
        return String::new();
    }
    format!(
        "{ORIGIN}{}{}\n",
        namespace.unwrap_or_default(),
        source.unwrap_or_default()
    )
}

/// What the flags say of every document.
fn common(args: &ImportArgs, file: &File) -> Map<String, Value> {
    let mut spec = Map::new();
    if let Some(team) = &args.owner {
        spec.insert("owner".into(), json!({ "team": team }));
    }
    if !args.applies_to.is_empty() {
        spec.insert("appliesTo".into(), json!(args.applies_to));
    }
    if let Some(language) = &args.language {
        spec.insert("language".into(), json!(language));
    }
    if !args.tags.is_empty() {
        spec.insert("tags".into(), json!(args.tags));
    }
    if let Some(license) = &args.license {
        spec.insert("license".into(), json!(license));
    }
    if let Some((folder, _)) = file.path.split_once('/')
        && schema::field(DocumentKind::Runbook, "component", &json!(folder)).is_empty()
    {
        spec.insert("component".into(), json!(folder));
    }
    let mut source = Map::new();
    if let Some(given) = &args.source {
        let (repository, revision) = repository(given);
        source.insert("repository".into(), json!(repository));
        if let Some(revision) = revision {
            source.insert("revision".into(), json!(revision));
        }
    }
    source.insert("path".into(), json!(file.path));
    if let Some(base) = &args.published_at {
        source.insert(
            "publishedURL".into(),
            json!(format!("{}/{}", base.trim_end_matches('/'), file.path)),
        );
    }
    spec.insert("source".into(), Value::Object(source));
    spec
}

/// An address and, after an @, a revision.
fn repository(given: &str) -> (&str, Option<&str>) {
    let parts = given.rsplit_once('@').filter(|(_, revision)| !revision.contains('/'));
    parts.map_or((given, None), |(repository, revision)| (repository, Some(revision)))
}

/// What looks like a variable in a document is the author's, wherever the manifest goes.
fn keep_placeholders(value: &mut Value) {
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(names::FLUX_SUBSTITUTE_ANNOTATION.to_owned(), json!("disabled"));
        }
    }
}

/// The plain lower-cased file name, by which links and alerts find the document.
fn add_alias(value: &mut Value, path: &str) {
    let name = value
        .pointer("/metadata/name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(alias) = manifest::alias_name(path).filter(|alias| alias != name) else {
        return;
    };
    let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    let content = spec.remove("content");
    let aliases = spec.entry("aliases").or_insert_with(|| json!([]));
    if let Some(aliases) = aliases.as_array_mut()
        && !aliases
            .iter()
            .any(|have| have.get("name").and_then(Value::as_str) == Some(alias.as_str()))
    {
        aliases.push(json!({ "name": alias }));
    }
    // The content comes last, so that whoever opens the file sees the fields first.
    spec.extend(content.map(|content| ("content".to_owned(), content)));
}

fn kind(text: &str) -> Result<DocumentKind, String> {
    let known = |kind: &DocumentKind| kind.as_str().eq_ignore_ascii_case(text);
    DocumentKind::ALL
        .into_iter()
        .find(known)
        .ok_or_else(|| "the kinds are Runbook and KnowledgeArticle".to_owned())
}

/// A template whose placeholders all mean something.
fn template(text: &str) -> Result<String, String> {
    let known = ["{component}", "{file}", "{path}"];
    let rest = known
        .iter()
        .fold(text.to_owned(), |rest, known| rest.replace(known, ""));
    if rest.contains(['{', '}']) {
        return Err(format!("the placeholders are {}", known.join(", ")));
    }
    Ok(text.to_owned())
}

/// `Deployment.apps/payments-api` to an entry of `appliesTo`.
fn target(text: &str) -> Result<Value, String> {
    let (kind, name) = text
        .split_once('/')
        .ok_or("write Kind.group/name, such as Deployment.apps/payments-api")?;
    let kind: GroupKind = kind.parse().map_err(|error| format!("{error}"))?;
    let mut target = Map::new();
    if !kind.group.is_empty() {
        target.insert("group".into(), json!(&*kind.group));
    }
    target.insert("kind".into(), json!(&*kind.kind));
    target.insert("name".into(), json!(name));
    Ok(Value::Object(target))
}
