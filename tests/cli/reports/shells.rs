//! Completions in the shells themselves, and the manual through `man`.

use std::path::Path;
use std::process::{Command, Output};

use super::tools;
use crate::project::Project;

/// A command with the binary on its path.
fn shell(program: &str) -> Option<Command> {
    let is_there = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    if !is_there.is_ok_and(|found| found.status.success()) {
        eprintln!("{program} is not installed; `tests/run` installs it");
        return None;
    }
    let mut command = Command::new(program);
    let binary = Path::new(env!("CARGO_BIN_EXE_validator"));
    let directory = binary.parent().expect("a directory").display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{directory}:{path}")).env("MANPAGER", "cat").env("PAGER", "cat");
    command.env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8");
    Some(command)
}

fn text(output: Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn bash_completes_commands_options_and_formats() {
    let mut bash = shell("bash").expect("bash is everywhere");
    let script = r#"
        source <(validator completions bash)
        complete_words() {
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
            _validator validator "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            echo "${COMPREPLY[@]}"
        }
        complete_words validator ba
        complete_words validator batch --max
        complete_words validator batch --format s
    "#;
    let told = text(bash.args(["-c", script]).output().expect("bash runs"));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines, ["batch baseline", "--max-warnings", "sarif"]);
}

#[test]
fn zsh_reads_its_completions() {
    let Some(mut zsh) = shell("zsh") else { return };
    let script = "autoload -U compinit; compinit -D -u; source <(validator completions zsh); \
                  print -l $_comps[validator]; functions _validator | grep -c sarif";
    let told = text(zsh.args(["-f", "-c", script]).output().expect("zsh runs"));
    assert!(told.starts_with("_validator\n"), "{told}");
}

#[test]
fn fish_completes_commands_options_and_formats() {
    let Some(mut fish) = shell("fish") else { return };
    let script = "validator completions fish | source; complete -C 'validator ba'; \
                  complete -C 'validator batch --max'; complete -C 'validator batch --format s'";
    let home = tempfile::tempdir().expect("a directory");
    fish.env("HOME", home.path()).args(["--no-config", "-c", script]);
    let told = text(fish.output().expect("fish runs"));
    for word in ["batch", "baseline", "--max-warnings", "sarif"] {
        assert!(told.lines().any(|line| line.starts_with(word)), "{word}: {told}");
    }
}

/// A project with a family, a run and a recommendation, and the id of the run.
fn recorded() -> (Project, String) {
    let project = Project::new(&[
        ("validator.yaml", "families:\n  guides:\n    include: [guides/**]\n"),
        ("a.md", "# T\n\n\ntext\n"),
    ]);
    project.run("batch --record");
    let runs = project.run("runs --format json").stdout;
    let runs: serde_json::Value = serde_json::from_str(&runs).expect("JSON");
    let id = runs["items"][0]["id"].as_str().expect("a run").to_owned();
    (project, id)
}

#[test]
fn bash_asks_for_rules_families_runs_and_recommendations() {
    let (project, run) = recorded();
    let script = r#"
        source <(validator completions bash --dynamic)
        complete_words() {
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); COMP_TYPE=9
            _clap_complete_validator validator "${COMP_WORDS[COMP_CWORD]}" x
            echo "${COMPREPLY[@]}"
        }
        complete_words validator batch --select MD00
        complete_words validator batch --select MD001,line-l
        complete_words validator batch --family g
        complete_words validator runs show wf
        complete_words validator review approve 1
        complete_words validator ba
    "#;
    let mut bash = shell("bash").expect("bash is everywhere");
    let bash = bash.args(["-c", script]).current_dir(project.root());
    let told = text(bash.output().expect("bash runs"));
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    assert!(lines[0].starts_with("MD001 ") && lines[0].contains("MD009"), "{told}");
    assert_eq!(lines[1..], ["MD001,line-length", "guides", &run, "1", "batch baseline"]);
}

#[test]
fn fish_and_zsh_ask_for_rules() {
    let (project, run) = recorded();
    if let Some(mut fish) = shell("fish") {
        let script = "validator completions fish --dynamic | source; \
                      complete -C 'validator explain MD01'; complete -C 'validator runs show '";
        let home = tempfile::tempdir().expect("a directory");
        fish.env("HOME", home.path()).args(["--no-config", "-c", script]);
        let told = text(fish.current_dir(project.root()).output().expect("fish runs"));
        for word in ["MD013\tlines should not exceed", &run] {
            assert!(told.lines().any(|line| line.starts_with(word)), "{word}: {told}");
        }
    }
    if let Some(mut zsh) = shell("zsh") {
        let script = "autoload -U compinit; compinit -D -u; \
                      source <(validator completions zsh --dynamic); print -l $_comps[validator]";
        let told = text(zsh.args(["-f", "-c", script]).output().expect("zsh runs"));
        assert!(told.starts_with("_clap_dynamic_completer_validator"), "{told}");
    }
}

