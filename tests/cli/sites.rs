//! `fixtures/sites`: small sites whose ids are those that the generators built. `UPDATE_SNAPSHOTS=1`
//! writes what is found anew.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sites")
}

fn copy(from: &Path, below: &str, project: &Project) {
    for entry in fs::read_dir(from).expect("it can be listed").flatten() {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &format!("{name}/"), project),
            false => project.write(&name, fs::read(entry.path()).expect("it can be read")),
        }
    }
}

/// The findings about links of a site, one a line.
fn found(site: &Path) -> String {
    let project = Project::new(&[]);
    copy(site, "", &project);
    let ran = project.run("batch --types links --format jsonl --no-record");
    let row = |row: &serde_json::Value| {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let (path, rule, message) = (field("path"), field("rule"), field("message"));
        format!("{path}:{} {rule} {message}\n", row["line"])
    };
    ran.findings().iter().map(row).collect()
}

#[test]
fn every_site_has_the_dead_links_that_its_generator_makes() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(directory()).expect("there are sites").flatten() {
        let site = entry.path();
        if !site.is_dir() {
            continue;
        }
        count += 1;
        let expected = site.with_extension("txt");
        let found = found(&site);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::write(&expected, &found).expect("written");
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (expected, found) = (lines(&expected), lines(&found));
        let name = entry.file_name().to_string_lossy().into_owned();
        let missing = expected.iter().filter(|line| !found.contains(line));
        wrong.extend(missing.map(|line| format!("{name}: not found: {line}")));
        let added = found.iter().filter(|line| !expected.contains(line));
        wrong.extend(added.map(|line| format!("{name}: found: {line}")));
    }
    assert!(count >= 10, "{count} sites");
    assert!(wrong.is_empty(), "UPDATE_SNAPSHOTS=1 writes anew:\n{}", wrong.join("\n"));
}

/// What `config` says of the site of a page.
fn site_of(project: &Project, page: &str) -> String {
    let ran = project.run(&format!("config {page}"));
    let line = ran.stdout.lines().find(|line| line.starts_with("site ")).unwrap_or_default();
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

#[test]
fn where_a_site_lies_can_be_said() {
    let page = "# T\n\n[a](/guide/)\n[b](/en/guide/)\n[c](https://docs.example.org/en/guide/)\n\
                [d](https://docs.example.org/en/gone/)\n[e](https://old.example.org/gone/)\n";
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\nsite_url: https://old.example.org/\n"),
        ("docs/index.md", page),
        ("docs/guide.md", "# Guide\n"),
    ]);
    let found = |project: &Project| {
        let ran = project.run("batch --select LINK001,LINK005,LINK006 --format jsonl");
        let row = |row: &serde_json::Value| {
            format!("{} {}", row["line"], row["rule"].as_str().unwrap_or_default())
        };
        ran.findings().iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(found(&project), ["4 LINK001", "7 LINK006"]);
    assert_eq!(site_of(&project, "docs/index.md"), "old.example.org/ mkdocs.yml");
    for site in [
        "{url: \"https://docs.example.org\", base: /en/}",
        "{url: \"https://docs.example.org/en\"}",
    ] {
        project.write("validator.yaml", format!("site: {site}\n"));
        assert_eq!(found(&project), ["3 LINK005", "6 LINK006"], "{site}");
        assert_eq!(site_of(&project, "docs/index.md"), "docs.example.org/en/ validator.yaml:1");
    }
    // The base alone; the host stays that of the generator.
    project.write("validator.yaml", "overrides:\n  - files: docs\n    site: {base: /en}\n");
    assert_eq!(found(&project), ["3 LINK005"]);
    assert_eq!(
        site_of(&project, "docs/index.md"),
        "old.example.org/en/ override 1 (validator.yaml:3)"
    );
}

