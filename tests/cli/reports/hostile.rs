//! What pages and names say can do nothing to those who read a report.

use serde_json::Value;

use super::formats;
use crate::project::Project;

/// Text that gives commands to terminals, to systems of CI, or to the readers of a markup.
const HOSTILE: &[&str] = &[
    "::error::boo",
    "::stop-commands::x",
    "##vso[task.setvariable variable=a]b",
    "##[error]boo",
    "</script><script>alert(1)</script>",
    "]]><x/>&lt;&#60;",
    "<!-- --> <img src=x onerror=alert(1)>",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}reversed\u{2066}",
    "| a | `b` ``c`` [d](javascript:x) @team #1",
    "%0A%0D::error::boo%25",
    "' onload='alert(1)' \" x=\"",
    "\u{1}\u{8}\u{b}\u{7f}\u{85}\u{fffe}",
];

/// Every text is in a message, in an address and in the name of a page.
fn project() -> Project {
    let project = Project::new(&[("validator.yaml", "types: [markdown, links]\n")]);
    for (index, text) in HOSTILE.iter().enumerate() {
        let address = text.replace(['<', '>', '\u{1b}', '\u{7}'], "");
        let page = format!("# T\n\n## {text}\n\n## {text}\n\n[a](<gone {address}.md>)\n");
        let name: String = text.chars().filter(|c| !matches!(c, '/' | '\0')).take(60).collect();
        project.write(&format!("docs/{index} {name}\n{name}.md"), page);
    }
    project
}

fn report(project: &Project, format: &str) -> String {
    let ran = project.run(&format!("batch --format {format}"));
    assert_eq!(ran.code, 1, "{format}: {}", ran.stderr);
    assert!(ran.stdout.len() > 1000, "{format}: {}", ran.stdout);
    ran.stdout
}

#[test]
fn nothing_in_a_report_steers_a_terminal_or_turns_text_around() {
    let project = project();
    // `json` and `jsonl` give the text exactly, with control characters escaped.
    for format in formats() {
        let report = report(&project, format);
        let is_exact = matches!(format, "json" | "jsonl");
        let is_bad = |c: &char| match c {
            '\n' => false,
            '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => !is_exact,
            c => c.is_control(),
        };
        // Fixes are exact, too, wherever they are told.
        let bad: Vec<char> = report.chars().filter(is_bad).collect();
        assert!(bad.is_empty(), "{format}: {bad:?}");
    }
}

#[test]
fn github_gets_our_commands_only() {
    let project = project();
    let report = report(&project, "github");
    for line in report.lines() {
        let is_ours = ["::error file=docs/", "::warning file=docs/"];
        let is_ours = is_ours.iter().any(|start| line.starts_with(start));
        assert!(is_ours || line.contains("not shown, since"), "{line}");
        if is_ours {
            let (properties, _) = line[2..].split_once("::").expect("a message");
            assert!(!properties.contains("::") && properties.matches(',').count() <= 5, "{line}");
        }
    }
}

#[test]
fn azure_gets_our_commands_only() {
    let project = project();
    for line in report(&project, "azure").lines() {
        let rest =
            line.strip_prefix("##vso[task.logissue type=").unwrap_or_else(|| panic!("{line}"));
        let (properties, _) = rest.split_once(']').expect("the end of the command");
        assert_eq!(properties.matches(';').count(), 4, "{line}");
    }
}

#[test]
fn xml_holds_text_and_no_markup_from_pages() {
    let project = project();
    for format in ["junit", "checkstyle"] {
        let report = report(&project, format);
        assert!(!report.contains("]]>") && !report.contains("<script"), "{format}");
        let is_valid = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert!(report.chars().all(is_valid), "{format}");
        // Every quote and angle bracket is ours.
        for line in report.lines().skip(1) {
            assert!(line.matches('"').count() % 2 == 0, "{format}: {line}");
        }
        let (open, close) = (report.matches('<').count(), report.matches('>').count());
        assert_eq!(open, close, "{format}");
    }
}

