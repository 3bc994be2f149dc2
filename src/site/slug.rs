//! Slugs: what generators make of a heading's text before they see to it that ids are unique.

use unicode_general_category::{GeneralCategory as Category, get_general_category};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How a slug is made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// github-slugger: GitHub, Docusaurus, Starlight and many more.
    GitHub,
    GitLab,
    /// github-slugger; of the ids, one hyphen at the end goes.
    Astro,
    VitePress,
    MdBook,
    /// Python-Markdown's own.
    Toc,
    /// Python-Markdown's own with another separator, or with what is not ASCII.
    TocWith {
        separator: char,
        ascii: bool,
    },
    /// That of pymdownx.
    PyMdown {
        lower: bool,
        ascii: bool,
        separator: char,
    },
    /// Hugo's `github`, and `github-ascii`.
    Hugo {
        ascii: bool,
    },
    HugoBlackfriday,
    KramdownGfm,
    Kramdown,
    /// docutils, and so Sphinx.
    Docutils,
    /// What MyST adds with `myst_heading_anchors`.
    Myst,
    /// Eleventy's plugin, and Nextra's own pages.
    Sindre,
    /// A function of the site's own: nobody can tell.
    Unknown,
    /// Headings get no ids.
    None,
}

/// The slug of a text; empty where nothing of the text remains.
pub fn slug(scheme: Scheme, text: &str) -> String {
    match scheme {
        Scheme::GitHub | Scheme::Astro => github(&text.to_lowercase()),
        Scheme::GitLab => gitlab(text),
        Scheme::VitePress => vitepress(text),
        Scheme::MdBook => mdbook(text),
        Scheme::Toc => slug(Scheme::TocWith { separator: '-', ascii: true }, text),
        Scheme::TocWith { separator, ascii: true } => {
            toc(&text.nfkd().filter(char::is_ascii).collect::<String>(), separator)
        }
        Scheme::TocWith { separator, ascii: false } => toc(text, separator),
        Scheme::PyMdown { lower, ascii, separator } => {
            let slug = pymdown(text, lower, ascii);
            slug.replace(SPACE, separator.encode_utf8(&mut [0; 4]))
        }
        Scheme::Hugo { ascii: false } => hugo(text),
        Scheme::Hugo { ascii: true } => {
            let plain = text.nfd().filter(|&c| !is_combining_mark(c)).nfc();
            hugo(&plain.filter(char::is_ascii).collect::<String>())
        }
        Scheme::HugoBlackfriday => runs(text, |c| c != '_' && is_python_word(c)),
        Scheme::KramdownGfm => {
            let lower: String = text.chars().flat_map(char::to_lowercase).collect();
            github(&lower.replace('\t', " "))
        }
        Scheme::Kramdown => kramdown(text),
        Scheme::Docutils => docutils(text),
        Scheme::Myst => {
            let lower = text.trim().to_lowercase().replace(' ', "-");
            lower.chars().filter(|&c| is_python_word(c) || c == '-').collect()
        }
        Scheme::Sindre => {
            runs(&text.nfd().filter(|&c| !is_combining_mark(c)).collect::<String>(), |c| {
                c.is_ascii_alphanumeric()
            })
        }
        Scheme::Unknown | Scheme::None => String::new(),
    }
}

/// Letters, marks, digits and connector punctuation, as `\p{Word}` of Ruby has them.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    c.is_alphabetic()
        || is_combining_mark(c)
        || matches!(
            get_general_category(c),
            Category::DecimalNumber | Category::ConnectorPunctuation
        )
}

/// `\w` of Python.
fn is_python_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    c.is_numeric()
        || matches!(
            get_general_category(c),
            Category::LowercaseLetter
                | Category::UppercaseLetter
                | Category::TitlecaseLetter
                | Category::ModifierLetter
                | Category::OtherLetter
                | Category::DecimalNumber
                | Category::LetterNumber
                | Category::OtherNumber
        )
}

/// Of a text in lower case.
fn github(text: &str) -> String {
    let kept = |c| match c {
        ' ' => Some('-'),
        c if c == '-' || is_word(c) => Some(c),
        _ => None,
    };
    text.chars().filter_map(kept).collect()
}

fn gitlab(text: &str) -> String {
    let mut slug = String::new();
    for c in github(&text.trim().to_lowercase()).chars() {
        if c != '-' || !slug.ends_with('-') {
            slug.push(c);
        }
    }
    let digits = !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_digit());
    if digits { format!("anchor-{slug}") } else { slug }
}

