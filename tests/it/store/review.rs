//! Recommendations: proposed, decided, kept over runs, applied.

use validator::diagnostic::{Fingerprint, Safety};
use validator::store::query::{ListPage, RecommendationFilter};
use validator::store::{
    Actor, Approval, Digest, NewApplication, NewValidation, Recommendation, RecommendationState,
    Rejection, Review, Store, StoreError,
};

use super::common::{Project, checked, finding, project, proposal};

fn all(project: &Project) -> Vec<Recommendation> {
    let filter = RecommendationFilter::default();
    project
        .store
        .read(|reader| reader.recommendations(&filter, ListPage::first(100)))
        .unwrap()
        .items
}

/// A run over one file that proposes `proposals`.
fn propose(project: &Project, content: &str, proposals: Vec<validator::store::Proposal>) -> i64 {
    let id = project.running(1);
    let found = vec![finding("MD009", 1, 1), finding("MD010", 2, 2)];
    project.record(NewValidation { proposals, ..checked(id, "docs/a.md", content, found) })
}

#[test]
fn approving_twice_tells_it_once() {
    let project = project();
    propose(&project, "aaa", vec![proposal("MD009", 0, &[1])]);
    let before = project.events().len();
    for _ in 0..2 {
        project.store.write(Actor::Web, |tx| tx.approve(1, &Approval::default())).unwrap();
    }
    assert_eq!(project.told_since(before), ["recommendation_approved"]);
    let found = &all(&project)[0];
    assert_eq!(
        (found.state, found.decided_by.as_deref()),
        (RecommendationState::Approved, Some("web"))
    );
}

#[test]
fn what_is_rejected_is_not_approved_unless_overruled() {
    let project = project();
    propose(&project, "aaa", vec![proposal("MD009", 0, &[1])]);
    let rejection = Rejection { reason: Some("wanted so".into()), until: None };
    project.store.write(Actor::Web, move |tx| tx.reject(1, &rejection)).unwrap();
    let refused = project.store.write(Actor::Web, |tx| tx.approve(1, &Approval::default()));
    let message = refused.unwrap_err().to_string();
    assert_eq!(message, "recommendation 1 is rejected, so it cannot be approved");
    assert!(project.store.read(|reader| reader.rejected()).unwrap().contains_key(&Fingerprint(1)));
    let overrule = Approval { overrule: true, ..Approval::default() };
    project.store.write(Actor::Web, move |tx| tx.approve(1, &overrule)).unwrap();
    assert!(project.store.read(|reader| reader.rejected()).unwrap().is_empty());
}

#[test]
fn a_rejected_finding_is_not_proposed_again_until_its_date_has_passed() {
    let project = project();
    let proposals = || vec![proposal("MD009", 0, &[1])];
    propose(&project, "aaa", proposals());
    let rejection = Rejection { reason: None, until: Some("2999-01-01".into()) };
    project.store.write(Actor::Web, move |tx| tx.reject(1, &rejection)).unwrap();
    propose(&project, "aaa and more", proposals());
    assert_eq!(all(&project).len(), 1);

    let project = super::common::project();
    propose(&project, "aaa", proposals());
    let rejection = Rejection { reason: None, until: Some("2020-01-01".into()) };
    project.store.write(Actor::Web, move |tx| tx.reject(1, &rejection)).unwrap();
    propose(&project, "aaa and more", proposals());
    assert_eq!(all(&project).len(), 2);
    let never = Rejection { reason: None, until: Some("soon".into()) };
    let error = project.store.write(Actor::Web, move |tx| tx.reject(2, &never)).unwrap_err();
    assert!(error.to_string().contains("2027-01-31"), "{error}");
}

#[test]
fn a_decision_outlives_edits_elsewhere_in_the_file() {
    let project = project();
    propose(&project, "aaa", vec![proposal("MD009", 0, &[1, 2])]);
    let approval = Approval { exclude: vec![1], overrule: false };
    project.store.write(Actor::Web, move |tx| tx.approve(1, &approval)).unwrap();
    propose(&project, "new line\naaa", vec![proposal("MD009", 9, &[1, 2])]);
    let found = all(&project);
    assert_eq!((found.len(), found[0].state), (1, RecommendationState::Approved));
    assert_eq!(found[0].file_hash, Digest::of(b"new line\naaa"));
    assert_eq!(found[0].changes[0].edits[0].start, 9);
    assert!(found[0].changes[1].excluded && !found[0].changes[0].excluded);
}

