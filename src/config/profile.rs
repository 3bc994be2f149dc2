//! Profiles: named sets of levels to start from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::written::WrittenLevel;
use crate::diagnostic::Severity;

/// A named set of levels.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Every rule that is on in `default` is an error.
    Strict,
    /// The rules and options of markdownlint's default, as warnings.
    #[default]
    Default,
    /// What breaks a page for readers is a warning, style is for information, and the rules that
    /// most teams switch off are off.
    Relaxed,
}

/// What a profile changes against [`crate::rules::Meta::severity`].
pub(super) struct Levels {
    /// For every rule that is on.
    pub every: Option<Severity>,
    /// Then for these rules, in order.
    pub rules: &'static [(WrittenLevel, &'static [&'static str])],
}

impl Profile {
    pub const ALL: &'static [Profile] = &[Profile::Strict, Profile::Default, Profile::Relaxed];

    pub fn name(self) -> &'static str {
        match self {
            Profile::Strict => "strict",
            Profile::Default => "default",
            Profile::Relaxed => "relaxed",
        }
    }

    pub(super) fn levels(self) -> Levels {
        match self {
            Profile::Strict => Levels { every: Some(Severity::Error), rules: &[] },
            Profile::Default => Levels { every: None, rules: &[] },
            Profile::Relaxed => Levels { every: None, rules: RELAXED },
        }
    }
}

const RELAXED: &[(WrittenLevel, &[&str])] = &[
    // How the source is spaced, and which of several equal markers it uses: readers of the page
    // see no difference.
    (
        WrittenLevel::At(Severity::Info),
        &[
            "MD003", "MD004", "MD005", "MD007", "MD009", "MD010", "MD012", "MD019", "MD021",
            "MD022", "MD027", "MD028", "MD029", "MD030", "MD031", "MD032", "MD035", "MD039",
            "MD046", "MD047", "MD048", "MD049", "MD050", "MD055", "MD058", "MD060",
        ],
    ),
    // Often meant so.
    (
        WrittenLevel::At(Severity::Info),
        &["MD014", "MD024", "MD026", "MD033", "MD034", "MD036", "MD040", "MD059"],
    ),
    // Where lines break, and pages whose title comes from elsewhere.
    (WrittenLevel::Off, &["MD013", "MD041"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn profiles_name_rules_that_exist() {
        for profile in Profile::ALL {
            for (_, names) in profile.levels().rules {
                for name in *names {
                    assert!(rules::builtin().find(name).is_some(), "{name} in {}", profile.name());
                }
            }
        }
    }
}
