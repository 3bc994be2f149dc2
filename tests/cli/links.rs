//! Links, anchors and assets, from the command line.

use std::process::Stdio;

use crate::project::{Project, end};

fn found(project: &Project, line: &str) -> Vec<String> {
    let ran = project.run(&format!("{line} --types links --format jsonl"));
    let row = |row: &serde_json::Value| {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {} {}", field("path"), row["line"], field("rule"), field("message"))
    };
    ran.findings().iter().map(row).collect()
}

#[test]
fn links_of_a_repository_lead_where_github_leads_them() {
    let project = Project::new(&[
        ("README.md", "# T\n\n[a](docs/a.md) [b](docs/b.md#two-words) [dir](docs)\n"),
        ("docs/a.md", "# A\n\n[x](gone.md)\n[y](b.md#two-word)\n[z](B.md)\n![i](img/a.png)\n"),
        ("docs/b.md", "# B\n\n## Two words\n\n![i](img/b.png) [e](https://example.org/x)\n"),
        ("docs/img/b.png", ""),
    ]);
    let all = [
        "docs/a.md:3 LINK001 `gone.md` leads nowhere: there is no page or file `docs/gone.md`",
        "docs/a.md:4 LINK002 `b.md#two-word` leads to no place: docs/b.md has no id `two-word`; \
         there is `#two-words`",
        "docs/a.md:5 LINK004 `B.md` is written in other letter case than the file; the file is \
         `docs/b.md`",
        "docs/a.md:6 LINK003 `img/a.png` leads nowhere: there is no file `docs/img/a.png`; there \
         is `docs/img/b.png`",
    ];
    assert_eq!(found(&project, "batch"), all);
    assert_eq!(found(&project, "check docs/a.md"), all);
    assert_eq!(found(&project, "check docs/b.md"), [""; 0]);
}

#[test]
fn the_generator_of_the_site_says_which_ids_there_are() {
    let page = "# T\n\n[a](other.md#a---b)\n[b](other.md#a-b)\n[c](/x/)\n\n## Own {#Own-Id}\n\n\
                [d](#Own-Id) [e](#own)\n";
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\nmarkdown_extensions: [attr_list]\n"),
        ("docs/index.md", page),
        ("docs/other.md", "# Other\n\n## A - B\n"),
        ("README.md", "[a](docs/other.md#a---b)\n"),
    ]);
    let found = found(&project, "batch");
    let places: Vec<&str> = found.iter().filter_map(|row| row.get(..row.find(" `")?)).collect();
    assert_eq!(
        places,
        ["docs/index.md:3 LINK007", "docs/index.md:5 LINK001", "docs/index.md:9 LINK007"],
        "{found:#?}"
    );
    // The rule that knows GitHub only is silent where the site's generator is known.
    let both = project.run("batch --types markdown,links --select MD051,LINK002 --format concise");
    assert!(!both.stdout.contains("MD051"), "{both:?}");
}

#[test]
fn a_person_can_have_the_nearest_written() {
    let project = Project::new(&[
        ("a.md", "# A\n\n[x](sub/Page.md#one) [y](sub/page.md#tow)\n"),
        ("sub/page.md", "# P\n\n## One\n\n## Two\n"),
    ]);
    project.run("check a.md --types links --fix --unsafe-fixes");
    assert_eq!(project.read("a.md"), "# A\n\n[x](sub/page.md#one) [y](sub/page.md#two)\n");
}

#[test]
fn pages_that_ask_for_the_same_site_at_once_are_all_answered() {
    let config =
        "module.exports = {\n  baseUrl: '/',\n  presets: [['classic', { blog: false }]],\n};\n";
    let names: Vec<String> = (0..40).map(|page| format!("docs/p{page}.md")).collect();
    let page = "---\ntitle: T\n---\n\n[a](gone.md)\n";
    let mut files = vec![("docusaurus.config.js", config)];
    files.extend(names.iter().map(|name| (name.as_str(), page)));
    let project = Project::new(&files);
    for _ in 0..30 {
        let mut child = project
            .command("batch --types links --threads 8 --format jsonl")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it can be run");
        // One that does not come to its end is killed, and has no exit code.
        assert_eq!(end(&mut child), Some(1));
    }
    assert_eq!(found(&project, "batch").len(), 40);
}

#[test]
fn the_documentation_shows_what_is_reported() {
    let doc = std::fs::read_to_string("docs/links.md").expect("it can be read");
    let command = "$ validator batch docs --types links\n";
    let shown = doc.split("```").find_map(|block| block.split_once(command)).expect("an example");
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: Example\n"),
        (
            "docs/setup.md",
            "# Setup\n\nFirst see [how to install on Windows](install.md#windows).\n",
        ),
        ("docs/install.md", "# Install\n\n## On Windows\n"),
    ]);
    let report = project.run("batch docs --types links").stdout;
    let without_time = |text: &str| {
        let lines = text.trim_end().lines();
        lines.filter(|line| !line.starts_with("checked ")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_time(&report), without_time(shown.1));
}
