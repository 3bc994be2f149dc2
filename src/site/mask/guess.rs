//! What a page's own marks tell of the generator it is written for, where no configuration does.

use super::Syntax;
use super::blocks::{Line, lines};

/// The syntax whose marks a page has outside of code. On GitHub, and in plain CommonMark, all of
/// them are text that nobody would write.
pub fn guess(text: &str) -> Syntax {
    let may = ["{{", "{%", "!!! ", "??? ", "???+ ", "=== \"", "::: ", ")=", "\n: ", "\n:\t", "{:"];
    if !may.iter().any(|mark| text.contains(mark)) {
        return Syntax::Plain;
    }
    let lines: Vec<Line> = lines(text);
    let mut before = "";
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.in_fence) {
        let source = line.span.of(text);
        if source.starts_with("    ") || source.starts_with('\t') {
            continue;
        }
        // Asked of few lines, since many blank ones may follow.
        let is_indented = || {
            let next = lines[index + 1..].iter().map(|line| line.span.of(text));
            let mut next = next.skip_while(|line| line.trim().is_empty());
            next.next().is_some_and(|next| next.starts_with("    "))
        };
        if let Some(syntax) = of_line(source.trim_end(), before, is_indented) {
            return syntax;
        }
        if !source.trim().is_empty() {
            before = source;
        }
    }
    Syntax::Plain
}

/// `before` is the last line that is not blank; `is_indented` says whether the next one of its
/// kind is.
fn of_line(line: &str, before: &str, is_indented: impl Fn() -> bool) -> Option<Syntax> {
    if line.contains('{') {
        let plain = without_code(line);
        if shortcode(&plain, "{{<", ">}}") || shortcode(&plain, "{{%", "%}}") {
            return Some(Syntax::Hugo);
        }
        if shortcode(&plain, "{%", "%}") {
            return Some(Syntax::Kramdown);
        }
    }
    let word = |mark: &str| {
        let rest = line.strip_prefix(mark);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"'))
    };
    let opens = word("!!! ") || word("??? ") || word("???+ ") || word("=== \"");
    let is_object = line.strip_prefix("::: ").is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b))
    });
    if (opens || is_object) && is_indented() {
        return Some(Syntax::Python);
    }
    let label = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(")="));
    if label.is_some_and(|label| !label.is_empty() && !label.contains(['(', ')'])) {
        return Some(Syntax::Myst);
    }
    let is_definition = line.strip_prefix(": ").or(line.strip_prefix(":\t"));
    let is_term = !before.is_empty() && !before.starts_with(['#', '>', '|', ':', '-', '<', ' ']);
    let is_definition = is_definition.is_some_and(|rest| !rest.trim().is_empty()) && is_term;
    let is_list = line.starts_with("{: ") && line.ends_with('}')
        || line.starts_with("{:#") && line.ends_with('}')
        || line.starts_with("{:.") && line.ends_with('}');
    (is_definition || is_list).then_some(Syntax::Kramdown)
}

/// A line with its code spans blanked.
fn without_code(line: &str) -> String {
    let parts = line.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { " " }).collect()
}

/// Whether a tag with these ends and a name in it stands on the line.
fn shortcode(line: &str, open: &str, close: &str) -> bool {
    let Some(end) = line.rfind(close) else { return false };
    line.match_indices(open).take_while(|(at, _)| at + open.len() <= end).any(|(at, _)| {
        let mut inner = line[at + open.len()..].bytes();
        let name = inner.find(|byte| !matches!(byte, b'-' | b'/' | b' '));
        name.is_some_and(|byte| byte.is_ascii_alphabetic())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_outside_of_code_tell() {
        for (text, syntax) in [
            ("# A\n\n{{< figure src=\"a\" >}}\n", Syntax::Hugo),
            ("[a]({{< ref \"b\" >}})\n", Syntax::Hugo),
            ("{% include a.html %}\n", Syntax::Kramdown),
            ("!!! note\n\n    Text.\n", Syntax::Python),
            ("::: a.b\n    options:\n", Syntax::Python),
            ("(label)=\n# A\n", Syntax::Myst),
            ("Term\n\n: Definition\n", Syntax::Kramdown),
            ("Text.\n{: .a}\n", Syntax::Kramdown),
        ] {
            assert_eq!(guess(text), syntax, "{text}");
        }
        for text in [
            "`{{< a >}}` is a shortcode\n",
            "```\n{{< a >}}\n```\n",
            "    {% raw %}\n",
            "{{ value }} and { #a }\n",
            "!!! note\n\nText.\n",
            "::: note\ntext\n:::\n",
            "f(x)=\n",
            "# Heading\n\n: not a definition\n",
        ] {
            assert_eq!(guess(text), Syntax::Plain, "{text}");
        }
    }
}
