//! Questions: findings, comparisons, history, trends.

use validator::diagnostic::Severity;
use validator::store::query::{
    FindingFilter, FindingScope, ListPage, TrendFilter, ValidationFilter, VersionOrder,
    WorkflowFilter,
};
use validator::store::{NewValidation, Status, Store, WorkflowId};

use super::common::{Project, checked, finding, project};

/// A run in which `api/a.md` has these fingerprints, and `b.md` always the same one.
fn run(project: &Project, prints: &[u64]) -> WorkflowId {
    let any = "wf_00000000000".parse().unwrap();
    let found = prints.iter().map(|&print| finding("MD013", print as u32, print)).collect();
    project.run(vec![
        checked(any, "api/a.md", &format!("{prints:?}"), found),
        checked(any, "b.md", "b", vec![finding("MD033", 4, 99)]),
    ])
}

#[test]
fn two_runs_differ_by_fingerprint() {
    let project = project();
    let (before, after) = (run(&project, &[1, 2, 3]), run(&project, &[3, 4]));
    let found = project.store.read(|reader| reader.compare(before, after, 1)).unwrap();
    assert_eq!((found.new, found.resolved, found.unchanged), (1, 2, 2));
    assert_eq!((found.files, found.only_before, found.only_after), (2, 0, 0));
    assert_eq!(found.by_directory.keys().collect::<Vec<_>>(), ["api"]);
    assert_eq!(found.by_rule["MD013"].resolved, 2);
    assert_eq!(found.new_findings[0].finding.line, 4);
    assert_eq!(found.resolved_findings.len(), 1, "no more than asked for");
}

#[test]
fn files_that_one_run_did_not_check_are_not_resolved() {
    let project = project();
    let any = "wf_00000000000".parse().unwrap();
    let before = run(&project, &[1]);
    let after = project.run(vec![checked(any, "c.md", "c", vec![])]);
    let found = project.store.read(|reader| reader.compare(before, after, 9)).unwrap();
    assert_eq!((found.files, found.only_before, found.only_after), (0, 2, 1));
    assert_eq!((found.new, found.resolved), (0, 0));
}

#[test]
fn a_file_has_a_history() {
    let project = project();
    run(&project, &[1, 2]);
    run(&project, &[2, 3, 4]);
    let newest = (VersionOrder::Newest, false);
    let history = |limit| {
        let page = ListPage::first(limit);
        project.store.read(|reader| reader.history("api/a.md", newest, page)).unwrap().items
    };
    let (history, one) = (history(10), history(1));
    let changes: Vec<_> =
        history.iter().map(|version| (version.new, version.resolved, version.unchanged)).collect();
    assert_eq!(changes, [(2, 1, 1), (2, 0, 0)]);
    assert!(history[0].edited && !history[1].edited);
    assert_eq!((one.len(), one[0].new), (1, 2), "held against the one before, though not shown");
}

#[test]
fn findings_come_in_pages_without_gap_or_repetition() {
    let project = project();
    let id = run(&project, &(1..=25).collect::<Vec<_>>());
    let filter = FindingFilter { scope: FindingScope::Workflow(id), ..Default::default() };
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = ListPage { after, limit: 4 };
        let found = project.store.read(|reader| reader.findings(&filter, page)).unwrap();
        assert!(found.items.len() <= 4);
        lines.extend(found.items.iter().map(|row| (row.path.clone(), row.finding.line)));
        after = found.next;
        if after.is_none() {
            break;
        }
    }
    let mut expected: Vec<_> = (1..=25).map(|line| ("api/a.md".to_owned(), line)).collect();
    expected.push(("b.md".to_owned(), 4));
    assert_eq!(lines, expected);
}

