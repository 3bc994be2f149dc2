//! Which files are checked, and what is said about the others.

use crate::project::Project;

const PAGE: &str = "# T\n\n### U\n";

fn project() -> Project {
    Project::new(&[
        ("a.md", PAGE),
        ("b.markdown", PAGE),
        ("C.MD", PAGE),
        ("notes.txt", PAGE),
        (".gitignore", "build/\n*.tmp.md\n"),
        ("build/out.md", PAGE),
        ("x.tmp.md", PAGE),
        (".validatorignore", "drafts\n"),
        ("drafts/d.md", PAGE),
        (".hidden/h.md", PAGE),
        ("node_modules/m/README.md", PAGE),
        (".git/info.md", PAGE),
        ("folder.md/inner.md", PAGE),
    ])
}

#[test]
fn ignored_and_hidden_files_are_left_out() {
    let ran = project().run("batch --format jsonl");
    assert_eq!(ran.paths(), ["C.MD", "a.md", "b.markdown", "folder.md/inner.md"]);
    let skipped = "skipped: 3 ignored by .gitignore or .validatorignore, 3 hidden (1 page in hidden \
         directories that markdownlint-cli2 would read), 1 of other kinds";
    assert!(ran.stderr.contains(skipped), "{}", ran.stderr);
}

#[test]
fn what_is_ignored_is_counted_wherever_it_is_said() {
    for said in [
        "docs/.gitignore",
        "docs/deep/.ignore",
        "docs/deep/.validatorignore",
        ".gitignore",
        ".git/info/exclude",
        "docs/.git/info/exclude",
        "home/git/ignore",
    ] {
        let project = Project::new(&[
            (said, "draft.md\n"),
            ("docs/a.md", PAGE),
            ("docs/deep/b.md", PAGE),
            ("docs/deep/draft.md", PAGE),
        ]);
        let mut command = project.command("batch docs --format jsonl");
        let output = command.env("XDG_CONFIG_HOME", project.path("home")).output().expect("run");
        let ran = crate::project::Ran::from(output);
        // A repository within is a project of its own.
        let below = if said.starts_with("docs/.git/") { "" } else { "docs/" };
        let expected = [format!("{below}a.md"), format!("{below}deep/b.md")];
        assert_eq!(ran.paths(), expected, "{said}");
        assert!(ran.stderr.contains("skipped: 1 ignored"), "{said}: {}", ran.stderr);
    }
}

#[test]
fn everything_can_be_asked_for() {
    let ran = project().run("batch --format jsonl --no-ignore");
    let paths = ran.paths();
    for path in
        ["build/out.md", "x.tmp.md", "drafts/d.md", ".hidden/h.md", "node_modules/m/README.md"]
    {
        assert!(paths.contains(&path.to_owned()), "{path} in {paths:?}");
    }
    assert!(!paths.contains(&".git/info.md".to_owned()));
}

#[test]
fn files_that_are_named_are_checked_unless_they_are_excluded() {
    let project = project();
    let ran = project.run("check build/out.md .hidden/h.md notes.txt --format jsonl");
    assert_eq!(ran.paths(), [".hidden/h.md", "build/out.md"]);
    assert!(ran.stderr.contains("1 of other kinds"), "{ran:?}");
    let ran = project.run("check build/out.md a.md --exclude build --format jsonl");
    assert_eq!(ran.paths(), ["a.md"]);
    assert!(ran.stderr.contains("1 excluded"), "{ran:?}");
}

