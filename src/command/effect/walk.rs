//! The simple commands of a text, one after another.
//!
//! In: pieces. Out: the judgement of the worst command. Must not: know any tool.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::super::interpreter::base_name;
use super::super::lexer::{Piece, PieceKind, Quotes, lex};
use super::arguments::{Word, listed};
use super::sql::judge_sql;
use super::{Judgement, words};

/// How many shells may stand within each other's arguments.
const MAX_NESTED: usize = 4;

pub(super) fn judge(command: &str) -> Judgement {
    judge_pieces(command, &lex(command))
}

pub(super) fn judge_pieces(code: &str, pieces: &[Piece]) -> Judgement {
    let mut texts = Vec::new();
    let mut worst = walk(code, pieces, &mut texts);
    for _ in 0..MAX_NESTED {
        let mut deeper = Vec::new();
        for text in &texts {
            worst = worst.worst(walk(text, &lex(text), &mut deeper));
        }
        texts = deeper;
    }
    if texts.is_empty() {
        worst
    } else {
        worst.worst(Judgement::unknown("too deeply nested"))
    }
}

fn walk(code: &str, pieces: &[Piece], texts: &mut Vec<String>) -> Judgement {
    let mut walk = Walk {
        code,
        words: Vec::with_capacity(16),
        lists: vec![List::new(0, Kind::Code)],
        worst: Judgement::READ,
        bodies: VecDeque::new(),
        body: String::new(),
        end_of_word: usize::MAX,
    };
    for piece in pieces {
        walk.piece(piece, texts);
    }
    while let Some(list) = walk.lists.last().copied() {
        walk.finish(false, texts);
        walk.words.truncate(list.start);
        walk.lists.pop();
    }
    walk.worst
}

struct Walk<'a> {
    code: &'a str,
    words: Vec<Word<'a>>,
    /// The lists of commands that are open within each other.
    lists: Vec<List>,
    worst: Judgement,
    /// Who reads the heredocs that follow.
    bodies: VecDeque<Body>,
    body: String,
    /// Where the last piece of a word ended.
    end_of_word: usize,
}

#[derive(Clone, Copy)]
struct List {
    /// The first word of the command that is being read.
    start: usize,
    kind: Kind,
    piped: bool,
    /// The next word is the target of a redirection; true if it is written.
    target: Option<bool>,
    heredocs: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Substitution,
    Group,
    /// Words of an array, arithmetic: no commands.
    Ignored,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Data,
    Shell,
    Sql,
}

impl List {
    const fn new(start: usize, kind: Kind) -> Self {
        Self {
            start,
            kind,
            piped: false,
            target: None,
            heredocs: 0,
        }
    }
}

impl<'a> Walk<'a> {
    fn piece(&mut self, piece: &Piece, texts: &mut Vec<String>) {
        let text = self.code.get(piece.range.clone()).unwrap_or_default();
        if matches!(piece.kind, PieceKind::Word | PieceKind::HeredocBody) && is_lost(piece, text) {
            self.worst = self.worst.worst(Judgement::unknown("too deeply nested"));
        }
        let in_heredoc = matches!(piece.quotes, Quotes::HeredocPlain | Quotes::HeredocQuoted);
        match piece.kind {
            PieceKind::Blank | PieceKind::Continuation | PieceKind::Comment => {}
            PieceKind::LineEnd => self.finish(false, texts),
            PieceKind::Operator => self.operator(text, piece.range.start, texts),
            PieceKind::Redirect => self.redirect(text),
            PieceKind::HeredocMark => {
                if in_heredoc {
                    self.body_end(texts);
                }
            }
            PieceKind::SubstitutionOpen => {
                if !in_heredoc {
                    self.add(piece, text, false);
                }
                let kind = if text == "$((" {
                    Kind::Ignored
                } else {
                    Kind::Substitution
                };
                self.lists.push(List::new(self.words.len(), kind));
            }
            PieceKind::SubstitutionClose => {
                self.finish(false, texts);
                if self.lists.len() > 1 {
                    self.lists.pop();
                }
                if !in_heredoc {
                    self.add(piece, text, false);
                }
            }
            _ if in_heredoc => {
                if piece.nested && self.bodies.front().is_some_and(|body| *body != Body::Data) {
                    self.body.push_str(text);
                }
            }
            PieceKind::Quote => self.add(piece, "", true),
            PieceKind::Word => self.add(piece, text, true),
            PieceKind::Escape => self.add(piece, text.strip_prefix('\\').unwrap_or(text), true),
            PieceKind::Variable | PieceKind::Placeholder => self.add(piece, text, false),
            PieceKind::HeredocBody => {}
        }
    }

    fn list(&mut self) -> List {
        self.lists.last().copied().unwrap_or(List::new(0, Kind::Code))
    }

