//! Pages that are held against each other: the same is found in a page whichever pages a run checks,
//! and after an edit it is known in which others something else may be found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;
use validator::config::Request;
use validator::engine::{Base, CheckOptions, File, Workspace, check_file};

const PAGES: [&str; 6] = ["a.md", "b.md", "sub/a.md", "sub/deep/c.md", "sub-x.md", "z.mdx"];

/// What becomes of a page.
#[derive(Clone, Debug)]
enum Edit {
    /// It says this slug, in this line, has a heading of this number, and links to places in pages.
    Write {
        page: usize,
        slug: u8,
        line: usize,
        heading: u8,
        draft: bool,
        links: Vec<(usize, u8)>,
    },
    Remove {
        page: usize,
    },
    Rename {
        from: usize,
        to: usize,
    },
    RemoveDirectory,
    /// The generator is set in another way.
    Set {
        variant: usize,
    },
}

/// A generator: its configuration in two ways, and where its pages lie.
struct Generator {
    file: &'static str,
    settings: [&'static str; 2],
    home: &'static str,
}

const GENERATORS: [Generator; 7] = [
    Generator { file: "notes.txt", settings: ["", "x"], home: "" },
    Generator {
        file: "hugo.yaml",
        settings: [
            "baseURL: https://example.org/\n",
            "baseURL: https://example.org/\nuglyURLs: true\n",
        ],
        home: "content",
    },
    Generator {
        file: "docusaurus.config.js",
        settings: [
            "module.exports = {baseUrl: '/', presets: [['classic', {docs: {}}]]};\n",
            "module.exports = {baseUrl: '/', presets: [['classic', {docs: {routeBasePath: '/'}}]]};\n",
        ],
        home: "docs",
    },
    Generator {
        file: "mkdocs.yml",
        settings: ["site_name: x\n", "site_name: x\nuse_directory_urls: false\n"],
        home: "docs",
    },
    Generator {
        file: "conf.py",
        settings: [
            "extensions = ['myst_parser']\nmyst_heading_anchors = 3\n",
            "extensions = ['myst_parser']\nexclude_patterns = ['sub']\n",
        ],
        home: "",
    },
    Generator {
        file: "_config.yml",
        settings: ["title: x\n", "title: x\npermalink: pretty\n"],
        home: "",
    },
    Generator {
        file: "book.toml",
        settings: [
            "[book]\ntitle = 'x'\n",
            "[book]\nsrc = 'src'\n[output.html]\nsite-url = '/x/'\n",
        ],
        home: "src",
    },
];

fn edit() -> impl Strategy<Value = Edit> {
    let page = || 0..PAGES.len();
    prop_oneof![
        8 => (page(), 0..4u8, 0..3usize, 0..3u8, 0..4u8, prop::collection::vec((page(), 0..7u8), 0..3))
            .prop_map(|(page, slug, line, heading, draft, links)| {
                Edit::Write { page, slug, line, heading, draft: draft == 0, links }
            }),
        2 => page().prop_map(|page| Edit::Remove { page }),
        2 => (page(), page()).prop_map(|(from, to)| Edit::Rename { from, to }),
        1 => Just(Edit::RemoveDirectory),
        1 => (0..2usize).prop_map(|variant| Edit::Set { variant }),
    ]
}

struct Site {
    directory: TempDir,
    workspace: Workspace,
    generator: &'static Generator,
}

impl Site {
    fn new(generator: &'static Generator) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join(".git")).expect("a directory");
        let config = "rules: { all: off, unique-fields: { fields: [slug] }, LINK001: error, \
                      LINK002: error, LINK004: error, LINK010: warning }\n";
        fs::write(directory.path().join("validator.yaml"), config).expect("written");
        fs::write(directory.path().join(generator.file), generator.settings[0]).expect("written");
        fs::create_dir_all(directory.path().join(generator.home)).expect("a directory");
        let workspace = Site::open(directory.path());
        Site { directory, workspace, generator }
    }

    fn open(directory: &Path) -> Workspace {
        let request = Request { start: directory.to_owned(), ..Request::default() };
        Workspace::open(request).expect("the configuration is right")
    }

