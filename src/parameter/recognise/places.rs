//! Where in a text a value would stand: the contexts of each part of a command.
//!
//! In: the pieces of the shell lexer. Out: [`Places`], asked from left to right; what the commands set. Must not: decide
//! what a placeholder is.

use std::collections::HashSet;
use std::ops::Range;

use super::reader;
use super::scope::Scope;
use crate::command::lexer::PieceKind;
use crate::parameter::quote::{Context, Quotes};

/// A part of a text that is all of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub start: u32,
    pub end: u32,
    /// What the lexer says it is; `None` where no lexer was asked.
    pub kind: Option<PieceKind>,
    /// What a value at `start` must respect.
    pub context: Context,
    /// It is an argument of a command that takes names of variables.
    pub names_variables: bool,
    /// It is an argument of a command that searches text.
    pub searched: bool,
    /// How many quotes and substitutions it stands in.
    pub depth: u8,
}

impl Place {
    /// The bytes `range`, with nothing else known than their context.
    pub(super) fn new(range: &Range<usize>, context: Context) -> Self {
        // Texts are far shorter.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: place(range.start),
            end: place(range.end),
            kind: None,
            context,
            names_variables: false,
            searched: false,
            depth: 0,
        }
    }

    pub(super) fn start(&self) -> usize {
        self.start as usize
    }

    pub(super) fn end(&self) -> usize {
        self.end as usize
    }

    pub(super) fn is(&self, kind: PieceKind) -> bool {
        self.kind == Some(kind)
    }

    /// Text of a command that another program reads as a program of its own.
    pub(super) fn is_program(&self) -> bool {
        self.kind.is_some() && self.context.nested && self.context.quotes == Quotes::Single
    }
}

/// The places of a text, one behind the other.
#[derive(Debug)]
pub(super) struct Places {
    places: Vec<Place>,
    at: usize,
    /// Variables that commands give to programs of their own: `jq --arg NAME value`, `awk -v NAME=value`.
    given: HashSet<String>,
}

impl Places {
    /// A text that is the same everywhere.
    pub(super) fn whole(text: &str, context: Context) -> Self {
        Self {
            places: vec![Place::new(&(0..text.len()), context)],
            at: 0,
            given: HashSet::new(),
        }
    }

    /// The places of commands. What they set is added to `known`.
    pub(super) fn of_commands(code: &str, known: &mut Scope) -> Self {
        let (places, given) = reader::read(code, known);
        Self { places, at: 0, given }
    }

    /// True if a program that stands in a command has a variable of this name from that command.
    pub(super) fn is_given_to_program(&self, name: &str) -> bool {
        self.given.contains(name) || matches!(name, "ENV" | "FS" | "NF" | "NR" | "OFS" | "RS")
    }

    /// The place of the byte `at`, which is not before the one asked for last.
    pub(super) fn at(&mut self, at: usize) -> Place {
        while let Some(place) = self.places.get(self.at)
            && place.end() <= at
            && self.at + 1 < self.places.len()
        {
            self.at += 1;
        }
        self.places
            .get(self.at)
            .copied()
            .unwrap_or(Place::new(&(at..at), Context::DATA))
    }
}
