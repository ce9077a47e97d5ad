//! Everything that files hold, judged as the operator judges a cluster.
//!
//! In: texts. Out: [`Examination`]: findings with their places, and the site.
//! Must not: know a rule. Text is judged by `manifest`, single objects by `schema` and `check`, all together by `site`.

use std::io::{self, Write};

use super::folder::{File, Format, Input, Unreadable};
use super::given::{GivenArgs, given};

use crate::finding::{Code, Finding, Severity, TextSpan};
use crate::manifest::{self, Lines, MarkdownDefaults, Parsed, Position};
use crate::render::{self, SectionKind};
use crate::schema::{self, Identity};
use crate::settings::Settings;
use crate::site::Site;

/// What became of an input.
#[derive(Debug)]
pub struct Examination {
    /// The files, in the order in which they were read.
    pub files: Vec<FileFindings>,
    /// What a cluster would show.
    pub site: Site,
    /// What could not be read.
    pub failures: Vec<Unreadable>,
    /// What was left out, as sentences.
    pub notices: Vec<String>,
}

/// What was found in one file.
#[derive(Debug)]
pub struct FileFindings {
    /// The path as it is shown.
    pub name: String,
    /// The text the findings point into.
    pub text: String,
    /// The objects of the file, in its order.
    pub objects: Vec<Examined>,
    /// The findings, by place.
    pub findings: Vec<Placed>,
}

/// One object of the input.
#[derive(Debug)]
pub struct Examined {
    /// What it is to us.
    pub identity: Identity,
    /// The object and where it stands.
    pub parsed: Parsed,
}

/// A finding and where it stands.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The finding.
    pub finding: Finding,
    /// Its bytes in the text.
    pub span: TextSpan,
    /// Line and column of the first of them.
    pub start: Position,
    /// Line and column after the last of them.
    pub end: Position,
    /// The object it is about, as its place in the list of the file.
    pub object: Option<usize>,
}

/// Judges everything that was read. Files of a folder that hold nothing of ours are left out.
pub fn examine(input: Input, args: &GivenArgs, settings: Settings) -> Examination {
    let mut files: Vec<(FileFindings, Vec<Vec<Finding>>)> = Vec::new();
    let mut notices = input.notices;
    for file in &input.files {
        match read(file) {
            Some(read) => files.push(read),
            // Tools keep all sorts of JSON beside manifests, and nobody takes that for an object.
            None if file.name.ends_with(".json") => {}
            None => notices.push(format!("{} holds no Kubernetes object and was left out", file.name)),
        }
    }
    let site = judge(&mut files, args, settings);
    let files = files
        .into_iter()
        .map(|(file, of_objects)| place(file, of_objects))
        .collect();
    Examination {
        files,
        site,
        failures: input.failures,
        notices,
    }
}

impl Examination {
    /// Says what was left out and what could not be read.
    ///
    /// # Errors
    /// When `err` cannot be written.
    pub fn talk(&self, err: &mut dyn Write) -> io::Result<()> {
        self.notices.iter().try_for_each(|notice| writeln!(err, "{notice}"))?;
        self.failures
            .iter()
            .try_for_each(|failure| writeln!(err, "error: {failure}"))
    }
}

