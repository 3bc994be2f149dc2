//! One number for all that a file is checked against, by which a later run knows whether what was
//! found in the file still holds.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64;

use super::{ConfigError, Effective, FileRules, FileSettings, Project};

/// Computes digests, on any thread. Most files share one.
#[derive(Default)]
pub struct Digests {
    known: RwLock<Vec<(Arc<FileRules>, u64)>>,
}

impl Digests {
    /// The rules for a file, and the digest of the settings, schemas and templates that count for
    /// it and of this program's version.
    ///
    /// # Errors
    /// If the file's configuration has mistakes.
    pub fn of(&self, project: &Project, path: &Path) -> Result<(Arc<FileRules>, u64), ConfigError> {
        let settings = project.settings_for(path)?;
        let mut parts = SmallVec::<[u64; 4]>::from_elem(self.rules(project, path, &settings)?, 1);
        if let Some(kind) = project.kind(path) {
            parts.push(xxh3_64(format!("{kind:?}").as_bytes()));
        }
        parts.extend(settings.schemas.iter().map(|schema| schema.digest()));
        let templates = settings.templates.iter();
        parts.extend(templates.map(|template| xxh3_64(template.text().as_bytes())));
        let bytes: SmallVec<[u8; 32]> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
        Ok((settings.rules, xxh3_64(&bytes)))
    }

    fn rules(
        &self,
        project: &Project,
        path: &Path,
        settings: &FileSettings,
    ) -> Result<u64, ConfigError> {
        let rules = &settings.rules;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, digest)) = known.iter().find(|(known, _)| Arc::ptr_eq(known, rules)) {
            return Ok(*digest);
        }
        drop(known);
        let digest = xxh3_64((written(&project.effective(path)?) + &reading(settings)).as_bytes());
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.push((Arc::clone(rules), digest));
        Ok(digest)
    }
}

impl Project {
    /// One number for the configuration of the directory where this project starts: the texts of all
    /// its files, and their schemas and templates. Where they lie makes no difference.
    ///
    /// # Errors
    /// If it has mistakes.
    pub fn digest(&self) -> Result<u64, ConfigError> {
        let page = self.root().join("page.md");
        let mut parts = vec![Digests::default().of(self, &page)?.1];
        for scope in self.scopes() {
            parts.extend(scope.settings().map(|settings| settings.digest));
            parts.extend(scope.schemas().iter().map(|schema| schema.schema.digest()));
            let templates = scope.templates().iter();
            parts.extend(templates.map(|template| xxh3_64(template.text().as_bytes())));
        }
        parts.sort_unstable();
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
        Ok(xxh3_64(&bytes))
    }
}

/// What counts for how pages are read, as text.
fn reading(settings: &FileSettings) -> String {
    format!(
        "\ncomments {} unused {:?} other rules {} front matter {}",
        settings.reads_comments,
        settings.unused_disables,
        settings.has_other_rules,
        settings.front_matter.as_ref().map_or("", |pattern| pattern.as_str()),
    )
}

/// The settings as text, without where they come from.
fn written(effective: &Effective) -> String {
    let family = effective.family.as_ref().map_or("", |family| &family.value);
    let types = effective.types.value.iter().map(|kind| kind.name());
    let types: Vec<&str> = types.collect();
    let mut text = format!("{} {family} {}", env!("CARGO_PKG_VERSION"), types.join(","));
    for rule in &effective.rules {
        let level = rule.severity.value.map_or("off", |severity| severity.name());
        // Writing to a text does not fail.
        let _ = write!(text, "\n{} {level}", rule.meta.id);
        for (name, option) in &rule.options {
            let _ = write!(text, " {name}={}", option.value);
        }
    }
    text
}