#[test]
fn what_is_no_longer_found_becomes_stale_and_the_event_says_so() {
    let project = project();
    propose(&project, "aaa", vec![proposal("MD009", 0, &[1]), proposal("MD010", 2, &[2])]);
    // The same content, but MD010 was not asked for: nothing is known against it.
    propose(&project, "aaa", vec![proposal("MD009", 0, &[1])]);
    assert!(all(&project).iter().all(|found| found.state == RecommendationState::Proposed));
    propose(&project, "aab", vec![proposal("MD009", 0, &[1])]);
    let states: Vec<_> = all(&project).iter().map(|found| found.state).collect();
    assert_eq!(states, [RecommendationState::Proposed, RecommendationState::Stale]);
    let last = project.events().pop().unwrap();
    assert_eq!(last.kind, "validation_created");
    assert!(last.data.contains(r#""stale":[2],"moved":[1]"#), "{}", last.data);
}

#[test]
fn a_validation_is_decided_as_a_whole() {
    let project = project();
    let id = propose(&project, "aaa", vec![proposal("MD009", 0, &[1]), proposal("MD010", 2, &[2])]);
    let before = project.events().len();
    for expected in [2, 0] {
        let approved =
            project.store.write(Actor::Web, move |tx| tx.approve_validation(id, None)).unwrap();
        assert_eq!((approved.done.len(), approved.left_out), (expected, 0));
    }
    let told = ["recommendation_approved", "recommendation_approved", "validation_approved"];
    assert_eq!(project.told_since(before), told);
    let refused =
        project.store.write(Actor::Web, move |tx| tx.reject_validation(id, &Rejection::default()));
    assert!(matches!(refused, Err(StoreError::Conflict { what: "validation", .. })));
}

#[test]
fn filters_find_what_they_name() {
    let project = project();
    let validation =
        propose(&project, "aaa", vec![proposal("MD009", 0, &[1]), proposal("MD010", 2, &[2])]);
    let again =
        propose(&project, "aaa", vec![proposal("MD009", 0, &[1]), proposal("MD010", 2, &[2])]);
    let count = |filter: RecommendationFilter| {
        project.store.read(|reader| reader.recommendation_ids(&filter)).unwrap().len()
    };
    let path = |path: &str| RecommendationFilter { path: Some(path.into()), ..Default::default() };
    assert_eq!(count(path("docs")), 2);
    assert_eq!(count(path("docs/")), 2);
    assert_eq!(count(path("docs/a.md")), 2);
    assert_eq!(count(path("*.md")), 2);
    assert_eq!(count(path("doc")), 0);
    assert_eq!(count(RecommendationFilter { rule: Some("md009".into()), ..Default::default() }), 1);
    assert_eq!(
        count(RecommendationFilter { safety: Some(Safety::Review), ..Default::default() }),
        0
    );
    // A later run that found the same file the same has the same recommendations.
    for id in [validation, again] {
        assert_eq!(count(RecommendationFilter { validation: Some(id), ..Default::default() }), 2);
    }
}

#[test]
fn applying_needs_approval_and_the_content_it_was_made_from() {
    let project = project();
    let validation = propose(&project, "aaa", vec![proposal("MD009", 0, &[1])]);
    let workflow = project.running(1);
    let application = |before: &str| NewApplication {
        workflow,
        validation,
        path: "docs/a.md".into(),
        before: Digest::of(before.as_bytes()),
        after: Digest::of(b"baa"),
        journal: None,
        recommendations: vec![1],
    };
    let intend = |before| {
        let new = application(before);
        project.store.write(Actor::cli(), move |tx| tx.intend(&new))
    };
    assert!(matches!(intend("aaa"), Err(StoreError::Conflict { .. })), "it is only proposed");
    project.store.write(Actor::Web, |tx| tx.approve(1, &Approval::default())).unwrap();
    assert!(matches!(intend("other"), Err(StoreError::Conflict { .. })), "other content");
    let id = intend("aaa").unwrap();
    let before = project.events().len();
    project.store.write(Actor::cli(), move |tx| tx.confirm(id)).unwrap();
    assert_eq!(project.told_since(before), ["recommendation_applied", "validation_enhanced"]);
    let validation = project.store.read(|reader| reader.validation(validation)).unwrap();
    assert_eq!(validation.review, Some(Review::Enhanced));
    let refused = project.store.write(Actor::Web, |tx| tx.reject(1, &Rejection::default()));
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "it is applied");
}

#[test]
fn a_write_that_was_cut_short_is_settled_by_what_the_file_holds() {
    for (content, expected) in
        [("baa", RecommendationState::Applied), ("aaa", RecommendationState::Approved)]
    {
        let project = project();
        std::fs::create_dir(project.directory.path().join("docs")).unwrap();
        std::fs::write(project.directory.path().join("docs/a.md"), content).unwrap();
        let validation = propose(&project, "aaa", vec![proposal("MD009", 0, &[1])]);
        let other = Store::open(project.directory.path()).unwrap();
        other
            .write(Actor::cli(), move |tx| {
                tx.approve(1, &Approval::default())?;
                let workflow = tx.create_workflow(&super::common::batch())?;
                tx.intend(&NewApplication {
                    workflow,
                    validation,
                    path: "docs/a.md".into(),
                    before: Digest::of(b"aaa"),
                    after: Digest::of(b"baa"),
                    journal: None,
                    recommendations: vec![1],
                })
            })
            .unwrap();
        drop(other);
        project.store.fail_interrupted().unwrap();
        assert_eq!(all(&project)[0].state, expected);
        let told = project.events().iter().any(|event| event.kind == "recommendation_applied");
        assert_eq!(told, expected == RecommendationState::Applied);
    }
}
