//! Real pages, damaged at random, are mended, and comrak and GitHub's own renderer show the same
//! before and after. This knows nothing of how the engine proves its fixes.
//!
//! `MUTATION_PAGES` (30000) says how many, `MUTATION_SECONDS` (180) how long at most, `MUTATION_SEED` (1)
//! which pages.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use validator::diagnostic::Safety;
use validator::document::Document;
use validator::engine::fix;
use validator::rules::RuleSet;

use crate::random::{Random, number};

/// What is inserted into pages.
const HOSTILE: &[&str] = &[
    "\t",
    "\t\t",
    " \t\n",
    "  \n",
    "   \n",
    "\r",
    "\r\n",
    "\u{a0}\n",
    "- [ ] \n",
    "- [x]\t\n",
    "* a\n",
    "+ b\n",
    "1. c\n",
    "7) d\n",
    "> q\n",
    ">",
    "```\n",
    "~~~\n",
    "    code\n",
    "<r>\n",
    "<div>\n",
    "<!-- x\n",
    "-->",
    "|",
    "|-|\n",
    "-|\n",
    "$$\n",
    "# h\n",
    "#\n",
    "===\n",
    "---\n",
    "***\n",
    "* * *\n",
    "https://x.y/a[1] ",
    "http://Y] ",
    "www.a.b. ",
    "a_b@c.d ",
    "a\\_b@c.d ",
    "https://a.b/(c) ",
    "[x]: /y\n",
    "[ x ]",
    "[^1]",
    "[^1]: n\n",
    "**a **",
    "_a_b",
    "` a `",
    "``",
    "\\",
    "&amp;",
    "<",
    "\n\n\n",
];

#[test]
fn what_is_shown_stays_the_same() {
    let time = Duration::from_secs(number("MUTATION_SECONDS", 180));
    let pages_wanted = number("MUTATION_PAGES", 30_000);
    let mut random = Random(number("MUTATION_SEED", 1) * 2 + 0x9e37_79b9_7f4a_7c15);
    let has_cmark = Command::new("cmark-gfm").arg("--version").output().is_ok();
    let pages = pages();
    let rules = RuleSet::defaults();
    let settle = |text: String| fix::settle(|doc| rules.check(doc), text, Safety::Safe);
    let (start, mut tried, mut changed, mut wrong) = (Instant::now(), 0, 0, Vec::new());
    let mut with_front_matter = 0;
    while tried < pages_wanted && start.elapsed() < time {
        let page = mutated(&pages, &mut random);
        tried += 1;
        let fixed = settle(page.clone());
        if !fixed.settled {
            wrong.push(format!("goes on for ever: {page:?}"));
        }
        if fixed.text == page {
            continue;
        }
        changed += 1;
        let (before, after) = (Document::parse(page.clone()), Document::parse(fixed.text.clone()));
        with_front_matter += usize::from(before.front_matter.is_some());
        // No rule that is on by default mends front matter.
        let mut differs = page[..before.body.start()] != fixed.text[..after.body.start()];
        let (before, after) = (before.slice(before.body), after.slice(after.body));
        differs |= comrak(before) != comrak(after);
        differs |= has_cmark && cmark(before) != cmark(after);
        if differs {
            wrong.push(format!("shows something else: {page:?}\n  becomes {:?}", fixed.text));
        } else if settle(fixed.text.clone()).text != fixed.text {
            wrong.push(format!("is not done the first time: {page:?}"));
        }
    }
    let judges = if has_cmark { "comrak and cmark-gfm" } else { "comrak" };
    eprintln!(
        "{tried} pages, {changed} changed, {with_front_matter} of them with front matter, {} wrong in the eyes of {judges}",
        wrong.len()
    );
    assert!(changed > 0, "no page was changed");
    assert!(wrong.is_empty(), "{} pages:\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n"));
}

