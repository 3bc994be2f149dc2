//! The settings of a generator as one kind of tree, whatever language they are written in.

use crate::data::{self, Format, Tree, ValueKind};

/// A value of a setting.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Not a literal: what it is cannot be told without running the configuration. Where it
    /// stands, line from 1; 0 if nobody knows.
    Unknown(usize),
    #[default]
    Null,
    Bool(bool),
    /// A string, or a number as written.
    Text(String),
    List(Vec<Value>),
    Map(Map),
}

/// The entries of a mapping in the order they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    pub entries: Vec<(String, Value)>,
    /// Whether entries may come from elsewhere, as with `...base`: a key that is not there may be
    /// there all the same.
    pub open: bool,
}

/// What a setting says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KnownValue<'a, T> {
    /// It is not written: the generator's default counts.
    Absent,
    Is(T),
    /// The value, or the mapping that would hold it, is no literal.
    NotLiteral(&'a Value),
}

impl<T> KnownValue<'_, T> {
    pub fn is(self) -> Option<T> {
        if let KnownValue::Is(value) = self { Some(value) } else { None }
    }
}

static OPEN: Value = Value::Unknown(0);

impl Value {
    /// The value at a path of keys; `Null` values count as absent.
    pub fn at(&self, path: &[&str]) -> KnownValue<'_, &Value> {
        let mut value = self;
        for key in path {
            match value {
                Value::Map(map) => match map.get(key) {
                    Some(found) => value = found,
                    None if map.open => return KnownValue::NotLiteral(&OPEN),
                    None => return KnownValue::Absent,
                },
                Value::Unknown(_) => return KnownValue::NotLiteral(value),
                _ => return KnownValue::Absent,
            }
        }
        match value {
            Value::Unknown(_) => KnownValue::NotLiteral(value),
            Value::Null => KnownValue::Absent,
            value => KnownValue::Is(value),
        }
    }

    /// The text at a path of keys, if it is a literal there.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        self.at(path).is().and_then(Value::as_text)
    }

    /// The truth value at a path of keys, if it is a literal there.
    pub fn flag(&self, path: &[&str]) -> Option<bool> {
        match self.at(path).is()? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(map) = self { Some(map) } else { None }
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            Value::Null | Value::Unknown(_) => &[],
            value => std::slice::from_ref(value),
        }
    }

    /// The texts in a list, or the one text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items().iter().filter_map(Value::as_text)
    }

    /// The texts at a path of keys.
    pub fn texts_at(&self, path: &[&str]) -> Vec<String> {
        let value = self.at(path).is();
        value.into_iter().flat_map(Value::texts).map(str::to_owned).collect()
    }

    /// Whether the value, or anything in it, is no literal.
    pub fn is_complete(&self) -> bool {
        match self {
            Value::Unknown(_) => false,
            Value::List(items) => items.iter().all(Value::is_complete),
            Value::Map(map) => !map.open && map.entries.iter().all(|(_, v)| v.is_complete()),
            _ => true,
        }
    }
}

impl Map {
    /// The value of a key; of several, the last.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

/// Reads YAML, TOML or JSON; what is wrong with it is left out.
pub fn from_data(format: Format, text: &str) -> Value {
    let parsed = data::parse_text(format, text);
    from_tree(&parsed.tree, parsed.tree.root())
}

/// A node of a tree as a value. Values with tags, such as `!!python/name`, are not literals, but for
/// mappings and lists, whose entries are kept.
pub fn from_tree(tree: &Tree, node: data::NodeId) -> Value {
    let mut budget = data::MAX_VALUES;
    convert(tree, node, &mut budget)
}

/// Trees are at most [`data::MAX_DEPTH`] deep, aliases followed.
fn convert(tree: &Tree, node: data::NodeId, budget: &mut usize) -> Value {
    if *budget == 0 {
        return Value::Unknown(0);
    }
    *budget -= 1;
    let tag = tree.tag(node);
    match tree.kind(node) {
        ValueKind::Mapping => {
            let mut entries: Vec<(String, Value)> = Vec::new();
            if let Some(tag) = tag {
                entries.push((TAG.to_owned(), Value::Text(tag.to_owned())));
            }
            for entry in tree.entries(node) {
                entries.push((entry.key.to_owned(), convert(tree, entry.value, budget)));
            }
            Value::Map(Map { entries, open: false })
        }
        ValueKind::Sequence => {
            Value::List(tree.items(node).map(|item| convert(tree, item, budget)).collect())
        }
        _ if tag.is_some_and(|tag| tag.contains("python/") || tag == "!ENV") => {
            let mut entries = vec![(TAG.to_owned(), Value::Text(tag.unwrap_or("").to_owned()))];
            entries.push((String::new(), Value::Unknown(0)));
            Value::Map(Map { entries, open: false })
        }
        ValueKind::Null => Value::Null,
        ValueKind::Bool => Value::Bool(tree.text(node).eq_ignore_ascii_case("true")),
        _ => Value::Text(tree.text(node).to_owned()),
    }
}

/// The key under which a mapping keeps its YAML tag.
pub const TAG: &str = "!";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_kept_and_not_run() {
        let text = "a:\n  slugify: !!python/object/apply:pymdownx.slugs.slugify\n    kwds: {case: lower}\nb: !ENV X\n";
        let value = from_data(Format::Yaml, text);
        assert_eq!(value.text(&["a", "slugify", "kwds", "case"]), Some("lower"));
        assert!(value.text(&["a", "slugify", TAG]).is_some_and(|tag| tag.ends_with("slugify")));
        assert_eq!(value.text(&["b"]), None);
        assert_eq!(value.at(&["c"]), KnownValue::Absent);
    }
}
