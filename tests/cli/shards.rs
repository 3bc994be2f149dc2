//! `batch --shard` and `merge`: parts of a run make the whole one.

use std::fs;

use serde_json::Value;

use crate::joins::without_any_edits;
use crate::project::{Project, Ran};
use crate::random::{Random, number};

/// A small project of random pages with links, fields that only one page may have, and mistakes.
pub fn random_project(seed: u64) -> Project {
    let mut random = Random(seed);
    let project = Project::new(&[(
        "validator.yaml",
        "types: [markdown, yaml, data, links]\n\
         rules:\n  YAML011: { fields: [slug] }\n  YAML005: off\n  MD009: error\n  LINK010: warning\n\
         exclude: [drafts]\n",
    )]);
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    let count = 5 + random.below(25);
    let directories = ["", "docs/", "docs/a/", "guide/", "drafts/"];
    let name = |at: usize| format!("{}p{at}.md", directories[at % directories.len()]);
    for at in 0..count {
        let mut page = format!("---\nslug: s{}\n---\n\n# Page {at}\n\n", random.below(count));
        for _ in 0..random.below(6) {
            let to = random.below(count + 3);
            page += match random.below(9) {
                0 => "### Deep\n\n".to_owned(),
                1 => "trailing \n\n".to_owned(),
                2 => format!("[link](/{}#page-{})\n\n", name(to), random.below(count)),
                3 => format!("[link](p{to}.md) ![image](gone{to}.png)\n\n"),
                4 => "<!-- markdownlint-disable MD009 -->\n\n".to_owned(),
                5 => "<!-- markdownlint-disable-next-line LINK003 -->\n".to_owned(),
                6 => format!("<a href=\"p{to}.md\">x</a> [r]\n\n[r]: P{to}.md#page\n\n"),
                7 => "## Same words\n\n[x](#same-words-1) [y](./p1.md#Page-1)\n\n".to_owned(),
                _ => "* a\n+ b\n\n".to_owned(),
            }
            .as_str();
        }
        project.write(&name(at), page);
    }
    project.write("docs/data.json", "{ \"a\": 1, \"a\": 2 }\n");
    project.write("bad.md", b"# B\xff\n");
    project
}

/// Checks all parts, each into a file of its own. Returns their names.
fn parts(project: &Project, of: usize, options: &str) -> Vec<String> {
    let part = |index: usize| {
        let own = project.root().display();
        // Beside the project: what lies in it may be linked to.
        let file = format!("{own}-shard-{index}-of-{of}-{}", options.len());
        let ran = project.run(&format!("batch {options} --shard {index}/{of} --shard-file {file}"));
        assert!(matches!(ran.code, 0..=2), "{ran:?}");
        file
    };
    (1..=of).map(part).collect()
}

fn remove(files: &[String]) {
    for file in files {
        fs::remove_file(file).expect("it is there");
    }
}