/// A line that could be the first of front matter stays what it is, and a blank line in an element that
/// is not closed shows.
#[test]
fn what_shows_by_what_stands_around_it_stays() {
    let rules = RuleSet::defaults();
    for page in [
        "   {\n a\n `b `  c\n---\n}\n```\n\nd\n",
        "   {\r a\r `b `  c\r---\r}\r```\r\rd\r",
        "   +++\na = 1\n---\n+++\n```\n\nd\n",
        "1. a\nb\n      <pre><code>c\n<ul>\n  <li>\n",
        "- a\n\n  <textarea>c\n\n## d\n",
        "> <pre>c\n## d\n",
        "<script>\n</script>\u{a0}\n\n\n# a\n",
        "</ul\t>\n```\n\n",
        "> <!-- a\n> b\n-->\n---\n# c\n",
        "- <!-- a\n  b\n-->\n# c\n",
        "$$\n---\n\n$$\n---\n",
        "a\n\n$$\nx\n\n$$\n---\n\nb \n",
        "- a\n\n  $$\n  x\n\n  $$\n  ===\n\n- b\n\n\n",
        "> $$\n> x\n> $$\n> ---\n> # b\n",
    ] {
        let fixed = fix::settle(|doc| rules.check(doc), page.to_owned(), Safety::Safe);
        assert!(fixed.settled, "{page:?}");
        assert_eq!(comrak(page), comrak(&fixed.text), "{page:?} becomes {:?}", fixed.text);
        let (before, after) = (Document::parse(page.to_owned()), Document::parse(fixed.text));
        assert_eq!(before.front_matter.is_some(), after.front_matter.is_some(), "{page:?}");
    }
}

/// Lone carriage returns are line ends to CommonMark, and a fence below a lazy line of a quote or an
/// item is no fence of its.
#[test]
fn lines_of_old_and_lazy_lines_stay_what_they_are() {
    let rules = RuleSet::defaults();
    let has_cmark = Command::new("cmark-gfm").arg("--version").output().is_ok();
    let mut mended = 0;
    for page in [
        "# a\rb\tc \r* d\r+ e\r",
        "a\r\t```\r\tb\r\t```\r",
        "# a\r\r\r\rb\r```\rc\t\r```\rd\r",
        "a\r\n\t```\r\tb\n> c\r```\n",
        "> o\n<r>\n```\nx\n```\n",
        ">o\n<r>\n```\nx\n```\n",
        "> o\np\n```\nx\n```\nq\n",
        "- o\np\n  ```\n  x\n  ```\nq\n",
        "> - o\np\n~~~\nx\n~~~\n",
    ] {
        let fixed = fix::settle(|doc| rules.check(doc), page.to_owned(), Safety::Safe);
        assert!(fixed.settled, "{page:?}");
        assert_eq!(comrak(page), comrak(&fixed.text), "{page:?} becomes {:?}", fixed.text);
        if has_cmark {
            assert_eq!(cmark(page), cmark(&fixed.text), "{page:?} becomes {:?}", fixed.text);
        }
        mended += usize::from(fixed.text != page);
    }
    assert!(mended >= 5, "only {mended} were mended");
}

/// Pages of the corpus beside the checkout, or those of the repository.
fn pages() -> Vec<String> {
    let corpus = Path::new("../shared/corpus");
    let corpus = std::env::var_os("MUTATION_CORPUS").map_or(corpus.to_owned(), Into::into);
    let roots = match corpus.is_dir() {
        true => vec![corpus],
        false => ["fixtures", "docs", "examples"].map(Into::into).to_vec(),
    };
    let files = roots
        .iter()
        .flat_map(|root| ignore::WalkBuilder::new(root).sort_by_file_name(Ord::cmp).build());
    let pages: Vec<String> = files
        .filter_map(|entry| entry.ok().map(ignore::DirEntry::into_path))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter(|text| !text.is_empty())
        .collect();
    assert!(!pages.is_empty(), "there are no pages to damage");
    pages
}

