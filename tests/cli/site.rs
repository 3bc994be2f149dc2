//! What pages are to their site: addresses, redirects, navigation, orphans and ids.

use crate::project::Project;

/// The findings of these rules, with what they say.
fn found(project: &Project, rules: &str) -> Vec<String> {
    let ran = project.run(&format!("batch --select {rules} --format jsonl"));
    let row = |row: &serde_json::Value| {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {} {}", field("path"), row["line"], field("rule"), field("message"))
    };
    ran.findings().iter().map(row).collect()
}

#[test]
fn addresses_of_the_sites_own_host_are_followed() {
    let page = "# T\n\n[a](https://docs.example.org/guide/gone/)\n[b](https://docs.example.org/guide/start/)\n\
                [c](https://docs.example.org/nothing/)\n[d](https://docs.example.org/guide/start/#nowhere)\n\
                [e](https://example.org/nothing/)\n[f](https://docs.example.org/v2/)\n\
                [g](https://docs.example.org/other-app/page/)\n[h](HTTPS://DOCS.example.org/)\n";
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\nsite_url: https://docs.example.org/\n"),
        ("docs/index.md", page),
        ("docs/guide/start.md", "# Start\n"),
    ]);
    assert_eq!(
        found(&project, "LINK006"),
        [
            "docs/index.md:3 LINK006 `https://docs.example.org/guide/gone/` is on this site, which \
             has no page or file `guide/gone/`",
            "docs/index.md:5 LINK006 `https://docs.example.org/nothing/` is on this site, which has \
             no page or file `nothing/`",
            "docs/index.md:6 LINK006 `https://docs.example.org/guide/start/#nowhere` is on this \
             site, but docs/guide/start.md has no id `nowhere`",
        ]
    );
}

#[test]
fn the_host_is_read_from_every_generators_configuration() {
    let page = "# T\n\n[a](https://docs.example.org/base/gone)\n";
    let url = "https://docs.example.org";
    let sites = [
        (
            "docusaurus.config.js",
            format!(
                "module.exports = {{url: '{url}', baseUrl: '/base/', presets: [['classic', {{}}]]}};"
            ),
            "docs/a.md",
        ),
        ("hugo.toml", format!("baseURL = '{url}/base/'\n"), "content/a.md"),
        ("_config.yml", format!("url: {url}\nbaseurl: /base\n"), "a.md"),
        (
            ".vitepress/config.mts",
            format!("export default {{base: '/base/', sitemap: {{hostname: '{url}'}}}}"),
            "a.md",
        ),
        (
            "astro.config.mjs",
            format!(
                "export default defineConfig({{site: '{url}', base: '/base', integrations: [starlight({{title: 'x'}})]}})"
            ),
            "src/content/docs/a.md",
        ),
    ];
    for (config, text, path) in &sites {
        let page = if *config == "_config.yml" {
            format!("---\ntitle: x\n---\n{page}")
        } else {
            page.to_owned()
        };
        let project = Project::new(&[(*config, text.as_str()), (*path, page.as_str())]);
        let found = found(&project, "LINK006");
        assert_eq!(found.len(), 1, "{config}: {found:?}");
    }
}

#[test]
fn links_to_redirects_are_shown_the_straight_way() {
    let project = Project::new(&[
        ("hugo.toml", "baseURL = 'https://docs.example.org/'\n"),
        ("content/new.md", "---\naliases: [/old/]\n---\n\n# New\n"),
        (
            "content/sub/a.md",
            "---\ntitle: A\n---\n\n[x](/old/#new)\n[y](/new/#new)\n[z](../../old/)\n",
        ),
    ]);
    assert_eq!(
        found(&project, "LINK008"),
        [
            "content/sub/a.md:5 LINK008 `/old/#new` redirects to content/new.md",
            "content/sub/a.md:7 LINK008 `../../old/` redirects to content/new.md",
        ]
    );
    project.run("batch --select LINK008 --fix --unsafe-fixes");
    assert!(
        project
            .read("content/sub/a.md")
            .ends_with("[x](/new/#new)\n[y](/new/#new)\n[z](../../new/)\n")
    );
    let all = project.run("batch --types links");
    assert_eq!(all.code, 0, "{all:?}");
}

