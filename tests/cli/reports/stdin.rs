//! `check - --fix`: the fixed text, for editors and formatters.

use crate::project::Project;

#[test]
fn standard_input_is_fixed_and_printed() {
    let project = Project::new(&[("docs/x.md", "")]);
    let run = |line: &str, text: &[u8]| project.run_with_input(line, text);
    let ran = run("check - --fix --stdin-filename docs/a.md", b"# T\n\n\n\ntext\n\n### U\n");
    assert_eq!(ran.stdout, "# T\n\ntext\n\n### U\n");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("docs/a.md:5:1") && ran.stderr.contains("MD001"), "{ran:?}");
    assert!(!project.path("docs/a.md").exists());
    let ran = run("check - --fix --quiet", b"# T\r\n\r\n\r\n\r\ntext\r\n");
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("# T\r\n\r\ntext\r\n", ""));
    let ran = run("check - --fix -q", "\u{feff}# T\n".as_bytes());
    assert_eq!(ran.stdout, "\u{feff}# T\n");
    let ran = run("check - --fix --format concise", b"### U\n\ntext");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "### U\n\ntext\n"));
    assert!(ran.stderr.contains("<stdin>:1:1: warning"), "{ran:?}");
    let ran = run("check - --fix --format jsonl=r.jsonl", b"### U\n");
    assert_eq!(ran.stdout, "### U\n");
    assert!(project.read("r.jsonl").contains(r#""path":"<stdin>""#));
}

#[test]
fn text_that_needs_nothing_or_is_excluded_is_printed_as_it_is() {
    let project = Project::new(&[("validator.yaml", "exclude: [old.md]\n")]);
    let text = b"# T\n\n\n\ntext\n";
    let ran = project.run_with_input("check - --fix --stdin-filename old.md", text);
    assert_eq!((ran.code, ran.stdout.as_bytes()), (0, &text[..]), "{ran:?}");
    let data = b"a:   1\n";
    let ran = project.run_with_input("check - --fix --stdin-filename a.yaml", data);
    assert_eq!((ran.code, ran.stdout.as_bytes()), (0, &data[..]), "{ran:?}");
    let ran = project.run_with_input("check - --fix", b"");
    assert_eq!(ran.stdout, "", "{ran:?}");
}

#[test]
fn what_cannot_be_read_is_not_printed() {
    let project = Project::new(&[]);
    let ran = project.run_with_input("check - --fix", b"a\xffb");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("invalid-utf8"), "{ran:?}");
}

#[test]
fn a_diff_of_standard_input_is_still_a_diff() {
    let project = Project::new(&[]);
    let ran = project.run_with_input("check - --fix --diff", b"# T\n\n\n\ntext\n");
    assert!(ran.code == 1 && ran.stdout.contains("@@"), "{ran:?}");
}