#[test]
fn findings_are_filtered() {
    let project = project();
    let id = run(&project, &[1, 2]);
    let count = |change: fn(&mut FindingFilter)| {
        let mut filter = FindingFilter { scope: FindingScope::Workflow(id), ..Default::default() };
        change(&mut filter);
        let page =
            project.store.read(|reader| reader.findings(&filter, ListPage::default())).unwrap();
        let counted = project.store.read(|reader| reader.rule_counts(&filter)).unwrap();
        assert_eq!(counted.iter().map(|rule| rule.count).sum::<u64>(), page.items.len() as u64);
        page.items.len()
    };
    assert_eq!(count(|_| {}), 3);
    assert_eq!(count(|filter| filter.rule = Some("md033".into())), 1);
    assert_eq!(count(|filter| filter.path = Some("api".into())), 2);
    assert_eq!(count(|filter| filter.severity = Some(Severity::Error)), 0);
    assert_eq!(count(|filter| filter.scope = FindingScope::Current), 3);
}

#[test]
fn what_is_found_again_is_kept_once() {
    let project = project();
    let any = "wf_00000000000".parse().unwrap();
    let file =
        || checked(any, "a.md", "a", (1..100).map(|print| finding("MD013", 1, print)).collect());
    for _ in 0..50 {
        project.run(vec![file()]);
    }
    let database = rusqlite::Connection::open(Store::path(project.directory.path())).unwrap();
    let kept: i64 =
        database.query_row("SELECT count(*) FROM findings", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn trends_add_up_by_rule_and_directory() {
    let project = project();
    run(&project, &[1, 2, 3]);
    run(&project, &[1]);
    let trend = |rule: Option<&str>, directory: Option<&str>| {
        let filter = TrendFilter {
            rule: rule.map(str::to_owned),
            directory: directory.map(str::to_owned),
            ..Default::default()
        };
        let points = project.store.read(|reader| reader.trend(&filter, 10)).unwrap();
        points.iter().map(|point| point.counts.warnings).collect::<Vec<_>>()
    };
    assert_eq!(trend(None, None), [4, 2]);
    assert_eq!(trend(Some("MD033"), None), [1, 1]);
    assert_eq!(trend(None, Some("api/")), [3, 1]);
    assert_eq!(trend(Some("MD033"), Some("api")), [0, 0]);
}

#[test]
fn lists_have_filters_and_the_statistics_add_up() {
    let project = project();
    let first = run(&project, &[1, 2]);
    let second = run(&project, &[]);
    let store = &project.store;
    let runs = store
        .read(|reader| reader.workflows(&WorkflowFilter::default(), ListPage::first(1)))
        .unwrap();
    assert_eq!((runs.items[0].id, runs.next), (second, Some(second)));
    let next = ListPage { after: runs.next, limit: 1 };
    let runs = store.read(|reader| reader.workflows(&WorkflowFilter::default(), next)).unwrap();
    assert_eq!((runs.items[0].id, runs.next), (first, None));
    let passed = ValidationFilter { status: Some(Status::Passed), ..Default::default() };
    let passed = store.read(|reader| reader.validations(&passed, ListPage::default())).unwrap();
    assert_eq!(passed.items[0].path, "api/a.md");
    let stats = store.snapshot(|reader| reader.stats()).unwrap();
    assert_eq!((stats.files, stats.findings.total(), stats.validations), (2, 1, 4));
    assert_eq!(stats.log.head, project.events().len() as i64);
}

#[test]
fn a_file_that_could_not_be_read_is_recorded_as_such() {
    let project = project();
    let any = "wf_00000000000".parse().unwrap();
    let file = checked(any, "a.md", "", vec![]);
    let id = project.run(vec![NewValidation { error: Some("not UTF-8".into()), ..file }]);
    let filter = ValidationFilter { workflow: Some(id), ..Default::default() };
    let found =
        project.store.read(|reader| reader.validations(&filter, ListPage::default())).unwrap();
    assert_eq!(found.items[0].status, Status::Unreadable);
    assert_eq!(found.items[0].error.as_deref(), Some("not UTF-8"));
}