#[test]
fn references_without_definition_are_the_generators_where_plugins_define_some() {
    let pages = [("docs/index.md", "# T\n\n[a][Some.thing] [b][]\n")];
    let with = |config: &'static str| {
        let mut files = vec![("mkdocs.yml", config)];
        files.extend(pages);
        Project::new(&files)
    };
    let plain = with("site_name: x\n");
    assert_eq!(
        found(&plain, "LINK009,MD052"),
        [
            "docs/index.md:3 LINK009 reference to `some.thing`, which is not defined",
            "docs/index.md:3 LINK009 reference to `b`, which is not defined",
        ]
    );
    assert_eq!(found(&with("site_name: x\nplugins: [autorefs]\n"), "LINK009,MD052"), [""; 0]);
}

#[test]
fn definitions_that_templates_complete_are_definitions() {
    let page = "---\ntitle: x\n---\n\n[a][X] [b][nope]\n\n[x]: {% link b.md %}\n";
    let project =
        Project::new(&[("_config.yml", "title: x\n"), ("a.md", page), ("b.md", "---\n---\n")]);
    assert_eq!(
        found(&project, "LINK009,MD052"),
        ["a.md:5 LINK009 reference to `nope`, which is not defined"]
    );
}

#[test]
fn other_schemes_are_no_addresses_of_the_site() {
    let project = Project::new(&[
        ("conf.py", "extensions = ['myst_parser']\nmyst_heading_anchors = 3\n"),
        ("index.md", "# T\n\n[x](project:#nowhere) [y](project:gone.md)\n"),
    ]);
    assert_eq!(found(&project, "LINK006"), [""; 0]);
    assert_eq!(found(&project, "LINK001,LINK002,LINK007").len(), 2);
}

#[test]
fn a_doc_named_like_its_directory_lies_at_the_directory_whatever_its_id_is() {
    let config = "module.exports = {url: 'https://docs.example.org', baseUrl: '/', presets: \
                  [['classic', {docs: {routeBasePath: '/'}}]]};";
    let project = Project::new(&[
        ("docusaurus.config.js", config),
        ("docs/guide/guide.md", "---\nid: guide\n---\n\n# G\n\n[x](/guide/) [y](/guide/guide)\n"),
        ("docs/a.md", "# A\n\n[x](https://docs.example.org/guide/)\n"),
    ]);
    let found = found(&project, "LINK001,LINK006");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("docs/guide/guide.md:7 LINK001 `/guide/guide`"), "{found:?}");
}

#[test]
fn references_are_reported_once_at_what_has_to_be_edited() {
    let project = Project::new(&[("a.md", "# A\n\n[x][r] and\n[y][r]\n\n[r]: gone.md\n")]);
    let ran = project.run("batch --select LINK001 --format jsonl");
    let lines: Vec<_> = ran.findings().iter().map(|row| row["line"].clone()).collect();
    assert_eq!(lines, [6]);
    let related = ran.findings()[0]["related"].clone();
    let uses: Vec<_> =
        related.as_array().into_iter().flatten().map(|place| place["line"].clone()).collect();
    assert_eq!(uses, [3, 4], "{related}");
}

#[test]
fn orphans_are_pages_and_files_that_nothing_leads_to() {
    let project = Project::new(&[
        ("README.md", "# T\n\n[a](docs/a.md) <img src=\"img/shown.png\">\n"),
        ("docs/a.md", "# A\n\n[self](a.md)\n"),
        ("docs/b.md", "# B\n\n[self](b.md)\n"),
        ("docs/README.md", "# Docs\n"),
        ("img/shown.png", ""),
        ("img/styled.png", ""),
        ("img/orphan.png", ""),
        ("img/people/joined.png", ""),
        ("team.js", "const src = `img/people/${name}.png`;"),
        ("style.css", "body { background: url(img/styled.png) }"),
    ]);
    assert_eq!(
        found(&project, "LINK010,LINK011"),
        [
            "README.md:1 LINK011 no page of the site uses `img/orphan.png`",
            "docs/b.md:1 LINK010 no page and no navigation links to this page",
        ]
    );
    assert_eq!(found(&project, "LINK001"), [""; 0]);
}