/// The text of one file to objects, and the findings about text and schema. The findings of each object stand at its
/// place in the second list; those about the text alone are placed at once.
fn read(file: &File) -> Option<(FileFindings, Vec<Vec<Finding>>)> {
    let (parsed, of_text) = match (&file.problem, file.format) {
        (Some(problem), _) => (Vec::new(), vec![problem.clone()]),
        (None, Format::Manifest) => manifest::parse_manifests(&file.text),
        (None, Format::Markdown) => {
            let (parsed, findings) =
                manifest::parse_markdown(&file.path, &file.text, &MarkdownDefaults::default(), &sections);
            (vec![parsed], findings)
        }
    };
    // Other tools keep YAML beside documents. What was named is ours, and so is what looks like a broken document.
    let is_foreign = |finding: &Finding| finding.code == Code::NotAnObject && !file.text.contains("\nspec:");
    if !file.named && parsed.is_empty() && of_text.iter().all(is_foreign) {
        return None;
    }
    let mut objects = Vec::new();
    let mut of_objects = Vec::new();
    for parsed in parsed {
        let identity = schema::identify(&parsed.value);
        of_objects.push(match &identity {
            Identity::Document(kind) => schema::check(*kind, &parsed.value),
            Identity::Unknown(finding) => vec![finding.clone()],
            // Other objects serve as targets; whoever serves their kind judges them.
            Identity::Foreign => Vec::new(),
        });
        objects.push(Examined { identity, parsed });
    }
    let lines = Lines::new(&file.text);
    let findings = of_text
        .into_iter()
        .map(|finding| placed(finding, None, None, &file.text, &lines))
        .collect();
    let file = FileFindings {
        name: file.name.clone(),
        text: file.text.clone(),
        objects,
        findings,
    };
    Some((file, of_objects))
}

/// All checks: each object by itself, then all of them together, exactly as in the operator.
fn judge(files: &mut [(FileFindings, Vec<Vec<Finding>>)], args: &GivenArgs, settings: Settings) -> Site {
    let objects = files.iter().flat_map(|(file, _)| &file.objects);
    let given = given(
        objects.map(|object| (&object.parsed.value, &object.identity)),
        args,
        settings,
    );
    let mut repeated = given.repeated;
    let places = files.iter_mut().flat_map(|(_, of_objects)| of_objects.iter_mut());
    for (index, (findings, id)) in places.zip(&given.documents).enumerate() {
        if let Some(page) = id.as_ref().and_then(|id| given.site.page(id)) {
            // The page has the findings of the schema as well.
            *findings = page.findings().into_iter().cloned().collect();
        }
        findings.extend(
            repeated
                .extract_if(.., |(at, _)| *at == index)
                .map(|(_, finding)| finding),
        );
    }
    given.site
}

/// How many of Meaning, Impact, Diagnosis and Mitigation a Markdown body has.
pub(super) fn sections(body: &str) -> usize {
    let facts = render::read(body, crate::api::Format::Auto);
    let kinds = [
        SectionKind::Meaning,
        SectionKind::Impact,
        SectionKind::Diagnosis,
        SectionKind::Mitigation,
    ];
    kinds.into_iter().filter(|kind| facts.has_section(*kind)).count()
}

fn place(mut file: FileFindings, of_objects: Vec<Vec<Finding>>) -> FileFindings {
    let lines = Lines::new(&file.text);
    for (index, findings) in of_objects.into_iter().enumerate() {
        let Some(object) = file.objects.get(index) else {
            continue;
        };
        let found = findings
            .into_iter()
            .map(|finding| placed(finding, Some(index), Some(&object.parsed), &file.text, &lines));
        file.findings.extend(found);
    }
    file.findings.sort_by(|a, b| {
        let key = |placed: &Placed| (placed.span.start, placed.finding.severity(), placed.finding.code);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.finding.message.cmp(&b.finding.message))
    });
    file.findings
        .dedup_by(|a, b| a.finding == b.finding && a.span == b.span);
    file
}

fn placed(finding: Finding, object: Option<usize>, parsed: Option<&Parsed>, text: &str, lines: &Lines) -> Placed {
    let span = match (parsed, &finding.at) {
        (Some(parsed), at) => parsed.origin.resolve(at),
        (None, crate::finding::At::Text(span)) => *span,
        (None, _) => TextSpan { start: 0, end: 0 },
    };
    Placed {
        start: lines.position(text, span.start),
        end: lines.position(text, span.end.max(span.start)),
        finding,
        span,
        object,
    }
}

/// How findings are counted.
pub(super) fn count(files: &[FileFindings], severity: Severity) -> usize {
    files
        .iter()
        .flat_map(|file| &file.findings)
        .filter(|placed| placed.finding.severity() == severity)
        .count()
}
