//! What a JSON Schema refuses, where, and in which words; and which schemas cannot be used.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use validator::data::{self, Format, Schema, SchemaError};
use validator::text::LineIndex;

/// Each violation as `line:column source pointer keyword: message`.
fn check(schema: &Value, format: Format, text: &str) -> Vec<String> {
    let schema = Schema::compile(schema, Path::new("schema.json")).unwrap();
    let parsed = data::parse_text(format, text);
    assert_eq!(parsed.problems, []);
    let index = LineIndex::new(text);
    let found = schema.check(&parsed.tree, parsed.tree.root()).into_iter().map(|found| {
        let at = index.position(text, found.span.start());
        let source = found.span.of(text);
        let (pointer, keyword, message) = (found.pointer, found.keyword, found.message);
        format!("{}:{} {source:?} {pointer} {keyword}: {message}", at.line, at.column)
    });
    found.collect()
}

fn page_schema() -> Value {
    json!({
        "type": "object",
        "required": ["title", "date"],
        "additionalProperties": false,
        "properties": {
            "title": {"type": "string", "minLength": 5, "maxLength": 20},
            "date": {"type": "string", "format": "date"},
            "tags": {
                "type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true,
                "items": {"type": "string", "enum": ["guide", "reference", "tutorial"]}
            },
            "weight": {"type": "integer", "minimum": 1, "maximum": 10},
            "draft": {"type": "boolean"},
            "menu": {
                "type": "object", "required": ["name"], "additionalProperties": false,
                "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}, "parent": {}}
            },
            "rows": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "integer"}, "maxItems": 2}
            }
        }
    })
}

#[test]
fn front_matter() {
    let text = "titel: My page\ndate: 2024-02-30\ntags: [guide, gide, guide, other]\nweight: 15\n\
                draft: \"true\"\nmenu:\n  nam: x\n  name: A\nrows:\n  - [1, 2]\n  - [1, x, 3]\n";
    assert_eq!(
        check(&page_schema(), Format::Yaml, text),
        [
            r#"1:1 ""  required: key `title` is missing, is `titel` meant to be it?"#,
            r#"1:1 "titel"  additionalProperties: unknown key `titel`, did you mean `title`?"#,
            r#"2:7 "2024-02-30" /date format: the date `2024-02-30` does not exist"#,
            r#"3:1 "tags" /tags maxItems: found 4 items, expected at most 3"#,
            r#"3:15 "gide" /tags/1 enum: unknown value `gide`, did you mean `guide`?"#,
            r#"3:21 "guide" /tags uniqueItems: `guide` is in the list twice"#,
            r#"3:28 "other" /tags/3 enum: unknown value `other`, expected `guide`, `reference` or `tutorial`"#,
            r#"4:9 "15" /weight maximum: `15` is greater than the maximum 10"#,
            r#"5:8 "\"true\"" /draft type: expected a boolean, found a string `true`; remove the quotes"#,
            r#"7:3 "nam" /menu additionalProperties: unknown key `nam`, did you mean `name`?"#,
            r#"8:9 "A" /menu/name pattern: `A` does not match the pattern `^[a-z]+$`"#,
            r#"11:5 "" /rows/1 maxItems: found 3 items, expected at most 2"#,
            r#"11:9 "x" /rows/1/1 type: expected an integer, found a string `x`"#,
        ]
    );
}

