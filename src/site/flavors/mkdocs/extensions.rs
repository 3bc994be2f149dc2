//! What the `markdown_extensions` and plugins of MkDocs make of headings.

use crate::site::facts::LinkDialect;
use crate::site::ids::{Dashes, Empty, Footnotes, Heads, Naming, OwnId, Twice};
use crate::site::mask::Syntax;
use crate::site::slug::Scheme;
use crate::site::value::{TAG, Value};

/// A list of names and of mappings of one name to options.
pub(super) fn listed(value: &Value) -> Vec<(String, Option<Value>)> {
    if let Some(map) = value.as_map() {
        return map
            .entries
            .iter()
            .map(|(name, options)| (name.clone(), Some(options.clone())))
            .collect();
    }
    let mut found = Vec::new();
    for item in value.items() {
        match item {
            Value::Text(name) => found.push((name.clone(), None)),
            Value::Map(map) => {
                found.extend(
                    map.entries.iter().map(|(name, options)| (name.clone(), Some(options.clone()))),
                );
            }
            _ => {}
        }
    }
    found
}

/// How headings are read and named.
pub(super) fn dialect(settings: &Value, plugins: &[(String, Option<Value>)]) -> LinkDialect {
    let uses = |name: &str| plugins.iter().any(|(known, _)| known == name);
    let has_autorefs = uses("autorefs") || uses("mkdocstrings");
    let has_macros = uses("macros");
    let extensions = settings.at(&["markdown_extensions"]).is().cloned().unwrap_or_default();
    let extensions = listed(&extensions);
    let short = |name: &str| name.trim_start_matches("markdown.extensions.").to_owned();
    let find = |wanted: &str| extensions.iter().find(|(name, _)| short(name) == wanted);
    let has = |wanted: &str| find(wanted).is_some();
    let toc = find("toc").and_then(|(_, options)| options.clone()).unwrap_or_default();
    let extra = has("extra") || has("pymdownx.extra");
    let mut naming = Naming {
        scheme: scheme(&toc),
        own: if has("attr_list") || extra { OwnId::AttributeList } else { OwnId::None },
        twice: Twice::Underscore,
        empty: Empty::Numbered,
        ..Naming::github()
    };
    naming.heads = Heads::Python;
    naming.text.collapses = true;
    naming.text.emoji = has("pymdownx.emoji");
    naming.text.signs = has("pymdownx.smartsymbols");
    naming.text.lists = (naming.own == OwnId::AttributeList).then_some("{");
    naming.text.autorefs = has_autorefs;
    if has("smarty") {
        naming.text.dashes = Dashes::Exact;
    }
    if !has("footnotes") && !extra {
        naming.text.footnotes = Footnotes::Text;
    }
    if has_macros {
        naming.templates = &["{{", "{%"];
    }
    LinkDialect { syntax: Syntax::Python, naming, footnote: "fn: fnref:", has_labels: false }
}

/// The scheme that `slugify` of the toc extension names.
fn scheme(toc: &Value) -> Scheme {
    let mut separators = toc.text(&["separator"]).unwrap_or("-").chars();
    let (Some(separator), None) = (separators.next(), separators.next()) else {
        return Scheme::Unknown;
    };
    let Some(slugify) = toc.at(&["slugify"]).is() else {
        return match toc.as_map().is_some_and(|map| map.get("slugify").is_some()) {
            true => Scheme::Unknown,
            false => Scheme::TocWith { separator, ascii: true },
        };
    };
    let name = slugify.text(&[TAG]).or(slugify.as_text()).unwrap_or("");
    if name.ends_with("slugify_unicode") {
        return Scheme::TocWith { separator, ascii: false };
    }
    if !name.contains("pymdownx.slugs") {
        let is_own = name.ends_with("toc.slugify");
        return if is_own { Scheme::TocWith { separator, ascii: true } } else { Scheme::Unknown };
    }
    let function = name.rsplit('.').next().unwrap_or("");
    match (function, slugify.text(&["kwds", "case"])) {
        ("slugify", Some("lower" | "fold")) | ("uslugify" | "uslugify_encoded", _) => {
            Scheme::PyMdown { lower: true, ascii: false, separator }
        }
        ("slugify", Some("lower-ascii")) => Scheme::PyMdown { lower: true, ascii: true, separator },
        ("slugify", None | Some("none")) | ("uslugify_cased", _) => {
            Scheme::PyMdown { lower: false, ascii: false, separator }
        }
        ("gfm" | "gfm_encoded", _) => Scheme::PyMdown { lower: true, ascii: true, separator },
        _ => Scheme::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Format;
    use crate::site::value::from_data;

    #[test]
    fn schemes_of_the_toc() {
        let of = |text: &str| dialect(&from_data(Format::Yaml, text), &[]).naming.scheme;
        let toc = |separator| Scheme::TocWith { separator, ascii: true };
        assert_eq!(of("markdown_extensions: [toc]\n"), toc('-'));
        assert_eq!(of("markdown_extensions: [{toc: {separator: _}}]\n"), toc('_'));
        assert_eq!(
            of(
                "markdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify\n        kwds:\n          case: lower\n"
            ),
            Scheme::PyMdown { lower: true, ascii: false, separator: '-' }
        );
        assert_eq!(
            of(
                "markdown_extensions:\n  toc:\n    slugify: !!python/name:pymdownx.slugs.uslugify\n"
            ),
            Scheme::PyMdown { lower: true, ascii: false, separator: '-' }
        );
        assert_eq!(
            of("markdown_extensions:\n  - toc:\n      slugify: !!python/name:my.own\n"),
            Scheme::Unknown
        );
    }
}
