//! Fields of front matter that name pages or files.

use std::borrow::Cow;

use crate::data::{NodeId, Scalar, Tree};
use crate::diagnostic::message;
use crate::rules::{Page, Sink};
use crate::site::FileId;
use crate::site::Site;
use crate::site::facts::{Link, LinkKind};
use crate::site::target::{Target, decode};

/// Reports the values of fields that name nothing that the repository has.
///
/// Themes differ in where they look: a value is only at fault if no page or file could be meant.
pub(super) fn report(page: &Page, fields: &[String], kind: LinkKind, out: &mut Sink) {
    if fields.is_empty() || page.is_markdownlint() {
        return;
    }
    let Some(data) = page.data().filter(|data| data.is_complete()) else { return };
    let Some((site, file)) = page.site() else { return };
    for field in fields {
        for node in values(&data.tree, field) {
            let Some(Scalar::String(written)) = data.tree.scalar(node) else { continue };
            if !is_local(written) || is_there(&site, file, written, kind) {
                continue;
            }
            let thing = if kind == LinkKind::HtmlAsset { "file" } else { "page or file" };
            let message =
                message!("`{}` leads nowhere: there is no {} `{}`", field, thing, written);
            let wanted = path_of(written.trim_start_matches(['.', '/']));
            out.report(data.tree.span(node), message).with_target(written).leading_to(wanted);
        }
    }
}

/// The values of a field, whose name has a dot before each key within; those of a list one by one.
fn values(tree: &Tree, field: &str) -> Vec<NodeId> {
    let mut node = tree.root();
    for key in field.split('.') {
        let Some(next) = tree.get(tree.resolve(node), key) else { return Vec::new() };
        node = next;
    }
    let items: Vec<NodeId> = tree.items(tree.resolve(node)).collect();
    if items.is_empty() { vec![tree.resolve(node)] } else { items }
}

/// Whether a value may be a path in the repository. Names of icons and texts are none.
fn is_local(written: &str) -> bool {
    let target = Target::parse(written);
    let is_template = written.contains(['{', '$', '<']);
    let is_path = target.path.contains('/') || target.path.contains('.');
    target.scheme.is_none() && !is_template && is_path && !target.path.contains(' ')
}

fn is_there(site: &Site, page: FileId, written: &str, kind: LinkKind) -> bool {
    let bare = written.trim_start_matches(['.', '/']);
    let base = site.place_of(page).1.to_owned();
    let kinds = [kind, LinkKind::Link, LinkKind::Image];
    let targets = [written.to_owned(), format!("/{bare}"), format!("{base}{bare}")];
    let resolves = |target: &String| {
        kinds.iter().any(|&kind| !site.resolve(page, &link(kind, target)).is_dead())
    };
    if targets.iter().any(resolves) {
        return true;
    }
    // Directories of themes, of static files and of assets have many names.
    let path = path_of(bare);
    let end = format!("/{path}");
    site.table().files().any(|file| {
        let known = site.table().path(file);
        known == path || known.ends_with(&end)
    })
}

/// The path of an address, from wherever a theme looks for it.
fn path_of(written: &str) -> Cow<'_, str> {
    decode(Target::parse(written).path)
}

fn link(kind: LinkKind, target: &str) -> Link {
    let nowhere = crate::text::Span::new(0, 0);
    Link {
        kind,
        span: nowhere,
        destination: nowhere,
        definition: None,
        target: target.to_owned(),
        is_component: true,
        is_simple: true,
    }
}
