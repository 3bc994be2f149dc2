//! `validator review` and `validator apply`: decisions, what becomes of them, and the way back.

use serde_json::Value;
use validator::store::{RecommendationState, WorkflowState};

use crate::project::{Project, Ran};
use crate::recording::{runs, store};

const PAGE: &str = "# T\n\none \n\n\n\nsee http://a.example and (here)[b.md] now\ntwo \n";

/// Two pages with recommendations of both kinds.
fn project() -> Project {
    let project =
        Project::new(&[("docs/a.md", PAGE), ("docs/b.md", PAGE), ("c.md", "# T\n\n### U\n")]);
    assert_eq!(project.run("batch --record").code, 1);
    project
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// Number, rule and state of all recommendations.
fn all(project: &Project) -> Vec<(i64, String, String)> {
    let listed = json(&project.run("review list --all --format json"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = listed["items"].as_array().expect("a list").iter();
    rows.map(|row| (row["id"].as_i64().expect("a number"), text(&row["rule"]), text(&row["state"])))
        .collect()
}

fn in_state(project: &Project, state: RecommendationState) -> usize {
    all(project).iter().filter(|(_, _, known)| known == state.name()).count()
}

#[test]
fn what_is_proposed_is_listed_and_filtered() {
    let project = project();
    let ran = project.run("review");
    assert!(ran.stdout.contains("\nID") || ran.stdout.contains(" STATE"), "{ran:?}");
    let count = |line: &str| {
        let listed = json(&project.run(&format!("review list --format json {line}")));
        listed["items"].as_array().expect("a list").len()
    };
    let whole = count("");
    assert_eq!(count("--path docs/a.md") * 2, whole);
    assert_eq!(count("--path docs"), whole);
    assert_eq!(count("--path c.md"), 0);
    assert_eq!(count("--rule no-trailing-spaces"), 2);
    assert_eq!(count("--safety safe") + count("--safety review"), whole);
    let run = runs(&store(&project))[0].id;
    assert_eq!(count(&format!("--run {run}")), whole);
    assert_eq!(count("--state approved"), 0);
    assert_eq!(project.run("review list --rule MD999").code, 2);
    let mut command = project.command("review list --path . --format json");
    let ran: Ran = command.current_dir(project.path("docs")).output().expect("run").into();
    assert_eq!(json(&ran)["items"].as_array().map(Vec::len), Some(whole));
}

#[test]
fn a_heading_says_what_is_reviewed() {
    let project = project();
    let count = |line: &str| {
        let listed = json(&project.run(&format!("review list --format json {line}")));
        listed["items"].as_array().expect("a list").len()
    };
    let heading = |line: &str| {
        let mut command = project.command(&format!("review {line}"));
        let ran: Ran = command.env("COLUMNS", "200").output().expect("run").into();
        ran.stdout.lines().next().expect("a line").to_owned()
    };
    let whole = runs(&store(&project))[0].id;
    let (safe, review) = (count("--safety safe"), count("--safety review"));
    assert!(safe > 1 && review > 1);
    let said = heading("");
    let numbers = format!("{} recommendations: {safe} safe, {review} for review", safe + review);
    assert!(said.starts_with(&format!("{numbers}; from batch {whole} of 20")), "{said}");
    let said = heading("--safety safe --path docs/a.md --rule MD009");
    assert!(said.starts_with("1 recommendation: 1 safe, 0 for review; from batch"), "{said}");

    // A later run finds more; each names the one that is asked for.
    project.write("docs/z.md", PAGE);
    project.run("check docs/z.md");
    let later = runs(&store(&project))[0].id;
    assert!(heading("").contains(&format!("; from 2 runs, the latest check {later} of 20")));
    assert!(heading(&format!("--run {later}")).contains(&format!("; from check {later} of")));
    assert!(heading(&format!("--run {whole}")).contains(&format!("; from batch {whole} of")));
    project.run("review approve --all");
    let said = heading("");
    assert!(said.contains(": 0 safe,"), "what is decided is not reviewed again: {said}");
    assert!(!project.run("review list").stdout.contains(" for review; from"), "a list is a list");
}

#[test]
fn one_is_shown_with_its_reasons_and_the_difference() {
    let project = project();
    let (id, ..) = all(&project).into_iter().find(|(_, rule, _)| rule == "MD009").expect("one");
    let ran = project.run(&format!("review show {id}"));
    for said in [
        "MD009 no-trailing-spaces in docs/a.md (safe)",
        "1. line 3:",
        "    3 - one·\n    3 + one\n",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    let shown = json(&project.run(&format!("review show {id} --format json")));
    assert!(shown["diff"].as_str().is_some_and(|diff| diff.contains("\n-one \n+one\n")), "{shown}");
    project.write("docs/a.md", "# Other\n");
    assert!(project.run(&format!("review show {id}")).stdout.contains("has changed"));
    let ran = project.run("review show 999");
    assert!(ran.code == 2 && ran.stderr.contains("review list --all"), "{ran:?}");
}

#[test]
fn decisions_need_to_be_clear() {
    let project = project();
    let refused = |line: &str, said: &str| {
        let ran = project.run(line);
        assert!(ran.code == 2 && ran.stderr.contains(said), "{line}: {ran:?}");
    };
    refused("review approve", "not clear which");
    refused("review approve 1 --rule MD009", "not clear which");
    refused("review approve 999", "no recommendation 999");
    refused("review approve 1 2 --exclude 1", "name just one");
    refused("review approve 1 --exclude 0", "0");
    refused("review reject 1", "--reason");
    refused("review reject 1 --reason x --until tomorrow", "2027-01-31");
    refused("review reject page --reason x", "neither a recommendation id");
    refused("review reject 0123456789abcdef --reason x", "no file has the finding");
    refused("review approve --path none.md", "no proposed recommendation");
    refused("apply", "no approved recommendations");
    assert!(all(&project).iter().all(|(_, _, state)| state == "proposed"));
}

#[test]
fn many_are_approved_at_once_but_only_safe_ones_unasked() {
    let project = project();
    let ran = project.run("review approve --path docs/a.md");
    assert!(ran.code == 0 && ran.stdout.contains("need review"), "{ran:?}");
    let approved = all(&project).into_iter().filter(|(_, _, state)| state == "approved").count();
    assert!(approved > 0);
    let review = json(&project.run("review list --safety review --format json"));
    let left = review["items"].as_array().expect("a list").len();
    assert!(left >= 2, "none of those that need a look were approved: {review}");
    let decided = json(&project.run("review approve --safety review --all --format json"));
    assert_eq!(decided["done"].as_array().map(Vec::len), Some(left));
}

#[test]
fn what_is_approved_is_applied_checked_again_and_taken_back() {
    let project = project();
    assert_eq!(project.run("review approve --rule MD009").code, 0);
    let preview = project.run("apply --diff");
    assert!(
        preview.stdout.contains("--- a/docs/a.md") && preview.stdout.contains("\n-one \n"),
        "{preview:?}"
    );
    assert_eq!(project.read("docs/a.md"), PAGE);
    let ran = project.run("apply docs/a.md");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("docs/a.md: 2 applied;"), "{ran:?}");
    let fixed = PAGE.replace("one \n", "one\n").replace("two \n", "two\n");
    assert_eq!((project.read("docs/a.md"), project.read("docs/b.md")), (fixed, PAGE.to_owned()));
    let store = store(&project);
    let run = runs(&store).swap_remove(0);
    assert_eq!((run.kind.as_str(), run.state), ("enhance", WorkflowState::Completed));
    let now = store.read(|reader| reader.latest("docs/a.md")).expect("a read").expect("a check");
    assert_eq!((now.workflow, now.counts.total()), (run.id, 4));
    assert!(now.duration_us > 0);
    assert_eq!(in_state(&project, RecommendationState::Applied), 1);
    assert_eq!(project.run("undo").code, 0);
    assert_eq!(project.read("docs/a.md"), PAGE);
    assert_eq!(in_state(&project, RecommendationState::Applied), 0);
    let again = json(&project.run("review list --path docs/a.md --rule MD009 --format json"));
    assert_eq!(again["items"].as_array().map(Vec::len), Some(1), "it is proposed again");
    drop(store);
    crate::sound::check_record(project.root());
}

#[test]
fn what_is_applied_can_be_narrowed_to_a_run_or_a_validation() {
    let project = project();
    let whole = runs(&store(&project))[0].id;
    project.run("check docs/b.md");
    let one = runs(&store(&project))[0].id;
    project.run("review approve --safety safe");
    let diff = |line: &str| {
        let ran = project.run(&format!("apply --diff --format json {line}"));
        json(&ran).as_array().map(Vec::len)
    };
    assert_eq!(diff(&format!("--run {whole}")), Some(2));
    assert_eq!(diff(&format!("--run {one}")), Some(1));
    let latest = store(&project).read(|reader| reader.latest("docs/a.md"));
    let latest = latest.expect("a read").expect("a check").id;
    assert_eq!(diff(&format!("--validation {latest}")), Some(1));
    assert_eq!(project.run("apply docs/none.md").code, 2);
    assert_eq!(project.run("apply --run 17").code, 2);
    assert_eq!(project.read("docs/a.md"), PAGE);
}

#[test]
fn changes_can_be_left_out() {
    let project = project();
    let (id, ..) = all(&project).into_iter().find(|(_, rule, _)| rule == "MD009").expect("one");
    assert_eq!(project.run(&format!("review approve {id} --exclude 2")).code, 0);
    let applied = json(&project.run("apply --format json"));
    assert_eq!(applied["files"][0]["applied"][0], id);
    assert_eq!(project.read("docs/a.md"), PAGE.replace("one \n", "one\n"));
}

#[test]
fn a_file_that_changed_is_left_alone() {
    let project = project();
    project.run("review approve --rule MD009");
    project.write("docs/a.md", "# Mine\n");
    let ran = project.run("apply");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("docs/a.md: 1 left, since the file has changed"), "{ran:?}");
    assert!(ran.stdout.contains("docs/b.md: 2 applied"), "{ran:?}");
    assert_eq!(project.read("docs/a.md"), "# Mine\n");
    assert_eq!(in_state(&project, RecommendationState::Stale), 1);
}

#[test]
fn rejections_hold_in_later_runs_until_they_are_restored() {
    let project = project();
    let ran = project.run("review reject --rule MD009 --path docs/a.md --reason layout");
    assert!(ran.code == 0 && ran.stdout.contains("rejected 1 recommendation"), "{ran:?}");
    let finding = project.run("check c.md --format jsonl").findings().swap_remove(0);
    let print = finding["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let ran = project.run(&format!("review reject {print} --reason historical"));
    assert!(ran.stdout.contains("rejected 1 finding"), "{ran:?}");
    let ran = project.run("batch --format concise");
    assert_eq!(ran.stdout.matches("rejected MD009").count(), 2, "{ran:?}");
    assert_eq!(ran.stdout.matches("(historical)").count(), 1, "{ran:?}");
    let listed = json(&project.run("review list --path docs/a.md --rule MD009 --format json"));
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(0), "it is not proposed again");
    let rejected = json(&project.run("review rejected --format json"));
    assert_eq!(rejected.as_array().map(Vec::len), Some(3));
    assert!(project.run("review rejected").stdout.contains("historical"));
    let again = json(&project.run(&format!("review restore {print} --format json")));
    assert_eq!(again["restored"][0], print);
    assert_eq!(project.run("check c.md --fail-on warning").code, 1);
    assert_eq!(project.run(&format!("review restore {print}")).code, 2);
}

#[test]
fn rejections_end_on_their_day() {
    let project = project();
    let ran = project.run("review reject --rule MD009 --reason later --until 2020-01-31");
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = project.run("check docs/a.md --format concise");
    assert!(!ran.stdout.contains("rejected"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn on_a_terminal_single_keys_decide() {
    use crate::pty::talk;
    let project = project();
    let count = all(&project).len();
    // The first without its second change, the second with a reason, back and forth, then stop.
    let (status, shown) = talk(
        project.command("review --rule MD009 --color never"),
        &[
            ("[?]", "?"),
            ("go back\r\n", "x2"),
            ("(left out)", ""),
            ("[?]", "y"),
            ("approved", ""),
            ("2 of 2", ""),
            ("[?]", "n"),
            ("why?", "on purpose\n"),
        ],
    );
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("1 approved, 1 rejected, 0 left"), "{shown}");
    let headings = shown.matches("2 recommendations: 2 safe, 0 for review; from batch wf_").count();
    assert!(headings >= 2, "it stands over each one: {shown}");
    assert!(shown.contains("- one·"), "{shown}");
    assert_eq!(in_state(&project, RecommendationState::Approved), 1);
    assert_eq!(in_state(&project, RecommendationState::Rejected), 1);
    let (status, shown) =
        talk(project.command("review"), &[("[?]", "s"), ("2 of", "b"), ("1 of", "q")]);
    assert!(status == Some(0) && shown.contains(&format!("{} left", count - 2)), "{shown}");
    let (status, shown) =
        talk(project.command("review --safety safe"), &[("[?]", "a"), ("approved", "\u{3}")]);
    assert_eq!(status, Some(130), "{shown}");
    assert!(in_state(&project, RecommendationState::Approved) > 1);
}

#[cfg(unix)]
#[test]
fn where_nothing_is_proposed_the_terminal_says_so() {
    let project = Project::new(&[("a.md", "# T\n")]);
    project.run("batch --record");
    let (status, shown) = crate::pty::talk(project.command("review"), &[]);
    assert!(status == Some(0) && shown.contains("no proposed recommendations"), "{shown}");
}

/// A page on which a change claims to be safe and would change what is rendered: the record was
/// written by a program that thought otherwise.
fn with_a_false_claim() -> Project {
    let project = Project::new(&[("a.md", "# T\n\nOne  two\n\n\n\nEnd   \n")]);
    project.run("batch --record");
    project.run("review approve --all");
    let path = project.path(".validator/validator.db");
    let record = rusqlite::Connection::open(path).expect("the record");
    let (id, changes): (i64, String) = record
        .query_row("SELECT id, changes FROM recommendations WHERE rule = 'MD012'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("a recommendation");
    let mut list: Vec<Value> = serde_json::from_str(&changes).expect("changes");
    let mut lie = list[0].clone();
    lie["fingerprint"] = "00000000000000aa".into();
    lie["line"] = 3.into();
    lie["edits"] = serde_json::json!([{"start": 5, "end": 8, "before": "One", "after": "Two"}]);
    list.push(lie);
    let changes = serde_json::to_string(&list).expect("JSON");
    record
        .execute("UPDATE recommendations SET changes = ?1 WHERE id = ?2", (changes, id))
        .expect("an update");
    project
}

#[test]
fn what_is_previewed_is_what_is_written() {
    let project = with_a_false_claim();
    let before = project.read("a.md");
    let preview = project.run("apply --diff");
    assert_eq!(preview.code, 1, "{preview:?}");
    assert!(preview.stderr.contains("1 refused: would change the rendered page"), "{preview:?}");
    assert!(!preview.stdout.contains("+Two"), "{preview:?}");
    let parse = |ran: Ran| serde_json::from_str::<Value>(&ran.stdout).expect("JSON");
    let planned = parse(project.run("apply --dry-run --format json"));
    assert_eq!(project.read("a.md"), before, "a preview writes nothing");
    let report = parse(project.run("apply --format json"));
    for key in ["changes", "applied_changes", "refused_changes", "applied", "refused"] {
        assert_eq!(planned[0][key], report["files"][0][key], "{key}: {report}");
    }
    assert_eq!(report["files"][0]["refused_changes"][0]["line"], 3);
}

#[test]
fn what_is_refused_stays_in_sight_until_the_next_check() {
    let project = with_a_false_claim();
    let record = rusqlite::Connection::open(project.path(".validator/validator.db")).unwrap();
    // Only the change that is refused is left of it.
    record
        .execute_batch(
            "UPDATE recommendations SET state = 'stale' WHERE rule <> 'MD012';
             UPDATE recommendations SET changes = json_array(json_extract(changes, '$[#-1]'));",
        )
        .unwrap();
    let before = project.read("a.md");
    let ran = project.run("apply");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("0 of 1 applied; 1 refused"), "{ran:?}");
    assert_eq!(project.read("a.md"), before);
    let listed = json(&project.run("review list --state refused --format json"));
    assert_eq!(listed["items"][0]["reason"], "would change the rendered page", "{listed}");
    assert_eq!(project.run("apply").code, 2, "nothing is approved any more");
    project.run("batch");
    let listed = json(&project.run("review list --state refused --format json"));
    assert_eq!(listed["items"], serde_json::json!([]), "the next check settles it");
}

/// Scripts that use the old names keep working, and people are told the new ones once.
#[test]
fn old_names_of_commands_work_and_name_the_new_ones() {
    let project = Project::new(&[("a.md", "# T\n\nA line with a space \n\nAnd \t a tab\n")]);
    assert_eq!(project.run("batch --record").code, 1);
    assert_eq!(project.run("review approve --safety safe").code, 0);
    let ran = project.run("enhance --diff");
    assert_eq!(ran.stderr.matches("note: enhance is now called apply\n").count(), 1, "{ran:?}");
    assert_eq!(ran.stdout, project.run("apply --diff").stdout);
    assert!(!project.run("apply --diff").stderr.contains("now called"));
    assert!(!project.run("enhance --diff --quiet").stderr.contains("now called"));
    assert_eq!(project.run("enhance").code, 0);
    let after = std::fs::read_to_string(project.path("a.md")).expect("a page");
    assert!(!after.contains(" \n"), "{after:?}");
    let ran = project.run("review reconsider 0123456789abcdef");
    assert!(ran.stderr.contains("note: reconsider is now called restore\n"), "{ran:?}");
    for (help, old, new) in
        [("--help", "enhance", "  apply "), ("review --help", "reconsider", "  restore ")]
    {
        let help = project.run(help).stdout;
        assert!(help.contains(new) && !help.contains(old), "{help}");
    }
}
