//! Makes settings of what is written. This is where mistakes are reported.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Profile;
use super::globs::{Globs, GlobsBuilder};
use super::kinds::{FieldKinds, FileKind};
use super::options::{self, OptionMistake};
use super::problem::ConfigProblem;
use super::read::{Text, follow};
use super::settings::{Common, Family, Override, Placed, Settings, SettingsChange, SourceLocation};
use super::suggest::nearest;
use super::templates::{self, PageTemplate};
use super::written::{
    self, ConfigFile, OneOrMany, Ordered, Parity, Setting, WrittenRules, WrittenSite,
};
use crate::data::NodeId;
use crate::files::normalize;
use crate::rules::{self, ALL_RULES, Entry, Registry, ValidationType};
use crate::site::FlavorName;

/// Converts what is written in `text`. Globs count from `dir`. Mistakes are added to
/// `problems`, and what is wrong is left out of the result.
pub(super) fn convert(
    written: &ConfigFile,
    text: &Text,
    dir: &Path,
    problems: &mut Vec<ConfigProblem>,
) -> Settings {
    let root = text.tree.root();
    let notes = Vec::new();
    let mut converter = Converter { text, dir: dir.to_owned(), problems, notes };
    Settings {
        common: converter.common(
            root,
            FileHead {
                profile: written.profile,
                types: written.types.as_deref(),
                flavor: written.flavor,
                site: written.site.as_ref(),
                parity: written.parity,
            },
            written.rules.as_ref(),
        ),
        include: converter.globs(root, "include", written.include.as_ref()),
        exclude: converter.globs(root, "exclude", written.exclude.as_ref()).unwrap_or_default(),
        overrides: converter.overrides(root, written.overrides.as_deref().unwrap_or_default()),
        families: converter.families(root, written),
        schemas: converter.schemas(root, written.schemas.as_deref().unwrap_or_default()),
        templates: converter.templates(root, written.templates.as_ref()),
        baseline: converter.baseline(root, written.baseline.as_deref()),
        fail_on: written
            .fail_on
            .map(|least| (least, converter.place(converter.at(root, "fail_on")))),
        kinds: converter.kinds(root, written.files.as_ref()),
        report_unused_disables: written.report_unused_disables,
        digest: 0,
        notes: converter.notes,
    }
}

impl Converter<'_> {
    fn baseline(&mut self, root: NodeId, written: Option<&str>) -> Option<PathBuf> {
        let path = normalize(&self.text.dir.join(written?));
        if let Some((reason, help)) = super::read::leads_out(self.text, &path) {
            let span = self.text.value(self.at(root, "baseline"));
            let message = format!("`baseline` is ignored: {reason}");
            self.problems.push(self.text.problem(span, message, Some(help)));
        }
        Some(path)
    }
}

pub(super) struct Converter<'c> {
    pub text: &'c Text,
    dir: PathBuf,
    pub problems: &'c mut Vec<ConfigProblem>,
    notes: Vec<String>,
}

/// What is written for all rules at once.
struct FileHead<'w> {
    profile: Option<Profile>,
    types: Option<&'w [ValidationType]>,
    flavor: Option<FlavorName>,
    site: Option<&'w WrittenSite>,
    parity: Option<Parity>,
}