    fn path(&self, page: usize) -> PathBuf {
        self.home().join(PAGES[page])
    }

    fn home(&self) -> PathBuf {
        self.directory.path().join(self.generator.home)
    }

    /// Makes the edit; returns what a watcher hears of.
    fn edit(&self, edit: &Edit) -> Vec<PathBuf> {
        match *edit {
            Edit::Write { page, slug, line, heading, draft, ref links } => {
                let path = self.path(page);
                fs::create_dir_all(path.parent().expect("it has a directory"))
                    .expect("a directory");
                let mut text = format!(
                    "---\n{}slug: s{slug}\n{}---\n\n(l{slug})=\n# T{heading}\n",
                    "x: 1\n".repeat(line.min(1)),
                    if draft { "draft: true\npublished: false\norphan: true\n" } else { "" },
                );
                let above = "../".repeat(PAGES[page].split('/').count() - 1);
                for (to, fragment) in links {
                    let target = match fragment {
                        0..3 => format!("{above}{}#t{fragment}", PAGES[*to]),
                        3 => format!("{above}{}", PAGES[*to]),
                        4 => format!("/{}", PAGES[*to]),
                        5 => format!("/s{to}/#t0"),
                        _ => format!("l{to}"),
                    };
                    text += &format!("\n[x]({target})\n");
                }
                fs::write(&path, text).expect("written");
                vec![path]
            }
            Edit::Remove { page } => {
                let _ = fs::remove_file(self.path(page));
                vec![self.path(page)]
            }
            Edit::Rename { from, to } => {
                let to = self.path(to);
                fs::create_dir_all(to.parent().expect("it has a directory")).expect("a directory");
                let _ = fs::rename(self.path(from), &to);
                vec![self.path(from), to]
            }
            Edit::RemoveDirectory => {
                let directory = self.home().join("sub");
                let _ = fs::remove_dir_all(&directory);
                vec![directory]
            }
            Edit::Set { variant } => {
                let path = self.directory.path().join(self.generator.file);
                fs::write(&path, self.generator.settings[variant]).expect("written");
                vec![path]
            }
        }
    }

    fn findings(&self, workspace: &Workspace, page: &Path) -> Vec<String> {
        let file = File::new(&Base::new(self.directory.path()), page);
        let report = check_file(workspace, &file, &CheckOptions::default()).report;
        report
            .findings
            .iter()
            .map(|found| format!("{} {}", found.start.line, found.message))
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn after_each_edit_it_is_known_what_a_fresh_run_finds(
        generator in 0..GENERATORS.len(),
        edits in prop::collection::vec(edit(), 1..20),
    ) {
        let site = Site::new(&GENERATORS[generator]);
        let mut known: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        site.workspace.look_ahead([site.path(0).as_path()]);
        for edit in &edits {
            let changed = site.edit(edit);
            let others = site.workspace.changed(&changed);
            known.retain(|page, _| page.is_file());
            let again = changed.iter().chain(&others);
            for page in again.filter(|page| page.is_file() && is_page(page)) {
                known.insert(page.clone(), site.findings(&site.workspace, page));
            }
            let fresh = Site::open(site.directory.path());
            let all = (0..PAGES.len()).map(|page| site.path(page)).filter(|page| page.is_file());
            let all: BTreeMap<PathBuf, Vec<String>> =
                all.map(|page| (page.clone(), site.findings(&fresh, &page))).collect();
            prop_assert_eq!(&known, &all, "after {:?}", edit);
        }
    }
}

#[test]
fn one_page_alone_is_told_of_the_others() {
    let site = Site::new(&GENERATORS[0]);
    for page in 0..3 {
        let links = PAGES.iter().enumerate().take(3).map(|(page, _)| (page, 3)).collect();
        site.edit(&Edit::Write { page, slug: 1, line: 0, heading: 0, draft: false, links });
    }
    let found = |page| site.findings(&site.workspace, &site.path(page));
    assert_eq!(found(0), [""; 0]);
    let message = "2 `slug` is `s1`, which a.md:2 already has; expected a unique value";
    assert_eq!((found(1), found(2)), (vec![message.to_owned()], vec![message.to_owned()]));
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md" || extension == "mdx")
}
