//! Git runs what the settings of a repository name.

use std::fs;
use std::os::unix::fs::symlink;

use super::trap::Trap;

const SINCE: &str = "batch --since main --select MD001 --fail-on warning";
const STAGED: &str = "batch --staged --select MD001 --fail-on warning";
const OLD: &str = "# A\n";
const NEW: &str = "# A\n\n### Deep\n";

/// A repository in which a page has changed, and is staged.
fn changed() -> Trap {
    let trap = Trap::repository(&[("a.md", OLD), ("b.md", OLD)]);
    trap.write("a.md", NEW);
    trap.git(&["add", "a.md"]);
    trap.write("b.md", NEW);
    trap
}

/// That both ways to ask work with these settings, and run nothing.
fn settings_run_nothing(settings: &[(&str, &str)], attributes: &str) {
    let trap = changed();
    trap.write(".gitattributes", attributes);
    let evil = trap.evil();
    for (name, value) in settings {
        trap.git(&["config", name, &value.replace("EVIL", &evil)]);
    }
    // Git has to look into the file, not at its time alone.
    trap.write("b.md", "# B\n\n### Deeper\n");
    let ran = trap.holds(&[SINCE, STAGED]);
    assert_eq!(ran[0].code, Some(1), "{ran:?}");
    assert!(ran[0].said.contains("a.md") && ran[0].said.contains("b.md"), "{ran:?}");
    assert_eq!(ran[1].code, Some(1), "{ran:?}");
    assert!(ran[1].said.contains("a.md") && !ran[1].said.contains("b.md:"), "{ran:?}");
}

/// A bare repository with settings that run a program, as ordinary files in this directory.
fn embed(trap: &Trap, directory: &str) {
    trap.write(&format!("{directory}/HEAD"), "ref: refs/heads/main\n");
    trap.write(&format!("{directory}/objects/keep"), "");
    trap.write(&format!("{directory}/refs/keep"), "");
    let config = format!(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = {}\n",
        trap.evil()
    );
    trap.write(&format!("{directory}/config"), config);
}

#[test]
fn a_bare_repository_among_the_files_of_a_clone_is_refused() {
    let trap = Trap::repository(&[("docs/a.md", OLD)]);
    embed(&trap, "docs");
    trap.commit();
    let clone = trap.outside("clone");
    trap.git(&["clone", "-q", &trap.path("").display().to_string(), &clone.display().to_string()]);
    for line in ["batch --since main docs", "batch --staged docs", "check docs/a.md --since main"] {
        let mut command = trap.command(line);
        let output = command.current_dir(&clone).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!trap.outside("mark").exists(), "{line}: {said}");
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains("bare repository") && said.contains("help:"), "{line}: {said}");
    }
}

#[test]
fn a_directory_inside_a_bare_repository_is_refused() {
    let trap = Trap::repository(&[("docs/pages/a.md", OLD)]);
    embed(&trap, "docs");
    let ran = trap.holds(&["batch --since main docs/pages", "batch --staged docs/pages"]);
    assert!(ran.iter().all(|ran| ran.code == Some(2)), "{ran:?}");
}

#[test]
fn a_bare_repository_whose_objects_are_elsewhere_is_refused() {
    let trap = Trap::repository(&[("docs/a.md", OLD)]);
    embed(&trap, "store");
    trap.write("docs/HEAD", "ref: refs/heads/main\n");
    trap.write("docs/commondir", "../store\n");
    let ran = trap.holds(&["batch --since main docs", "batch --staged docs"]);
    assert!(ran.iter().all(|ran| ran.code == Some(2)), "{ran:?}");
}

#[test]
fn a_bare_repository_elsewhere_does_not_disturb() {
    let trap = changed();
    embed(&trap, "fixtures/bare.git");
    let ran = trap.holds(&[SINCE, STAGED]);
    assert!(ran.iter().all(|ran| ran.code == Some(1)), "{ran:?}");
}

#[test]
fn a_monitor_of_the_file_system_does_not_run() {
    settings_run_nothing(&[("core.fsmonitor", "EVIL")], "");
}

#[test]
fn a_filter_does_not_run() {
    settings_run_nothing(&[("filter.x.clean", "EVIL"), ("filter.x.smudge", "EVIL")], "* filter=x");
}

