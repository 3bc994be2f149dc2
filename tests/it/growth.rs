//! No check grows faster than n log n in the size of the page: hostile shapes are doubled, and what
//! counts is the processor time of this thread, as a ratio.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rustix::time::{ClockId, clock_gettime};
use tempfile::TempDir;
use validator::config::Request;
use validator::diagnostic::Safety;
use validator::engine::{Base, CheckOptions, File, Source, Status, Workspace, check_file};

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
    ("headings and dead fragments", |n| {
        (0..n / 32).map(|i| format!("## A {i}\n\n[x](#b-{i} \"t\")\n\n")).collect()
    }),
    ("dead fragments of one name", |n| "# Abc\n\n".to_owned() + &fill("[x](#abd) ", n)),
    ("dead paths", |n| (0..n / 20).map(|i| format!("[x](pagf{i}.md)\n")).collect()),
    ("references to nowhere", |n| {
        (0..n / 30).map(|i| format!("[x{i}]\n\n[x{i}]: pagf{i}.md\n\n")).collect()
    }),
    ("headings with own ids", |n| fill("# A {#a}\n", n)),
    ("headings on attribute lines", |n| fill("# A\n{: #a .b}\n\n", n)),
    ("footnotes in headings", |n| {
        (0..n / 24).map(|i| format!("# A[^{i}]\n\n[^{i}]: x\n\n")).collect()
    }),
    ("equal headings", |n| fill("# A\n", n)),
    ("numbered headings", |n| (0..n / 8).map(|i| format!("# A_{}\n", i % 9)).collect()),
    ("anchors in HTML", |n| fill("<a id=\"x\" href=\"y.md\">z</a> ", n)),
    ("components that are open", |n| fill("<A b={", n)),
    ("comments of MDX that are open", |n| fill("{/* ", n)),
    ("shortcodes", |n| fill("{{< ref \"a#b\" >}} ", n)),
    ("shortcodes that are open", |n| fill("{{< a ", n)),
    ("tags of Liquid", |n| fill("{% link a.md %} ", n)),
    ("raw parts that are open", |n| fill("{% raw %} ", n)),
    ("labels of MyST", |n| fill("(a)=\n# B\n", n)),
    ("roles of MyST", |n| fill("{ref}`a` ", n)),
    ("directives of MyST", |n| fill("```{note}\na\n", n)),
    ("containers that are open", |n| fill("::: a\n", n)),
    ("nested admonitions", |n| {
        (0..(n as f64).sqrt() as usize / 2).map(|i| "    ".repeat(i) + "!!! note\n\n").collect()
    }),
    ("terms of definitions", |n| fill("a\n: b\n\n", n)),
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
    ("items in items of a quote", |n| {
        "> ".to_owned() + &"- ".repeat(root(n)) + "a\n" + &fill("> a\n", n)
    }),
    ("ids in lists of attributes", |n| fill("{: id=a }\n", n)),
    ("references and definitions of templates", |n| {
        counted(n / 2, 10, |i| format!("[a][b{i}]\n"))
            + &counted(n / 2, 10, |i| format!("[x{i}]: {{\n"))
    }),
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
    /// Where links lead on the site that has this configuration.
    Links(&'static str, &'static str),
    /// The same with the rules of style, whose fixes are held against the site's parser.
    Site(&'static str, &'static str),
}

struct Bench {
    workspace: Workspace,
    base: Base,
    mode: Mode,
    /// Of the site.
    directory: Option<TempDir>,
}

impl Bench {
    fn new(mode: Mode) -> Self {
        match mode {
            Mode::Links(name, config) => return Bench::of_site(mode, "[links]", name, config),
            Mode::Site(name, config) => {
                return Bench::of_site(mode, "[markdown, links]", name, config);
            }
            Mode::Check | Mode::Fix(_) => {}
        }
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let request =
            Request { start: directory.to_owned(), no_config: true, ..Request::default() };
        let workspace = Workspace::open(request).expect("there is no configuration");
        Bench { workspace, base: Base::new(directory), mode, directory: None }
    }

