//! What is made for systems of CI runs as far as it can run here: the snippets of the documentation,
//! the steps of the action, the component, and the hooks in a real commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

use super::{site, tools};
use crate::project::Project;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The search path with the binary on it.
fn path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_validator"));
    let directory = binary.parent().expect("a directory").display().to_string();
    format!("{directory}:{}", std::env::var("PATH").unwrap_or_default())
}

fn bash(directory: &Path, script: &str) -> Command {
    let mut bash = Command::new("bash");
    // As runners call it.
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    bash.current_dir(directory).env("PATH", path());
    for name in ["GITHUB_ACTIONS", "TF_BUILD", "GITHUB_STEP_SUMMARY"] {
        bash.env_remove(name);
    }
    bash
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// Fenced blocks of a page with their languages.
fn blocks(page: &str) -> Vec<(String, String)> {
    let page = fs::read_to_string(repository().join("docs").join(page)).expect("the page");
    let parts: Vec<&str> = page.split("```").collect();
    let block = |part: &&str| {
        let (language, block) = part.split_once('\n')?;
        Some((language.to_owned(), block.to_owned()))
    };
    parts.iter().skip(1).step_by(2).filter_map(block).collect()
}

/// The commands in the snippets of a page.
fn commands(page: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for (language, block) in blocks(page) {
        for line in block.lines().map(str::trim) {
            let line = line.trim_start_matches("- ");
            let line = ["run: ", "script: ", "sh '"]
                .iter()
                .find_map(|start| line.strip_prefix(start))
                .unwrap_or(line)
                .trim_end_matches('\'');
            let is_of_shell = ["yaml", "groovy", "console"].contains(&language.as_str());
            if is_of_shell && line.starts_with("validator ") {
                commands.push(line.to_owned());
            }
        }
    }
    commands
}

#[test]
fn commands_of_the_documentation_run() {
    let mut number = 0;
    for command in ["ci.md", "reports.md"].into_iter().flat_map(commands) {
        let project = site();
        fs::remove_file(project.path("docs/utf16.md")).expect("it is there");
        project.write("summary.md", "");
        project.write("bin/reviewdog", "#!/bin/sh\ncat > /dev/null\n");
        let script = format!("chmod +x bin/reviewdog; PATH=\"$PWD/bin:$PATH\"\n{command}");
        let mut bash = bash(project.root(), &script);
        let output = bash.env("GITHUB_STEP_SUMMARY", project.path("summary.md")).output();
        let output = output.expect("bash runs");
        let fails = !command.contains("--fail-on never");
        assert_eq!(output.status.code(), Some(i32::from(fails)), "{command}: {}", told(&output));
        for word in command.split_whitespace().filter_map(|word| word.split_once('=')) {
            let file = word.1.trim_matches('"').replace("$GITHUB_STEP_SUMMARY", "summary.md");
            let is_file = file.contains('.') && !file.contains("github-pr");
            assert!(!is_file || !project.read(&file).is_empty(), "{command}: {file}");
        }
        number += 1;
    }
    assert!(number >= 6, "{number} commands");
}

#[test]
fn yaml_and_json_of_the_documentation_can_be_read() {
    let mut number = 0;
    for (language, block) in ["ci.md", "reports.md"].into_iter().flat_map(blocks) {
        match language.as_str() {
            "yaml" => drop(serde_yaml::from_str::<Value>(&block).expect("YAML")),
            "json" => drop(serde_json::from_str::<serde_json::Value>(&block).expect("JSON")),
            "toml" => drop(toml::from_str::<toml::Table>(&block).expect("TOML")),
            _ => continue,
        }
        number += 1;
    }
    assert!(number >= 8, "{number} blocks");
}

/// A step of the action with the environment that its inputs' defaults give.
struct Step {
    name: String,
    script: String,
    env: Vec<(String, String)>,
}

fn steps() -> Vec<Step> {
    let action = fs::read_to_string(repository().join("action.yml")).expect("the action");
    let action: Value = serde_yaml::from_str(&action).expect("YAML");
    let default = |value: &str| {
        let name = value.strip_prefix("${{ inputs.")?.strip_suffix(" }}")?;
        action["inputs"][name]["default"].as_str().map(str::to_owned)
    };
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    let step = |step: &Value| {
        let run = step["run"].as_str()?.to_owned();
        assert_eq!(step["shell"].as_str(), Some("bash"));
        assert!(!run.contains("${{"), "inputs come through the environment: {run}");
        let env = step["env"].as_mapping().into_iter().flatten();
        let env = env.filter_map(|(name, value)| {
            let value = value.as_str()?;
            Some((name.as_str()?.to_owned(), default(value).unwrap_or_default()))
        });
        let name = step["name"].as_str()?.to_owned();
        Some(Step { name, script: run, env: env.collect() })
    };
    steps.iter().filter_map(step).collect()
}

/// Runs a step of the action as a runner does.
fn run_step(project: &Project, name: &str, settings: &[(&str, &str)]) -> Output {
    let steps = steps();
    let step = steps.iter().find(|step| step.name == name).expect("the step");
    project.write("temp/x", "");
    let mut bash = bash(project.root(), &step.script);
    bash.env("GITHUB_ACTIONS", "true").env("RUNNER_TEMP", project.path("temp"));
    for file in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_PATH"] {
        bash.env(file, project.path("temp").join(file));
    }
    bash.envs(step.env.iter().cloned()).envs(settings.iter().copied());
    bash.output().expect("bash runs")
}