fn vitepress(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\0'..='\u{1f}'));
    let mut slug = String::new();
    for c in plain {
        let breaks = crate::text::is_js_space(c)
            || (c.is_ascii_punctuation())
            || matches!(c, '“' | '”' | '‘' | '’');
        if !breaks {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-').to_lowercase();
    let digit = slug.starts_with(|c: char| c.is_ascii_digit());
    if digit { format!("_{slug}") } else { slug }
}

fn mdbook(text: &str) -> String {
    let kept = |c: char| match c {
        c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    text.trim().to_lowercase().chars().filter_map(kept).collect()
}

fn toc(text: &str, separator: char) -> String {
    let kept: String =
        text.chars().filter(|&c| is_python_word(c) || c == '-' || c.is_whitespace()).collect();
    let mut slug = String::new();
    for c in kept.trim().to_lowercase().chars() {
        if c != separator && !c.is_whitespace() {
            slug.push(c);
        } else if !slug.ends_with(separator) {
            slug.push(separator);
        }
    }
    slug
}

/// What stands for a space until the separator is written: no slug has it.
const SPACE: char = '\u{0}';

fn pymdown(text: &str, lower: bool, ascii: bool) -> String {
    let text: String = without_tags(text).nfc().collect();
    let text = text.trim();
    let text = match (lower, ascii) {
        (true, true) => text.to_ascii_lowercase(),
        (true, false) => text.to_lowercase(),
        (false, _) => text.to_owned(),
    };
    let kept = |c| match c {
        ' ' => Some(SPACE),
        c if c == '-' || is_python_word(c) => Some(c),
        _ => None,
    };
    text.chars().filter_map(kept).collect()
}

/// A text without what looks like tags.
fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>') else { break };
        plain.push_str(&rest[..open]);
        rest = &rest[open + close + 1..];
    }
    plain + rest
}

fn hugo(text: &str) -> String {
    let kept = |c: char| match c {
        ' ' | '-' => Some('-'),
        c if c == '_' || is_letter_or_digit(c) => Some(c),
        _ => None,
    };
    text.chars().flat_map(char::to_lowercase).filter_map(kept).collect()
}

/// `IsLetter` and `IsDigit` of Go.
fn is_letter_or_digit(c: char) -> bool {
    is_python_word(c)
        && c != '_'
        && !matches!(get_general_category(c), Category::LetterNumber | Category::OtherNumber)
}

/// Runs of what is kept in lower case, with one hyphen between them.
fn runs(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for c in text.chars() {
        if is_kept(c) {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.extend(c.to_lowercase().next());
        } else {
            gap = true;
        }
    }
    slug
}

fn kramdown(text: &str) -> String {
    let start = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let kept = |c: char| match c {
        ' ' => Some('-'),
        c if c == '-' || c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase()),
        _ => None,
    };
    text[start..].chars().filter_map(kept).collect()
}

/// Letters that docutils spells out before it takes off accents.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "sz",
        'æ' => "ae",
        'œ' => "oe",
        'ȸ' => "db",
        'ȹ' => "qp",
        'ø' => "o",
        'đ' | 'ɖ' | 'ȡ' => "d",
        'ħ' | 'ɦ' => "h",
        'ı' | 'ɨ' => "i",
        'ł' | 'ƚ' | 'ɫ' => "l",
        'ŧ' | 'ƭ' | 'ʈ' => "t",
        'ƀ' | 'ƃ' | 'ɓ' => "b",
        'ƈ' | 'ȼ' => "c",
        'ƒ' => "f",
        'ɠ' | 'ǥ' => "g",
        'ƙ' => "k",
        'ƞ' | 'ɲ' => "n",
        'ɵ' => "o",
        'ƥ' => "p",
        'ɋ' => "q",
        'ɍ' => "r",
        'ȿ' => "s",
        'ƴ' => "y",
        'ƶ' | 'ȥ' | 'ɀ' => "z",
        _ => return None,
    })
}

fn docutils(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        match spelled_out(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    let ascii: String = plain.nfkd().filter(char::is_ascii).collect();
    // Capitals that come of taking a sign apart, such as ™, are no letters any more.
    let slug = runs(&ascii, |c| c.is_ascii_lowercase() || c.is_ascii_digit());
    slug.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "Éa 2½: `x_y` – Ⅳ  ไม้ \u{1F680}-İ";

    #[test]
    fn each_scheme_keeps_its_own() {
        let of = |scheme| slug(scheme, NASTY);
        assert_eq!(of(Scheme::GitHub), "éa-2-x_y--ⅳ--ไม้--i\u{307}");
        assert_eq!(of(Scheme::GitLab), "éa-2-x_y-ⅳ-ไม้-i\u{307}");
        assert_eq!(of(Scheme::VitePress), "ea-21⁄2-x-y-–-iv-ไม้-\u{1F680}-i");
        assert_eq!(of(Scheme::MdBook), "éa-2½-x_y--ⅳ--ไม--i");
        assert_eq!(of(Scheme::Toc), "ea-212-x_y-iv-i");
        let pymdown = |separator| Scheme::PyMdown { lower: true, ascii: false, separator };
        assert_eq!(of(pymdown('-')), "éa-2½-x_y--ⅳ--ไม--i");
        assert_eq!(of(pymdown('_')), "éa_2½_x_y__ⅳ__ไม_-i");
        let toc = |separator, ascii| Scheme::TocWith { separator, ascii };
        assert_eq!(slug(toc('_', true), "A_ - -- Ünd  B -"), "a_-_--_und_b_-");
        assert_eq!(slug(toc('-', false), "A - Ünd"), "a-ünd");
        assert_eq!(of(Scheme::Hugo { ascii: false }), "éa-2-x_y----ไม--i");
        assert_eq!(of(Scheme::Hugo { ascii: true }), "ea-2-x_y------i");
        assert_eq!(of(Scheme::HugoBlackfriday), "éa-2½-x-y-ⅳ-ไม-i");
        assert_eq!(of(Scheme::Docutils), "ea-212-x-y-iv-i");
        assert_eq!(slug(Scheme::Docutils, "1. Weiße Œuvres!"), "weisze-oeuvres");
        assert_eq!(slug(Scheme::Docutils, "A \u{2122} b"), "a-b");
        assert_eq!(slug(Scheme::HugoBlackfriday, "हिन्दी"), "ह-न-द");
        assert_eq!(slug(Scheme::Kramdown, "12. Ein Ümlaut"), "ein-mlaut");
        assert_eq!(slug(Scheme::Myst, "A b, ¿c?"), "a-b-c");
    }

    #[test]
    fn nothing_may_remain() {
        for scheme in [Scheme::GitHub, Scheme::Toc, Scheme::MdBook, Scheme::Docutils] {
            assert_eq!(slug(scheme, "\u{1F389}"), "");
        }
        assert_eq!(slug(Scheme::VitePress, "!!!"), "");
        assert_eq!(slug(Scheme::GitLab, "2024"), "anchor-2024");
    }
}