    fn of_site(mode: Mode, types: &str, name: &str, config: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().expect("it has a directory")).expect("a directory");
            fs::write(path, text).expect("written");
        };
        write("validator.yaml", &format!("types: {types}\n"));
        write(name, config);
        write("docs/page.md", "");
        let request = Request { start: directory.path().to_owned(), ..Request::default() };
        let workspace = Workspace::open(request).expect("the configuration is right");
        workspace.site();
        Bench { workspace, base: Base::new(directory.path()), mode, directory: Some(directory) }
    }

    /// The time that a text takes, in seconds.
    fn time(&self, name: &str, text: &str) -> f64 {
        let fix = match self.mode {
            Mode::Fix(limit) => Some(limit),
            _ => None,
        };
        let file = match &self.directory {
            // Links within a page are held against what is on the disk.
            Some(directory) => {
                let path = directory.path().join("docs").join(name);
                fs::write(&path, text).expect("written");
                self.workspace.changed(std::slice::from_ref(&path));
                self.workspace.site();
                File::new(&self.base, &path)
            }
            None => {
                let source = Source::Bytes(text.as_bytes().to_vec());
                File { source, ..File::new(&self.base, Path::new(name)) }
            }
        };
        let start = now();
        let checked =
            check_file(&self.workspace, &file, &CheckOptions { fix, ..CheckOptions::default() });
        let time = now() - start;
        assert_eq!(checked.report.status, Status::Checked);
        time
    }

    /// By how much the time grows when the size doubles, on average over three doublings.
    fn growth(&self, name: &str, shape: Shape) -> f64 {
        let mut size = 1 << 11;
        while self.time(name, &shape.1(size)) < MEASURABLE && size < 1 << 20 {
            size *= 2;
        }
        let (small, large) = (shape.1(size), shape.1(size * 4));
        let mut best = f64::MAX;
        for _ in 0..3 {
            let before = self.time(name, &small).min(self.time(name, &small));
            let after = self.time(name, &large);
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
    let bench = Bench::new(mode);
    let wanted = std::env::var("SHAPE").unwrap_or_default();
    let pages = SHAPES.iter().map(|&shape| ("md", shape));
    let data = if bench.directory.is_some() { &[] } else { DATA };
    let mut grown: Vec<(f64, &str)> = pages
        .chain(data.iter().copied())
        .filter(|(_, (name, _))| name.contains(&wanted))
        .map(|(extension, shape)| (bench.growth(&format!("page.{extension}"), shape), shape.0))
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

#[test]
fn following_links_grows_with_the_page_on_github() {
    double(Mode::Links("x.txt", ""));
}

#[test]
fn checking_grows_with_the_page_of_mkdocs() {
    double(Mode::Site("mkdocs.yml", "site_name: x\nmarkdown_extensions: [attr_list, def_list]\n"));
}

#[test]
fn checking_grows_with_the_page_of_docusaurus() {
    let config = "module.exports = {\n  baseUrl: '/',\n  presets: [['classic', {}]],\n};\n";
    double(Mode::Site("docusaurus.config.js", config));
}

#[test]
fn following_links_grows_with_the_page_of_hugo() {
    double(Mode::Links("hugo.yaml", "baseURL: /\ncontentDir: docs\n"));
}

#[test]
fn following_links_grows_with_the_page_of_sphinx() {
    double(Mode::Links("docs/conf.py", "extensions = ['myst_parser']\n"));
}

#[test]
fn checking_grows_with_the_page_of_jekyll() {
    double(Mode::Site("docs/_config.yml", "title: x\nplugins: [jekyll-optional-front-matter]\n"));
}

/// The time of a page with each of so many names twice, which the configuration has.
fn time_of_names(names: usize) -> f64 {
    let directory = tempfile::tempdir().expect("a directory");
    let list: Vec<String> = (0..names).map(|name| format!("Name{name}x")).collect();
    let config = format!("rules: {{ MD044: {{ names: [{}] }} }}\n", list.join(", "));
    fs::write(directory.path().join("validator.yaml"), config).expect("written");
    let request = Request { start: directory.path().to_owned(), ..Request::default() };
    let workspace = Workspace::open(request).expect("the configuration is right");
    let base = Base::new(directory.path());
    let text: String = (0..names).map(|name| format!("name{name}x and naMe{name}x\n")).collect();
    let source = Source::Bytes(format!("# A\n\n{text}").into_bytes());
    let file = File { source, ..File::new(&base, &directory.path().join("page.md")) };
    let start = now();
    let checked = check_file(&workspace, &file, &CheckOptions::default());
    let time = now() - start;
    let found = checked.report.findings.iter().filter(|finding| finding.rule == "MD044");
    assert_eq!(found.count(), 2 * names);
    time
}

#[test]
fn looking_for_names_grows_with_the_page_and_with_the_names() {
    let (before, after) = (time_of_names(2_000), time_of_names(8_000));
    let growth = (after / before).sqrt();
    assert!(growth <= WORST, "{growth:.2} a doubling");
}
