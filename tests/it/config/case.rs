//! A directory with configuration files, and questions about it.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use validator::config::{CommandLine, ConfigError, Origin, Project, Request};

/// A directory with these files, and a project of it.
pub struct Case {
    pub directory: TempDir,
    pub request: Request,
}

impl Case {
    pub fn new(files: &[(&str, &str)]) -> Case {
        let directory = tempfile::tempdir().unwrap();
        // The search for configuration ends here.
        fs::create_dir(directory.path().join(".git")).unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let start = directory.path().to_owned();
        Case { directory, request: Request { start, ..Request::default() } }
    }

    pub fn line(mut self, line: CommandLine) -> Case {
        self.request.overrides = line;
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn load(&self) -> Project {
        Project::load(self.request.clone()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What an error says, with paths as in the case.
    pub fn error(&self, error: &ConfigError) -> String {
        error.to_string().replace(&format!("{}/", self.directory.path().display()), "")
    }

    pub fn load_error(&self) -> String {
        self.error(&Project::load(self.request.clone()).err().expect("a mistake"))
    }

    /// Level of a rule for a file and where it comes from, as in `warning (validator.yaml:2)`.
    pub fn level(&self, file: &str, rule: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        let rule = effective.rules.into_iter().find(|found| found.meta.id == rule).unwrap();
        let level = rule.severity.value.map_or("off", |severity| severity.name());
        self.sourced(level, &rule.severity.origin)
    }

    /// Value of an option and where it comes from.
    pub fn option(&self, file: &str, rule: &str, option: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        let rule = effective.rules.into_iter().find(|found| found.meta.id == rule).unwrap();
        let (_, found) = rule.options.into_iter().find(|(name, _)| name == option).unwrap();
        self.sourced(&found.value.to_string(), &found.origin)
    }

    pub fn profile(&self, file: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        self.sourced(effective.profile.value.name(), &effective.profile.origin)
    }

    pub fn family(&self, file: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        let Some(family) = effective.family else { return "none".to_owned() };
        self.sourced(&family.value, &family.origin)
    }

    pub fn sourced(&self, value: &str, origin: &Origin) -> String {
        let directory = format!("{}/", self.directory.path().display());
        format!("{value} ({})", origin.to_string().replace(&directory, ""))
    }

    pub fn notes(&self) -> Vec<String> {
        let directory = format!("{}/", self.directory.path().display());
        self.load().notes().iter().map(|note| note.replace(&directory, "")).collect()
    }
}

pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