#[test]
fn the_action_annotates_and_writes_what_it_is_asked_for() {
    let project = site();
    fs::remove_file(project.path("docs/utf16.md")).expect("it is there");
    let output = run_step(&project, "Install", &[]);
    assert!(output.status.success(), "{}", told(&output));
    let output = run_step(&project, "Check", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).starts_with("::error file=docs/a.md"), "{}", told(&output));
    assert_eq!(project.read("temp/GITHUB_OUTPUT"), "status=1\n");
    assert!(project.read("temp/GITHUB_STEP_SUMMARY").starts_with("<!-- validator:summary -->"));
    let settings = [
        ("PATHS", "docs/*.md"),
        ("ARGS", "--select MD999999"),
        ("SARIF", "out.sarif"),
        ("SUMMARY", "false"),
    ];
    let output = run_step(&project, "Check", &settings);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    let settings = [
        ("PATHS", "docs/*.md"),
        ("ARGS", "--types markdown --select MD001"),
        ("FAIL_ON", "error"),
        ("SARIF", "out.sarif"),
    ];
    let output = run_step(&project, "Check", &settings);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(project.read("out.sarif").contains("MD001"));
    // A glob that a shell would expand to an option stays a glob, and text runs nothing.
    let output = run_step(&project, "Check", &[("PATHS", "docs $(touch hacked) `touch hacked`")]);
    assert!(output.status.code().is_some() && !project.path("hacked").exists());
}

#[test]
fn the_action_keeps_one_comment() {
    let project = site();
    project.write("temp/validator-comment.md", "<!-- validator:summary -->\n");
    let gh = "#!/bin/sh\necho \"$@\" >> \"$RUNNER_TEMP/calls\"\n\
              case \"$*\" in *--paginate*) cat \"$RUNNER_TEMP/known\";; esac\n";
    project.write("bin/gh", gh);
    let chmod = Command::new("chmod").arg("+x").arg(project.path("bin/gh")).status();
    assert!(chmod.expect("chmod is there").success());
    let path = format!("{}:{}", project.path("bin").display(), path());
    for (known, call) in [
        ("", "--method POST repos/o/r/issues/7/comments -F body=@"),
        ("12\n", "--method PATCH repos/o/r/issues/comments/12 -F body=@"),
    ] {
        project.write("temp/known", known);
        let settings = [("PATH", &*path), ("GITHUB_REPOSITORY", "o/r"), ("NUMBER", "7")];
        let output = run_step(&project, "Comment", &settings);
        assert!(output.status.success(), "{}", told(&output));
        let calls = project.read("temp/calls");
        assert!(calls.lines().last().is_some_and(|last| last.contains(call)), "{calls}");
    }
}