/// Some lines of a page, or of two, with a few faults.
fn mutated(pages: &[String], random: &mut Random) -> String {
    let mut lines: Vec<String> = Vec::new();
    for _ in 0..=random.below(2) {
        let page: Vec<&str> = pages[random.below(pages.len())].split_inclusive('\n').collect();
        let has_front = page[0].starts_with("---") || page[0].starts_with("+++");
        let from_start = lines.is_empty() && has_front && random.below(2) == 0;
        let first = if from_start { 0 } else { random.below(page.len()) };
        let count = 1 + random.below(40);
        lines.extend(page[first..].iter().take(count).map(|line| (*line).to_owned()));
    }
    for _ in 0..=random.below(6) {
        mutate(&mut lines, random);
    }
    let text = lines.concat();
    match random.below(20) {
        0 => text.replace('\n', "\r\n"),
        1 => text.replace('\n', "\r"),
        _ => text,
    }
}

fn mutate(lines: &mut Vec<String>, random: &mut Random) {
    let at = random.below(lines.len());
    let piece = HOSTILE[random.below(HOSTILE.len())];
    match random.below(9) {
        0 if lines.len() > 1 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let other = random.below(lines.len());
            lines.swap(at, other);
        }
        3 => lines[at].insert_str(0, ["  ", "   ", "\t", "    "][random.below(4)]),
        4 => lines[at] = lines[at].trim_start_matches([' ', '\t']).to_owned(),
        5 => {
            let prefix = ["> ", "- ", "1. ", "  ", ">"][random.below(5)];
            let end = (at + 1 + random.below(5)).min(lines.len());
            lines[at..end].iter_mut().for_each(|line| line.insert_str(0, prefix));
        }
        _ => {
            let line = &mut lines[at];
            let mut place = random.below(line.len() + 1);
            while !line.is_char_boundary(place) {
                place -= 1;
            }
            line.insert_str(place, piece);
        }
    }
}

fn comrak(page: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.render.r#unsafe = true;
    as_shown(&comrak::markdown_to_html(page, &options))
}

fn cmark(page: &str) -> String {
    let extensions = ["table", "strikethrough", "autolink", "tasklist", "footnotes"];
    let mut command = Command::new("cmark-gfm");
    command.arg("--unsafe");
    command.args(extensions.iter().flat_map(|extension| ["-e", extension]));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("it is piped");
    let page = page.to_owned();
    let writer = std::thread::spawn(move || input.write_all(page.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "cmark-gfm failed: {}", output.status);
    writer.join().expect("no panic").expect("it reads");
    as_shown(&String::from_utf8_lossy(&output.stdout))
}

/// HTML with white space as a browser shows it: runs are one space, and none at the edges of
/// blocks. In `<pre>` and `<code>` it stays.
fn as_shown(html: &str) -> String {
    const BLOCKS: &[&str] = &[
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "hr",
        "br",
        "div",
        "section",
        "details",
        "summary",
        "input",
    ];
    let mut out = String::with_capacity(html.len());
    let (mut rest, mut space, mut after_block, mut keeps) = (html, false, true, 0_usize);
    // A space was written before the tags that were seen last.
    let mut spaced = false;
    while let Some(next) = rest.chars().next() {
        let end = if next == '<' { rest.find('>') } else { None };
        if let Some(end) = end {
            let tag = &rest[..=end];
            let closing = tag.starts_with("</");
            let name = tag.trim_start_matches(['<', '/']).split([' ', '\t', '>', '/', '\n']).next();
            let is_block = name.is_some_and(|name| BLOCKS.contains(&name));
            if matches!(name, Some("pre" | "code")) {
                keeps = if closing { keeps.saturating_sub(1) } else { keeps + 1 };
            }
            if space && !is_block && !closing && !after_block {
                out.push(' ');
                (space, spaced) = (false, true);
            }
            space &= !is_block;
            after_block = is_block || (after_block && !matches!(name, Some("img" | "code")));
            // Neither do lines and columns within a tag show.
            out.extend(tag.split_ascii_whitespace().flat_map(|word| [word, " "]));
            rest = &rest[end + 1..];
            continue;
        }
        rest = &rest[next.len_utf8()..];
        if keeps == 0 && next.is_ascii_whitespace() {
            space = !after_block && !spaced;
            continue;
        }
        if space {
            out.push(' ');
        }
        (space, after_block, spaced) = (false, false, false);
        out.push(next);
    }
    out
}