#[test]
fn whoever_completes_is_told_of_no_mistakes() {
    let project = Project::new(&[("validator.yaml", "rules: [")]);
    let mut command = project.command("-- validator runs show w");
    command.env("VALIDATOR_COMPLETE", "fish");
    let output = command.output().expect("it runs");
    assert!(output.stderr.is_empty() && output.stdout.is_empty(), "{output:?}");
}

#[test]
fn what_a_stranger_named_runs_nothing_and_steers_no_terminal() {
    let project = Project::new(&[
        ("validator.yaml", "families:\n  $(touch x): { include: [a] }\n  good: { include: [b] }\n"),
        ("a\u{1b}[2J\nzz.md", "# T\n\n\ntext\n"),
    ]);
    project.run("batch --record");
    let asked = |line: &str| {
        let mut command = project.command(&format!("-- validator {line}"));
        let output = command.env("VALIDATOR_COMPLETE", "fish").output().expect("it runs");
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(asked("batch --family $").matches("touch").count(), 0);
    assert!(asked("batch --family g").contains("good"));
    let waiting = asked("review show 1");
    assert_eq!(waiting.lines().count(), 1, "{waiting:?}");
    assert!(waiting.contains("MD012 in a") && !waiting.contains('\u{1b}'), "{waiting:?}");
}

/// PowerShell itself comes from no registry of packages; a grammar of it does.
#[test]
fn powershell_gets_scripts_that_it_can_parse() {
    let project = Project::new(&[]);
    let python = tools::python(&["tree-sitter==0.26.1", "tree-sitter-pwsh==0.38.1"]);
    let parse = "
import sys, tree_sitter, tree_sitter_pwsh
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))
has_error = lambda text: parser.parse(text).root_node.has_error
assert has_error(b'function x { if ( }'), 'mistakes are seen'
text = open(sys.argv[1], 'rb').read()
assert b'Register-ArgumentCompleter' in text and not has_error(text), sys.argv[1]
";
    for options in ["", " --dynamic"] {
        let script = project.run(&format!("completions powershell{options}")).stdout;
        project.write("complete.ps1", &script);
        let mut python = Command::new(&python);
        text(python.args(["-c", parse]).arg(project.path("complete.ps1")).output().expect("runs"));
    }
    // What the dynamic one asks for, with the words of the line.
    let mut asked = project.command("-- validator batch --select MD00");
    let told = text(asked.env("VALIDATOR_COMPLETE", "powershell").output().expect("it runs"));
    assert!(told.lines().any(|line| line.starts_with("MD009\t")), "{told}");
}

#[test]
fn powershell_gets_a_script() {
    let project = Project::new(&[]);
    let script = project.run("completions powershell").stdout;
    assert!(script.contains("Register-ArgumentCompleter") && script.contains("--max-warnings"));
    if let Some(mut pwsh) = shell("pwsh") {
        project.write("complete.ps1", &script);
        let path = project.path("complete.ps1");
        let script = format!(
            ". {}; (TabExpansion2 'validator ba' 12).CompletionMatches.CompletionText",
            path.display()
        );
        let told = text(pwsh.args(["-NoProfile", "-Command", &script]).output().expect("it runs"));
        assert!(told.contains("batch"), "{told}");
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let project = Project::new(&[]);
    let ran = project.run("man --dir man1");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    let entries = std::fs::read_dir(project.path("man1")).expect("the directory");
    let mut pages: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    for page in ["validator.1", "validator-batch.1", "validator-runs-compare.1"] {
        assert!(pages.contains(&page.to_owned()), "{page}: {pages:?}");
    }
    if let Some(mut mandoc) = shell("mandoc") {
        mandoc.args(["-T", "lint", "-W", "error"]);
        mandoc.args(pages.iter().map(|page| project.path("man1").join(page)));
        let output = mandoc.output().expect("mandoc runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let Some(mut man) = shell("man") else { return };
    let page = man.arg("-l").arg(project.path("man1/validator-batch.1")).output();
    let page = text(page.expect("man runs"));
    let page: String = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["validator-batch", "--max-warnings", "sarif", "Examples"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn a_page_of_the_manual_goes_to_standard_output() {
    let project = Project::new(&[]);
    assert!(project.run("man").stdout.contains(".TH"));
    assert!(project.run("man batch").stdout.contains("validator\\-batch"));
    let ran = project.run("man batsch");
    assert!(ran.code == 2 && ran.stderr.contains("did you mean `batch`?"), "{ran:?}");
}
