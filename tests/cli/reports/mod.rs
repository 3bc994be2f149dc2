//! Report formats through the real command: what each writes, what hostile pages cannot make it
//! write, and that its readers take it.

mod ci;
mod hostile;
mod numbers;
mod packages;
mod readers;
mod several;
mod shells;
mod snapshots;
mod stdin;
mod suppressed;
mod tools;

use crate::project::Project;

/// All formats, as the help lists them.
fn formats() -> Vec<&'static str> {
    validator::report::FORMATS.iter().map(|format| format.name).collect()
}

/// A small site: findings of all severities with and without fixes, a clean page, one that cannot be
/// read, and one whose name has to be escaped.
fn site() -> Project {
    let project = Project::new(&[
        ("validator.yaml", "types: [markdown, yaml, links]\nrules:\n  MD010: info\n"),
        ("docs/a.md", "# Title\n\n### Deep [x](gone.md \"t\")\n\ntext\there  \n\n* one\n+ two\n"),
        ("docs/clean.md", "# Clean\n"),
        ("docs/日本 & <b>.md", "# Title\n\n## Twice | `a`\n\n## Twice | `a`\n"),
    ]);
    project.write("docs/utf16.md", b"\xff\xfea\0");
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    project
}
