//! The globs in markdownlint-cli2's files: which files are checked, left out, or set apart.

use std::path::Path;

use super::loader::MarkdownlintLoader;
use super::{MarkdownlintOverride, Selection, anchored};
use crate::config::globs::{Globs, GlobsBuilder};
use crate::config::read::Text;
use crate::data::{NodeId, ValueKind};

impl MarkdownlintLoader<'_> {
    pub(super) fn is_list(&mut self, text: &Text, value: NodeId) -> bool {
        let kind = text.tree.kind(value);
        if kind != ValueKind::Sequence && kind != ValueKind::Null {
            let message = format!("the globs are {}, expected a list", kind.describe());
            self.problems.push(text.problem(text.value(value), message, None));
        }
        kind == ValueKind::Sequence
    }

    pub(super) fn selection(
        &mut self,
        text: &Text,
        node: NodeId,
        globs_from: &Path,
    ) -> Option<Selection> {
        let items: Vec<NodeId> = text.tree.items(node).collect();
        let mut selection = Selection::new(globs_from);
        for item in items {
            if let Err(message) = selection.add(text.tree.text(item)) {
                self.unreadable(text, item, message);
            }
        }
        selection.build().ok()
    }

    pub(super) fn overrides(
        &mut self,
        text: &Text,
        node: NodeId,
        globs_from: &Path,
    ) -> Vec<MarkdownlintOverride> {
        let items: Vec<NodeId> = text.tree.items(node).collect();
        let mut overrides = Vec::new();
        for item in items {
            let get = |key| text.tree.get(item, key);
            let (Some(filter), Some(config)) = (get("filter"), get("config")) else {
                let message = "override without `filter` and `config` is ignored";
                self.note(&text.problem(text.value(item), message, None));
                continue;
            };
            let is_merged = get("combine").is_none_or(|node| text.tree.text(node) == "merge");
            let config = self.table(text, config);
            if let Some(filter) = self.globs(text, filter, globs_from) {
                overrides.push(MarkdownlintOverride { filter, config, is_merged });
            }
        }
        overrides
    }

    pub(super) fn globs(&mut self, text: &Text, node: NodeId, globs_from: &Path) -> Option<Globs> {
        let items: Vec<NodeId> = text.tree.items(node).collect();
        let items = if text.tree.kind(node) == ValueKind::String { vec![node] } else { items };
        let mut builder = GlobsBuilder::new(globs_from);
        for item in items {
            let added = anchored(text.tree.text(item)).and_then(|glob| builder.add(&glob));
            if let Err(message) = added {
                self.unreadable(text, item, message);
            }
        }
        builder.build().ok()
    }

    /// A glob that cannot be read: what it selects is not known, so nothing is checked.
    fn unreadable(&mut self, text: &Text, item: NodeId, message: String) {
        let glob = text.tree.text(item);
        let help = match glob.split('/').any(|part| part == "..") {
            true => {
                "globs reach only what is below their file: write it into a configuration in the \
                 directory above, or name the directory on the command line"
            }
            false => "write its cases as globs of their own, or with `{a,b}`",
        };
        self.problems.push(text.problem(text.value(item), message, Some(help.to_owned())));
    }
}
