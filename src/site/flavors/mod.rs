//! The generators, one file each.

mod chosen;
pub mod docusaurus;
pub mod eleventy;
pub mod gfm;
mod globs;
pub mod hugo;
pub mod jekyll;
pub mod mdbook;
pub mod mkdocs;
pub mod nextra;
mod settings;
pub mod sphinx_myst;
pub mod starlight;
mod toctree;
pub mod vitepress;

use super::flavor::{Flavor, Sources, extension};
use super::table::FileId;
use super::target::name;

pub use chosen::FlavorName;
use globs::SiteGlobs;

/// Which files may be configurations of generators.
const CONFIG_EXTENSIONS: [&str; 11] =
    ["toml", "yml", "yaml", "json", "py", "js", "ts", "mjs", "cjs", "mts", "cts"];

/// The site that a file is the configuration of.
pub fn recognise(sources: &Sources<'_>, file: FileId) -> Option<Box<dyn Flavor>> {
    let path = sources.table.path(file);
    // Most files are pages and assets.
    if !CONFIG_EXTENSIONS.contains(&extension(path)?) {
        return None;
    }
    let name = name(path);
    let stem = name.split('.').next().unwrap_or("");
    let is_program =
        [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"].iter().any(|end| name.ends_with(end));
    match (name, stem) {
        ("book.toml", _) => Some(Box::new(mdbook::MdBook::open(sources, file))),
        ("mkdocs.yml" | "mkdocs.yaml", _) => Some(Box::new(mkdocs::MkDocs::open(sources, file))),
        ("_config.yml" | "_config.yaml" | "_config.toml", _) => {
            Some(Box::new(jekyll::Jekyll::open(sources, file)))
        }
        ("conf.py", _) => {
            sphinx_myst::Sphinx::open(sources, file).map(|site| Box::new(site) as Box<dyn Flavor>)
        }
        (_, "docusaurus") if is_program && name.contains(".config.") => {
            Some(Box::new(docusaurus::Docusaurus::open(sources, file)))
        }
        (_, "astro") if is_program && name.contains(".config.") => {
            starlight::Starlight::open(sources, file).map(|site| Box::new(site) as Box<dyn Flavor>)
        }
        _ if hugo::home_of(sources, path).is_some() => {
            let home = hugo::home_of(sources, path)?;
            Some(Box::new(hugo::Hugo::open(sources, file, home)))
        }
        (_, "next") if is_program && name.contains(".config.") => {
            nextra::Nextra::open(sources, file).map(|site| Box::new(site) as Box<dyn Flavor>)
        }
        _ if eleventy::is_config(path) => Some(Box::new(eleventy::Eleventy::open(sources, file))),
        _ if vitepress::is_config(path) => {
            Some(Box::new(vitepress::VitePress::open(sources, file)))
        }
        _ => None,
    }
}
