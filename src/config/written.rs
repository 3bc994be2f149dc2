//! What people write: `validator.yaml` as a struct of options. Its doc comments are the
//! descriptions in the JSON Schema.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{FailOn, FileKind, Profile};
use crate::diagnostic::Severity;
use crate::rules::ValidationType;
use crate::site::FlavorName;

/// Configuration of `validator` for the directory it stands in and all directories below.
///
/// Globs are written as in `.gitignore` and count from this directory: a name without `/` matches
/// at any depth, a directory stands for all that is in it, `!` takes back.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "validator.yaml")]
pub(super) struct ConfigFile {
    /// The levels to start from.
    pub profile: Option<Profile>,
    /// What is checked. By default: style, that front matter can be read, and data files. Where
    /// types are written, only their rules are checked, and all of them: `yaml` brings the rules
    /// about the fields of front matter.
    pub types: Option<Vec<ValidationType>>,
    /// The generator that makes the site, if its configuration does not tell, or tells the wrong one.
    pub flavor: Option<FlavorName>,
    /// Where the site lies, if its configuration does not tell, or tells the wrong place.
    pub site: Option<WrittenSite>,
    /// Whose answers count where the site's generator reads a page otherwise than markdownlint does.
    pub parity: Option<Parity>,
    /// Level and options per rule; a tag stands for several rules. Later ones win.
    pub rules: Option<WrittenRules>,
    /// The only files that `batch` checks; all by default.
    pub include: Option<OneOrMany>,
    /// Files and directories that are not checked.
    pub exclude: Option<OneOrMany>,
    /// What files are whose names do not say so, by glob: `"*.conf": toml`. Later ones win.
    pub files: Option<Ordered<FileKind>>,
    /// Other settings for some files. Later ones win.
    pub overrides: Option<Vec<WrittenOverride>>,
    /// Product families by name. A file belongs to the last one that includes it, unless
    /// `--family` names another.
    pub families: Option<Ordered<Family>>,
    /// JSON Schemas for data files and for the front matter of pages. A file has to fit all that
    /// are for it.
    pub schemas: Option<Vec<SchemaFor>>,
    /// Structure files beside those that stand next to the pages or above them, as globs from this
    /// directory. Their own globs count from this directory, too.
    pub templates: Option<OneOrMany>,
    /// The least severity of findings that make a run fail, unless `--fail-on` says otherwise.
    pub fail_on: Option<FailOn>,
    /// Whether comments that switch off nothing are findings.
    pub report_unused_disables: Option<bool>,
    /// The file with the findings that the project lives with, relative to this one. By default
    /// the nearest `validator-baseline.txt` upward.
    pub baseline: Option<String>,
    /// Configuration files to build on, relative to this one. Later ones win.
    pub extends: Option<OneOrMany>,
}

/// Where a site lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenSite {
    /// Its address, such as `https://docs.example.org/en/`. Links to it from its own pages are checked
    /// as those within it.
    pub url: Option<String>,
    /// The path at which it lies on its host, such as `/en/`; by default that of `url`.
    pub base: Option<String>,
}

/// Whose answers the rules of markdownlint give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Parity {
    /// Those of markdownlint, to the last finding, whatever the generator makes of the page. So it is
    /// where its own configuration is in force.
    Markdownlint,
    /// Those that are right for the site.
    Site,
}

impl Parity {
    pub const ALL: [Parity; 2] = [Parity::Markdownlint, Parity::Site];

    pub fn name(self) -> &'static str {
        match self {
            Parity::Markdownlint => "markdownlint",
            Parity::Site => "site",
        }
    }
}

/// Other settings for some files.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["files"]))]
pub(super) struct WrittenOverride {
    /// Globs of the files.
    pub files: Option<OneOrMany>,
    /// The levels to start from.
    pub profile: Option<Profile>,
    /// What is checked.
    pub types: Option<Vec<ValidationType>>,
    /// The generator that makes the site, if its configuration does not tell, or tells the wrong one.
    pub flavor: Option<FlavorName>,
    /// Where the site lies, if its configuration does not tell, or tells the wrong place.
    pub site: Option<WrittenSite>,
    /// Whose answers count where the site's generator reads a page otherwise than markdownlint does.
    pub parity: Option<Parity>,
    /// Level and options per rule.
    pub rules: Option<WrittenRules>,
}

