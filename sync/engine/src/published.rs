//! A feed as listeners find it: the document at its address, and the pages behind it. Pure.

use crate::documents::{Document, is_page};

/// A feed with its pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublishedFeed {
    /// What is found at its address.
    pub first: Vec<u8>,
    /// The pages behind it, oldest first. None where it has none, and where they are not known: then the feed says that more
    /// follows, and nothing is told of what may stand there.
    pub pages: Vec<Vec<u8>>,
}

impl PublishedFeed {
    /// A feed without pages, or whose pages are not known.
    pub fn alone(first: impl Into<Vec<u8>>) -> Self {
        Self { first: first.into(), pages: vec![] }
    }

    /// Whether older episodes stand on another page, as our own writer says it. A feed of others is compared by itself.
    pub fn turns(&self) -> bool {
        std::str::from_utf8(&self.first).is_ok_and(|text| text.contains("rel=\"next\""))
    }

    /// Adds the pages among the documents that were kept with it.
    pub fn with_documents(mut self, documents: &[Document]) -> Self {
        let pages = documents.iter().filter(|one| is_page(&one.key));
        self.pages = pages.map(|one| one.text.clone().into_bytes()).collect();
        self
    }
}