#[test]
fn wrong_types() {
    let text = "title: 1.10\ndate:\ntags: guide\nweight: 1.5\ndraft: yes\nmenu: [a]\nrows: []\n";
    assert_eq!(
        check(&page_schema(), Format::Yaml, text),
        [
            r#"1:8 "1.10" /title type: expected a string, found a number `1.10`; put it in quotes if it is text"#,
            r#"2:1 "date" /date type: expected a string, found nothing"#,
            r#"3:7 "guide" /tags type: expected a list, found a string `guide`"#,
            r#"4:9 "1.5" /weight type: expected an integer, found a number `1.5`"#,
            r#"5:8 "yes" /draft type: expected a boolean, found a string `yes`; write `true`"#,
            r#"6:1 "menu" /menu type: expected a mapping, found a list"#,
        ]
    );
    let root = |text| check(&page_schema(), Format::Yaml, text);
    assert_eq!(root("[1]"), [r#"1:1 ""  type: expected a mapping, found a list"#]);
    assert_eq!(root(""), [r#"1:1 ""  type: expected a mapping, found nothing"#]);
}

#[test]
fn positions_in_crlf_bom_tabs_and_wide_characters() {
    let text = "\u{feff}{\r\n  \"title\": \"日本\",\r\n\t\"date\": \"x\", \"rows\": [[1], [\"日本\", {}]]\r\n}";
    assert_eq!(
        check(&page_schema(), Format::Json, text),
        [
            r#"2:12 "\"日本\"" /title minLength: the text has 2 characters, expected at least 5"#,
            r#"3:10 "\"x\"" /date format: expected a date such as 2024-01-31, found `x`"#,
            r#"3:30 "\"日本\"" /rows/1/0 type: expected an integer, found a string `日本`"#,
            r#"3:36 "" /rows/1/1 type: expected an integer, found a mapping"#,
        ]
    );
}

#[test]
fn toml_tables() {
    let text = "title = 'A title'\ndate = 2024-01-31\n[menu]\nparent = 1\n";
    let expected = [r#"3:2 "menu" /menu required: key `name` is missing"#];
    assert_eq!(check(&page_schema(), Format::Toml, text), expected);
}

#[test]
fn anchors_and_merges() {
    let schema = json!({"additionalProperties": {
        "type": "object", "required": ["port"], "additionalProperties": false,
        "properties": {"port": {"type": "integer"}, "host": {"type": "string"}}
    }});
    let text = "base: &base\n  port: http\n  hots: x\nweb:\n  <<: *base\n  host: a\n\
                fixed:\n  <<: *base\n  port: 1\nsame: *base\nlost: &lost\n  host: x\nagain: *lost\n\
                text: &text word\nuse: *text\n";
    assert_eq!(
        check(&schema, Format::Yaml, text),
        [
            // Once, where it is written, although five values have it.
            r#"2:9 "http" /base/port type: expected an integer, found a string `http`"#,
            r#"3:3 "hots" /base additionalProperties: unknown key `hots`, did you mean `host`?"#,
            r#"11:1 "lost" /lost required: key `port` is missing"#,
            r#"13:1 "again" /again required: key `port` is missing"#,
            r#"14:13 "word" /text type: expected a mapping, found a string `word`"#,
            r#"15:6 "*text" /use type: expected a mapping, found a string `word`"#,
        ]
    );
}

#[test]
fn other_keywords() {
    let schema = json!({"properties": {
        "any": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["name"]}]},
        "form": {"oneOf": [{"type": "string", "pattern": "^v"}, {"type": "string", "maxLength": 2}]},
        "const": {"const": "page"},
        "names": {"propertyNames": {"pattern": "^[A-Z]+$"}, "minProperties": 2},
        "never": false,
        "needs": {"dependentRequired": {"a": ["b"]}},
        "not": {"not": {"required": ["z"]}},
        "closed": {"properties": {"a": {}}, "unevaluatedProperties": false},
        "has": {"contains": {"const": 1}, "minContains": 2},
        "pair": {"prefixItems": [{"type": "integer"}], "items": false},
        "step": {"multipleOf": 2, "exclusiveMaximum": 10},
        "url": {"format": "uri"}
    }});
    let one = |text: &str| check(&schema, Format::Yaml, text).join("\n");
    for (text, expected) in [
        ("any: 3", r#"1:6 "3" /any anyOf: expected a string or a mapping, found an integer"#),
        (
            "any: {nam: x}",
            r#"1:1 "any" /any required: key `name` is missing, is `nam` meant to be it?"#,
        ),
        (
            "form: v",
            r#"1:7 "v" /form oneOf: fits more than one of the allowed forms, expected exactly one"#,
        ),
        (
            "form: abc",
            r#"1:7 "abc" /form oneOf: fits none of the allowed forms: `abc` does not match the pattern `^v`; or the text has 3 characters, expected at most 2"#,
        ),
        ("const: post", r#"1:8 "post" /const const: expected `page`, found `post`"#),
        (
            "names: {A: 1, path: 1}",
            r#"1:15 "path" /names propertyNames: key `path` is not allowed: `path` does not match the pattern `^[A-Z]+$`"#,
        ),
        ("names: {A: 1}", r#"1:1 "names" /names minProperties: found 1 key, expected at least 2"#),
        ("never: 1", r#"1:1 "never" /never falseSchema: key `never` is not allowed here"#),
        (
            "needs: {a: 1}",
            r#"1:1 "needs" /needs dependentRequired: key `b` is missing, which `a` needs"#,
        ),
        ("not: {a: 1, z: 2}", r#"1:13 "z" /not not: key `z` is not allowed here"#),
        (
            "closed: {a: 1, q: 2}",
            r#"1:16 "q" /closed unevaluatedProperties: unknown key `q`, expected `a`"#,
        ),
        (
            "has: [1, 2]",
            r#"1:1 "has" /has minContains: expected at least 2 items of the required kind"#,
        ),
        ("pair: [1, 2]", r#"1:11 "2" /pair/1 falseSchema: this value is not allowed here"#),
        ("step: 7", r#"1:7 "7" /step multipleOf: `7` is not a multiple of 2"#),
        ("step: 10", r#"1:7 "10" /step exclusiveMaximum: `10` is not less than 10"#),
        (
            "url: foo",
            r#"1:6 "foo" /url format: expected an absolute address such as https://example.org/page, found `foo`"#,
        ),
    ] {
        assert_eq!(one(text), expected);
    }
}

#[test]
fn dependencies_of_draft_7() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "dependencies": {"a": ["b"]}
    });
    let expected = [r#"1:1 ""  dependencies: key `b` is missing, which `a` needs"#];
    assert_eq!(check(&schema, Format::Yaml, "a: 1"), expected);
}

#[test]
fn plain_dates_are_strings_with_a_format() {
    let schema = json!({"properties": {"date": {"type": "string", "format": "date"}}});
    for (format, text) in [
        (Format::Yaml, "date: 2024-02-29"),
        (Format::Yaml, "date: '2024-02-29'"),
        (Format::Toml, "date = 2024-02-29"),
    ] {
        assert_eq!(check(&schema, format, text), [""; 0]);
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas").join(name)
}

#[test]
fn references_to_files() {
    // `page.json` refers to a YAML file below it, and has an address as its `$id`.
    let schema = Schema::load(&fixture("page.json")).unwrap();
    let messages = |text: &str| {
        let parsed = data::parse_text(Format::Yaml, text);
        let found = schema.check(&parsed.tree, parsed.tree.root());
        found.into_iter().map(|found| found.message).collect::<Vec<_>>()
    };
    assert_eq!(messages("author: {name: A}\ntags: [a]\n"), [""; 0]);
    assert_eq!(
        messages("author: {nmae: A}\ntags: [1]\n"),
        [
            "key `name` is missing, is `nmae` meant to be it?",
            "unknown key `nmae`, did you mean `name`?",
            "expected a string, found an integer `1`; put it in quotes if it is text",
        ]
    );
}

fn refused(schema: &Value) -> SchemaError {
    Schema::compile(schema, &fixture("inline.yaml")).unwrap_err()
}

#[test]
fn nothing_is_fetched() {
    let error = refused(&json!({"$ref": "https://example.com/page.json"}));
    assert_eq!(error, SchemaError::Remote { uri: "https://example.com/page.json".to_owned() });
    assert_eq!(
        error.to_string(),
        "the schema refers to https://example.com/page.json, and nothing is fetched from the \
         network; save that schema beside this one and refer to the file"
    );
    // An `$id` makes relative references remote, unless the file is there.
    let error = refused(&json!({"$id": "https://example.com/a.json", "$ref": "none.json"}));
    assert_eq!(error, SchemaError::Remote { uri: "https://example.com/none.json".to_owned() });
}

#[test]
fn schemas_that_cannot_be_used() {
    let invalid = |pointer: &str, message: &str| SchemaError::Invalid {
        pointer: pointer.to_owned(),
        message: message.to_owned(),
    };
    assert_eq!(
        refused(&json!({"properties": {"a": {"type": "strin"}}})),
        invalid("/properties/a/type", "unknown value `strin`, did you mean `string`?")
    );
    assert_eq!(
        refused(&json!({"pattern": "("})),
        invalid("/pattern", "`(` is not a regular expression")
    );
    assert!(matches!(
        refused(&json!({"$ref": "#/$defs/none"})),
        SchemaError::Dangling { reference } if reference.contains("/$defs/none")
    ));
    assert!(matches!(
        refused(&json!({"$schema": "https://example.com/dialect"})),
        SchemaError::UnknownDialect { .. }
    ));
    assert!(matches!(refused(&json!({"$ref": "none.json"})), SchemaError::Unreadable { .. }));
    assert!(matches!(
        refused(&json!({"$ref": "broken.json"})),
        SchemaError::Unparsable { line: 3, .. }
    ));
}

#[test]
fn references_that_never_end() {
    // Either answer will do; a stack overflow will not.
    for schema in [
        json!({"$ref": "#"}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
        json!({"allOf": [{"$ref": "#"}]}),
    ] {
        if let Ok(schema) = Schema::compile(&schema, Path::new("schema.json")) {
            let parsed = data::parse_text(Format::Json, "1");
            schema.check(&parsed.tree, parsed.tree.root());
        }
    }
}

#[test]
fn data_at_the_depth_limit() {
    let schema = json!({"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#"}}]});
    let text = format!("{}1{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(check(&schema, Format::Json, &text), [""; 0]);
    let text = format!("{}\"x\"{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(check(&schema, Format::Json, &text).len(), 1);
}
