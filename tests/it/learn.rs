//! What is learned from pages: the parts they share, as a structure file that they keep to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use validator::document::Document;
use validator::structure::learn::{self, Proposal, Request, Sample};
use validator::structure::{self, Structure};

use crate::expected::assert_expected;

fn samples(pages: &[String]) -> Vec<Sample> {
    let sample = |(index, text): (usize, &String)| Sample {
        path: PathBuf::from(format!("page-{index}.md")),
        shown: format!("page-{index}.md"),
        doc: Document::parse(text.clone()),
    };
    pages.iter().enumerate().map(sample).collect()
}

fn propose(samples: &[Sample], support: f64) -> Proposal {
    let files = vec!["*.md".to_owned(), "!_index.md".to_owned()];
    let (name, directory) = ("how-to".to_owned(), PathBuf::new());
    learn::learn(samples, &Request { support, name, files, dir: directory })
}

fn compile(text: &str) -> Structure {
    structure::read(text, Path::new("x.structure.yaml"))
        .unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"))
        .structure
}

/// Twenty pages of one kind, each with small differences of its own.
fn how_tos() -> Vec<String> {
    let page = |index: usize| {
        let level = ["basic", "advanced"][index % 2];
        let date = format!("2024-01-{:02}", index + 1);
        let tags = if index == 7 { String::new() } else { "tags: [a, b]\n".to_owned() };
        let mut text = format!(
            "---\ntitle: How to do {index}\nlevel: {level}\ndate: {date}\n{tags}---\n\n\
             # How to do {index}\n\nIn short.\n\n"
        );
        if index != 3 {
            text += "## Prerequisites\n\nSome.\n\n";
        }
        text += if index.is_multiple_of(4) { "## Step\n\n" } else { "## Steps\n\n" };
        text += "1. Do it.\n\n```sh\ndo it\n```\n\n### Result\n\nDone.\n\n";
        for number in 1..=index % 3 {
            text += &format!("## Example {number}\n\nLike this.\n\n");
        }
        if index < 10 {
            text += "## See also\n\n- [x](x.md)\n\n| Name | Text |\n|--|--|\n| a | b |\n";
        }
        text
    };
    (0..20).map(page).collect()
}

#[test]
fn what_pages_share_becomes_a_template_with_counts() {
    let samples = samples(&how_tos());
    let text = propose(&samples, 0.9).to_yaml();
    let path = "fixtures/structure/learned.yaml";
    assert_expected(path, &text);
}

#[test]
fn what_is_learned_is_a_structure_file_that_its_pages_keep_to() {
    let samples = samples(&how_tos());
    for support in [0.5, 0.9, 0.95, 1.0] {
        let proposal = propose(&samples, support);
        let structure = compile(&proposal.to_yaml());
        let outliers: Vec<&str> =
            proposal.outliers.iter().map(|outlier| outlier.shown.as_str()).collect();
        for sample in &samples {
            let found = structure.check(&sample.doc, &sample.path);
            let is_outlier = outliers.contains(&sample.shown.as_str());
            assert_eq!(!found.is_empty(), is_outlier, "{support}: {}: {found:?}", sample.shown);
        }
        if support == 1.0 {
            assert_eq!(outliers, [""; 0]);
        }
    }
}

#[test]
fn yaml_and_json_say_the_same() {
    let proposal = propose(&samples(&how_tos()), 0.9);
    let from_yaml: serde_json::Value = serde_yaml::from_str(&proposal.to_yaml()).unwrap();
    assert_eq!(from_yaml, proposal.to_json());
}

#[test]
fn any_heading_field_and_value_survives_the_way_to_yaml() {
    for text in [
        "a: b",
        "- a",
        "# a",
        "'a'",
        "\"a\"",
        "it's \"a\"",
        "yes",
        "null",
        "1.5",
        "2024-01-01",
        "{a}",
        "[a]",
        "a # b",
        "&a",
        "*a*",
        "!a",
        "|",
        "> a",
        "%a",
        "@a",
        "`a`",
        "ä ö",
        "a\\b",
        "~",
        "-",
        "? a",
        "on",
        "0x10",
        "1_000",
        ".inf",
        "a:",
        "a, b",
        "<<",
    ] {
        let title = serde_json::to_string(text).unwrap();
        let page = |index: usize| {
            format!(
                "---\n{title}: {title}\nn: {index}\n---\n\n# P\n\n## x {text}\n\nText {index}.\n"
            )
        };
        let samples = samples(&(0..12).map(page).collect::<Vec<_>>());
        let proposal = propose(&samples, 0.9);
        let yaml = proposal.to_yaml();
        let from_yaml: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
        assert_eq!(from_yaml, proposal.to_json(), "{text}\n{yaml}");
        compile(&yaml);
    }
}

