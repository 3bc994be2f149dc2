//! Pages of sites, as they are and damaged at random: what the site's own renderer makes of them
//! before `--fix`, it makes of them after.
//!
//! Each renderer is installed once, with the versions that stand here. `RENDERED_PAGES` (for MDX
//! `MDX_PAGES`) says how many pages are damaged, `RENDERED_SEED` and `MDX_SEED` how.

mod damage;
mod hold;
mod hugo;
mod jekyll;
mod mdx;
mod mkdocs;
#[path = "../shared/random.rs"]
mod random;
mod shown;
mod sphinx;
mod tools;
mod vitepress;
