//! Files that are chosen as markdownlint-cli2 chooses them, and globs in place of paths.

use crate::project::Project;

const PAGE: &str = "# T\n\n### U\n";

fn project(config: &str) -> Project {
    Project::new(&[
        (".markdownlint-cli2.jsonc", config),
        ("a.md", PAGE),
        (".note.md", PAGE),
        (".github/b.md", PAGE),
        (".github/w.yml", "a: 1\n"),
        ("docs/c.md", PAGE),
        ("docs/d.mdx", PAGE),
        ("docs/old/e.md", PAGE),
        ("notes.txt", PAGE),
    ])
}

#[test]
fn hidden_pages_are_read_under_a_configuration_of_markdownlint() {
    let ran = project("{}").run("batch . --format jsonl");
    let expected = [".github/b.md", ".note.md", "a.md", "docs/c.md", "docs/d.mdx", "docs/old/e.md"];
    assert_eq!(ran.paths(), expected);
}

#[test]
fn elsewhere_one_line_counts_the_pages_in_hidden_directories() {
    let project = Project::new(&[("a.md", PAGE), (".note.md", PAGE), (".github/b.md", PAGE)]);
    let ran = project.run("batch . --format jsonl");
    assert_eq!(ran.paths(), ["a.md"]);
    let line = "1 page in hidden directories that markdownlint-cli2 would read";
    assert_eq!(ran.stderr.matches(line).count(), 1, "{}", ran.stderr);
}

#[test]
fn globs_of_the_configuration_come_on_top_of_what_is_named() {
    let project = project(r##"{ "globs": ["docs/*.{md,mdx}", "#docs/c.md"] }"##);
    assert_eq!(project.run("batch --format jsonl").paths(), ["docs/d.mdx"]);
    let ran = project.run("batch . --format jsonl");
    assert_eq!(ran.paths(), [".github/b.md", ".note.md", "a.md", "docs/d.mdx", "docs/old/e.md"]);
}

#[test]
fn globs_on_the_command_line_are_expanded() {
    let project = Project::new(&[
        ("a.md", PAGE),
        ("docs/c.md", PAGE),
        ("docs/d.mdx", PAGE),
        ("docs/old/e.md", PAGE),
        ("[x].md", PAGE),
        ("notes.txt", PAGE),
    ]);
    for (globs, paths) in [
        ("docs/*.md", &["docs/c.md"][..]),
        ("docs/*.{md,mdx}", &["docs/c.md", "docs/d.mdx"]),
        ("**/*.md !docs/old", &["[x].md", "a.md", "docs/c.md"]),
        ("**/*.md #docs", &["[x].md", "a.md"]),
        ("*.md docs/old", &["[x].md", "a.md", "docs/old/e.md"]),
        ("!docs", &["[x].md", "a.md"]),
        ("[x].md", &["[x].md"]),
        ("*.txt", &["notes.txt"]),
    ] {
        for command in ["batch", "check"] {
            let ran = project.run(&format!("{command} {globs} --format jsonl"));
            assert_eq!(ran.paths(), paths, "{command} {globs}: {}", ran.stderr);
        }
    }
    let ran = project.run("batch nowhere/*.md");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no file to check in `nowhere/*.md`"), "{}", ran.stderr);
}

#[test]
fn what_the_project_excludes_is_left_out_even_if_named() {
    let project =
        Project::new(&[("validator.yaml", "exclude: [gen]\n"), ("a.md", PAGE), ("gen/b.md", PAGE)]);
    let ran = project.run("check gen/b.md -v");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("`gen/b.md` is excluded by the configuration"), "{}", ran.stderr);
    assert_eq!(project.run("check a.md gen/b.md --format jsonl").paths(), ["a.md"]);
    let ran = project.run("check gen/b.md --no-force-exclude --format jsonl");
    assert_eq!(ran.paths(), ["gen/b.md"]);
    assert_eq!(project.run("check nothing.md").code, 2);
}

#[test]
fn front_matter_and_comments_are_what_the_configuration_says() {
    let page = "<head>\n# x\n</head>\n# T\n\n<!-- markdownlint-disable -->\n\n### U \n";
    let config = r#"{ "frontMatter": "^<head>[^]*?<\\/head>\\n", "noInlineConfig": true }"#;
    let project = Project::new(&[(".markdownlint-cli2.jsonc", config), ("a.md", page)]);
    let rules = project.run("check a.md --select MD001,MD009,MD025,MD033,MD041 --format concise");
    assert_eq!(rules.stdout.lines().count(), 2, "{}", rules.stdout);
    assert!(rules.stdout.contains("a.md:8:"), "{}", rules.stdout);
    project.run("check a.md --select MD009 --fix --unsafe-fixes");
    let fixed = std::fs::read_to_string(project.path("a.md")).unwrap();
    assert_eq!(fixed, page.replace("U ", "U"));
}
