//! A proposal as YAML: keys in the order people write them, what was counted as comments.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Outlier, Proposal};

/// Mappings and lists that fit into this many characters stand on one line.
const WIDTH: usize = 72;
/// Most reasons to differ, and most pages of each, that are listed in comments.
const MAX_REASONS: usize = 20;
const MAX_PAGES: usize = 3;

/// Keys in their order; others come after them.
const ORDER: &[&str] = &[
    "name",
    "description",
    "files",
    "when",
    "field",
    "file_name",
    "title",
    "front_matter",
    "intro",
    "heading",
    "pattern",
    "level",
    "type",
    "enum",
    "format",
    "required",
    "repeat",
    "content",
    "properties",
    "items",
    "order",
    "others",
    "sections",
    "forbidden",
    "words",
    "paragraphs",
    "links",
    "lists",
    "code",
    "tables",
    "images",
    "min",
    "max",
    "ordered",
    "languages",
    "columns",
    "alt",
];

pub(super) fn write(proposal: &Proposal) -> String {
    let mut out = header(proposal);
    let value = proposal.to_json();
    mapping(proposal, &value, "", 0, &mut out);
    out
}

fn header(proposal: &Proposal) -> String {
    let pages = proposal.pages;
    let fit = pages - proposal.outliers.len();
    let mut out = format!(
        "# Learned from {pages} pages; {fit} of them fit. Numbers say how many pages have something;\n\
         # from {}% on it is required.\n",
        (proposal.notes.support * 100.0).round()
    );
    let reasons = reasons(&proposal.outliers);
    if !reasons.is_empty() {
        out += "#\n# What pages have otherwise:\n";
    }
    for (reason, pages) in reasons.iter().take(MAX_REASONS) {
        let mut names = pages[..pages.len().min(MAX_PAGES)].join(", ");
        if pages.len() > MAX_PAGES {
            names += &format!(" and {} more", pages.len() - MAX_PAGES);
        }
        out += &format!("# - {}: {}\n", comment(reason), comment(&names));
    }
    if reasons.len() > MAX_REASONS {
        out += &format!("# - and {} more\n", reasons.len() - MAX_REASONS);
    }
    out.push('\n');
    out
}

/// Why pages differ, with the pages: what most of them share comes first.
fn reasons(outliers: &[Outlier]) -> Vec<(&str, Vec<&str>)> {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for outlier in outliers {
        for reason in &outlier.reasons {
            let pages = pages.entry(reason).or_default();
            if pages.last() != Some(&outlier.path.as_str()) {
                pages.push(&outlier.path);
            }
        }
    }
    let mut reasons: Vec<_> = pages.into_iter().collect();
    reasons.sort_by_key(|(_, pages)| std::cmp::Reverse(pages.len()));
    reasons
}

/// A text that does not end a comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn note(proposal: &Proposal, pointer: &str) -> String {
    proposal.notes.get(pointer).map(|note| format!("  # {}", comment(note))).unwrap_or_default()
}

fn keys(value: &Value) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = value.as_object().into_iter().flatten().collect();
    let rank = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    entries.sort_by_key(|(key, _)| rank(key));
    entries
}

fn mapping(proposal: &Proposal, value: &Value, pointer: &str, indent: usize, out: &mut String) {
    // In a schema, the names of fields are keys like no others.
    let is_fields = pointer.ends_with("/properties");
    let entries = match is_fields {
        true => value.as_object().into_iter().flatten().collect(),
        false => keys(value),
    };
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 || !out.ends_with("- ") {
            *out += &" ".repeat(indent);
        }
        let token = key.replace('~', "~0").replace('/', "~1");
        entry(proposal, key, value, &format!("{pointer}/{token}"), indent, out);
    }
}

/// The key and its value; the indentation has been written.
fn entry(
    proposal: &Proposal,
    key: &str,
    value: &Value,
    pointer: &str,
    indent: usize,
    out: &mut String,
) {
    let note_here = note(proposal, pointer);
    let has_notes = proposal
        .notes
        .texts
        .keys()
        .any(|other| other.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/')));
    *out += &format!("{}:", scalar(key));
    let flow = flow(value);
    if !has_notes && indent + key.len() + flow.len() <= WIDTH {
        *out += &format!(" {flow}{note_here}\n");
        return;
    }
    *out += &format!("{note_here}\n");
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list_item(proposal, item, &format!("{pointer}/{index}"), indent + 2, out);
            }
        }
        Value::Object(_) => mapping(proposal, value, pointer, indent + 2, out),
        _ => {
            out.truncate(out.len() - 1 - note_here.len());
            *out += &format!(" {flow}{note_here}\n");
        }
    }
}

fn list_item(proposal: &Proposal, item: &Value, pointer: &str, indent: usize, out: &mut String) {
    let note = note(proposal, pointer);
    let spaces = " ".repeat(indent);
    if !item.is_object() {
        *out += &format!("{spaces}- {}{note}\n", flow(item));
        return;
    }
    if !note.is_empty() {
        *out += &format!("{spaces}{}\n", note.trim_start());
    }
    *out += &format!("{spaces}- ");
    mapping(proposal, item, pointer, indent + 2, out);
}

/// The value on one line. JSON is at most as deep here as headings and schemas go.
fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(_) => {
            let entries = keys(value).into_iter();
            let entries = entries.map(|(key, value)| format!("{}: {}", scalar(key), flow(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// A string as YAML: plain where it cannot be taken for anything else.
fn scalar(text: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || "_-./ ".contains(c);
    let is_plain = text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && text.chars().all(is_word)
        && serde_yaml::from_str::<Value>(text).is_ok_and(|value| value.is_string())
        && !["yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    let is_quotable = !text.contains('\'') && !text.chars().any(char::is_control);
    if is_quotable { format!("'{text}'") } else { Value::String(text.to_owned()).to_string() }
}
