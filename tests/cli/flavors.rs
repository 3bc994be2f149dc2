//! What the generator of a site makes of a page decides which findings are right.

use crate::project::Project;

/// The rules of markdownlint that a command line finds, with lines.
fn rules(project: &Project, line: &str) -> Vec<String> {
    let ran = project.run(&format!("{line} --format jsonl"));
    let row = |row: &serde_json::Value| {
        format!("{} {}", row["line"], row["rule"].as_str().unwrap_or_default())
    };
    ran.findings().iter().map(row).collect()
}

/// A page, and the configuration that tells its generator.
struct Case {
    config: (&'static str, &'static str),
    page: (&'static str, &'static str),
    /// What markdownlint finds on it and is wrong for the site, with lines.
    departs: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        config: ("mkdocs.yml", "site_name: x\nmarkdown_extensions: [admonition, attr_list]\n"),
        page: (
            "docs/a.md",
            "# A\n\n```sh\nx\n```\n\n!!! note\n\n    Text.\n\n- a\n    - b\n\n::: a.B\n    options:\n      members: [__init__, __str__]\n",
        ),
        departs: &["9 MD046", "12 MD007"],
    },
    Case {
        config: ("hugo.toml", "baseURL = 'https://example.org/'\n"),
        page: (
            "content/a.md",
            "---\ntitle: A\n---\n\nSee [b][c] {{< x y=\"<b>\" >}}.\n\n{{< tabs >}}\n<b>https://example.org/x</b>\n{{< /tabs >}}\n\n[c]: {{< ref \"d e\" >}}\n\nTerm\n: Text\n\n    * one\n",
        ),
        departs: &["5 MD033", "5 MD052", "8 MD033"],
    },
    Case {
        config: ("docusaurus.config.js", "module.exports = {presets: [['classic', {}]]};\n"),
        page: (
            "docs/a.mdx",
            "import A from '@b/c';\n\n# A\n\n<A b={1}>\n\n[d](#e-f)\n\n</A>\n\n## E {#e-f}\n\n{/* validator-disable-next-line MD034 */}\nhttps://example.org/\n",
        ),
        departs: &["1 MD041", "5 MD033"],
    },
    Case {
        config: (".vitepress/config.ts", "export default { title: 'x' }\n"),
        page: (
            "a.md",
            "# A\n\nText <Badge type=\"tip\" /> <my-thing/> <b>bold</b>.\n\n<script setup>\nconst a = 1\n</script>\n",
        ),
        departs: &["3 MD033", "5 MD033"],
    },
    Case {
        config: ("_config.yml", "title: x\n"),
        page: (
            "a.md",
            "---\ntitle: A\n---\n\n[b](#own)\n\nText.\n{: #own}\n\n{% raw %}\n<b>x</b>\n{% endraw %}\n",
        ),
        departs: &["5 MD051", "11 MD033"],
    },
    Case {
        config: ("conf.py", "extensions = ['myst_parser']\n"),
        page: ("a.md", "(own)=\n\n# A\n\n[b](#own)\n"),
        departs: &["1 MD041", "5 MD051"],
    },
];

#[test]
fn what_is_wrong_on_a_site_is_no_finding_there() {
    for Case { config, page, departs } in CASES {
        let project = Project::new(&[*config, *page]);
        let line = format!("batch --types markdown {}", page.0);
        let at_home = rules(&project, &line);
        let by_the_book = rules(&project, &format!("{line} --parity markdownlint"));
        for finding in *departs {
            assert!(by_the_book.iter().any(|found| found == finding), "{finding}: {by_the_book:?}");
        }
        // A rule may find several on a line, of which one is right.
        let left: Vec<&String> =
            by_the_book.iter().filter(|found| !at_home.contains(found)).collect();
        let expected: Vec<&&str> = departs
            .iter()
            .filter(|finding| !at_home.iter().any(|found| found == *finding))
            .collect();
        assert!(!expected.is_empty() && left.len() >= expected.len(), "{}: {left:?}", page.0);
        assert!(at_home.len() < by_the_book.len(), "{}: {at_home:?}", page.0);
        assert!(at_home.iter().all(|found| by_the_book.contains(found)), "{at_home:?}");
    }
}