/// Settings of a product family.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Family {
    /// Globs of the files that belong to it.
    pub include: Option<OneOrMany>,
    /// The levels to start from.
    pub profile: Option<Profile>,
    /// What is checked.
    pub types: Option<Vec<ValidationType>>,
    /// The generator that makes the site, if its configuration does not tell, or tells the wrong one.
    pub flavor: Option<FlavorName>,
    /// Where the site lies, if its configuration does not tell, or tells the wrong place.
    pub site: Option<WrittenSite>,
    /// Whose answers count where the site's generator reads a page otherwise than markdownlint does.
    pub parity: Option<Parity>,
    /// Level and options per rule.
    pub rules: Option<WrittenRules>,
}

/// A JSON Schema and the files that have to fit it.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["files", "schema"]))]
pub(super) struct SchemaFor {
    /// Globs of the files: data files, and pages with front matter.
    pub files: Option<OneOrMany>,
    /// The schema itself, or the path of a file that holds it, relative to this one.
    pub schema: Option<PathOrSchema>,
}

/// A schema, or the path of a file that holds one.
#[derive(Debug)]
pub(super) enum PathOrSchema {
    Path(String),
    Schema(Value),
}

impl<'de> Deserialize<'de> for PathOrSchema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(path) => Ok(PathOrSchema::Path(path)),
            schema @ (Value::Object(_) | Value::Bool(_)) => Ok(PathOrSchema::Schema(schema)),
            _ => Err(D::Error::custom("not a schema, expected a path or a mapping")),
        }
    }
}

/// Level and options per rule, in the order they are written.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct WrittenRules(pub Ordered<Setting>);

/// What is written for one rule or tag: a level, or a table of a level and options.
#[derive(Debug, Default)]
pub(super) struct Setting {
    pub level: Option<WrittenLevel>,
    pub options: Map<String, Value>,
}

/// Whether a rule runs, and how much its findings matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenLevel {
    Off,
    /// On at the severity that the rule has without this.
    On,
    At(Severity),
}

impl WrittenLevel {
    /// The levels that are documented; `on`, `yes` and `no` are understood too.
    pub const NAMES: [&str; 6] = ["off", "info", "warning", "error", "true", "false"];

    pub fn from_name(name: &str) -> Option<WrittenLevel> {
        Some(match name.to_ascii_lowercase().as_str() {
            "off" | "false" | "no" => WrittenLevel::Off,
            "on" | "true" | "yes" => WrittenLevel::On,
            "info" => WrittenLevel::At(Severity::Info),
            "warning" => WrittenLevel::At(Severity::Warning),
            "error" => WrittenLevel::At(Severity::Error),
            _ => return None,
        })
    }
}

impl<'de> Deserialize<'de> for WrittenLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LevelVisitor;
        impl Visitor<'_> for LevelVisitor {
            type Value = WrittenLevel;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("`off`, `info`, `warning`, `error`, `true` or `false`")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<WrittenLevel, E> {
                Ok(if value { WrittenLevel::On } else { WrittenLevel::Off })
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<WrittenLevel, E> {
                WrittenLevel::from_name(name)
                    .ok_or_else(|| E::unknown_variant(name, &WrittenLevel::NAMES))
            }
        }
        deserializer.deserialize_any(LevelVisitor)
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SettingVisitor;
        impl<'de> Visitor<'de> for SettingVisitor {
            type Value = Setting;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a level or a mapping of options")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Setting, E> {
                let level = Some(if value { WrittenLevel::On } else { WrittenLevel::Off });
                Ok(Setting { level, ..Setting::default() })
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Setting, E> {
                let level = WrittenLevel::from_name(name);
                let level = level.ok_or_else(|| E::unknown_variant(name, &WrittenLevel::NAMES))?;
                Ok(Setting { level: Some(level), ..Setting::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Setting, A::Error> {
                let mut setting = Setting::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "level" {
                        setting.level = Some(map.next_value()?);
                    } else {
                        setting.options.insert(key, map.next_value()?);
                    }
                }
                Ok(setting)
            }
        }
        deserializer.deserialize_any(SettingVisitor)
    }
}

/// A mapping that keeps the order of its keys.
#[derive(Debug)]
pub(super) struct Ordered<T>(pub Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OrderedVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OrderedVisitor<T> {
            type Value = Ordered<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

/// One string or a list of them.
#[derive(Debug, Default)]
pub(super) struct OneOrMany(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrManyVisitor;
        impl<'de> Visitor<'de> for OneOrManyVisitor {
            type Value = OneOrMany;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OneOrMany, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(OneOrMany(texts))
            }
        }
        deserializer.deserialize_any(OneOrManyVisitor)
    }
}