#[test]
fn the_component_of_gitlab_writes_its_reports() {
    let component = fs::read_to_string(repository().join("templates/check.yml")).expect("there");
    let (spec, jobs) = component.split_once("\n---\n").expect("a header and jobs");
    let spec: Value = serde_yaml::from_str(spec).expect("YAML");
    let mut jobs = jobs.to_owned();
    for (name, input) in spec["spec"]["inputs"].as_mapping().expect("inputs") {
        let name = name.as_str().expect("a name");
        let value = input["default"].as_str().unwrap_or("image");
        jobs = jobs.replace(&format!("$[[ inputs.{name} ]]"), value);
    }
    assert!(!jobs.contains("$[["), "{jobs}");
    let jobs: Value = serde_yaml::from_str(&jobs).expect("YAML");
    let job = &jobs["validator"];
    let project = site();
    let script = job["script"][0].as_str().expect("a command");
    let output = bash(project.root(), script).output().expect("bash runs");
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    for report in ["codequality", "junit"] {
        let file = job["artifacts"]["reports"][report].as_str().expect("a file");
        assert!(project.read(file).contains("docs/a.md"), "{file}");
    }
}

fn git(directory: &Path, arguments: &[&str]) -> Output {
    let mut git = Command::new("git");
    let named = ["user.name=x", "user.email=x@example.org", "commit.gpgsign=false"];
    for setting in named.iter().chain(&["protocol.file.allow=always"]) {
        git.args(["-c", setting]);
    }
    git.args(arguments).current_dir(directory).env("PATH", path()).env_remove("GIT_DIR");
    git.env("PRE_COMMIT_HOME", directory.join(".git/pre-commit"));
    git.output().expect("git is there")
}

/// The hooks as they are, but for the language: here the program is built already.
fn hooks() -> Project {
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).expect("there");
    assert_eq!(hooks.matches("language: rust").count(), 3);
    let hooks = hooks.replace("language: rust", "language: system");
    let project = Project::new(&[(".pre-commit-hooks.yaml", &hooks)]);
    for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "hooks"]] {
        let output = git(project.root(), arguments);
        assert!(output.status.success(), "{}", told(&output));
    }
    project
}

#[test]
fn a_commit_is_stopped_by_findings_and_passes_without() {
    let hooks = hooks();
    let head = git(hooks.root(), &["rev-parse", "HEAD"]);
    let rev = String::from_utf8_lossy(&head.stdout).trim().to_owned();
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {rev}\n    hooks:\n      - id: validator-fix\n      \
         - id: validator\n      - id: validator-project\n",
        hooks.root().display()
    );
    let project = Project::new(&[
        (".pre-commit-config.yaml", &config),
        ("validator.yaml", "exclude: [old]\n"),
        ("old/bad.md", "# T\n\n### Deep\n"),
        ("a.md", "# T\n\n### Deep\n"),
    ]);
    let python: PathBuf = tools::python(&["pre-commit==4.7.0"]);
    assert!(git(project.root(), &["init", "-q"]).status.success());
    let mut install = Command::new(&python);
    install.args(["-m", "pre_commit", "install"]).current_dir(project.root());
    let output = install.output().expect("pre-commit runs");
    assert!(output.status.success(), "{}", told(&output));
    let commit = || {
        assert!(git(project.root(), &["add", "."]).status.success());
        git(project.root(), &["commit", "-qm", "pages"])
    };
    let stopped = commit();
    assert!(!stopped.status.success() && told(&stopped).contains("MD001"), "{}", told(&stopped));
    assert!(!told(&stopped).contains("old/bad.md"), "{}", told(&stopped));
    // A fix stops the commit once.
    project.write("a.md", "# T\n\n\n\n## Deep [b](b.md)\n");
    let fixed = commit();
    assert!(!fixed.status.success() && told(&fixed).contains("modified"), "{}", told(&fixed));
    assert_eq!(project.read("a.md"), "# T\n\n## Deep [b](b.md)\n");
    let dead = commit();
    assert!(!dead.status.success() && told(&dead).contains("LINK001"), "{}", told(&dead));
    project.write("b.md", "# B\n");
    let passed = commit();
    assert!(passed.status.success(), "{}", told(&passed));
}
