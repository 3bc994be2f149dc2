//! Flavors by name: what people choose where no configuration tells, and what is taken then.

use schemars::JsonSchema;
use serde::Deserialize;

use super::gfm::Gfm;
use crate::site::facts::LinkDialect;
use crate::site::ids::{Dashes, Empty, Footnotes, Naming, OwnId, Twice};
use crate::site::mask::Syntax;
use crate::site::slug::Scheme;

/// The generators, and hosts of repositories, by the names that people choose them by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FlavorName {
    /// A repository on GitHub.
    Gfm,
    /// A repository on GitLab.
    Gitlab,
    Mdbook,
    /// With Material and the extensions of pymdown.
    Mkdocs,
    Docusaurus,
    Vitepress,
    Hugo,
    SphinxMyst,
    Jekyll,
    Starlight,
    Nextra,
    Eleventy,
    /// MDX of no particular generator.
    Mdx,
}

impl FlavorName {
    pub const ALL: [FlavorName; 13] = [
        FlavorName::Gfm,
        FlavorName::Gitlab,
        FlavorName::Mdbook,
        FlavorName::Mkdocs,
        FlavorName::Docusaurus,
        FlavorName::Vitepress,
        FlavorName::Hugo,
        FlavorName::SphinxMyst,
        FlavorName::Jekyll,
        FlavorName::Starlight,
        FlavorName::Nextra,
        FlavorName::Eleventy,
        FlavorName::Mdx,
    ];

    pub fn name(self) -> &'static str {
        match self {
            FlavorName::Gfm => "gfm",
            FlavorName::Gitlab => "gitlab",
            FlavorName::Mdbook => "mdbook",
            FlavorName::Mkdocs => "mkdocs",
            FlavorName::Docusaurus => "docusaurus",
            FlavorName::Vitepress => "vitepress",
            FlavorName::Hugo => "hugo",
            FlavorName::SphinxMyst => "sphinx-myst",
            FlavorName::Jekyll => "jekyll",
            FlavorName::Starlight => "starlight",
            FlavorName::Nextra => "nextra",
            FlavorName::Eleventy => "eleventy",
            FlavorName::Mdx => "mdx",
        }
    }

    fn syntax(self) -> Syntax {
        match self {
            FlavorName::Gfm
            | FlavorName::Gitlab
            | FlavorName::Vitepress
            | FlavorName::Starlight => Syntax::Plain,
            FlavorName::Mdbook => Syntax::MdBook,
            FlavorName::Mkdocs => Syntax::Python,
            FlavorName::Docusaurus | FlavorName::Nextra | FlavorName::Mdx => Syntax::Mdx,
            FlavorName::Hugo => Syntax::Hugo,
            FlavorName::SphinxMyst => Syntax::Myst,
            FlavorName::Jekyll | FlavorName::Eleventy => Syntax::Kramdown,
        }
    }

    /// How the generator names headings unless its configuration says otherwise.
    fn naming(self) -> Naming {
        let (scheme, own) = match self {
            FlavorName::Gfm => return Naming { empty: Empty::CountsAndIs, ..Naming::github() },
            FlavorName::Gitlab => (Scheme::GitLab, OwnId::None),
            FlavorName::Mdbook => (Scheme::MdBook, OwnId::Braces),
            FlavorName::Mkdocs => (Scheme::Toc, OwnId::AttributeList),
            FlavorName::Docusaurus => (Scheme::GitHub, OwnId::Docusaurus),
            FlavorName::Vitepress => (Scheme::VitePress, OwnId::PlainBraces),
            FlavorName::Hugo => (Scheme::Hugo { ascii: false }, OwnId::Attributes),
            FlavorName::SphinxMyst => (Scheme::Docutils, OwnId::Label),
            FlavorName::Jekyll => (Scheme::KramdownGfm, OwnId::Kramdown),
            FlavorName::Starlight => (Scheme::Astro, OwnId::None),
            FlavorName::Nextra => (Scheme::GitHub, OwnId::Brackets),
            FlavorName::Eleventy => (Scheme::Sindre, OwnId::Attributes),
            FlavorName::Mdx => (Scheme::GitHub, OwnId::ReactDev),
        };
        let mut naming = Naming { scheme, own, ..Naming::github() };
        match self {
            FlavorName::Mkdocs => {
                (naming.twice, naming.empty) = (Twice::Underscore, Empty::Numbered);
                naming.text.collapses = true;
            }
            FlavorName::SphinxMyst => naming.empty = Empty::Numbered,
            FlavorName::Hugo => {
                (naming.twice, naming.empty) = (Twice::WithOwn, Empty::Word("heading"));
            }
            FlavorName::Jekyll => naming.twice = Twice::Blind,
            FlavorName::Starlight => naming.text.dashes = Dashes::Pairs,
            FlavorName::Mdbook => naming.text.footnotes = Footnotes::Number,
            _ => {}
        }
        naming
    }

    /// The flavor without any configuration: pages are written as for the generator, and links
    /// lead to the files of the repository.
    pub(in crate::site) fn plain(self) -> Gfm {
        let footnote = match self {
            FlavorName::Mkdocs | FlavorName::Jekyll => "fn: fnref:",
            FlavorName::Mdbook => "footnote- fr-",
            FlavorName::SphinxMyst | FlavorName::Vitepress => "",
            _ => "user-content-fn- user-content-fnref-",
        };
        let dialect = LinkDialect {
            syntax: self.syntax(),
            naming: self.naming(),
            footnote,
            has_labels: self == FlavorName::SphinxMyst,
        };
        Gfm::of(self.name(), dialect)
    }
}
