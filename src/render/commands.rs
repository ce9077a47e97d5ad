//! The commands of a document, each as one text to run.
//!
//! In: the Markdown and its facts, perhaps what fills its placeholders. Out: [`FilledCommand`]s in the order of the text.
//! Must not: fill in a value that its place in the command does not bear.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::code::{Code, uses};
use super::frame::Step;
use super::source::Source;
use super::{Facts, walk};
use crate::command::{Judgement, is_command, judge};
use crate::parameter::{Class, Given, Language, Scope, Use, bind, meaning, quote};

/// A command of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledCommand {
    /// What to run: no prompts, no output.
    pub text: String,
    /// What it does.
    pub judgement: Judgement,
    /// Which of [`Facts::headings`] it stands under.
    pub heading: Option<usize>,
    /// True for a command between the words of a sentence.
    pub inline: bool,
    /// Where it begins in the Markdown.
    pub at: usize,
    /// Names of placeholders in it that have no value yet.
    pub unbound: Vec<String>,
}

/// The commands of `markdown`; with `given`, their placeholders are filled as far as it goes.
pub fn commands(markdown: &str, facts: &Facts, given: Option<&Given<'_>>) -> Vec<FilledCommand> {
    let source = Source::new(markdown, facts.format);
    let mut reader = Reader {
        given,
        facts,
        found: Vec::new(),
        scope: Scope::default(),
        code: None,
        headings: 0,
    };
    walk(&source, |step, range| {
        if let Step::Markdown(event) = step {
            reader.event(event, range.start);
        }
    });
    reader.found
}

struct Reader<'g> {
    given: Option<&'g Given<'g>>,
    facts: &'g Facts,
    found: Vec<FilledCommand>,
    scope: Scope,
    /// The block that is being read: its info string, its text, where it begins.
    code: Option<(String, String, usize)>,
    headings: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, at: usize) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.headings += 1,
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new(), at));
            }
            Event::Text(text) => {
                if let Some((_, code, _)) = &mut self.code {
                    code.push_str(text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((info, text, at)) = self.code.take() {
                    let code = Code::new(&info, &text);
                    for command in code.commands() {
                        self.add(code.runnable(command).text, command.judgement, false, at);
                    }
                }
            }
            Event::Code(text) if is_command(text) => self.add(text.to_string(), judge(text), true, at),
            _ => {}
        }
    }

    fn add(&mut self, text: String, judgement: Judgement, inline: bool, at: usize) {
        let heading = self
            .headings
            .checked_sub(1)
            .filter(|index| *index < self.facts.headings.len());
        let mut unbound = Vec::new();
        let filled = match self.given {
            Some(given) => filled(&text, given, &mut self.scope, &mut unbound),
            None => text,
        };
        self.found.push(FilledCommand {
            text: filled,
            judgement,
            heading,
            inline,
            at,
            unbound,
        });
    }
}

/// A command with its placeholders filled. Those that stay are named in `unbound`.
fn filled(text: &str, given: &Given<'_>, scope: &mut Scope, unbound: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for used in uses(text, Language::Shell, scope) {
        if used.class != Class::Parameter || used.range.start < done {
            continue;
        }
        match value(&used, given) {
            Some(value) => {
                out.push_str(text.get(done..used.range.start).unwrap_or_default());
                out.push_str(&value);
                done = used.range.end;
            }
            None if unbound.iter().any(|name| name == used.name) => {}
            None => unbound.push(used.name.to_owned()),
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// What a placeholder is replaced by: its value, quoted as its place needs.
pub(super) fn value(used: &Use<'_>, given: &Given<'_>) -> Option<String> {
    let bound = bind(used.name, meaning(used.name).as_ref(), given).ok()??;
    quote(&bound.value, &used.context).ok()
}
