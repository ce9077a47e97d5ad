//! The parameters of one document.
//!
//! In: [`Use`]s in the order of the text. Out: [`Parameters`], each once. Must not: make two of one parameter because its
//! author spells it in two ways.

use std::collections::HashMap;

use super::meaning::{Meaning, meaning};
use super::name::key;
use super::recognise::{Class, Style, Use};

/// A parameter of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name as first written, such as `NAMESPACE` or `pod name`.
    pub name: String,
    /// Its name as compared, such as `namespace` or `pod-name`.
    pub key: String,
    /// What it means, if its name says so.
    pub meaning: Option<Meaning>,
    /// How often it occurs.
    pub uses: usize,
    /// How it was first written.
    pub style: Style,
}

impl Parameter {
    /// True if `name` is a spelling of it.
    pub fn is_called(&self, name: &str) -> bool {
        self.key == key(name) || self.meaning.is_some() && self.meaning == meaning(name)
    }
}

/// The parameters of a document in the order of their first use. Those with the same meaning are one.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    list: Vec<Parameter>,
    by_key: HashMap<String, usize>,
    by_meaning: HashMap<Meaning, usize>,
}

impl Parameters {
    /// Counts a use. What is no parameter is passed over.
    pub fn add(&mut self, found: &Use<'_>) {
        if found.class != Class::Parameter {
            return;
        }
        let key = key(found.name);
        let known = self.by_key.get(&key).copied();
        let index = known.unwrap_or_else(|| self.insert(&key, found));
        if let Some(parameter) = self.list.get_mut(index) {
            parameter.uses += 1;
        }
    }

    /// The index of the parameter with a key that was not seen before.
    fn insert(&mut self, key: &str, found: &Use<'_>) -> usize {
        let meaning = meaning(found.name);
        let same = meaning
            .as_ref()
            .and_then(|meaning| self.by_meaning.get(meaning))
            .copied();
        let index = same.unwrap_or_else(|| {
            self.list.push(Parameter {
                name: found.name.to_owned(),
                key: key.to_owned(),
                meaning: meaning.clone(),
                uses: 0,
                style: found.style,
            });
            self.list.len() - 1
        });
        self.by_key.insert(key.to_owned(), index);
        if let Some(meaning) = meaning {
            self.by_meaning.insert(meaning, index);
        }
        index
    }

    /// The parameter that `name` is a spelling of.
    pub fn find(&self, name: &str) -> Option<&Parameter> {
        let by_key = self.by_key.get(&key(name));
        let index = by_key.or_else(|| self.by_meaning.get(&meaning(name)?))?;
        self.list.get(*index)
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Parameter> {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, Scope, in_code, in_prose};
    use super::*;

    #[test]
    fn spellings_with_one_meaning_are_one_parameter() {
        let mut parameters = Parameters::default();
        let mut scope = Scope::default();
        let mut add = |found: Use<'_>| parameters.add(&found);
        let code = "kubectl -n $NAMESPACE get pod <pod name>\nkubectl -n <ns> logs ${POD} -c <side-car> --since=$SINCE\n\
                    X=1\necho $X $HOME <side_car>\n";
        in_code(code, Language::Shell, &mut scope, &mut add);
        in_prose(
            "Replace <namespace> with the value of <value of namespace label from alert>.",
            &mut add,
        );
        let list: Vec<_> = parameters
            .iter()
            .map(|p| (p.name.as_str(), p.key.as_str(), p.uses, p.style))
            .collect();
        let expect = [
            ("NAMESPACE", "namespace", 4, Style::Dollar),
            ("pod name", "pod-name", 2, Style::Angle),
            ("side-car", "side-car", 2, Style::Angle),
            ("SINCE", "since", 1, Style::Dollar),
        ];
        assert_eq!(list, expect);
        assert_eq!(parameters.find("POD_NAME").map(|p| p.uses), Some(2));
        assert_eq!(parameters.find("your-pod").map(|p| p.uses), Some(2));
        assert_eq!(parameters.find("X"), None);
    }
}
