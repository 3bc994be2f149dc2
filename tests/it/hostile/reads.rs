//! What a repository makes the program open: pipes, devices, links that lead out.

use std::fs::{self, File};

use super::scene::Scene;

const PAGE: &str = "# Title\n\nText.\n";

#[test]
fn a_pipe_as_an_ignore_file_does_not_hold_a_run_up() {
    for name in [".gitignore", ".ignore", ".validatorignore"] {
        let scene = Scene::new(&[("a.md", PAGE)]);
        scene.pipe(name);
        scene.run(&["batch"]).ends_with(2).says(name).says("it is a named pipe");
    }
}

#[test]
fn a_pipe_as_an_ignore_file_of_a_directory_leaves_the_rest_checked() {
    let scene = Scene::new(&[("a.md", "# T\n\n### U\n"), ("docs/deep/b.md", PAGE)]);
    scene.pipe("docs/deep/.gitignore");
    let ran = scene.run(&["batch", "--format", "concise"]);
    ran.ends_with(2).says("docs/deep/.gitignore").says("a.md:3:1").says("named pipe");
}

#[test]
fn a_device_as_an_ignore_file_does_not_fill_the_memory() {
    for target in ["/dev/zero", "/dev/urandom", "/dev/tty"] {
        let scene = Scene::new(&[("docs/a.md", PAGE)]);
        scene.link(target, "docs/.gitignore");
        scene.run(&["batch"]).ends_with(2).says("docs/.gitignore").says("outside of");
    }
}

#[test]
fn an_ignore_file_without_end_is_not_read() {
    let scene = Scene::new(&[("docs/a.md", PAGE)]);
    let file = File::create(scene.path("docs/.gitignore")).expect("made");
    file.set_len(1 << 40).expect("sparse");
    scene.run(&["batch"]).ends_with(2).says("more than").says("docs/.gitignore");
}

#[test]
fn what_git_itself_excludes_is_not_opened_blindly() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    fs::create_dir_all(scene.path(".git/info")).expect("made");
    scene.pipe(".git/info/exclude");
    scene.run(&["batch"]).ends_with(2).says("exclude").says("named pipe");
}

#[test]
fn the_file_of_a_working_tree_may_not_lead_to_a_pipe() {
    let scene = Scene::new(&[("sub/a.md", PAGE), ("trap/x", "")]);
    scene.pipe("trap/commondir");
    let own = scene.path("trap");
    scene.write("sub/.git", format!("gitdir: {}\n", own.display()));
    scene.run(&["batch"]).ends_with(2).says("commondir").says("named pipe");
    let scene = Scene::new(&[("sub/a.md", PAGE)]);
    scene.pipe("sub/.git");
    scene.run(&["batch"]).ends_with(2).says("named pipe");
}

#[test]
fn an_ignore_file_may_be_a_link_within_the_repository() {
    let scene = Scene::new(&[("docs/a.md", PAGE), ("docs/b.md", "# T\n\n### U\n")]);
    scene.write("shared/ignore", "b.md\n");
    scene.link("../shared/ignore", "docs/.gitignore");
    scene.run(&["batch"]).ends_with(0).does_not_say("b.md:3");
}

#[test]
fn a_named_pipe_as_a_page_is_told() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    scene.pipe("p.md");
    let ran = scene.run(&["check", "p.md", "a.md"]);
    ran.ends_with(2).says("it is a named pipe, expected a regular file").says("validator check -");
}

#[test]
fn a_device_as_a_page_is_told() {
    let scene = Scene::new(&[]);
    for device in ["/dev/zero", "/dev/null", "/dev/tty"] {
        let ran = scene.run(&["check", device]);
        ran.ends_with(2);
        assert!(ran.said.contains("a device") || device == "/dev/tty", "{}", ran.said);
    }
}

#[test]
fn a_link_of_the_repository_that_leads_out_is_not_followed_when_a_shell_names_it() {
    let scene = Scene::new(&[("a.md", PAGE), ("docs/x.md", PAGE)]);
    scene.link(scene.outside("secret"), "docs/b.md");
    scene.link("../../secret", "docs/c.md");
    for name in ["docs/b.md", "docs/c.md"] {
        let ran = scene.run(&["check", "docs/x.md", name]);
        ran.ends_with(2).says("leads to").says("secret").says("name what it leads to");
    }
    // What people name elsewhere is theirs to name.
    fs::write(scene.outside("mine.md"), PAGE).expect("written");
    scene.run(&["check", "../mine.md"]).ends_with(0);
}

