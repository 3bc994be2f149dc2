//! Several reports of one run, and where they go.

use std::fs;

use super::site;
use crate::project::Project;

fn directory(project: &Project) -> Vec<String> {
    let entries = fs::read_dir(project.root()).expect("it can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    names
}

#[test]
fn each_report_of_one_run_is_the_one_of_a_run_of_its_own() {
    let project = site();
    let line = "batch docs --format sarif=out.sarif -f gitlab=out.json --format concise \
                --format=jsonl=out=x.jsonl";
    let ran = project.run(line);
    let alone = |format: &str| project.run(&format!("batch docs --format {format}")).stdout;
    assert_eq!(ran.stdout, alone("concise"));
    for (file, format) in [("out.sarif", "sarif"), ("out.json", "gitlab"), ("out=x.jsonl", "jsonl")]
    {
        assert_eq!(project.read(file), alone(format), "{file}");
    }
    let names = directory(&project);
    assert_eq!(names, [".git", "docs", "out.json", "out.sarif", "out=x.jsonl", "validator.yaml"]);
}

#[test]
fn a_report_goes_to_files_only_if_all_have_one() {
    let project = site();
    let ran = project.run("batch docs --format junit=r.xml");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("checked 3 files"), "{ran:?}");
    let ran = project.run("batch docs --format junit=j.xml --format checkstyle --output c.xml");
    assert_eq!(ran.stdout, "");
    assert!(project.read("c.xml").contains("<checkstyle"));
    assert!(project.read("j.xml").contains("<testsuites"));
}

#[test]
fn a_file_is_replaced_when_its_report_is_whole() {
    let project = site();
    project.write("r.json", "before");
    let ran = project.run("batch docs --format json=r.json");
    assert_eq!(ran.code, 2, "{ran:?}");
    serde_json::from_str::<serde_json::Value>(&project.read("r.json")).expect("JSON");
    // A run that does not come to an end leaves it as it is.
    project.write("r.json", "before");
    let ran = project.run("batch --select MD999999 --format json=r.json");
    assert_eq!((ran.code, project.read("r.json").as_str()), (2, "before"), "{ran:?}");
    assert!(!directory(&project).iter().any(|name| name.ends_with(".tmp")));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_as_it_is() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = site();
    project.write("real.json", "[]");
    fs::set_permissions(project.path("real.json"), fs::Permissions::from_mode(0o640)).expect("set");
    symlink("real.json", project.path("link.json")).expect("a link");
    project.run("batch docs --format gitlab=link.json --format junit=/dev/null");
    assert!(project.path("link.json").is_symlink());
    assert!(project.read("real.json").contains("fingerprint"));
    project.run("batch docs --format gitlab=real.json");
    let mode = fs::metadata(project.path("real.json")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let fresh = project.run("batch docs --format gitlab=fresh.json");
    let mode = fs::metadata(project.path("fresh.json")).expect("there").permissions().mode();
    assert_eq!(mode & 0o400, 0o400, "{fresh:?}");
}

#[test]
fn what_cannot_be_written_together_is_refused() {
    let project = site();
    for (line, said) in [
        ("--format json --format jsonl", "only one report can go to standard output"),
        ("--format json=a --format jsonl=a", "two reports would go to the file `a`"),
        ("--format json=a --output b", "no report is left for `--output b`"),
        ("--format sarf", "did you mean `sarif`?"),
        ("--format xml", "[possible values: text, concise, json"),
        ("--format json=", "names no file"),
        ("--format json=no/such/directory/x", "cannot be written to `no/such/directory/x`"),
        ("--stats --format json", "cannot both go to standard output"),
    ] {
        let ran = project.run(&format!("batch docs {line}"));
        assert!(ran.code == 2 && ran.stderr.contains(said), "{line}: {ran:?}");
    }
}

#[test]
fn help_lists_every_format() {
    let project = Project::new(&[]);
    let help = project.run("check --help").stdout;
    for format in validator::report::FORMATS {
        assert!(help.contains(format.name), "{}: {help}", format.name);
        let words: Vec<&str> = format.summary.split_whitespace().take(3).collect();
        assert!(help.contains(&words.join(" ")), "{}: {help}", format.name);
    }
}

#[test]
fn in_ci_the_format_is_that_of_the_system_unless_one_is_named() {
    let project = site();
    let run = |variable: &str, line: &str| {
        let mut command = project.command(line);
        let output = command.env(variable, "true").output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (text(output.stdout), text(output.stderr))
    };
    let (stdout, stderr) = run("GITHUB_ACTIONS", "batch docs");
    assert!(stdout.starts_with("::error file=docs/"), "{stdout}");
    assert!(stderr.contains("`github`, since GITHUB_ACTIONS is set"), "{stderr}");
    let (stdout, stderr) = run("TF_BUILD", "batch docs");
    assert!(stdout.starts_with("##vso[task.logissue"), "{stdout}");
    assert!(stderr.contains("`azure`, since TF_BUILD is set"), "{stderr}");
    let (stdout, stderr) = run("GITHUB_ACTIONS", "batch docs --format text");
    assert!(stdout.contains("-->") && !stderr.contains("GITHUB_ACTIONS"), "{stdout}{stderr}");
    let (_, stderr) = run("GITHUB_ACTIONS", "batch docs --quiet");
    assert!(!stderr.contains("GITHUB_ACTIONS"), "{stderr}");
    let (stdout, _) = run("GITHUB_ACTIONS", "batch docs --output r.txt");
    assert!(stdout.is_empty() && project.read("r.txt").contains("-->"));
}

#[test]
fn the_summary_of_a_step_is_added_to() {
    let project = site();
    project.write("summary.md", "before\n");
    let path = project.path("summary.md");
    let mut command = project.command("batch docs");
    command.arg("--format").arg(format!("markdown={}", path.display()));
    command.env("GITHUB_STEP_SUMMARY", &path);
    for (name, value) in [
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "o/r"),
        ("GITHUB_SHA", "abc"),
    ] {
        command.env(name, value);
    }
    assert_eq!(command.output().expect("it runs").status.code(), Some(2));
    let summary = project.read("summary.md");
    assert!(summary.starts_with("before\n<!-- validator:summary -->\n"), "{summary}");
    let link = "(https://github.com/o/r/blob/abc/docs/a.md?plain=1#L3)";
    assert!(summary.contains(link), "{summary}");
}