#[test]
fn only_what_its_name_calls_a_page_is_one() {
    let files = ["Makefile", "README", "s.py", "a.txt", "b.mdx", "c.MKD", "d.qmd", "e.mdown"];
    let project = Project::new(&files.map(|name| (name, PAGE)));
    for line in ["check Makefile", "check s.py README a.txt"] {
        let ran = project.run(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(
            ran.stderr.contains("not a page: `") || ran.stderr.contains("not pages: `"),
            "{ran:?}"
        );
        assert!(ran.stderr.contains("pages end in .md, .markdown"), "{line}: {ran:?}");
    }
    let pages = ["b.mdx", "c.MKD", "d.qmd", "e.mdown"];
    assert_eq!(project.run("batch --format jsonl").paths(), pages);
    let all = format!("check {} --format jsonl", files.join(" "));
    assert_eq!(project.run(&all).paths(), pages);
}

#[test]
fn templates_of_a_chart_are_no_data() {
    let template = "{{- if .Values.on }}\na: b\n{{- end }}\n";
    let project = Project::new(&[
        ("chart/Chart.yaml", "name: c\n"),
        ("chart/templates/x.yaml", template),
        ("chart/templates/tests/y.yaml", template),
        ("other/templates/z.yaml", template),
    ]);
    let ran = project.run("batch --select DATA001 --format jsonl");
    let found: Vec<_> = ran.paths().into_iter().filter(|path| path.contains("templates")).collect();
    assert_eq!(found, ["other/templates/z.yaml"], "{ran:?}");
}

#[test]
fn a_file_is_checked_once_however_often_it_is_named() {
    let project = project();
    let ran = project.run("batch . folder.md ./a.md --format jsonl");
    assert_eq!(ran.paths(), ["C.MD", "a.md", "b.markdown", "folder.md/inner.md"]);
    let ran = project.run("check folder.md a.md ./a.md --format jsonl");
    assert_eq!(ran.paths(), ["a.md", "folder.md/inner.md"]);
}

#[test]
fn programs_get_paths_from_the_project_and_people_from_where_they_are() {
    let project = project();
    project.write("validator.yaml", "");
    let absolute = project.path("folder.md");
    let ran = project.run(&format!("batch {} --format jsonl", absolute.display()));
    assert_eq!(ran.paths(), ["folder.md/inner.md"]);
    let below = |line: &str| {
        let mut command = project.command(line);
        let output = command.current_dir(project.path("folder.md")).output().expect("run");
        crate::project::Ran::from(output)
    };
    let ran = below("batch .. --format jsonl");
    assert_eq!(ran.paths(), ["C.MD", "a.md", "b.markdown", "folder.md/inner.md"]);
    let ran = below("batch .. --format concise");
    let mut paths: Vec<_> = ran.stdout.lines().filter_map(|line| line.split(':').next()).collect();
    paths.dedup();
    assert_eq!(paths, ["../C.MD", "../a.md", "../b.markdown", "inner.md"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("docs/a.md", PAGE)]);
    symlink(project.path("docs"), project.path("docs/loop")).expect("linked");
    symlink(project.path("nowhere.md"), project.path("docs/dangling.md")).expect("linked");
    symlink(project.path("docs/a.md"), project.path("docs/b.md")).expect("linked");
    let ran = project.run("batch --format jsonl");
    assert_eq!(ran.paths(), ["docs/a.md"]);
    assert!(ran.stderr.contains("3 symbolic links"), "{ran:?}");
    assert_eq!(project.run("check docs/b.md --format jsonl").paths(), ["docs/b.md"]);
    let ran = project.run("check docs/dangling.md --format jsonl");
    assert_eq!((ran.code, ran.places()), (2, vec![("read-error".to_owned(), 1)]));
}

#[test]
fn include_and_exclude_of_the_configuration_count() {
    let project = project();
    project.write("validator.yaml", "include: [\"*.md\"]\nexclude: [folder.md]\n");
    let ran = project.run("batch --format jsonl");
    assert_eq!(ran.paths(), ["a.md"]);
    assert!(ran.stderr.contains("1 excluded, 3 not included"), "{ran:?}");
    assert_eq!(
        project.run("check folder.md/inner.md --no-force-exclude --format jsonl").paths(),
        ["folder.md/inner.md"]
    );
}
