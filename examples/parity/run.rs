//! Runs the engine over a corpus the way the expected rows were made: default configuration,
//! hidden directories too.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use validator::config::{CommandLine, Project, Request};
use validator::data::Format;
use validator::diagnostic::Safety;
use validator::engine::{self, Base, Event, FileReport, Job, Walk, Workspace};

use crate::findings::Row;

/// A file's path in the corpus, and its report.
pub type Report = (String, FileReport);

/// markdownlint's answers, whatever the site makes of the pages.
pub fn markdownlint() -> CommandLine {
    let types = vec!["markdown".to_owned()];
    CommandLine { types, parity: Some("markdownlint".to_owned()), ..CommandLine::default() }
}

/// Checks all pages of a corpus; with a limit, fixes them first. Writes nothing.
pub fn reports(corpus: &Path, fix: Option<Safety>) -> anyhow::Result<Vec<Report>> {
    let corpus = std::fs::canonicalize(corpus)?;
    let request = Request {
        start: corpus.clone(),
        no_config: true,
        overrides: markdownlint(),
        ..Request::default()
    };
    let project = Arc::new(Project::load(request)?);
    let base = Base::new(&corpus);
    let walk = Walk { base: &base, project: &project, no_ignore: true };
    let walked = engine::walk(&[corpus], &walk);
    let workspace = Workspace::new(project.clone());
    let job = Job { fix, ..Job::new(&workspace, &walked.files) };
    let mut reports = Vec::new();
    engine::run(&job, &mut |event| {
        if let Event::Checked { file, .. } = event {
            // The reference knows pages only.
            if Format::from_path(&file.path).is_none() {
                reports.push((file.shown.clone(), file.clone()));
            }
        }
        ControlFlow::Continue(())
    });
    Ok(reports)
}

/// The findings of all pages; pages without any have an empty list.
pub fn findings(corpus: &Path) -> anyhow::Result<Vec<(String, Vec<Row>)>> {
    let reports = reports(corpus, None)?;
    Ok(reports
        .into_iter()
        .map(|(file, report)| {
            let row = |finding: &validator::diagnostic::Finding| Row {
                file: file.clone(),
                line: finding.start.line,
                rule: finding.rule.to_string(),
            };
            let findings = report.findings.iter();
            let rows = findings.filter(|finding| finding.rule.starts_with("MD")).map(row).collect();
            (file, rows)
        })
        .collect())
}
