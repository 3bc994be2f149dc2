//! Pages of sites that do not render what GitHub does: fixes that are not proven there need review.

use std::cell::LazyCell;
use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Fix, Safety};
use crate::document::{Document, Flags};
use crate::text::Span;

use super::Dialect;
use super::places::Places;
use super::proven::Parser;

/// Rules that move or begin lists.
const LISTS: &[&str] = &["MD005", "MD007", "MD010", "MD030", "MD032"];

/// Lets fixes wait for review that are not proven for what the page is written for.
pub(in crate::engine) fn caution(
    doc: &Document,
    dialect: impl FnOnce() -> Dialect,
    found: &mut [Diagnostic],
) {
    let is_safe =
        |found: &Diagnostic| found.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    if !found.iter().any(is_safe) {
        return;
    }
    let dialect = dialect();
    let parser = Parser::of(dialect);
    let is_mdx = parser == Parser::Mdx;
    let mut opaque = template_bodies(&doc.text);
    if is_mdx {
        opaque.extend(mdx_code(doc));
    }
    let opaque = outermost(opaque);
    let places = LazyCell::new(|| Places::of(doc, dialect.fences_have_options));
    for found in found.iter_mut().filter(|found| is_safe(found)) {
        let Some(fix) = &mut found.fix else { continue };
        let harms = fix
            .edits
            .iter()
            .any(|edit| (is_mdx && edit.text.contains(['<', '{'])) || touches(&opaque, edit.span));
        let harms = harms || (is_mdx && reads_otherwise(doc, &opaque, &found.rule, fix));
        // Where the proof is enough, nobody looks at the places.
        let is_proven = parser.reads_as_proof() || parser.takes(doc, &places, &found.rule, fix);
        if harms || !is_proven {
            fix.safety = Safety::Review;
        }
    }
}

/// Whether MDX may read the block that a fix is in otherwise: modules, elements and expressions end
/// the text of items there, and numbers other than 1 begin no list below a paragraph, also in quotes.
fn reads_otherwise(doc: &Document, opaque: &[Span], rule: &str, fix: &Fix) -> bool {
    // MD027 moves what stands in quotes.
    if !LISTS.contains(&rule) && rule != "MD027" {
        return false;
    }
    fix.edits.iter().any(|edit| {
        let block = block_around(doc, edit.span);
        let lines = doc.slice(Span::new(edit.span.start(), block.end())).lines();
        let number = |line: &str| {
            let line = line.trim_start_matches([' ', '\t', '>']);
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            digits > 0 && &line[..digits] != "1" && line[digits..].starts_with(['.', ')'])
        };
        let begins_late = rule == "MD032" && lines.take(2).any(number);
        begins_late || touches(opaque, block)
    })
}

/// The blocks of the page that an edit touches, with the lines that they stand on.
fn block_around(doc: &Document, edit: Span) -> Span {
    let last = doc.node_at(edit.end().min(doc.body.end().saturating_sub(1)).max(edit.start()));
    let outermost = |node: usize| {
        doc.ancestors(node).chain([node]).filter(|&node| node != 0).min().unwrap_or(node)
    };
    let (first, last) = (outermost(doc.node_at(edit.start())), outermost(last));
    let span = |node: usize| if node == 0 { edit } else { doc.nodes[node].span };
    let start = span(first).start().min(edit.start());
    let end = span(last).end().max(edit.end());
    Span::new(doc.lines.start(doc.line_of(start)), end)
}

/// Whether the span lies in, or at the edge of, one of the sorted spans.
fn touches(spans: &[Span], span: Span) -> bool {
    let after = spans.partition_point(|other| other.start <= span.end);
    spans[..after].iter().rev().take(1).any(|other| span.start <= other.end)
}

/// What stands between opening and closing tags whose body is not Markdown: `{% raw %}` and
/// `{% highlight %}` of Jekyll, `{{< name >}}` of Hugo.
fn template_bodies(text: &str) -> Vec<Span> {
    let mut bodies = Vec::new();
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, _) in text.match_indices('{') {
        match template_tag(&text[at..]) {
            Some((name, false)) => open.entry(name).or_default().push(at),
            Some((name, true)) => {
                let start = open.get_mut(name).and_then(Vec::pop);
                bodies.extend(start.map(|start| Span::new(start, at)));
            }
            None => {}
        }
    }
    outermost(bodies)
}

/// The name of the tag that a text begins with, and whether it closes.
fn template_tag(text: &str) -> Option<(&str, bool)> {
    const RAW: &[&str] = &["raw", "highlight", "comment", "verbatim"];
    let word = |text: &str| {
        text.find(|c: char| !(c.is_alphanumeric() || "-_/.".contains(c))).unwrap_or(text.len())
    };
    let hugo = text.strip_prefix("{{<").or_else(|| text.strip_prefix("{{%"));
    if let Some(rest) = hugo {
        let rest = rest.trim_start();
        let closing = rest.strip_prefix('/').map(str::trim_start);
        let name = closing.unwrap_or(rest);
        let name = &name[..word(name)];
        let is_raw = text.starts_with("{{<") || RAW.contains(&name);
        return (is_raw && !name.is_empty()).then_some((name, closing.is_some()));
    }
    let rest = text.strip_prefix("{%")?.trim_start_matches('-').trim_start();
    let name = &rest[..word(rest)];
    let closing = name.strip_prefix("end");
    let name = closing.unwrap_or(name);
    RAW.contains(&name).then_some((name, closing.is_some()))
}