#[test]
fn a_filter_process_that_is_required_does_not_run() {
    let settings = [("filter.a.b c.process", "EVIL"), ("filter.a.b c.required", "true")];
    settings_run_nothing(&settings, "* filter=\"a.b c\"\n* filter=a.b\n");
    let settings = [("filter.x.process", "EVIL"), ("filter.x.required", "true")];
    settings_run_nothing(&settings, "* filter=x\n");
}

#[test]
fn a_filter_whose_name_cannot_be_said_is_refused() {
    let trap = changed();
    trap.git(&["config", "filter.a=b.clean", &trap.evil()]);
    trap.write(".gitattributes", "* filter=a=b\n");
    let ran = trap.holds(&[SINCE, STAGED]);
    assert!(ran.iter().all(|ran| ran.code == Some(2)), "{ran:?}");
    assert!(ran[0].said.contains("cannot be switched off"), "{ran:?}");
}

#[test]
fn a_filter_in_an_included_file_does_not_run() {
    let trap = changed();
    trap.write("more", format!("[filter \"x\"]\n\tclean = {}\n", trap.evil()));
    trap.git(&["config", "include.path", "../more"]);
    trap.write(".gitattributes", "* filter=x\n");
    trap.write("b.md", "# B\n\n### Deeper\n");
    let ran = trap.holds(&[SINCE, STAGED]);
    assert_eq!(ran[0].code, Some(1), "{ran:?}");
}

#[test]
fn text_conversions_and_external_diffs_do_not_run() {
    let settings = [("diff.x.textconv", "EVIL"), ("diff.x.command", "EVIL")];
    settings_run_nothing(&settings, "*.md diff=x\n");
    settings_run_nothing(&[("diff.external", "EVIL"), ("diff.x.cachetextconv", "true")], "");
}

#[test]
fn pagers_editors_and_helpers_do_not_run() {
    let names = [
        "core.pager",
        "pager.diff",
        "core.editor",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "credential.helper",
        "gpg.program",
        "alias.diff",
        "alias.ls-files",
        "sequence.editor",
        "diff.tool",
        "trace2.eventTarget",
        "core.alternateRefsCommand",
    ];
    settings_run_nothing(&names.map(|name| (name, "EVIL")), "");
}

#[test]
fn hooks_do_not_run() {
    let trap = changed();
    for hook in
        ["post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"]
    {
        let path = trap.path(&format!(".git/hooks/{hook}"));
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::copy(trap.outside("evil"), path).expect("copied");
    }
    trap.git(&["config", "core.untrackedCache", "true"]);
    let ran = trap.holds(&[SINCE, STAGED]);
    assert!(ran.iter().all(|ran| ran.code == Some(1)), "{ran:?}");
}

#[test]
fn what_is_missing_is_not_fetched() {
    let trap = changed();
    let evil = trap.evil();
    for (name, value) in [
        ("extensions.partialClone", "origin".to_owned()),
        ("core.repositoryFormatVersion", "1".to_owned()),
        ("remote.origin.promisor", "true".to_owned()),
        ("remote.origin.url", format!("ext::{evil}")),
        ("remote.origin.uploadpack", evil.clone()),
        ("protocol.ext.allow", "always".to_owned()),
    ] {
        trap.git(&["config", name, &value]);
    }
    let blob = trap.git(&["rev-parse", "HEAD:b.md"]);
    let blob = blob.trim();
    fs::remove_file(trap.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..])))
        .expect("it was loose");
    let ran = trap.holds(&[SINCE]);
    assert_eq!(ran[0].code, Some(2), "{ran:?}");
}

#[test]
fn submodules_are_not_looked_into() {
    let trap = changed();
    let inner = trap.path("sub");
    fs::create_dir(&inner).expect("made");
    let sub = inner.display().to_string();
    trap.git(&["-C", &sub, "init", "-q"]);
    trap.git(&["-C", &sub, "commit", "-q", "--allow-empty", "-m", "x"]);
    trap.git(&["add", "sub"]);
    trap.git(&["commit", "-q", "-m", "sub"]);
    trap.git(&["-C", &sub, "config", "core.fsmonitor", &trap.evil()]);
    trap.write("sub/a.md", NEW);
    let ran = trap.holds(&["batch --since HEAD~1 --select MD001", STAGED]);
    assert!(ran.iter().all(|ran| ran.code != Some(2)), "{ran:?}");
}

#[test]
fn a_working_tree_elsewhere_is_refused() {
    let trap = changed();
    fs::create_dir(trap.outside("other")).expect("made");
    trap.git(&["config", "core.worktree", &trap.outside("other").display().to_string()]);
    let ran = trap.holds(&[SINCE, STAGED]);
    assert!(ran.iter().all(|ran| ran.code == Some(2)), "{ran:?}");
    assert!(ran[0].said.contains("has its files in"), "{ran:?}");
}