#[test]
fn an_order_is_claimed_only_where_sections_meet() {
    let page = |sections: &[&str]| {
        let sections = sections.iter().map(|name| format!("## {name}\n\nText.\n\n"));
        format!("# P\n\n{}", sections.collect::<String>())
    };
    let learn = |pages: &[&[&str]]| {
        let pages: Vec<String> = pages.iter().map(|sections| page(sections)).collect();
        propose(&samples(&pages), 0.9).to_json()["order"].clone()
    };
    let (usage, options): (&[&str], &[&str]) = (&["Usage"], &["Options"]);
    let (both, reversed): (&[&str], &[&str]) = (&["Usage", "Options"], &["Options", "Usage"]);
    // Twenty pages with one of two sections say nothing about their order.
    let apart: Vec<&[&str]> = [usage, options].repeat(10);
    assert_eq!(learn(&apart), "any");
    assert_eq!(learn(&[apart.clone(), vec![both; 2]].concat()), "any");
    assert_eq!(learn(&[apart.clone(), vec![both; 3]].concat()), serde_json::Value::Null);
    assert_eq!(learn(&[apart, vec![both; 3], vec![reversed]].concat()), "any");
    assert_eq!(learn(&[usage; 5]), serde_json::Value::Null);
}

#[test]
fn what_recurs_on_few_pages_is_neither_forbidden_nor_taken_for_a_slip() {
    let page = |index: usize| {
        let example = if index.is_multiple_of(25) { "Examples" } else { "Example" };
        let more = match index {
            0..4 => "## See also\n\nText.\n\n".to_owned(),
            4..7 => format!("## Only {}\n\nText.\n\n", "x".repeat(index)),
            _ => String::new(),
        };
        format!("# P\n\n## Remarks\n\nText.\n\n## {example}\n\n```sh\na\n```\n\n{more}")
    };
    let samples = samples(&(0..300).map(page).collect::<Vec<_>>());
    let proposal = propose(&samples, 0.9);
    let template = proposal.to_json();
    assert_eq!(template["others"], false);
    let sections = template["sections"].as_array().unwrap();
    let headings: Vec<String> =
        sections.iter().map(|section| section["heading"].to_string()).collect();
    assert_eq!(headings, ["\"Remarks\"", "[\"Example\",\"Examples\"]", "\"See also\""]);
    assert_eq!(sections[2]["required"], false);
    assert_eq!(proposal.outliers.len(), 3);
    let said = "# - sections that are not in the template: page-4.md, page-5.md, page-6.md\n";
    assert!(proposal.to_yaml().contains(said), "{}", proposal.to_yaml());
}

#[test]
fn pages_without_anything_in_common_teach_nothing() {
    let pages: Vec<String> =
        (0..6).map(|index| format!("## {}\n", "x".repeat(index + 1))).collect();
    assert!(propose(&samples(&pages), 0.9).is_empty());
}

/// The program, run in a directory with these pages below `docs`.
fn run(directory: &TempDir, pages: &[String], arguments: &[&str]) -> Output {
    fs::create_dir_all(directory.path().join("docs")).unwrap();
    for (index, text) in pages.iter().enumerate() {
        fs::write(directory.path().join(format!("docs/page-{index}.md")), text).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_validator"))
        .current_dir(directory.path())
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_file_that_is_written_finds_the_outliers_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let learn = ["learn", "docs", "--output", "how-to.structure.yaml"];
    let output = run(&directory, &how_tos(), &learn);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let differs = |text: &str| text.lines().filter(|line| line.starts_with("differs: ")).count();
    assert!(stderr(&output).contains("20 pages, 18 of them fit"), "{}", stderr(&output));
    assert_eq!(differs(&stderr(&output)), 2);

    let check = run(&directory, &[], &["check", "how-to.structure.yaml"]);
    assert_eq!(check.status.code(), Some(0));
    let batch = run(&directory, &[], &["batch", "--types", "structure", "--format", "concise"]);
    let text = String::from_utf8(batch.stdout).unwrap();
    let pages: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("ST10"))
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(pages, ["docs/page-3.md", "docs/page-7.md"], "{text}");

    let again = run(&directory, &[], &learn);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"), "{}", stderr(&again));
}

#[test]
fn index_pages_are_left_out_and_too_few_pages_are_an_error() {
    let directory = tempfile::tempdir().unwrap();
    run(&directory, &how_tos(), &["rules"]);
    fs::write(directory.path().join("docs/_index.md"), "# Other\n").unwrap();
    let output = run(&directory, &[], &["learn", "docs"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.contains("files: ['*.md', '!_index.md']"), "{text}");
    assert!(stderr(&output).contains("left out 1 index page"), "{}", stderr(&output));

    let directory = tempfile::tempdir().unwrap();
    let output = run(&directory, &how_tos()[..2], &["learn", "docs"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("found 2 pages in `docs`"), "{}", stderr(&output));
    let output = run(&directory, &[], &["learn", "none"]);
    assert!(stderr(&output).contains("`none` is not a directory"), "{}", stderr(&output));
    let output = run(&directory, &[], &["learn", "docs", "--support", "90"]);
    assert!(stderr(&output).contains("expected a share such as 0.9"), "{}", stderr(&output));
}