#[test]
fn links_of_generators_that_add_the_base_use_the_one_that_is_said() {
    let sites = [
        (
            "docusaurus.config.js",
            "module.exports = {presets: [['classic', {docs: {routeBasePath: '/'}}]]};",
            "docs/",
        ),
        (".vitepress/config.ts", "export default {base: process.env.BASE}", ""),
        ("book.toml", "[book]\ntitle = 'x'\nsrc = '.'\n", ""),
    ];
    for (config, text, home) in sites {
        let project = Project::new(&[
            (config, text),
            ("validator.yaml", "site: {base: /en/}\n"),
            (
                &format!("{home}a.md"),
                "# A\n\n<a href=\"/b\">b</a> <a href=\"/en/nowhere/x\">n</a>\n",
            ),
            (&format!("{home}b.md"), "# B\n"),
            (&format!("{home}SUMMARY.md"), "# S\n\n- [a](a.md)\n- [b](b.md)\n"),
        ]);
        let ran = project.run("batch --select LINK001,LINK005 --format jsonl");
        let rules: Vec<_> = ran.findings().iter().map(|row| row["rule"].clone()).collect();
        assert_eq!(rules, ["LINK005", "LINK001"], "{config}: {}", ran.stderr);
        assert!(!ran.stderr.contains("`base`"), "{}", ran.stderr);
    }
}

#[test]
fn mistakes_in_the_address_of_a_site_are_named() {
    let cases = [
        ("{url: docs.example.org}", "`docs.example.org` is no address of a site"),
        ("{url: \"ftp://example.org/\"}", "`ftp://example.org/` is no address of a site"),
        ("{url: \"https://\"}", "`https://` is no address of a site"),
        ("{url: \"https://example.org/?x\"}", "is no address of a site"),
        ("{base: en}", "`en` is no path on a host"),
        ("{base: \"//en\"}", "`//en` is no path on a host"),
        ("{url: \"https://example.org/a/\", base: /b/}", "`/b/` is not the path `/a/` of `url`"),
        ("{}", "`site` says no address"),
        ("{host: x}", "host"),
    ];
    for (site, message) in cases {
        let project =
            Project::new(&[("validator.yaml", &format!("site: {site}\n")), ("a.md", "# A\n")]);
        let ran = project.run("check a.md");
        assert_eq!(ran.code, 2, "{site}: {}", ran.stderr);
        assert!(ran.stderr.contains(message), "{site}: {}", ran.stderr);
        assert!(ran.stderr.contains("validator.yaml:1"), "{site}: {}", ran.stderr);
    }
}

#[test]
fn fields_of_front_matter_that_name_files_are_followed() {
    let page = "---\nimage: /img/gone.png\ncover: {image: ../static/img/here.png}\nredirect_to: /gone/\n\
                icon: material/home\nbanner: [img/here.png, 'https://example.org/x.png', no-file.png]\n---\n\n# T\n";
    let project = Project::new(&[
        ("mkdocs.yml", "site_name: x\n"),
        ("docs/index.md", page),
        ("docs/other.md", "---\nimage: here\nredirect_to: /\n---\n\n# O\n"),
        ("static/img/here.png", ""),
    ]);
    let found = |project: &Project| {
        let ran = project.run("batch --select LINK001,LINK003 --format jsonl");
        let row = |row: &serde_json::Value| {
            let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            format!("{}:{} {} {}", field("path"), row["line"], field("rule"), field("message"))
        };
        ran.findings().iter().map(row).collect::<Vec<_>>()
    };
    let image = "docs/index.md:2 LINK003 `image` leads nowhere: there is no file `/img/gone.png`";
    let redirect =
        "docs/index.md:4 LINK001 `redirect_to` leads nowhere: there is no page or file `/gone/`";
    assert_eq!(found(&project), [image, redirect]);
    project.write(
        "validator.yaml",
        "rules:\n  LINK001: {fields: []}\n  LINK003: {fields: [banner]}\n",
    );
    assert_eq!(
        found(&project),
        ["docs/index.md:6 LINK003 `banner` leads nowhere: there is no file `no-file.png`"]
    );
}