/// What MDX reads as code: modules, elements and expressions, each to the next blank line outside
/// of braces, and what is in braces; in modules, in brackets of all kinds.
fn mdx_code(doc: &Document) -> Vec<Span> {
    let mut code = Vec::new();
    let (mut depth, mut start, mut reached) = (0_usize, None, doc.body.start());
    let mut is_module = false;
    for line in doc.body_lines() {
        let span = doc.line_span(line);
        let text = doc.slice(span);
        // Indentation makes no code in MDX: what is code to us are elements, lists, or text there.
        let is_indented = doc.flags[line].intersects(Flags::INDENTED);
        let is_fenced = doc.flags[line].intersects(Flags::FENCED | Flags::FENCE);
        let begins = ["import ", "export ", "<", "{", "}"];
        let is_code = begins.iter().any(|begin| text.trim_start().starts_with(begin));
        if start.is_none() && (is_code || is_indented || text.contains(['{', '<'])) && !is_fenced {
            start = Some(span.start());
            is_module = text.starts_with("import ") || text.starts_with("export ");
        }
        // MDX has no blocks of HTML, no indented code and other text that goes on from a quote: a
        // fence there begins code, to who knows where.
        if begins_fence(text) && !doc.flags[line].intersects(Flags::FENCED) {
            let start = start.unwrap_or(span.start());
            code.push(Span::new(start, doc.body.end()));
            return code;
        }
        if start.is_some() {
            let (open, close): (&[char], &[char]) = match is_module {
                true => (&['{', '[', '('], &['}', ']', ')']),
                false => (&['{'], &['}']),
            };
            depth =
                (depth + text.matches(open).count()).saturating_sub(text.matches(close).count());
        }
        reached = span.end();
        if depth == 0 && text.trim().is_empty() {
            code.extend(start.take().map(|start| Span::new(start, reached)));
        }
    }
    code.extend(start.map(|start| Span::new(start, reached)));
    code
}

/// Whether a line would be a fence, wherever it stands.
fn begins_fence(line: &str) -> bool {
    let content = line.trim_start_matches([' ', '\t', '>']);
    let is_code_span = || content.trim_start_matches('`').contains('`');
    content.starts_with("~~~") || content.starts_with("```") && !is_code_span()
}

