//! What a document tells to do: its commands, each as one text to run, and the parameters it needs.
//!
//! In: the Markdown and its facts, perhaps what fills its placeholders. Out: [`Procedure`], in the order of the text.
//! Must not: fill in a value that its place in the command does not bear.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::code::{Code, uses};
use super::frame::Step;
use super::source::Source;
use super::{Facts, walk};
use crate::command::{Judgement, is_command, judge};
use crate::parameter::{Class, Given, Language, Parameter, Parameters, Scope, Use, bind, in_prose, meaning, quote};

/// What a document tells to do.
#[derive(Clone, Debug, Default)]
pub struct Procedure {
    /// The commands.
    pub commands: Vec<FilledCommand>,
    /// The parameters of commands, other code and prose, each once, in the order of their first use.
    pub parameters: Vec<Parameter>,
}

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

/// Reads the commands and parameters of `markdown`; with `given`, the placeholders of commands are filled as far as it
/// goes.
pub fn procedure(markdown: &str, facts: &Facts, given: Option<&Given<'_>>) -> Procedure {
    let source = Source::new(markdown, facts.format);
    let mut reader = Reader {
        given,
        facts,
        commands: Vec::new(),
        parameters: Parameters::default(),
        scope: Scope::default(),
        code: None,
        headings: 0,
    };
    walk(&source, |step, range| {
        if let Step::Markdown(event) = step {
            reader.event(event, range.start);
        }
    });
    Procedure {
        commands: reader.commands,
        parameters: reader.parameters.iter().cloned().collect(),
    }
}

struct Reader<'g> {
    given: Option<&'g Given<'g>>,
    facts: &'g Facts,
    commands: Vec<FilledCommand>,
    parameters: Parameters,
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
            Event::Text(text) => match &mut self.code {
                Some((_, code, _)) => code.push_str(text),
                None => in_prose(text, &mut |used| self.parameters.add(&used)),
            },
            Event::End(TagEnd::CodeBlock) => {
                if let Some((info, text, at)) = self.code.take() {
                    let code = Code::new(&info, &text);
                    if code.block.is_none() {
                        self.code_of(&text, code.placeholders());
                    }
                    for command in code.commands() {
                        self.add(&code.runnable(command).text, command.judgement, false, at);
                    }
                }
            }
            Event::Code(text) if is_command(text) => self.add(text, judge(text), true, at),
            Event::Code(text) => self.code_of(text, Language::Inline),
            _ => {}
        }
    }

    /// Code that nobody runs.
    fn code_of(&mut self, text: &str, language: Language) {
        for used in uses(text, language, &mut self.scope) {
            self.parameters.add(&used);
        }
    }

    fn add(&mut self, text: &str, judgement: Judgement, inline: bool, at: usize) {
        let heading = self
            .headings
            .checked_sub(1)
            .filter(|index| *index < self.facts.headings.len());
        let found = uses(text, Language::Shell, &mut self.scope);
        found.iter().for_each(|used| self.parameters.add(used));
        let (filled, unbound) = match self.given {
            Some(given) => filled(text, &found, given),
            None => (text.to_owned(), Vec::new()),
        };
        self.commands.push(FilledCommand {
            text: filled,
            judgement,
            heading,
            inline,
            at,
            unbound,
        });
    }
}

/// A command with its placeholders filled, and the names of those that stay.
fn filled(text: &str, found: &[Use<'_>], given: &Given<'_>) -> (String, Vec<String>) {
    let mut out = String::with_capacity(text.len());
    let mut unbound: Vec<String> = Vec::new();
    let mut done = 0;
    for used in found {
        if used.class != Class::Parameter || used.range.start < done {
            continue;
        }
        match value(used, given) {
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
    (out, unbound)
}

/// What a placeholder is replaced by: its value, quoted as its place needs.
fn value(used: &Use<'_>, given: &Given<'_>) -> Option<String> {
    let bound = bind(used.name, meaning(used.name).as_ref(), given).ok()??;
    quote(&bound.value, &used.context).ok()
}
