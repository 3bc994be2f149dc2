//! A project in a temporary directory, and things to record.

use serde_json::json;
use tempfile::TempDir;
use validator::diagnostic::{Finding, Fingerprint, Message, Safety, Severity};
use validator::store::query::EventFilter;
use validator::store::{
    Actor, Digest, Event, NewValidation, NewWorkflow, Proposal, RecordChange, RecordedEdit,
    RecordedFinding, Store, WorkflowId,
};

pub struct Project {
    pub store: Store,
    // After the store: the directory goes last.
    pub directory: TempDir,
}

pub fn project() -> Project {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::create(directory.path()).expect("a new record");
    Project { store, directory }
}

pub fn batch() -> NewWorkflow {
    NewWorkflow { kind: "batch".into(), what: json!({"paths": ["docs"]}) }
}

impl Project {
    /// A workflow that is RUNNING.
    pub fn running(&self, total: u64) -> WorkflowId {
        let begin = move |tx: &validator::store::Tx| {
            let id = tx.create_workflow(&batch())?;
            tx.begin_workflow(id, total)?;
            Ok(id)
        };
        self.store.write(Actor::cli(), begin).expect("a workflow that begins")
    }

    pub fn record(&self, new: NewValidation) -> i64 {
        self.store
            .write(Actor::cli(), move |tx| tx.record_validation(&new))
            .expect("it is recorded")
    }

    /// A COMPLETED workflow over these files.
    pub fn run(&self, files: Vec<NewValidation>) -> WorkflowId {
        let id = self.running(files.len() as u64);
        let done = files.len() as u64;
        for file in files {
            self.record(NewValidation { workflow: id, ..file });
        }
        let end = validator::store::Progress { done, ..Default::default() };
        self.store
            .write(Actor::cli(), move |tx| tx.complete_workflow(id, &end))
            .expect("it completes");
        id
    }

    pub fn events(&self) -> Vec<Event> {
        self.store
            .read(|reader| reader.events_since(0, 10_000, EventFilter::default()))
            .expect("events")
    }

    /// The names of all events after `seq`.
    pub fn told_since(&self, seq: usize) -> Vec<String> {
        self.events().into_iter().skip(seq).map(|event| event.kind).collect()
    }
}

pub fn finding(rule: &str, line: u32, print: u64) -> RecordedFinding {
    RecordedFinding {
        rule: rule.into(),
        severity: Severity::Warning,
        line,
        column: 1,
        end_line: line,
        end_column: 9,
        message: Message::restore("something about {}", &[rule]).expect("a place for the rule"),
        fingerprint: Fingerprint(print),
        fix: None,
        details: None,
    }
}

/// A validation of a file with these findings.
pub fn checked(
    workflow: WorkflowId,
    path: &str,
    content: &str,
    findings: Vec<RecordedFinding>,
) -> NewValidation {
    let known = findings.into_iter().map(|found| Finding::try_from(found).expect("a rule's id"));
    let findings: Vec<Finding> = known.collect();
    NewValidation {
        workflow,
        path: path.into(),
        hash: Digest::of(content.as_bytes()),
        family: Some("words".into()),
        types: "markdown".into(),
        settings: Digest(0),
        suppressed: 0,
        fixed: None,
        duration_us: 120,
        error: None,
        found: findings.as_slice().into(),
        proposals: Vec::new(),
    }
}

/// A proposal that replaces the byte at `at`, for the findings of these fingerprints.
pub fn proposal(rule: &str, at: u32, prints: &[u64]) -> Proposal {
    let change = |(index, &print): (usize, &u64)| RecordChange {
        fingerprint: Fingerprint(print),
        line: 1,
        message: "here".into(),
        edits: vec![RecordedEdit {
            start: at + index as u32,
            end: at + index as u32 + 1,
            before: "a".into(),
            after: "b".into(),
        }],
        excluded: false,
    };
    Proposal {
        rule: rule.into(),
        instruction: format!("fix {rule}"),
        rationale: "because".into(),
        confidence: 0.9,
        safety: Safety::Safe,
        changes: prints.iter().enumerate().map(change).collect(),
    }
}