/// Those that lie in no other one, in the order of place.
fn outermost(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut reached = 0;
    spans.retain(|span| {
        let outside = span.end > reached;
        reached = reached.max(span.end);
        outside
    });
    spans
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::diagnostic::Severity;
    use crate::site::mask::Syntax;

    /// Whether a safe fix of the word `here` stays safe.
    fn stays_for(dialect: Dialect, text: &str, rule: &'static str, to: &str) -> bool {
        let at = text.find("here").expect("the word is there");
        let mut found = [Diagnostic {
            rule: crate::rules::builtin().id(rule).unwrap(),
            severity: Severity::Warning,
            span: Span::at(at),
            message: "x".into(),
            fix: Some(Fix::safe(Span::new(at, at + 4), to)),
            details: None,
        }];
        caution(&Document::parse(text), || dialect, &mut found);
        found[0].fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
    }

    fn stays(path: &str, text: &str, rule: &'static str, to: &str) -> bool {
        let dialect = Dialect::of(Path::new(path), &Document::parse(text), None, None);
        stays_for(dialect, text, rule, to)
    }

    #[test]
    fn mdx_gets_no_angle_brackets_and_its_code_is_left_alone() {
        assert!(stays("a.md", "here\n", "MD034", "<here>"));
        assert!(!stays("a.mdx", "here\n", "MD034", "<here>"));
        assert!(stays("a.mdx", "here\n", "MD009", "there"));
        for page in
            ["export const a = {\n\n  here\n}\n", "<Deep>\n  here\n</Deep>\n", "{/*\n\nhere */}\n"]
        {
            assert!(!stays("a.mdx", page, "MD009", "there"), "{page}");
            assert!(stays(
                "a.mdx",
                &format!("{page}\nwords\n\n").replace("here", "x").replace("words", "here"),
                "MD009",
                "y"
            ));
        }
    }

    #[test]
    fn mdx_reads_some_lists_and_all_indented_code_otherwise() {
        for (page, rule) in [
            ("- a\n- here\n  {b}\n", "MD007"),
            ("- here\n<A>\n\n</A>\n", "MD032"),
            ("> here\n> 3. a\n", "MD032"),
            ("> here\n> {a}\n", "MD027"),
            ("export const a = [\n\nhere\n]\n", "MD012"),
            ("a\n\n    here\n", "MD009"),
            ("a\n\n    b\nhere\n", "MD022"),
            ("> a\n    ~~~\n\nb\n\nhere\n", "MD012"),
        ] {
            assert!(!stays("a.mdx", page, rule, "there"), "{page}");
            assert!(stays("a.md", page, rule, "there"), "{page}");
        }
        assert!(stays("a.mdx", "- a\n- here\n\n{b}\n", "MD009", "there"));
        assert!(stays("a.mdx", "- a\n- here\n\nb\n\n{b}\n", "MD007", "there"));
    }

    #[test]
    fn bodies_of_templates_are_left_alone() {
        for page in [
            "{% highlight ruby %}\nhere\n{% endhighlight %}\n",
            "{%- raw -%}\nhere\n{%- endraw -%}\n",
            "{{< code >}}\nhere\n{{< /code >}}\n",
            "{{% highlight go %}}\nhere\n{{% /highlight %}}\n",
        ] {
            assert!(!stays("a.md", page, "MD009", "there"), "{page}");
        }
        for page in [
            "{{% note %}}\nhere\n{{% /note %}}\n",
            "{{< figure >}}\n\nhere\n",
            "{% if a %}\nhere\n{% endif %}\n",
        ] {
            assert!(stays("a.md", page, "MD009", "there"), "{page}");
        }
    }

    const MKDOCS: Dialect =
        Dialect { flavor: "mkdocs", syntax: Syntax::Python, fences_have_options: true };
    const JEKYLL: Dialect = Dialect { flavor: "jekyll", syntax: Syntax::Kramdown, ..MKDOCS };
    const HUGO: Dialect = Dialect { flavor: "hugo", syntax: Syntax::Hugo, ..MKDOCS };
    const VITEPRESS: Dialect = Dialect { flavor: "vitepress", syntax: Syntax::Plain, ..MKDOCS };
    const GITHUB: Dialect = Dialect { flavor: "gfm", syntax: Syntax::Plain, ..MKDOCS };

    #[test]
    fn other_parsers_take_what_is_tried_and_plain() {
        for (rule, text) in [
            ("MD009", "# A\n\nwords here\n\n- a\n- b\n"),
            ("MD019", "text\n\n#here A\n"),
            ("MD004", "text\n\nhere a\n- b\n\n- c\n"),
            ("MD022", "## A\nhere\n\n    code\n"),
            ("MD034", "see here now\n"),
        ] {
            let text = if rule == "MD004" { text.replace("here", "- here") } else { text.into() };
            for dialect in [MKDOCS, JEKYLL, HUGO, VITEPRESS, GITHUB] {
                assert!(stays_for(dialect, &text, rule, "there"), "{dialect:?} {rule} {text}");
            }
        }
    }

    #[test]
    fn what_other_parsers_read_otherwise_waits_for_review() {
        for (rule, text, dialects) in [
            ("MD032", "text\nhere\n- a\n", &[MKDOCS, JEKYLL][..]),
            ("MD007", "- a\n    here\n", &[MKDOCS, JEKYLL]),
            ("MD023", "here\n", &[MKDOCS, JEKYLL]),
            ("MD004", "text\nhere\n", &[MKDOCS, JEKYLL]),
            ("MD009", "    a\nhere\n", &[MKDOCS, JEKYLL]),
            ("MD049", "{: .a}\nhere\n", &[MKDOCS, JEKYLL]),
            ("MD022", "# A\nhere\n{: .b}\n", &[MKDOCS, JEKYLL, HUGO, VITEPRESS]),
            ("MD032", "::: tip\nhere\n:::\n", &[HUGO, VITEPRESS]),
            ("MD007", "Term\n: Text\n\n  here\n", &[HUGO, JEKYLL]),
            ("MD004", "<Note>\n\n- a\n\nhere\n\n</Note>\n", &[HUGO, VITEPRESS, JEKYLL]),
            ("MD012", "<script>\n\nhere\n\n</script>\n", &[HUGO, VITEPRESS, JEKYLL, MKDOCS]),
            ("MD010", "# A here\n", &[HUGO, VITEPRESS, JEKYLL, MKDOCS]),
        ] {
            for &dialect in dialects {
                assert!(!stays_for(dialect, text, rule, "there"), "{dialect:?} {rule} {text}");
            }
            assert!(stays_for(GITHUB, text, rule, "there"), "{rule} {text}");
        }
    }

    #[test]
    fn fences_that_a_parser_does_not_know_leave_nothing_certain() {
        let plain = Dialect { fences_have_options: false, ..MKDOCS };
        for (fence, is_known) in [("```py", true), ("```py title=\"a\"", false), ("~~~", true)] {
            let text = format!("{fence}\na\n{}\n\nsee here\n", &fence[..3]);
            assert!(stays_for(MKDOCS, &text, "MD034", "there"), "{text}");
            assert_eq!(stays_for(plain, &text, "MD034", "there"), is_known, "{text}");
        }
    }
}