/// The dead links of a site, by line and rule.
fn dead(project: &Project) -> Vec<String> {
    let ran = project.run("batch --types links --format jsonl --no-record");
    let row = |row: &serde_json::Value| {
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {}", field("path"), row["line"], field("rule"))
    };
    ran.findings().iter().map(row).collect()
}

#[test]
fn eleventy_is_read_as_far_as_its_configuration_has_literals() {
    let config = "module.exports = function (eleventyConfig) {\n  eleventyConfig.addPassthroughCopy('src/img');\n\
                  eleventyConfig.addPlugin(IdAttributePlugin);\n  return { pathPrefix: '/p/', dir: { input: 'src' } };\n};\n";
    let page = "# T\n\n[a](/p/b/)\n[b](/b/)\n[c](../b/)\n[d](/p/gone/)\n[e](/p/own/#head)\n[f](/p/own/#nope)\n\
                [g](/p/img/x.png)\n[h]({{ '/x' | url }})\n[i](/p/hello/)\n[j](b.md)\n[k](/p/hidden/)\n[l](/p/)\n";
    let project = Project::new(&[
        (".eleventy.js", config),
        ("README.md", "# R\n\n[a](src/a.md)\n"),
        ("src/index.njk", "<p>x</p>\n"),
        ("src/a.md", page),
        ("src/b.md", "# B\n"),
        ("src/c.md", "---\npermalink: /own/\n---\n\n# Head\n"),
        ("src/2024-01-02-hello.md", "# H\n"),
        ("src/d.md", "---\npermalink: false\n---\n\n[x](nowhere)\n"),
        ("src/_includes/e.md", "# E\n"),
        ("src/img/x.png", ""),
    ]);
    let expected = ["4 LINK005", "6 LINK001", "8 LINK002", "12 LINK001", "13 LINK001"];
    assert_eq!(dead(&project), expected.map(|rest| format!("src/a.md:{rest}")));
    // What a program makes nobody can tell.
    let computed = config.replace("'src/img'", "assets");
    project.write(".eleventy.js", computed);
    assert_eq!(dead(&project), ["src/a.md:4 LINK005", "src/a.md:8 LINK002"]);
}

#[test]
fn nextra_is_read_as_far_as_its_configuration_has_literals() {
    let config = "import nextra from 'nextra'\nconst withNextra = nextra({ contentDirBasePath: '/docs' })\n\
                  export default withNextra({ basePath: '/base' })\n";
    let page = "# T\n\n[a](/docs/b)\n[b](./b)\n[c](b.mdx)\n[d](/docs/gone)\n[e](/docs/b#own)\n[f](/docs/b#nope)\n\
                [g](/about)\n[h](/blog/any)\n<a href=\"/docs/b\">i</a>\n![j](/x.png)\n![k](/y.png)\n[l](/docs)\n";
    let project = Project::new(&[
        ("next.config.mjs", config),
        ("content/index.mdx", "# I\n"),
        ("content/a.mdx", page),
        ("content/b.mdx", "# B\n\n## Heading [#own]\n"),
        ("content/_meta.js", "export default {}\n"),
        ("app/docs/[[...mdxPath]]/page.jsx", ""),
        ("app/(site)/about/page.tsx", ""),
        ("app/blog/[slug]/page.tsx", ""),
        ("public/x.png", ""),
    ]);
    let expected = ["6 LINK001", "8 LINK002", "11 LINK005", "13 LINK003"];
    assert_eq!(dead(&project), expected.map(|rest| format!("content/a.mdx:{rest}")));
    let other = Project::new(&[
        ("next.config.mjs", "export default {}\n"),
        ("content/a.md", "[a](b.md)\n"),
    ]);
    assert_eq!(dead(&other), ["content/a.md:1 LINK001"]);
}