    fn add(&mut self, piece: &Piece, text: &'a str, certain: bool) {
        let Some(list) = self.lists.last_mut() else {
            return;
        };
        if list.kind == Kind::Ignored {
            return;
        }
        self.end_of_word = piece.range.end;
        if piece.word_start || self.words.len() <= list.start {
            self.words.push(Word {
                text: Cow::Borrowed(text),
                certain,
                quoted: piece.kind == PieceKind::Quote,
                command: piece.command_word,
                target: list.target.take(),
            });
        } else if let Some(word) = self.words.last_mut() {
            word.certain &= certain;
            if word.text.is_empty() {
                word.text = Cow::Borrowed(text);
            } else if !text.is_empty() {
                word.text.to_mut().push_str(text);
            }
        }
    }

    fn operator(&mut self, text: &str, at: usize, texts: &mut Vec<String>) {
        match text {
            "(" => {
                let list = self.list();
                let touches = self.end_of_word == at && self.words.len() > list.start;
                let array = touches && self.words.last().is_some_and(|word| word.text.ends_with('='));
                if touches && self.code.as_bytes().get(at + 1) == Some(&b')') {
                    // The name of a function.
                    self.words.truncate(list.start);
                }
                let kind = if array || list.kind == Kind::Ignored {
                    Kind::Ignored
                } else {
                    Kind::Group
                };
                self.lists.push(List::new(self.words.len(), kind));
            }
            ")" => {
                self.finish(false, texts);
                if self.lists.len() > 1 && matches!(self.list().kind, Kind::Group | Kind::Ignored) {
                    self.lists.pop();
                    self.end_of_word = at + 1;
                }
            }
            _ => self.finish(text.starts_with('|') && text != "||", texts),
        }
    }

    fn redirect(&mut self, text: &str) {
        let Some(list) = self.lists.last_mut() else {
            return;
        };
        if text == "<<" || text == "<<-" {
            list.heredocs += 1;
        } else if !text.ends_with(|c: char| c.is_ascii_digit() || c == '-') {
            list.target = Some(text.contains('>'));
        }
    }

    /// The simple command ends. `piped`: the next one reads what it prints.
    fn finish(&mut self, piped: bool, texts: &mut Vec<String>) {
        let list = self.list();
        let words = self.words.get(list.start..).unwrap_or_default();
        let mut judgement = Judgement::READ;
        if !words.is_empty() && list.kind != Kind::Ignored {
            let body = if list.heredocs > 0 { body(words) } else { Body::Data };
            let fed = list.piped || (list.heredocs > 0 && body == Body::Data);
            judgement = if words.iter().any(|word| word.target.is_some()) {
                let (targets, words): (Vec<_>, Vec<_>) = words.iter().cloned().partition(|word| word.target.is_some());
                let fed = fed || targets.iter().any(|word| word.target == Some(false));
                words::judge(&words, fed, texts).worst(writes(&targets))
            } else {
                words::judge(words, fed, texts)
            };
            self.bodies.extend((0..list.heredocs).map(|_| body));
        }
        self.worst = self.worst.worst(judgement);
        self.words.truncate(list.start);
        if let Some(list) = self.lists.last_mut() {
            (list.piped, list.target, list.heredocs) = (piped, None, 0);
        }
    }

    fn body_end(&mut self, texts: &mut Vec<String>) {
        let text = std::mem::take(&mut self.body);
        match self.bodies.pop_front() {
            Some(Body::Shell) => texts.push(text),
            Some(Body::Sql) => self.worst = self.worst.worst(judge_sql(&text)),
            Some(Body::Data) | None => {}
        }
    }
}

/// What redirections to `targets` do.
fn writes(targets: &[Word<'_>]) -> Judgement {
    let written = targets.iter().filter(|word| word.target == Some(true));
    written.fold(Judgement::READ, |worst, word| worst.worst(write(&word.text)))
}

fn write(target: &str) -> Judgement {
    match target {
        "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty" => Judgement::READ,
        "/proc/sysrq-trigger" => Judgement::destroy("resets the machine"),
        _ if target.starts_with("/dev/shm/") || target.starts_with("/dev/tcp/") => Judgement::change("writes a file"),
        _ if target.starts_with("/dev/") => Judgement::destroy("overwrites a device"),
        _ if target.starts_with("/proc/") || target.starts_with("/sys/") => {
            Judgement::change("changes kernel settings")
        }
        _ => Judgement::change("writes a file"),
    }
}

/// True for text that the lexer gave up on: it begins with the mark of a context that was too deep to open.
fn is_lost(piece: &Piece, text: &str) -> bool {
    let starts = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    piece.nested
        && match piece.quotes {
            Quotes::None => starts(&["$(", "`", "(", "'", "\"", "<(", ">(", "$'", "$\""]),
            Quotes::Double | Quotes::HeredocPlain => starts(&["$(", "`"]),
            Quotes::Single | Quotes::HeredocQuoted => false,
        }
}

/// Who reads the heredoc of a command.
fn body(words: &[Word<'_>]) -> Body {
    for word in words.iter().rev() {
        let name = base_name(&word.text);
        if listed("sh bash zsh dash ash ksh ssh rsh", name) {
            return Body::Shell;
        }
        if listed("psql mysql mariadb sqlite3 cqlsh gitlab-psql clickhouse-client", name) {
            return Body::Sql;
        }
    }
    Body::Data
}