#[test]
fn a_comment_is_cut_by_whole_rows() {
    let mut page = "# T\n".to_owned();
    (0..3000).for_each(|at| {
        page += &format!("\n## Heading number {at} of many of its kind\n\n#### x{at}\n")
    });
    let project = Project::new(&[("a.md", &page)]);
    let ran = project.run("batch --format markdown");
    assert!(ran.stdout.len() < 60_000 && ran.stdout.len() > 20_000, "{}", ran.stdout.len());
    assert!(ran.stdout.contains("more findings not shown here."), "{}", ran.stdout);
    let rows = ran.stdout.lines().filter(|line| line.starts_with("| a.md:"));
    assert!(rows.clone().count() > 100 && rows.clone().all(|row| row.ends_with('|')));
}

#[test]
fn github_and_sarif_get_the_worst_and_the_number_of_the_rest() {
    let mut page = "# T\n".to_owned();
    (0..5200).for_each(|at| page += &format!("\n## A{at}\n\n#### B{at}\n"));
    page += "\n[a](gone.md)\n";
    let project = Project::new(&[("a.md", &page)]);
    let line = "batch --types markdown,links --select MD001,LINK001 --format";
    let github = project.run(&format!("{line} github")).stdout;
    assert_eq!(github.lines().count(), 12, "{github}");
    assert!(github.starts_with("::error file=a.md"), "{github}");
    assert!(github.contains("5,190 more warnings: not shown"), "{github}");
    let ran = project.run(&format!("{line} sarif"));
    assert!(ran.stderr.contains("sarif: 201 findings are left out"), "{}", ran.stderr);
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 5000);
    assert_eq!(results[4999]["level"], "error");
    let told = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().is_some_and(|told| told.starts_with("201 findings")), "{told}");
    let agent = project.run(&format!("{line} agent --budget 1"));
    assert!(agent.stdout.contains("… 1 more line"), "{agent:?}");
}
