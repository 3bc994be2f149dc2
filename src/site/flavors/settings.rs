//! Settings of a configuration file, with a note of those that are no literals.

use crate::site::flavor::{Sources, UnknownSetting};
use crate::site::table::FileId;
use crate::site::value::{KnownValue, Value};

/// Reads settings, and remembers which could not be told.
pub struct SettingsReader {
    settings: Value,
    file: String,
    unknown: Vec<UnknownSetting>,
}

impl SettingsReader {
    pub fn new(sources: &Sources<'_>, config: FileId) -> SettingsReader {
        let file = sources.table.path(config).to_owned();
        SettingsReader::of(sources.config(config), file)
    }

    /// Settings that are read already.
    pub fn of(settings: Value, file: String) -> SettingsReader {
        SettingsReader { settings, file, unknown: Vec::new() }
    }

    pub fn settings(&self) -> &Value {
        &self.settings
    }

    fn note(&mut self, path: &[&str]) {
        if let KnownValue::NotLiteral(value) = self.settings.at(path) {
            let line = if let Value::Unknown(line) = value { *line } else { 0 };
            let (key, file) = (path.join("."), self.file.clone());
            self.unknown.push(UnknownSetting { key, file, line });
        }
    }

    /// A value that matters, if it is a literal.
    pub fn value(&mut self, path: &[&str]) -> KnownValue<'_, &Value> {
        self.note(path);
        self.settings.at(path)
    }

    pub fn text(&mut self, path: &[&str]) -> Option<String> {
        self.note(path);
        self.settings.text(path).map(str::to_owned)
    }

    pub fn flag(&mut self, path: &[&str]) -> Option<bool> {
        self.note(path);
        self.settings.flag(path)
    }

    pub fn texts(&mut self, path: &[&str]) -> Vec<String> {
        self.note(path);
        self.settings.texts_at(path)
    }

    /// Whether a setting is written, whatever it is.
    pub fn has(&self, path: &[&str]) -> bool {
        let Some((last, before)) = path.split_last() else { return true };
        let map = self.settings.at(before).is().and_then(Value::as_map);
        map.is_some_and(|map| map.get(last).is_some_and(|value| *value != Value::Null))
    }

    /// What could not be told, each once.
    pub fn unknown(self) -> Vec<UnknownSetting> {
        let mut unknown = self.unknown;
        unknown.dedup();
        unknown
    }
}
