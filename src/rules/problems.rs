//! What is reported like a rule and cannot be switched off: why a file was not checked, and what is
//! wrong with what says how to check it.

/// Something about a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    ReadError,
    WriteError,
    TooLarge,
    Binary,
    InvalidUtf8,
    Utf16,
    Configuration,
    StructureFile,
    Comment,
    UnusedDisable,
    Internal,
}

/// What is said of it.
struct ProblemTexts {
    id: &'static str,
    /// What should hold, as in the summary of a rule.
    summary: &'static str,
    /// What can be done.
    help: &'static str,
}

impl FileProblem {
    /// All of them, in the order of their values.
    pub const ALL: &[FileProblem] = &[
        FileProblem::ReadError,
        FileProblem::WriteError,
        FileProblem::TooLarge,
        FileProblem::Binary,
        FileProblem::InvalidUtf8,
        FileProblem::Utf16,
        FileProblem::Configuration,
        FileProblem::StructureFile,
        FileProblem::Comment,
        FileProblem::UnusedDisable,
        FileProblem::Internal,
    ];

    /// The id under which it is reported.
    pub fn id(self) -> &'static str {
        self.texts().id
    }

    /// What should hold, as in the summary of a rule.
    pub fn summary(self) -> &'static str {
        self.texts().summary
    }

    /// What can be done, as part of a sentence.
    pub fn help(self) -> &'static str {
        self.texts().help
    }

    /// The problem of this id.
    pub fn find(id: &str) -> Option<FileProblem> {
        FileProblem::ALL.iter().copied().find(|problem| problem.id() == id)
    }

    fn texts(self) -> ProblemTexts {
        match self {
            FileProblem::ReadError => ProblemTexts {
                id: "read-error",
                summary: "files should be readable",
                help: "check the name, the permissions and whether the file is still there; \
               exclude it with `--exclude` if it need not be checked",
            },
            FileProblem::WriteError => ProblemTexts {
                id: "write-error",
                summary: "fixed files should be writable",
                help: "the file is as it was; make it and its directory writable, or copy it if it has \
               hard links, and fix it again",
            },
            FileProblem::TooLarge => ProblemTexts {
                id: "file-too-large",
                summary: "files should not exceed 64 MiB",
                help: "split the file, or exclude it with `--exclude`",
            },
            FileProblem::Binary => ProblemTexts {
                id: "binary-file",
                summary: "files should contain text, without NUL characters",
                help: "remove the NUL characters, or exclude the file with `--exclude`",
            },
            FileProblem::InvalidUtf8 => ProblemTexts {
                id: "invalid-utf8",
                summary: "files should be encoded in UTF-8",
                help: "convert the file, for example with `iconv -f latin1 -t utf-8`; the position is \
               that of the first byte that is not UTF-8",
            },
            FileProblem::Utf16 => ProblemTexts {
                id: "utf-16",
                summary: "files should be encoded in UTF-8, not UTF-16",
                help: "convert the file, for example with `iconv -f utf-16 -t utf-8`",
            },
            FileProblem::Configuration => ProblemTexts {
                id: "configuration-error",
                summary: "the configuration should be valid",
                help: "correct the configuration at the place that the message names",
            },
            FileProblem::StructureFile => ProblemTexts {
                id: "structure-file",
                summary: "structure files should be valid",
                help: "correct the structure file at the place that the message names",
            },
            FileProblem::Comment => ProblemTexts {
                id: "comment-error",
                summary: "comments about rules should be valid",
                help: "correct the comment; what is wrong in it is ignored",
            },
            FileProblem::UnusedDisable => ProblemTexts {
                id: "unused-disable",
                summary: "no comments that disable rules without findings",
                help: "remove the comment or the name in it; only reported with \
               `--report-unused-disables` or `report_unused_disables: true`",
            },
            FileProblem::Internal => ProblemTexts {
                id: "internal-error",
                summary: "rules should not fail",
                help: "this is a bug in validator: please report it with the message and, if you \
               can, with the file; the other files were checked",
            },
        }
    }
}
