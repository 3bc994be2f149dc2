//! How data is written, told from a file's name.

use std::path::Path;

/// How data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Yaml,
    Toml,
    Json,
    /// JSON with comments and trailing commas.
    Jsonc,
}

const EXTENSIONS: [(&str, Format); 6] = [
    ("yaml", Format::Yaml),
    ("yml", Format::Yaml),
    ("toml", Format::Toml),
    ("json", Format::Json),
    ("jsonc", Format::Jsonc),
    ("code-workspace", Format::Jsonc),
];

/// Files whose readers accept comments although they end in `.json`.
const JSONC_NAMES: [&str; 11] = [
    ".cspell.json",
    ".devcontainer.json",
    ".eslintrc.json",
    ".markdownlint.json",
    "api-extractor.json",
    "cspell.json",
    "deno.json",
    "devcontainer.json",
    "jsconfig.json",
    "language-configuration.json",
    "tsconfig.json",
];

impl Format {
    /// The format that the file's name stands for; `None` where it is not a data file.
    pub fn from_path(path: &Path) -> Option<Format> {
        let extension = path.extension()?;
        let known = EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
        match known?.1 {
            Format::Json if has_comments(path) => Some(Format::Jsonc),
            format => Some(format),
        }
    }

    /// The name people use.
    pub fn name(self) -> &'static str {
        match self {
            Format::Yaml => "YAML",
            Format::Toml => "TOML",
            Format::Json => "JSON",
            Format::Jsonc => "JSON with comments",
        }
    }
}

fn has_comments(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_variant = name.starts_with("tsconfig.") || name.starts_with("tsconfig-");
    let is_editor = path.parent().is_some_and(|dir| dir.ends_with(".vscode"));
    is_variant || is_editor || JSONC_NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        for (name, format) in [
            ("a/b.yaml", Some(Format::Yaml)),
            ("b.YML", Some(Format::Yaml)),
            ("Cargo.toml", Some(Format::Toml)),
            ("data.json", Some(Format::Json)),
            ("data.jsonc", Some(Format::Jsonc)),
            ("x/tsconfig.json", Some(Format::Jsonc)),
            ("tsconfig.build.json", Some(Format::Jsonc)),
            (".vscode/settings.json", Some(Format::Jsonc)),
            (".vscode/tasks.yaml", Some(Format::Yaml)),
            ("Cargo.lock", None),
            ("page.md", None),
            ("json", None),
        ] {
            assert_eq!(Format::from_path(Path::new(name)), format, "{name}");
        }
    }
}