#[test]
fn a_link_that_leads_out_does_not_say_whether_something_is_there() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    scene.link("../secret", "there.md");
    scene.link("../nothing", "gone.md");
    let there =
        scene.run(&["check", "there.md"]).said.replace("there.md", "X").replace("secret", "Y");
    let gone =
        scene.run(&["check", "gone.md"]).said.replace("gone.md", "X").replace("nothing", "Y");
    let lines = |said: &str| {
        said.lines().filter(|line| line.contains('X')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&there), lines(&gone));
}

#[test]
fn a_directory_that_is_a_link_out_is_not_walked() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    fs::create_dir(scene.outside("other")).expect("made");
    fs::write(scene.outside("other/s.md"), "# s3cret\n\n### U\n").expect("written");
    scene.link("../other", "docs");
    scene.run(&["batch", "docs"]).ends_with(2).says("leads to `../other`");
}

#[test]
fn extends_does_not_leave_the_repository() {
    let long = "../".repeat(30) + "etc/passwd";
    for named in ["/etc/passwd", "../secret", "../nothing", &long, "docs/../../secret"] {
        let scene = Scene::new(&[("a.md", PAGE), ("docs/x.md", PAGE)]);
        scene.write("validator.yaml", format!("extends: {named}\n"));
        let ran = scene.run(&["batch"]);
        ran.ends_with(2).says("outside of").says("copy it").does_not_say("root:x:");
        ran.does_not_say("no such file");
    }
}

#[test]
fn extends_through_a_link_does_not_leave_the_repository() {
    let scene = Scene::new(&[("a.md", PAGE), ("validator.yaml", "extends: base.yaml\n")]);
    scene.link("../secret", "base.yaml");
    scene.run(&["batch"]).ends_with(2).says("leads to `../secret`");
    let scene = Scene::new(&[("a.md", PAGE), ("validator.yaml", "extends: x/secret\n")]);
    scene.link("..", "x");
    scene.run(&["batch"]).ends_with(2).says("outside of");
}

#[test]
fn extends_of_a_pipe_or_a_device_is_an_error() {
    let scene = Scene::new(&[("a.md", PAGE), ("validator.yaml", "extends: base.yaml\n")]);
    scene.pipe("base.yaml");
    scene.run(&["batch"]).ends_with(2).says("named pipe");
    scene.write("validator.yaml", "extends: /dev/zero\n");
    scene.run(&["batch"]).ends_with(2).says("outside of");
}

#[test]
fn configuration_files_are_no_links_out() {
    for name in
        ["validator.yaml", ".markdownlint.json", ".markdownlint.yaml", ".markdownlint-cli2.yaml"]
    {
        let scene = Scene::new(&[("a.md", PAGE)]);
        scene.link("../secret", name);
        let ran = scene.run(&["batch"]);
        ran.ends_with(2).does_not_say("s3cret");
        let told = ["leads to `../secret`", "leads out of the repository"];
        assert!(told.iter().any(|told| ran.said.contains(told)), "{}", ran.said);
    }
}

#[test]
fn markdownlint_files_do_not_extend_what_lies_outside() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    scene.write(".markdownlint.json", r#"{ "extends": "../secret" }"#);
    let ran = scene.run(&["batch"]);
    assert!(!ran.said.contains("s3cret"), "{}", ran.said);
    ran.says("leads out of the repository");
}

#[test]
fn a_baseline_is_no_link_out_and_no_pipe() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    scene.link("../secret", "validator-baseline.txt");
    scene.run(&["batch"]).ends_with(2).says("leads to `../secret`");
    let scene = Scene::new(&[("a.md", PAGE), ("validator.yaml", "baseline: ../secret\n")]);
    scene.run(&["batch"]).ends_with(2).says("outside of");
    let scene = Scene::new(&[("a.md", PAGE), ("validator.yaml", "baseline: known.txt\n")]);
    scene.pipe("known.txt");
    scene.run(&["batch"]).ends_with(2).says("named pipe");
}

#[test]
fn structure_files_and_their_globs_stay_inside() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    scene.link("../secret", "x.structure.yaml");
    let ran = scene.run(&["batch"]);
    ran.does_not_say("s3cret").says("leads to `../secret`");
    assert_eq!(ran.code, Some(2), "{}", ran.said);
    for named in ["../secret", "/etc/passwd", "../*/x.structure.yaml"] {
        let scene = Scene::new(&[("a.md", PAGE)]);
        scene.write("validator.yaml", format!("templates: [\"{named}\"]\n"));
        scene.run(&["batch"]).ends_with(2).does_not_say("s3cret").does_not_say("root:x:");
    }
}

#[test]
fn pages_of_the_walk_that_are_pipes_are_passed_over() {
    let scene = Scene::new(&[("a.md", PAGE)]);
    scene.pipe("p.md");
    scene.run(&["batch"]).ends_with(0);
}
