//! The data of a document: its front matter, or all of it for a YAML, JSON or TOML file.

use super::{Document, FrontMatterFormat, parse};
use crate::data::{self, Format, Parsed};
use crate::text::Span;

impl From<FrontMatterFormat> for Format {
    fn from(format: FrontMatterFormat) -> Self {
        match format {
            FrontMatterFormat::Yaml => Format::Yaml,
            FrontMatterFormat::Toml => Format::Toml,
            FrontMatterFormat::Json => Format::Json,
        }
    }
}

impl Document {
    /// Takes a text as a standalone data file: it has lines and [`Document::data`], and nothing of
    /// a page.
    pub fn parse_data(format: Format, text: impl Into<String>) -> Self {
        parse::parse_data(format, text.into())
    }

    /// The data of the front matter, or of the whole file if it is no page; `None` for a page
    /// without front matter. It is parsed when it is asked for first.
    pub fn data(&self) -> Option<&Parsed> {
        let (format, span) = match (self.format, &self.front_matter) {
            (Some(format), _) => (format, Span::new(0, self.text.len())),
            (None, Some(found)) => (found.format.into(), found.content),
            (None, None) => return None,
        };
        Some(self.data.get_or_init(|| {
            let parsed = data::parse(format, &self.text, span);
            if self.format.is_some() { parsed } else { parsed.expect_one_document() }
        }))
    }
}
