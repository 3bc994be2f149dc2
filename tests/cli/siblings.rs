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
    // From another folder, and as a text that is not saved yet.
    let mut command = project.command("check b.md --format concise");
    let out = command.current_dir(project.path("docs")).output().expect("it runs");
    assert!(String::from_utf8_lossy(&out.stdout).contains(message), "{out:?}");
    let ran = project
        .run_with_input("check - --stdin-filename docs/new.md --format concise", page.as_bytes());
    assert!(ran.stdout.contains(message), "{ran:?}");
}