/// A configuration with its text, the directory of the pages, and further files.
type Generated =
    (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

/// A page that is in no navigation, and an entry that leads to no page.
const LOST: [&str; 2] = ["lost.md", "gone"];

#[test]
fn navigation_is_read_from_every_generators_configuration() {
    let sites: [Generated; 6] = [
        (
            "mkdocs.yml",
            "site_name: x\nnav:\n  - Home: index.md\n  - More:\n      - a.md\n      - Gone: gone.md\n      - https://example.org\n",
            "docs/",
            &[],
        ),
        (
            "docusaurus.config.js",
            "module.exports = {presets: [['classic', {docs: {sidebarPath: './sidebars.js'}}]]};",
            "docs/",
            &[(
                "sidebars.js",
                "module.exports = {docs: ['index', {type: 'category', label: 'x', items: ['a', 'gone']}]};",
            )],
        ),
        (
            ".vitepress/config.mts",
            "export default {themeConfig: {sidebar: {'/': [{text: 'x', items: [{text: 'A', link: '/a'}, {text: 'G', link: '/gone'}]}]}}}",
            "",
            &[],
        ),
        (
            "astro.config.mjs",
            "export default defineConfig({integrations: [starlight({title: 'x', sidebar: [{label: 'x', items: ['a', {label: 'g', slug: 'gone'}]}]})]})",
            "src/content/docs/",
            &[],
        ),
        (
            "conf.py",
            "extensions = ['myst_parser']\n",
            "",
            &[(
                "index.md",
                "# T\n\n````md\n```{toctree}\nlost\nshown\n```\n````\n\n```{toctree}\n:caption: x\n\na\ngone\n```\n",
            )],
        ),
        (
            "book.toml",
            "[book]\ntitle = 'x'\n",
            "src/",
            &[("src/SUMMARY.md", "# Summary\n\n- [T](index.md)\n- [A](a.md)\n")],
        ),
    ];
    for (config, text, directory, more) in sites {
        let path = |name: &str| format!("{directory}{name}");
        let pages = [path("index.md"), path("a.md"), path(LOST[0])];
        let mut files = vec![(config, text)];
        files.extend(pages.iter().map(|page| (page.as_str(), "# T\n\n## S\n")));
        files.extend(more);
        let found = found(&Project::new(&files), "LINK012");
        let lost: Vec<_> =
            found.iter().filter(|row| row.contains("does not list this page")).collect();
        assert_eq!(lost.len(), 1, "{config}: {found:?}");
        assert!(lost[0].contains(&pages[2]), "{config}: {found:?}");
        // mdBook has its navigation in a page, whose dead links are LINK001's.
        let dead = found.iter().filter(|row| row.contains("is no page") && row.contains(LOST[1]));
        assert_eq!(dead.count(), usize::from(config != "book.toml"), "{config}: {found:?}");
    }
}

#[test]
fn navigation_that_cannot_be_told_is_not_judged() {
    let made = "site_name: x\nplugins: [awesome-pages]\nnav:\n  - index.md\n";
    for config in ["site_name: x\n", made] {
        let project = Project::new(&[
            ("mkdocs.yml", config),
            ("docs/index.md", "# T\n"),
            ("docs/a.md", "# A\n"),
        ]);
        assert_eq!(found(&project, "LINK012"), [""; 0], "{config}");
    }
    // With a navigation that lists every page by itself, no page is an orphan.
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\n"),
        ("docs/index.md", "# T\n"),
        ("docs/a.md", "# A\n"),
    ]);
    assert_eq!(found(&project, "LINK010"), [""; 0]);
}

#[test]
fn two_pages_at_one_address_and_two_places_with_one_id_are_found() {
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\nmarkdown_extensions: [attr_list]\n"),
        ("docs/guide.md", "# A\n\n<a id=\"x\"></a> `{:#y}` `{:#y}`\n\n## B {#y}\n\n### C {#x}\n"),
        ("docs/guide/index.md", "# B\n\n## Twice\n\n## Twice\n"),
    ]);
    assert_eq!(
        found(&project, "LINK013,LINK014"),
        [
            "docs/guide/index.md:1 LINK013 this page has the address `/guide/` of docs/guide.md",
            "docs/guide.md:7 LINK014 id `x` is used twice: first on line 3",
        ]
    );
}