#[test]
fn a_page_cannot_end_the_data_of_html() {
    let project = project();
    let report = report(&project, "html");
    assert_eq!(report.matches("<script").count(), 2);
    assert_eq!(report.matches("</script").count(), 2);
    assert!(!report.contains("<img"));
    let (_, data) = report.split_once("id=\"data\">").expect("the data");
    let (data, _) = data.split_once("</script>").expect("its end");
    let data: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data.as_array().map(Vec::len), Some(HOSTILE.len()));
}

#[test]
fn markdown_has_no_markup_mentions_or_cells_from_pages() {
    let project = project();
    let report = report(&project, "markdown");
    for line in report.lines().filter(|line| line.contains("MD024") && line.contains("docs/")) {
        assert_eq!(line.matches('|').count(), 6, "{line}");
        assert!(!line.contains(['`', '@', '[', '<', '>', '*', '_']), "{line}");
    }
    for markup in ["<script", "<img", "@team", "](javascript"] {
        assert!(!report.contains(markup), "{markup}");
    }
}

#[test]
fn what_looks_like_a_link_in_a_message_of_sarif_is_none() {
    let project = project();
    let report: Value = serde_json::from_str(&report(&project, "sarif")).expect("JSON");
    let results = report["runs"][0]["results"].as_array().expect("results");
    let messages = results.iter().filter_map(|result| result["message"]["text"].as_str());
    let with_link: Vec<&str> = messages.filter(|text| text.contains("javascript")).collect();
    assert!(!with_link.is_empty());
    assert!(with_link.iter().all(|text| text.contains("\\[d\\](")), "{with_link:?}");
}

#[test]
fn text_in_a_log_of_ci_gives_no_commands() {
    let project = project();
    for format in ["text", "concise", "markdown", "agent"] {
        let mut command = project.command(&format!("batch --format {format}"));
        let output = command.env("GITHUB_ACTIONS", "true").output().expect("it runs");
        let report = String::from_utf8(output.stdout).expect("text");
        let (first, rest) = report.split_once('\n').expect("lines");
        let word = first.strip_prefix("::stop-commands::").expect("commands are stopped");
        assert!(word.len() >= 32, "{word}");
        assert!(rest.ends_with(&format!("\n::{word}::\n")), "{format}");
        assert_eq!(rest.matches(word).count(), 1);

        let mut command = project.command(&format!("batch --format {format}"));
        let output = command.env("TF_BUILD", "True").output().expect("it runs");
        let report = String::from_utf8(output.stdout).expect("text");
        assert!(!report.contains("##vso[") && !report.contains("##["), "{format}");
    }
}

#[test]
fn every_character_can_be_told_in_every_format() {
    let mut page = "# T\n".to_owned();
    let all: Vec<char> = ('!'..'\u{3000}').chain('\u{d000}'..'\u{10500}').collect();
    for part in all.chunks(48) {
        let text: String = part.iter().collect();
        page += &format!("\n## x{text}x\n\n## x{text}x\n");
    }
    let project = Project::new(&[("a.md", &page)]);
    for format in formats() {
        let report = project.run(&format!("batch --select MD024 --format {format}")).stdout;
        match format {
            "json" | "sarif" | "gitlab" | "rdjson" => {
                let value: Value = serde_json::from_str(&report).expect("JSON");
                assert!(!value.is_null());
            }
            "jsonl" => {
                let rows = report.lines().map(serde_json::from_str::<Value>);
                assert!(rows.filter(Result::is_ok).count() >= all.len() / 48);
            }
            "junit" | "checkstyle" => {
                let open = report.matches('<').count();
                assert_eq!(open, report.matches('>').count(), "{format}");
                assert!(!report.contains(['\u{fffe}', '\u{ffff}', '\u{85}']), "{format}");
            }
            _ => assert!(!report.is_empty()),
        }
    }
}