/// A report without the time that it took.
fn timeless(ran: &Ran) -> String {
    let is_timeless = |line: &&str| !line.contains("elapsed_ms");
    match serde_json::from_str::<Value>(&ran.stdout) {
        Ok(mut report) if report["summary"].is_object() => {
            report["summary"]["elapsed_ms"] = Value::Null;
            report.to_string()
        }
        _ => {
            let lines = ran.stdout.lines().filter(is_timeless);
            let lines = lines.map(|line| line.split(" in ").next().unwrap_or_default());
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn parts_make_the_whole_run_however_many_there_are() {
    for seed in [11, 4_711, number("SEED", 99_991)] {
        let project = random_project(seed);
        let whole = |format: &str| project.run(&format!("batch --format {format}"));
        let rows = whole("jsonl");
        assert!(rows.stdout.contains("LINK00") && rows.stdout.contains("YAML011"), "{rows:?}");
        for of in [1, 2, 3, 7, 17] {
            let files = parts(&project, of, "");
            for format in ["jsonl", "json", "text", "concise"] {
                let merged = project.run(&format!("merge --format {format} {}", files.join(" ")));
                let whole = whole(format);
                assert_eq!(
                    timeless(&merged),
                    timeless(&whole),
                    "seed {seed}, {of} parts, {format}"
                );
                assert_eq!(merged.code, whole.code, "{merged:?}");
                if format == "jsonl" {
                    assert_eq!(merged.stdout, whole.stdout);
                }
            }
            remove(&files);
        }
    }
}

#[test]
fn a_file_stays_in_its_part_when_others_come() {
    let project = random_project(5);
    let paths = |project: &Project| -> Vec<String> {
        let ran = project.run("batch --shard 2/3 --shard-file .git/x.jsonl --format json");
        let report: Value = serde_json::from_str(&ran.stdout).expect("a report");
        let files = report["files"].as_array().expect("files").iter();
        files.map(|file| file["path"].as_str().expect("a path").to_owned()).collect()
    };
    let before = paths(&project);
    for at in 0..20 {
        project.write(&format!("new/n{at}.md"), "# N\n");
    }
    let after = paths(&project);
    assert!(before.iter().all(|path| after.contains(path)), "{before:?} {after:?}");
    let new = after.iter().filter(|path| !before.contains(path));
    assert!(new.clone().all(|path| path.starts_with("new/")), "{after:?}");
    assert!((1..20).contains(&new.count()));
}

#[test]
fn what_is_not_one_run_is_refused_with_a_sentence() {
    let project = random_project(7);
    let files = parts(&project, 3, "");
    let [one, two, three] = [&files[0], &files[1], &files[2]];
    let refused = |line: String, expected: &str| {
        let ran = project.run(&format!("merge {line}"));
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert_eq!(ran.stdout, "", "{line}");
        assert!(ran.stderr.contains(expected) && ran.stderr.contains("help: "), "{}", ran.stderr);
    };
    refused(format!("{one} {three}"), "shard 2 of 3 is missing");
    refused(one.clone(), "shards 2, 3 of 3 are missing");
    refused(format!("{one} {two} {three} {two}"), "are both shard 2/3");
    refused("validator.yaml".to_owned(), "`validator.yaml` is not a shard file");
    let others = parts(&project, 3, "--ignore MD009");
    refused(format!("{one} {} {three}", others[1]), "differ in settings");
    let fewer = parts(&project, 2, "");
    refused(format!("{one} {}", fewer[1]), "differ in the number of shards");

    // Cut off in the middle.
    let text = fs::read_to_string(two).expect("it is there");
    let lines: Vec<&str> = text.lines().collect();
    fs::write(two, lines[..lines.len() - 1].join("\n")).expect("written");
    refused(format!("{one} {two} {three}"), "ends early");
    // Of another version.
    fs::write(two, text.replacen(env!("CARGO_PKG_VERSION"), "0.0.0", 1)).expect("written");
    refused(format!("{one} {two} {three}"), "differ in version");
    // A row is lost.
    let row = lines.iter().position(|line| line.starts_with("{\"index\"")).expect("a row");
    let mut fewer_rows = lines.clone();
    fewer_rows.remove(row);
    fs::write(two, fewer_rows.join("\n") + "\n").expect("written");
    let ran = project.run(&format!("merge {one} {two} {three}"));
    assert!(ran.code == 2 && ran.stderr.contains("is in none of the shards"), "{ran:?}");
    // A page came between two parts.
    project.write("later.md", "# L\n");
    let later = parts(&project, 3, "");
    fs::write(two, &text).expect("written");
    refused(format!("{one} {} {three}", later[1]), "differ in the number of files");
    remove(&later);
    remove(&others);
    remove(&fewer);
}

#[test]
fn the_baseline_and_what_else_is_wrong_count_once() {
    let project = random_project(23);
    project.run("baseline");
    project.write("docs/p1.md", "---\nslug: new\n---\n\n# New\n\nnew \n\n### Deep\n");
    project.write("guide/page.structure.yaml", "files: [nothing.md]\nsections:\n- heading: X\n");
    let whole = project.run("batch --format json");
    let files = parts(&project, 4, "");
    let merged = project.run(&format!("merge --format json {}", files.join(" ")));
    assert_eq!(timeless(&merged), timeless(&whole));
    assert_eq!((merged.code, whole.code), (2, 2), "{merged:?}");
    let error = |ran: &Ran| {
        let lines = ran.stderr.lines().filter(|line| line.contains("structure file is for none"));
        lines.count()
    };
    assert_eq!((error(&merged), error(&whole)), (1, 1), "{}\n{}", merged.stderr, whole.stderr);
    remove(&files);
}

#[test]
fn the_record_is_that_of_one_run() {
    let project = random_project(31);
    project.run("init");
    let whole = project.run("batch --format jsonl");
    let files = parts(&project, 3, "");
    let shown = project.run("runs --format json");
    let runs: Value = serde_json::from_str(&shown.stdout).expect("a list");
    let count = runs["items"].as_array().map(Vec::len);
    assert_eq!(count, Some(1), "parts are not recorded: {runs}");
    let merged = project.run(&format!("merge --format jsonl {}", files.join(" ")));
    assert_eq!(merged.stdout, whole.stdout);
    assert!(merged.stderr.contains("recorded as wf_"), "{}", merged.stderr);
    let compared = project.run("runs compare --format json");
    assert_eq!(compared.code, 0, "nothing is new: {compared:?}");
    remove(&files);
}

#[test]
fn a_merge_without_the_files_says_so() {
    let project = random_project(41);
    let files = parts(&project, 2, "");
    let whole = project.run("batch --format jsonl");
    let elsewhere = Project::new(&[]);
    let merged = elsewhere.run(&format!("merge --format jsonl {}", files.join(" ")));
    assert_eq!(merged.code, whole.code);
    // Lines and columns of edits are told from the text.
    let rows = |ran: &Ran| ran.stdout.lines().map(without_any_edits).collect::<Vec<_>>();
    assert_eq!(rows(&merged), rows(&whole));
    let text = elsewhere.run(&format!("merge {}", files.join(" ")));
    assert!(text.stderr.contains("not here as checked"), "{text:?}");
    assert!(text.stdout.contains("LINK00"), "{text:?}");
    remove(&files);
}

#[test]
fn parts_are_asked_for_in_a_way_that_can_be_done() {
    let project = random_project(3);
    for (line, expected) in [
        ("batch --shard 4/3", "counted from 1/3 to 3/3"),
        ("batch --shard x", "such as 2/8"),
        ("batch --shard 1/2 --fix", "cannot be used with"),
        ("batch --shard-file x", "--shard"),
        ("batch --shard 1/2 --shard-file nowhere/x.jsonl", "cannot be written"),
    ] {
        let ran = project.run(line);
        assert!(ran.code == 2 && ran.stderr.contains(expected), "{line}: {ran:?}");
    }
    let ran = project.run("batch --shard 1/2");
    assert!(project.path("validator-shard-1-of-2.jsonl").is_file(), "{ran:?}");
}
