//! No check grows faster than n log n in the size of the page: hostile shapes are doubled, and what
//! counts is the processor time of this thread, as a ratio.
#![cfg(unix)]

use std::fmt::Write as _;
use std::path::Path;

use rustix::time::{ClockId, clock_gettime};
use validator::config::Request;
use validator::diagnostic::Safety;
use validator::engine::{Base, File, How, Source, Status, Workspace, check_file};

/// How much more time twice the size may take: n log n takes 2.2 times as much, n² four times.
const WORST: f64 = 2.8;

/// From where on time is measured well enough, in seconds.
const MEASURABLE: f64 = 0.02;

/// A page of roughly so many bytes.
type Shape = (&'static str, fn(usize) -> String);

fn fill(piece: &str, size: usize) -> String {
    piece.repeat(size / piece.len() + 1)
}

fn counted(size: usize, each: usize, piece: impl Fn(usize) -> String) -> String {
    (0..size / each).map(piece).collect()
}

fn root(size: usize) -> usize {
    (size as f64).sqrt() as usize
}

const SHAPES: &[Shape] = &[
    ("underscores in a word", |n| fill("_a", n)),
    ("asterisks in a word", |n| fill("*a", n)),
    ("asterisks and spaces", |n| fill("* a *", n)),
    ("double asterisks", |n| fill("**a", n)),
    ("mixed emphasis", |n| fill("*_a__b***", n)),
    ("open brackets", |n| fill("[", n)),
    ("open images", |n| fill("![", n)),
    ("closed brackets", |n| fill("](", n)),
    ("nested brackets", |n| "[".repeat(n / 2) + &"]".repeat(n / 2)),
    ("empty references", |n| fill("[a][]", n)),
    ("full references", |n| fill("[a][b]", n)),
    ("reversed links", |n| fill("(a)[b] `c` ", n)),
    ("open parentheses", |n| fill("[a](", n)),
    ("angle brackets", |n| fill("<", n)),
    ("open tags", |n| fill("<a ", n)),
    ("tags", |n| fill("<a>", n)),
    ("open comments", |n| fill("<!--", n)),
    ("comments", |n| fill("<!-- a -->", n)),
    ("comments line by line", |n| fill("<!-- a\nb -->\n", n)),
    ("processing instructions", |n| fill("<?", n)),
    ("character data", |n| fill("<![CDATA[", n)),
    ("declarations", |n| fill("<!A", n)),
    ("HTML blocks", |n| fill("<div>\n\na\n\n", n)),
    ("backticks of growing length", |n| {
        (1..root(2 * n)).map(|length| "`".repeat(length) + "a").collect()
    }),
    ("code spans", |n| fill("`a`", n)),
    ("padded code spans over lines", |n| fill("` a\n b `\n", n)),
    ("dollar signs", |n| fill("$a", n)),
    ("dollar signs of growing length", |n| {
        (1..root(2 * n)).map(|length| "$".repeat(length) + "a").collect()
    }),
    ("addresses in angle brackets", |n| format!("<{}>", fill("http://", n))),
    ("addresses in a bracket", |n| "[".to_owned() + &fill("http://", n)),
    ("addresses in a link", |n| format!("[{}](a)", fill("http://", n))),
    ("addresses in a formula", |n| format!("${}$", fill("http://", n))),
    ("dollar signs that stay open", |n| {
        (1..root(n)).rev().map(|length| "$".repeat(length) + "a").collect()
    }),
    ("open formulas", |n| fill("$$\na\n\n", n)),
    ("formulas", |n| fill("$$\n- a\n$$\n", n)),
    ("formulas in items", |n| fill("- $$\n  + a\n  $$\n", n)),
    ("tildes", |n| fill("~", n)),
    ("pipes", |n| fill("|", n)),
    ("long tables", |n| "| a | b |\n|---|---|\n".to_owned() + &fill("| a | b |\n", n)),
    ("wide tables", |n| fill("|a", n / 3) + "\n" + &fill("|-", n / 3) + "\n" + &fill("|a", n / 3)),
    ("many tables", |n| fill("| a |\n|---|\n| b |\n\n", n)),
    ("headers of tables", |n| fill("a | b\n", n)),
    ("tables that end early", |n| fill("| a |\n|---|\n| b |\n<b>\n", n)),
    ("quotes in quotes", |n| "> ".repeat(root(n)) + "a\n" + &fill("> a\n", n)),
    ("deep quotes", |n| counted(n, root(n) * 2 + 2, |_| ">".repeat(root(n).min(200)) + " a\n")),
    ("quotes and blank lines", |n| fill("> a\n\n", n)),
    ("lists in lists", |n| {
        let depth = root(n).min(100);
        let list: String = (0..depth).map(|depth| "  ".repeat(depth) + "- a\n").collect();
        list.repeat(n / list.len() + 1)
    }),
    ("items", |n| fill("- a\n", n)),
    ("items of three lists", |n| fill("- a\n* b\n+ c\n", n)),
    ("numbered items", |n| counted(n, 8, |number| format!("{number}. a\n"))),
    ("items with blank lines", |n| fill("- a\n\n\n", n)),
    ("items and quotes", |n| fill("- > a\n", n)),
    ("markers on one line", |n| fill("- ", n)),
    ("addresses", |n| fill("http://", n)),
    ("whole addresses", |n| fill("https://a.b/c?d=e ", n)),
    ("www", |n| fill("www.", n)),
    ("addresses of mail", |n| fill("a@", n)),
    ("whole addresses of mail", |n| fill("a@b.cd ", n)),
    ("definitions", |n| counted(n, 12, |label| format!("[a{label}]: b\n"))),
    ("equal definitions", |n| fill("[a]: b\n", n)),
    ("definitions that go on", |n| fill("[a]:\n", n)),
    ("open labels", |n| fill("[a\n", n)),
    ("titles of definitions", |n| fill("[a]: b \"\n", n)),
    ("footnotes", |n| counted(n, 20, |label| format!("a[^{label}]\n\n[^{label}]: b\n\n"))),
    ("equal headings", |n| fill("# a\n", n)),
    ("headings and links to them", |n| {
        counted(n, 24, |number| format!("# a{number}\n\n[a](#a{number})\n\n"))
    }),
    ("fragments that lead nowhere", |n| "# a\n\n".to_owned() + &fill("[a](#b)\n", n)),
    ("underlined headings", |n| fill("a\n===\n", n)),
    ("open underlined headings", |n| fill("a\n", n) + "---\n"),
    ("closed headings", |n| fill("# a #\n", n)),
    ("hashes", |n| fill("#", n)),
    ("entities", |n| fill("&amp;", n)),
    ("ampersands", |n| fill("&a", n)),
    ("backslashes", |n| fill("\\", n)),
    ("escaped brackets", |n| fill("\\[", n)),
    ("line endings of Windows", |n| fill("# a\r\nb  \r\n", n)),
    ("line endings of old", |n| fill("# a\rb\r", n)),
    ("blank lines", |n| fill("\n", n)),
    ("trailing spaces", |n| fill("a   \n", n)),
    ("spaces", |n| fill(" ", n) + "a"),
    ("tabs", |n| fill("\ta\t", n)),
    ("lines of tabs", |n| fill("\ta\n", n)),
    ("containers", |n| fill(":::a\n", n)),
    ("closed containers", |n| fill(":::a\n\nb\n\n:::\n", n)),
    ("colons", |n| fill(":a", n)),
    ("names of directives", |n| ":".to_owned() + &fill("a_", n)),
    ("comments that switch a rule", |n| fill("<!-- markdownlint-disable MD013 -->\n", n)),
    ("comments that switch all rules", |n| {
        fill("<!-- validator-disable -->\n<!-- validator-enable -->\n", n)
    }),
    ("comments for one line", |n| fill("a\t<!-- markdownlint-disable-line -->\n", n)),
    ("comments that capture", |n| {
        fill("<!-- markdownlint-capture -->\n<!-- markdownlint-restore -->\n", n)
    }),
    ("one long line", |n| fill("word ", n)),
    ("one long word", |n| fill("word", n)),
    ("wide characters", |n| fill("日本語 ", n)),
    ("fences", |n| fill("```\na\n```\n", n)),
    ("open fences", |n| fill("```\n", n) + "```\n"),
    ("fences of growing length", |n| {
        (3..root(2 * n)).map(|length| "`".repeat(length) + "\n").collect()
    }),
    ("commands", |n| "```sh\n".to_owned() + &fill("$ a\n", n) + "```\n"),
    ("indented code", |n| fill("    a\n\n", n)),
    ("rules", |n| fill("---\n", n)),
    ("fields", |n| front(&counted(n, 10, |key| format!("a{key}: b\n")))),
    ("equal fields", |n| front(&fill("a: b\n", n))),
    ("flow mappings", |n| front(&("a: ".to_owned() + &fill("{a: ", n)))),
    ("flow lists", |n| front(&format!("a: [{}]\n", fill("a, ", n)))),
    ("anchors and aliases", |n| {
        front(&counted(n, 22, |key| format!("a{key}: &b{key} c\nd{key}: *b{key}\n")))
    }),
    ("open front matter", |n| "---\n".to_owned() + &fill("a: b\n", n)),
    ("tables of TOML", |n| {
        format!("+++\n{}+++\n\na\n", counted(n, 16, |key| format!("[a{key}]\nb = 1\n")))
    }),
];

/// Data files, by their extension.
const DATA: &[(&str, Shape)] = &[
    ("json", ("deep JSON", |n| fill("[", n))),
    ("json", ("wide JSON", |n| format!("[{}1]", fill("1,", n)))),
    (
        "json",
        ("keys of JSON", |n| {
            format!("{{{}\"z\":1}}", counted(n, 10, |key| format!("\"a{key}\":1,")))
        }),
    ),
    ("json", ("equal keys of JSON", |n| format!("{{{}\"z\":1}}", fill("\"a\":1,", n)))),
    ("yaml", ("deep YAML", |n| fill("- ", n))),
    ("yaml", ("keys of YAML", |n| counted(n, 10, |key| format!("a{key}: b\n")))),
    (
        "yaml",
        ("merge keys", |n| {
            "a: &a {b: c}\n".to_owned() + &counted(n, 20, |key| format!("a{key}:\n  <<: *a\n"))
        }),
    ),
    ("toml", ("keys of TOML", |n| counted(n, 10, |key| format!("a{key} = 1\n")))),
    ("toml", ("lists of tables", |n| fill("[[a]]\nb = 1\n", n))),
];

fn front(fields: &str) -> String {
    format!("---\n{fields}---\n\na\n")
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Check,
    Fix(Safety),
}

struct Bench {
    workspace: Workspace,
    base: Base,
}

impl Bench {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let request = Request { start: folder.to_owned(), no_config: true, ..Request::default() };
        let workspace = Workspace::open(request).expect("there is no configuration");
        Bench { workspace, base: Base::new(folder) }
    }

    /// The time that a text takes, in seconds.
    fn time(&self, name: &str, text: &str, mode: Mode) -> f64 {
        let source = Source::Bytes(text.as_bytes().to_vec());
        let file = File { source, ..File::new(&self.base, Path::new(name)) };
        let mend = match mode {
            Mode::Check => None,
            Mode::Fix(limit) => Some(limit),
        };
        let start = now();
        let checked = check_file(&self.workspace, &file, &How { mend, ..How::default() });
        let time = now() - start;
        assert_eq!(checked.report.status, Status::Checked);
        time
    }

    /// By how much the time grows when the size doubles, on average over three doublings.
    fn growth(&self, name: &str, shape: Shape, mode: Mode) -> f64 {
        let mut size = 1 << 11;
        while self.time(name, &shape.1(size), mode) < MEASURABLE && size < 1 << 20 {
            size *= 2;
        }
        let (small, large) = (shape.1(size), shape.1(size * 4));
        let mut best = f64::MAX;
        for _ in 0..3 {
            let before = self.time(name, &small, mode).min(self.time(name, &small, mode));
            let after = self.time(name, &large, mode);
            best = best.min((after / before).sqrt());
            if best <= WORST {
                break;
            }
        }
        best
    }
}

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Doubles all shapes and prints those that grow most.
fn double(mode: Mode) {
    let bench = Bench::new();
    let wanted = std::env::var("SHAPE").unwrap_or_default();
    let pages = SHAPES.iter().map(|&shape| ("md", shape));
    let mut grown: Vec<(f64, &str)> = pages
        .chain(DATA.iter().copied())
        .filter(|(_, (name, _))| name.contains(&wanted))
        .map(|(extension, shape)| {
            (bench.growth(&format!("page.{extension}"), shape, mode), shape.0)
        })
        .collect();
    grown.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut table = String::new();
    for (factor, name) in grown.iter().take(20) {
        writeln!(table, "{factor:5.2}  {name}").expect("writing to a string does not fail");
    }
    println!("{table}");
    let mut too_fast = grown.iter().filter(|(factor, _)| *factor > WORST);
    assert!(too_fast.next().is_none(), "these grow too fast:\n{table}");
}

#[test]
fn checking_grows_with_the_page() {
    double(Mode::Check);
}

#[test]
fn fixing_grows_with_the_page() {
    double(Mode::Fix(Safety::Safe));
}

#[test]
fn unsafe_fixing_grows_with_the_page() {
    double(Mode::Fix(Safety::Review));
}
