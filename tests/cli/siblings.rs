//! Pages that are held against each other, from the command line.

use crate::project::Project;

const CONFIG: &str = "rules: { all: off, unique-fields: { fields: [slug] } }\n";

#[test]
fn a_page_that_is_checked_alone_is_held_against_all_others() {
    let page = "---\nslug: same\n---\n\n# T\n";
    let project = Project::new(&[
        ("validator.yaml", CONFIG),
        ("docs/a.md", page),
        ("docs/b.md", page),
        ("other/c.md", page),
    ]);
    let one = |line: &str| project.run(&format!("{line} --format concise")).stdout;
    let message = "`slug` is `same`, which docs/a.md:2 already has";
    for line in ["check docs/b.md", "batch docs", "batch .", "check docs/b.md other/c.md"] {
        let out = one(line);
        assert!(out.contains("docs/b.md:2:7"), "{line}: {out}");
        assert!(out.contains(message), "{line}: {out}");
    }
    assert_eq!(one("check docs/a.md"), "");
    // From another directory, and as a text that is not saved yet.
    let mut command = project.command("check b.md --format concise");
    let out = command.current_dir(project.path("docs")).output().expect("it runs");
    assert!(String::from_utf8_lossy(&out.stdout).contains(message), "{out:?}");
    let ran = project
        .run_with_input("check - --stdin-filename docs/new.md --format concise", page.as_bytes());
    assert!(ran.stdout.contains(message), "{ran:?}");
}

/// What is kept of pages between runs is a shortcut: the same is found without it, after edits that it
/// does not know, and where it is damaged.
#[test]
fn what_is_kept_between_runs_changes_nothing() {
    let page = |slug: usize, to: usize| {
        format!("---\nslug: s{slug}\n---\n\n# T\n\n[x](/s{to}/)\n\n[y](/s{to}/#t)\n")
    };
    let pages: Vec<(String, String)> = (0..40)
        .map(|number| (format!("content/p{number}.md"), page(number % 37, (number * 7) % 45)))
        .collect();
    let mut files: Vec<(&str, &str)> =
        pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push((
        "validator.yaml",
        "types: [links, yaml]\nrules: { unique-fields: { fields: [slug] } }\n",
    ));
    files.push(("hugo.yaml", "baseURL: https://example.org/\n"));
    let project = Project::new(&files);
    // Their beginnings are right, and they are no pages all the same, for who reads them whole.
    project.write("content/a-nul.md", page(7, 1) + "\0");
    project.write("content/a-bytes.md", [page(8, 1).as_bytes(), b"\xff\xfe"].concat());
    let line = "batch . --format concise --quiet";
    let expected = project.run(&format!("{line} --record")).stdout;
    assert!(expected.contains("LINK001") && expected.contains("YAML011"), "{expected}");
    let kept = project.path(".validator/front-matter.jsonl");
    assert!(!kept.exists(), "what has just been written may change unseen");
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(project.run(line).stdout, expected);
    let written = std::fs::read_to_string(&kept).expect("it is kept");
    assert_eq!(written.lines().count(), 41, "{written}");
    assert_eq!(project.run(line).stdout, expected);

    // A draft, and another slug.
    project.write("content/p1.md", page(1, 3).replace("slug:", "draft: true\nslug:"));
    project.write("content/p2.md", page(40, 3));
    let known = project.run(line).stdout;
    assert_ne!(known, expected);
    let fresh = project.run(&format!("{line} --no-record")).stdout;
    assert_eq!(known, fresh);
    for damaged in ["", "validator front matter 1\n{\"path\": \"content", "\u{0}\n\u{0}"] {
        std::fs::write(&kept, damaged).expect("written");
        assert_eq!(project.run(line).stdout, fresh, "{damaged:?}");
    }
    std::fs::remove_file(&kept).expect("removed");
    assert_eq!(project.run(line).stdout, fresh);
}