#[test]
fn pipes_where_git_reads_are_refused() {
    for name in [".gitattributes", "docs/.gitattributes", ".git/info/attributes"] {
        let trap = Trap::repository(&[("docs/a.md", OLD)]);
        trap.write("docs/a.md", NEW);
        trap.pipe(name);
        let ran = trap.holds(&[SINCE, STAGED]);
        assert!(ran.iter().all(|ran| ran.code == Some(2)), "{name}: {ran:?}");
        assert!(ran[0].said.contains("a device or a pipe"), "{name}: {ran:?}");
    }
    let trap = changed();
    trap.pipe("attributes");
    trap.git(&["config", "core.attributesFile", &trap.path("attributes").display().to_string()]);
    trap.git(&["config", "diff.orderFile", &trap.path("attributes").display().to_string()]);
    let ran = trap.holds(&[SINCE, STAGED]);
    assert!(ran.iter().all(|ran| ran.code == Some(1)), "{ran:?}");
}

#[test]
fn a_program_called_git_in_the_repository_does_not_run() {
    let trap = changed();
    fs::copy(trap.outside("evil"), trap.path("git")).expect("copied");
    let path = std::env::var("PATH").expect("a search path");
    for relative in [".", ""] {
        let mut command = trap.command(SINCE);
        let output = command.env("PATH", format!("{relative}:{path}")).output().expect("it runs");
        assert!(!trap.outside("mark").exists(), "{output:?}");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
    }
}

#[test]
fn variables_that_run_programs_are_not_handed_on() {
    let trap = changed();
    let mut command = trap.command(SINCE);
    for name in ["GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR"] {
        command.env(name, trap.evil());
    }
    let output = command.env("GIT_TRACE", trap.outside("mark")).output().expect("it runs");
    assert!(!trap.outside("mark").exists(), "{output:?}");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn a_link_to_a_repository_elsewhere_is_asked_as_carefully() {
    let trap = changed();
    fs::rename(trap.path(".git"), trap.outside("real")).expect("moved");
    symlink(trap.outside("real"), trap.path(".git")).expect("linked");
    trap.git(&["config", "core.fsmonitor", &trap.evil()]);
    let ran = trap.holds(&[SINCE, STAGED]);
    assert!(ran.iter().all(|ran| ran.code == Some(1)), "{ran:?}");
}

/// The same command line with little patience.
fn within_two_seconds(trap: &Trap, line: &str) -> (Option<i32>, String) {
    let mut command = trap.command(line);
    let output = command.env("VALIDATOR_GIT_TIMEOUT", "2").output().expect("it runs");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

#[test]
fn settings_in_a_pipe_do_not_hang() {
    for (name, value) in [("include.path", "../pipe"), ("includeIf.gitdir:**.path", "../pipe")] {
        let trap = changed();
        trap.git(&["config", name, value]);
        trap.pipe("pipe");
        for line in [SINCE, STAGED] {
            let (code, said) = within_two_seconds(&trap, line);
            assert_eq!(code, Some(2), "{said}");
            assert!(said.contains("has not ended after 2 s") && said.contains("help:"), "{said}");
        }
    }
}

#[test]
fn a_branch_in_a_pipe_does_not_hang() {
    let trap = changed();
    trap.pipe(".git/refs/heads/other");
    let (code, said) = within_two_seconds(&trap, "batch --since other");
    assert_eq!(code, Some(2), "{said}");
}

#[test]
fn a_pipe_that_a_baseline_leads_git_to_does_not_hang() {
    let trap = changed();
    assert_eq!(trap.run("baseline --select MD001").code, Some(0));
    fs::remove_file(trap.path("b.md")).expect("removed");
    trap.git(&["config", "include.path", "../pipe"]);
    trap.pipe("pipe");
    let (code, said) = within_two_seconds(&trap, "batch --select MD001");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("warning: ") && said.contains("has not ended after 2 s"), "{said}");
}

#[test]
fn a_timeout_that_is_none_is_refused() {
    let trap = changed();
    for value in ["0", "soon", "-1", "3601", ""] {
        let mut command = trap.command(SINCE);
        let output = command.env("VALIDATOR_GIT_TIMEOUT", value).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{value}: {said}");
        assert!(said.contains("a number of seconds from 1 to 3600"), "{value}: {said}");
    }
}