impl Converter<'_> {
    pub fn place(&self, node: NodeId) -> SourceLocation {
        SourceLocation { file: self.text.name.clone(), line: self.text.line(node) }
    }

    /// The value at a key; the mapping itself if a merge of aliases hides it.
    pub fn at(&self, mapping: NodeId, key: &str) -> NodeId {
        self.text.tree.get(mapping, key).unwrap_or(mapping)
    }

    fn common(&mut self, node: NodeId, head: FileHead<'_>, rules: Option<&WrittenRules>) -> Common {
        let site = head.site.and_then(|site| self.site(self.at(node, "site"), site));
        let place = |key| self.place(self.at(node, key));
        Common {
            site: site.map(|site| Arc::new((site, place("site")))),
            profile: head.profile.map(|profile| (profile, place("profile"))),
            types: head.types.map(|types| (types.to_vec(), place("types"))),
            flavor: head.flavor.map(|flavor| (flavor, place("flavor"))),
            parity: head.parity.map(|parity| (parity, place("parity"))),
            rules: rules.map_or_else(Vec::new, |rules| self.rules(self.at(node, "rules"), rules)),
        }
    }

    fn overrides(&mut self, root: NodeId, written: &[written::WrittenOverride]) -> Vec<Override> {
        let nodes: Vec<NodeId> = self.text.tree.items(self.at(root, "overrides")).collect();
        let mut overrides = Vec::new();
        for (item, &node) in written.iter().zip(&nodes) {
            let head = FileHead {
                profile: item.profile,
                types: item.types.as_deref(),
                flavor: item.flavor,
                site: item.site.as_ref(),
                parity: item.parity,
            };
            let common = self.common(node, head, item.rules.as_ref());
            match self.globs(node, "files", item.files.as_ref()) {
                Some(files) => overrides.push(Override { files, common, place: self.place(node) }),
                // A mistake in the globs has been reported.
                None if self.text.tree.get(node, "files").is_some() => {}
                None => {
                    let help = "say which files it is for: `files: [\"drafts/**\"]`".to_owned();
                    let span = self.text.value(node);
                    self.problems.push(self.text.problem(
                        span,
                        "override without `files`",
                        Some(help),
                    ));
                }
            }
        }
        overrides
    }

    fn families(&mut self, root: NodeId, written: &ConfigFile) -> Vec<Family> {
        let mapping = self.at(root, "families");
        let mut families = Vec::new();
        for (name, family) in written.families.iter().flat_map(|families| &families.0) {
            let node = self.at(mapping, name);
            let head = FileHead {
                profile: family.profile,
                types: family.types.as_deref(),
                flavor: family.flavor,
                site: family.site.as_ref(),
                parity: family.parity,
            };
            families.push(Family {
                name: name.as_str().into(),
                include: self.globs(node, "include", family.include.as_ref()),
                common: self.common(node, head, family.rules.as_ref()),
                place: self.place(node),
            });
        }
        families
    }

    fn kinds(&mut self, root: NodeId, written: Option<&Ordered<FileKind>>) -> FieldKinds {
        let mapping = self.at(root, "files");
        let mut kinds = FieldKinds::default();
        for (glob, kind) in written.iter().flat_map(|kinds| &kinds.0) {
            let mut builder = GlobsBuilder::new(&self.dir);
            match builder.add(glob).and_then(|()| builder.build()) {
                Ok(globs) => kinds.0.push((globs, *kind)),
                Err(message) => {
                    let span = self.text.key_or_value(self.at(mapping, glob));
                    self.problems.push(self.text.problem(span, message, None));
                }
            }
        }
        kinds
    }

    fn templates(&mut self, root: NodeId, globs: Option<&OneOrMany>) -> Vec<Arc<PageTemplate>> {
        let Some(globs) = globs else { return Vec::new() };
        let node = self.at(root, "templates");
        let items: Vec<NodeId> = self.text.tree.items(node).collect();
        let mut found = Vec::new();
        for (index, glob) in globs.0.iter().enumerate() {
            let span = self.text.value(*items.get(index).unwrap_or(&node));
            match templates::named(glob, &self.dir) {
                Ok(paths) => found.extend(paths),
                Err((message, help)) => {
                    self.problems.push(self.text.problem(span, message, Some(help)));
                }
            }
        }
        found.sort();
        found.dedup();
        let read = found.into_iter().filter_map(|path| {
            let read = PageTemplate::read(&path, &self.dir, &self.text.working_dir);
            read.map_err(|error| self.problems.extend(error.problems)).ok()
        });
        read.map(Arc::new).collect()
    }

    pub fn globs(
        &mut self,
        mapping: NodeId,
        key: &str,
        globs: Option<&OneOrMany>,
    ) -> Option<Globs> {
        let globs = globs?;
        let node = self.at(mapping, key);
        let items: Vec<NodeId> = self.text.tree.items(node).collect();
        let mut builder = GlobsBuilder::new(&self.dir);
        let mut is_right = true;
        for (index, glob) in globs.0.iter().enumerate() {
            if let Err(message) = builder.add(glob) {
                let span = self.text.value(*items.get(index).unwrap_or(&node));
                self.problems.push(self.text.problem(span, message, None));
                is_right = false;
            }
        }
        if !is_right {
            return None;
        }
        match builder.build() {
            Ok(globs) => Some(globs),
            Err(message) => {
                self.problems.push(self.text.problem(self.text.value(node), message, None));
                None
            }
        }
    }

    fn rules(&mut self, mapping: NodeId, rules: &WrittenRules) -> Vec<SettingsChange> {
        let mut changes = Vec::new();
        let mut named: HashMap<&str, (&str, u32)> = HashMap::new();
        for (name, setting) in &rules.0.0 {
            let node = self.at(mapping, name);
            let registry = rules::builtin();
            let selected = registry.select(name);
            if let [entry] = selected {
                let place = self.place(node);
                let id = entry.meta.id;
                if let Some((other, line)) = named.insert(id, (name, place.line)) {
                    self.notes.push(format!(
                        "{place}: `{name}` is the same rule as `{other}` in line {line}; where both \
                         set something, this one counts"
                    ));
                }
            }
            if selected.is_empty() {
                let (message, help) = unknown_rule(registry, name);
                self.problems.push(self.text.problem(
                    self.text.key_or_value(node),
                    message,
                    Some(help),
                ));
                continue;
            }
            let options = self.options(node, name, selected, &setting.options);
            changes.push(self.change(node, selected, setting, options));
        }
        changes
    }

    fn change(
        &self,
        node: NodeId,
        rules: &[&'static Entry],
        setting: &Setting,
        options: Vec<(String, Placed<Value>)>,
    ) -> SettingsChange {
        let level_node = self.text.tree.get(node, "level").unwrap_or(node);
        SettingsChange {
            rules: rules.to_vec(),
            level: setting.level,
            place: self.place(level_node),
            options,
        }
    }

    fn options(
        &mut self,
        node: NodeId,
        name: &str,
        rules: &[&'static Entry],
        written: &Map<String, Value>,
    ) -> Vec<(String, Placed<Value>)> {
        if let ([_, _, ..], Some((option, _))) = (rules, written.iter().next()) {
            let message = format!("option `{option}` of `{name}`, which selects several rules");
            let help = "a tag takes a level only; set options rule by rule".to_owned();
            let span = self.text.key_or_value(self.at(node, option));
            self.problems.push(self.text.problem(span, message, Some(help)));
            return Vec::new();
        }
        let mut options = Vec::new();
        for (option, value) in written {
            let value_node = self.at(node, option);
            match options::try_option(rules[0], option, value) {
                Ok(()) => {
                    options.push((option.clone(), (value.clone(), self.place(value_node))));
                }
                Err(mistake) => {
                    self.problems.push(option_problem(self.text, value_node, mistake));
                }
            }
        }
        options
    }
}

/// An option's mistake at its place: the key if the option is unknown, else the value.
pub(super) fn option_problem(text: &Text, node: NodeId, mistake: OptionMistake) -> ConfigProblem {
    let span = match &mistake.path {
        None => text.key_or_value(node),
        Some(path) => {
            let path: Vec<_> = path.iter().skip(1).collect();
            text.value(follow(&text.tree, node, &path))
        }
    };
    text.problem(span, mistake.message, mistake.help)
}

/// Rules that markdownlint once had.
const REMOVED: [&str; 7] = ["MD002", "MD006", "MD008", "MD015", "MD016", "MD017", "MD057"];

/// Message and help for a name that is neither rule nor tag.
pub fn unknown_rule(registry: &Registry, name: &str) -> (String, String) {
    let message = format!("unknown rule `{name}`");
    if REMOVED.iter().any(|removed| removed.eq_ignore_ascii_case(name)) {
        return (message, "markdownlint no longer has it either; remove it".to_owned());
    }
    let names = registry
        .all()
        .flat_map(|(_, entry)| entry.meta.names().chain(entry.meta.tags.iter().copied()));
    let help = match nearest(name, names.chain([ALL_RULES])) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`validator rules` lists all rules and tags".to_owned(),
    };
    (message, help)
}
