//! A record: a page with its text, and what is wanted of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A line of the input.
pub(super) enum PipeRecord<'l> {
    Page(PipePage<'l>),
    /// The other side asks who answers.
    Hello,
}

/// A page to check.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PipePage<'l> {
    /// What the page is called: from the root, with `/`.
    #[serde(borrow)]
    pub path: Cow<'l, str>,
    #[serde(borrow)]
    pub text: Cow<'l, str>,
    /// Comes back as it is.
    #[serde(borrow, default)]
    pub id: Option<&'l RawValue>,
    #[serde(default)]
    pub want: Option<Vec<Want>>,
    /// In place of `--family`.
    #[serde(default)]
    pub family: Option<String>,
    /// In place of `--types`.
    #[serde(default)]
    pub types: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Want {
    Findings,
    Facts,
    Fixed,
    Metrics,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hello {
    #[serde(rename = "hello")]
    _hello: serde::de::IgnoredAny,
}

/// Why a line is no record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoRecord {
    /// The id that the line has all the same, as JSON.
    pub id: Option<String>,
    pub path: Option<String>,
    pub message: String,
}

impl PipePage<'_> {
    pub fn wants(&self, want: Want) -> bool {
        self.want.as_ref().map_or(want == Want::Findings, |all| all.contains(&want))
    }
}

/// Reads a line.
///
/// # Errors
/// If it is no JSON object of the members that a record has.
pub(super) fn read(line: &[u8]) -> Result<PipeRecord<'_>, Box<NoRecord>> {
    // Of a list, serde would take the members in their order.
    if line.trim_ascii_start().first() == Some(&b'[') {
        let message = "the line is a list, expected a JSON object".to_owned();
        return Err(Box::new(NoRecord { id: None, path: None, message }));
    }
    match serde_json::from_slice::<PipePage>(line) {
        Ok(page) => Ok(PipeRecord::Page(page)),
        Err(_) if serde_json::from_slice::<Hello>(line).is_ok() => Ok(PipeRecord::Hello),
        Err(error) => Err(Box::new(explain(line, &error))),
    }
}

/// Finds out what can be said of a line that is no record, above all whose it is.
fn explain(line: &[u8], error: &serde_json::Error) -> NoRecord {
    let lossy = String::from_utf8_lossy(line);
    // Of a member that is there twice, the last one.
    let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(&lossy).unwrap_or_default();
    let text = members.get("text");
    let is_text = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).is_ok();
    let message = match (&lossy, text) {
        (Cow::Owned(_), _) => "the line is not valid UTF-8".to_owned(),
        (_, Some(raw)) if raw.get().starts_with('"') && !is_text(raw) => {
            "`text` has an escape that is not a character, such as half of a surrogate pair"
                .to_owned()
        }
        _ => error.to_string(),
    };
    let id = members.get("id").map(|id| id.get().to_owned());
    let path = members.get("path").and_then(|path| serde_json::from_str(path.get()).ok());
    NoRecord { id, path, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &[u8]) -> (Option<String>, String) {
        match read(line) {
            Ok(_) => panic!("{} is a record", String::from_utf8_lossy(line)),
            Err(refused) => (refused.id, refused.message),
        }
    }

    #[test]
    fn what_is_no_record_still_says_whose_it_is() {
        let (id, message) = refused(br#"{"id":7,"path":"a.md","text":"\ud800"}"#);
        assert_eq!(id.as_deref(), Some("7"));
        assert!(message.contains("surrogate"), "{message}");
        let (id, message) = refused(b"{\"id\":\"x\",\"path\":\"a.md\",\"text\":\"\xff\"}");
        assert_eq!(id.as_deref(), Some("\"x\""));
        assert!(message.contains("UTF-8"), "{message}");
        let (_, message) = refused(br#"{"path":"a.md","text":null}"#);
        assert!(message.contains("null"), "{message}");
        let (_, message) = refused(br#"{"path":"a.md","text":"","txet":1}"#);
        assert!(message.contains("unknown field `txet`"), "{message}");
        let (_, message) = refused(br#"{"path":"a.md","path":"b.md","text":""}"#);
        assert!(message.contains("duplicate field `path`"), "{message}");
        let (_, message) = refused(br#"{"path":"a.md","text":"","want":["finding"]}"#);
        assert!(message.contains("unknown variant `finding`"), "{message}");
        assert!(refused(b"").1.contains("EOF"));
        assert!(refused(b"[1]").0.is_none());
    }
}