#[test]
fn alerts_stand_apart_and_markdownlint_may_have_the_last_word() {
    let page = "# A\n\n> [!NOTE]\n> a\n\n> [!TIP]\n> b\n\nText.\n\n> a\n\n> b\n";
    let project = Project::new(&[("a.md", page)]);
    assert_eq!(rules(&project, "check a.md"), ["12 MD028"]);
    assert_eq!(rules(&project, "check a.md --parity markdownlint"), ["5 MD028", "12 MD028"]);
    project.write("validator.yaml", "parity: markdownlint\n");
    assert_eq!(rules(&project, "check a.md"), ["5 MD028", "12 MD028"]);
    let project = Project::new(&[("a.md", page), (".markdownlint.json", "{}")]);
    assert_eq!(rules(&project, "check a.md"), ["5 MD028", "12 MD028"]);
}

#[test]
fn a_fix_does_not_touch_what_is_not_markdown() {
    for Case { config, page, .. } in CASES {
        let project = Project::new(&[*config, *page]);
        project.run(&format!("batch --types markdown --fix {}", page.0));
        let fixed = project.read(page.0);
        for mark in ["{{<", "{%", "<A b={1}>", "import A", "(own)=", "options:", "{: #own}"] {
            let lines = |text: &str| -> Vec<String> {
                text.lines().filter(|line| line.contains(mark)).map(str::to_owned).collect()
            };
            assert_eq!(lines(&fixed), lines(page.1), "{}: {mark}", page.0);
        }
    }
}

#[test]
fn the_flavor_is_told_and_can_be_chosen() {
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\n"),
        ("docs/a.md", "# A\n\n[b](#own)\n\n## B {#own}\n"),
        ("other/b.md", "# A\n"),
    ]);
    let flavor = |line: &str| {
        let shown = project.run(line).stdout;
        let row = shown.lines().find(|line| line.starts_with("flavor")).unwrap_or_default();
        row.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(flavor("config docs/a.md"), "mkdocs recognised by mkdocs.yml");
    assert_eq!(flavor("config other/b.md"), "gfm no site is configured here");
    assert_eq!(flavor("config other/b.md --flavor hugo"), "hugo --flavor");
    project.write(
        "validator.yaml",
        "overrides:\n  - files: [\"other/**\"]\n    flavor: docusaurus\n    types: [links]\n",
    );
    assert_eq!(flavor("config other/b.md"), "docusaurus override 1 (validator.yaml:3)");
    // The ids are those of the flavor.
    project.write("other/b.md", "# A\n\n[b](#own) [c](#b)\n\n## B {#own}\n");
    let found = rules(&project, "batch other --types links");
    assert_eq!(found, ["3 LINK007"]);
    let wrong = project.run("check docs/a.md --flavor mkdoc");
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `mkdocs`?"), "{}", wrong.stderr);
}

#[test]
fn links_that_nobody_can_follow_are_counted() {
    let project = Project::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("a.md", "# A\n\n[b](../../issues) [c](../../wiki)\n"),
    ]);
    let ran = project.run("check a.md");
    assert_eq!(ran.code, 0);
    let text = format!("{}{}", ran.stdout, ran.stderr);
    assert!(text.contains("not checked: 2 links out of the repository"), "{text}");
    let json = project.run("check a.md --format json");
    assert!(json.stdout.contains(r#""unchecked_links":{"out of the repository":2}"#), "{json:?}");
}

#[test]
fn a_setting_that_is_computed_is_named_once() {
    let project = Project::new(&[
        ("docusaurus.config.js", "const base = f();\nmodule.exports = {\n  baseUrl: base,\n};\n"),
        ("docs/a.md", "# A\n\n[b](b.md)\n"),
        ("docs/b.md", "# B\n"),
    ]);
    let ran = project.run("batch");
    let note = "note: docusaurus.config.js:1: `baseUrl` is computed, and no configuration is run: \
                its default is assumed";
    assert_eq!(ran.stderr.matches(note).count(), 1, "{}", ran.stderr);
}
