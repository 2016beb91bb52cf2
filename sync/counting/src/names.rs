//! Names and agents that stand for millions of rows: each is kept once, and meant by its place.

use crate::agents::{Agent, Classifier};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};

/// Place of a name in its list.
pub(crate) type At = u32;

/// Names, each once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    list: Vec<String>,
    places: BTreeMap<String, At>,
}

impl Names {
    /// The place of a name.
    pub(crate) fn of(&mut self, name: &str) -> At {
        if let Some(at) = self.places.get(name) {
            return *at;
        }
        let at = place(self.list.len());
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), at);
        at
    }

    /// The name at a place.
    pub(crate) fn name(&self, at: At) -> &str {
        &self.list[at as usize]
    }
}

/// Agents that were seen. Of a text only a hash is kept: there may be as many texts as listeners, and few agents.
#[derive(Debug, Default)]
pub(crate) struct Agents {
    list: Vec<Agent>,
    places: HashMap<[u8; 16], At>,
}

impl Agents {
    /// Who an agent is; each text is looked at once.
    pub(crate) fn of(&mut self, text: &str, classifier: &Classifier) -> At {
        let mut hash = [0; 16];
        hash.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        if let Some(at) = self.places.get(&hash) {
            return *at;
        }
        let at = self.known(classifier.classify(text));
        self.places.insert(hash, at);
        at
    }

    /// The place of an agent that was recognised before.
    pub(crate) fn known(&mut self, agent: Agent) -> At {
        let known = self.list.iter().position(|known| *known == agent);
        let at = place(known.unwrap_or(self.list.len()));
        if known.is_none() {
            self.list.push(agent);
        }
        at
    }

    /// The agent at a place.
    pub(crate) fn agent(&self, at: At) -> &Agent {
        &self.list[at as usize]
    }
}

/// There are never more than four thousand million names: each came in a row of its own, with 16 bytes of hash kept.
fn place(at: usize) -> At {
    At::try_from(at).unwrap_or(At::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_unknown_texts_are_one_agent() {
        let (mut agents, classifier) = (Agents::default(), Classifier::default());
        let known = agents.of("AntennaPod/3.4.0", &classifier);
        for n in 0..1_000 {
            agents.of(&format!("Qwerty-{n} something new"), &classifier);
        }
        assert_eq!(agents.list.len(), 2, "{:?}", agents.list);
        assert_eq!(agents.of("AntennaPod/3.4.0", &classifier), known);
        assert_eq!(agents.agent(known).app, "AntennaPod");
    }

    #[test]
    fn a_name_has_one_place() {
        let mut names = Names::default();
        let places = ["b", "a", "b", ""].map(|name| names.of(name));
        assert_eq!((places, names.name(1), names.list.len()), ([0, 1, 0, 2], "a", 3));
    }
}
