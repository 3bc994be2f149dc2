//! Schemas: where they may lie, and what a check may cost.

use std::fmt::Write as _;

use super::scene::{SECRET, Scene};

fn check(scene: &Scene) -> super::scene::Ran {
    scene.run(&["check", "data.json", "--types", "data", "--format", "concise"])
}

#[test]
fn a_data_file_names_no_schema_outside_the_repository() {
    let up = "../".repeat(30) + "etc/passwd";
    for named in ["/etc/passwd", "file:///etc/passwd", "../secret", "../nothing", "/dev/zero", &up]
    {
        let scene = Scene::new(&[]);
        scene.write("data.json", format!(r#"{{ "$schema": "{named}" }}"#));
        let ran = check(&scene);
        ran.says("outside of").does_not_say("root:x").does_not_say("no such file");
        ran.does_not_say(SECRET.split('-').next().expect("a word"));
    }
}

#[test]
fn a_schema_does_not_refer_to_what_lies_outside() {
    for named in ["/etc/passwd", "file:///etc/passwd", "../secret", "../nothing#/a", "/dev/zero"] {
        let scene = Scene::new(&[("data.json", r#"{ "$schema": "s.json" }"#)]);
        scene.write("s.json", format!(r#"{{ "properties": {{ "a": {{ "$ref": "{named}" }} }} }}"#));
        check(&scene).says("outside of").does_not_say("s3cret").does_not_say("root:x");
    }
}

#[test]
fn an_id_does_not_turn_references_into_paths_outside() {
    let scene = Scene::new(&[("data.json", r#"{ "$schema": "s.json" }"#)]);
    let schema = r#"{ "$id": "https://x.org/a/b.json", "$ref": "https://x.org/a/../../secret" }"#;
    scene.write("s.json", schema);
    check(&scene).does_not_say("s3cret");
    let schema = r#"{ "$id": "https://x.org/a/b.json", "$ref": "https://x.org/a/%2e%2e/secret" }"#;
    scene.write("s.json", schema);
    check(&scene).does_not_say("s3cret");
}

#[test]
fn a_schema_that_is_a_link_out_or_a_pipe_is_not_read() {
    let scene = Scene::new(&[("data.json", r#"{ "$schema": "s.json" }"#)]);
    scene.link("../secret", "s.json");
    check(&scene).says("outside of").does_not_say("s3cret");
    let scene = Scene::new(&[("data.json", r#"{ "$schema": "s.json" }"#)]);
    scene.pipe("s.json");
    check(&scene).says("named pipe");
}

#[test]
fn schemas_of_the_configuration_and_of_structure_files_stay_inside() {
    let scene = Scene::new(&[("data.json", "{}")]);
    scene.write("validator.yaml", "schemas:\n  - files: [data.json]\n    schema: ../secret\n");
    check(&scene).ends_with(2).says("outside of");
    let scene = Scene::new(&[("a.md", "# T\n"), ("x.structure.yaml", "front_matter: ../secret\n")]);
    let ran = scene.run(&["batch"]);
    ran.says("outside of").does_not_say("s3cret");
}

#[test]
fn a_schema_beside_the_repository_directory_of_the_data_is_read() {
    let scene = Scene::new(&[("schemas/s.json", r#"{ "required": ["x"] }"#)]);
    scene.write("data.json", r#"{ "$schema": "schemas/s.json" }"#);
    check(&scene).says("key `x` is missing");
}

/// Definitions that each name the next one twice under a keyword.
fn doubling(keyword: &str, count: usize, last: &str) -> String {
    let mut text = String::from(r##"{ "$ref": "#/$defs/d0", "$defs": {"##);
    for index in 0..count {
        let next = format!("{{ \"$ref\": \"#/$defs/d{}\" }}", index + 1);
        let _ = write!(text, r#""d{index}": {{ "{keyword}": [{next}, {next}] }},"#);
    }
    let _ = write!(text, r#""d{count}": {last} }} }}"#);
    text
}

#[test]
fn definitions_that_name_the_next_twice_do_not_take_the_machine_down() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for count in [20, 24, 40, 200] {
            for data in [r#""data": 1"#, r#""data": [1, 2]"#] {
                let scene = Scene::new(&[]);
                scene.write("data.json", format!(r#"{{ "$schema": "s.json", {data} }}"#));
                scene.write("s.json", doubling(keyword, count, r#"{ "required": ["x"] }"#));
                let ran = check(&scene);
                let is_told =
                    ran.said.contains("too expensive") || ran.said.contains("does not fit");
                assert!(is_told, "{keyword} {count}: {}", ran.said);
            }
        }
    }
}

#[test]
fn doubling_on_a_scalar_ends_too() {
    let scene = Scene::new(&[("data.json", r#"{ "$schema": "s.json", "data": 1 }"#)]);
    let inner = doubling("anyOf", 40, r#"{ "type": "string" }"#);
    let schema = inner.replacen(
        r##""$ref": "#/$defs/d0""##,
        r##""properties": { "data": { "$ref": "#/$defs/d0" } }"##,
        1,
    );
    scene.write("s.json", schema);
    check(&scene).says("too expensive");
}

#[test]
fn doubling_through_children_and_recursion_ends() {
    let deep = "[".repeat(100) + &"]".repeat(100);
    let scene = Scene::new(&[]);
    scene.write("data.json", format!(r#"{{ "$schema": "s.json", "data": {deep} }}"#));
    let twice = r##"{ "allOf": [{ "items": { "$ref": "#/$defs/t" } }, { "items": { "$ref": "#/$defs/t" } }] }"##;
    let schema = format!(
        r##"{{ "properties": {{ "data": {{ "$ref": "#/$defs/t" }} }}, "$defs": {{ "t": {twice} }} }}"##
    );
    scene.write("s.json", &schema);
    check(&scene).says("too expensive");
    let dynamic = schema
        .replace(r##""$ref": "#/$defs/t" } }]"##, r##""$dynamicRef": "#t" } }]"##)
        .replace(r#""t": { "#, r#""t": { "$dynamicAnchor": "t", "#);
    scene.write("s.json", dynamic);
    check(&scene).says("too expensive");
}

#[test]
fn a_recursive_schema_of_ordinary_data_is_checked() {
    let scene = Scene::new(&[]);
    let tree = r#"{ "children": [{ "children": [] }, { "children": [{ "name": 1 }] }] }"#;
    scene.write("data.json", format!(r#"{{ "$schema": "s.json", "tree": {tree} }}"#));
    let node = r##"{ "properties": { "name": { "type": "string" }, "children": { "items": { "$ref": "#/$defs/n" } } } }"##;
    scene.write("s.json", format!(r##"{{ "properties": {{ "tree": {{ "$ref": "#/$defs/n" }} }}, "$defs": {{ "n": {node} }} }}"##));
    check(&scene).says("expected a string");
}

#[test]
fn long_chains_of_references_do_not_overflow_the_stack() {
    let chain = |count: usize| {
        let mut text = String::from(r##"{ "$ref": "#/$defs/d0", "$defs": {"##);
        for index in 0..count {
            let _ = write!(text, r##""d{index}": {{ "$ref": "#/$defs/d{}" }},"##, index + 1);
        }
        let _ = write!(text, r#""d{count}": {{ "required": ["x"] }} }} }}"#);
        text
    };
    for (count, expected) in
        [(1000, "`x` is missing"), (19_000, "`x` is missing"), (60_000, "references")]
    {
        let scene = Scene::new(&[("data.json", r#"{ "$schema": "s.json" }"#)]);
        scene.write("s.json", chain(count));
        check(&scene).says(expected).does_not_say("overflow");
    }
}

#[test]
fn large_lists_and_patterns_that_try_again_end() {
    let items: Vec<String> =
        (0..20_000).map(|index| format!("\"{index}aaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")).collect();
    let items = items.join(",");
    for schema in [
        format!(r#"{{ "properties": {{ "a": {{ "items": {{ "enum": [{items}, 1] }} }} }} }}"#),
        r#"{ "properties": { "a": { "contains": { "pattern": "^(?=((a+)+)+b)" } } } }"#.to_owned(),
        r#"{ "properties": { "a": { "items": { "pattern": "^[0-9]+(a|a)*(?!a)b$" } } } }"#
            .to_owned(),
        format!(r#"{{ "required": [{items}] }}"#),
        r#"{ "properties": { "a": { "items": { "type": "integer" } } } }"#.to_owned(),
    ] {
        let scene = Scene::new(&[]);
        scene.write("data.json", format!(r#"{{ "$schema": "s.json", "a": [{items}] }}"#));
        scene.write("s.json", &schema);
        let ran = check(&scene);
        assert!(ran.code.is_some(), "{}", &schema[..80.min(schema.len())]);
        assert!(!ran.said.is_empty());
    }
}
