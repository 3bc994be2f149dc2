//! Writes: directories that are exchanged, files with more than content, processes that are killed.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::Scene;

const TAILS: &str = "# Title\n\nText with a tail. \n\nMore. \n";
const CLEAN: &str = "# Title\n\nText with a tail.\n\nMore.\n";

#[test]
fn a_directory_that_is_exchanged_with_a_link_out_is_not_written_through() {
    let scene = Scene::new(&[]);
    let out = scene.outside("out");
    fs::create_dir(&out).expect("made");
    for index in 0..20 {
        fs::write(out.join(format!("p{index}.md")), TAILS).expect("written");
    }
    scene.link("../out", "away");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            let (docs, away) = (scene.path("docs"), scene.path("away"));
            while !stop.load(Ordering::Relaxed) {
                let _ = renameat_with(CWD, &docs, CWD, &away, RenameFlags::EXCHANGE);
            }
        });
        for _ in 0..15 {
            let names: Vec<String> = (0..20).map(|index| format!("docs/p{index}.md")).collect();
            for place in ["docs", "away"] {
                if scene.path(place).symlink_metadata().is_ok_and(|data| data.is_dir()) {
                    for index in 0..20 {
                        let _ = fs::write(scene.path(place).join(format!("p{index}.md")), TAILS);
                    }
                }
            }
            let _ = fs::create_dir(scene.path("docs"));
            let mut words = vec!["check", "--fix"];
            words.extend(names.iter().map(String::as_str));
            scene.run(&words);
        }
        stop.store(true, Ordering::Relaxed);
    });
    for entry in fs::read_dir(&out).expect("listed") {
        let path = entry.expect("a name").path();
        assert!(path.extension().is_some_and(|end| end == "md"), "{}", path.display());
        let text = fs::read_to_string(&path).expect("read");
        assert_eq!(text, TAILS, "{}", path.display());
    }
}

#[test]
fn a_link_out_is_not_fixed() {
    let scene = Scene::new(&[]);
    fs::write(scene.outside("mine.md"), TAILS).expect("written");
    scene.link("../mine.md", "a.md");
    scene.run(&["check", "--fix", "a.md"]).ends_with(2).says("leads to");
    assert_eq!(fs::read_to_string(scene.outside("mine.md")).expect("read"), TAILS);
}

#[test]
fn a_link_inside_is_fixed_where_it_leads() {
    let scene = Scene::new(&[("real/a.md", TAILS)]);
    scene.link("real", "docs");
    scene.run(&["check", "--fix", "docs/a.md"]).ends_with(0);
    assert_eq!(scene.read("real/a.md"), CLEAN);
    assert!(scene.path("docs").is_symlink());
}

#[test]
fn hard_links_are_not_torn() {
    let scene = Scene::new(&[("a.md", TAILS)]);
    fs::hard_link(scene.path("a.md"), scene.outside("other.md")).expect("linked");
    scene.run(&["check", "--fix", "a.md"]).ends_with(2).says("hard links").says("2 names");
    assert_eq!(scene.read("a.md"), TAILS);
    assert_eq!(fs::metadata(scene.path("a.md")).expect("there").nlink(), 2);
}

#[test]
fn permissions_and_attributes_are_kept() {
    let scene = Scene::new(&[("a.md", TAILS)]);
    let path = scene.path("a.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).expect("set");
    let flags = rustix::fs::XattrFlags::empty();
    let known = rustix::fs::setxattr(&path, "user.note", b"keep me", flags).is_ok();
    scene.run(&["check", "--fix", "a.md"]).ends_with(0);
    assert_eq!(scene.read("a.md"), CLEAN);
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o7777, 0o664);
    if known {
        let mut value = [0; 16];
        let length = rustix::fs::getxattr(&path, "user.note", &mut value[..]).expect("kept");
        assert_eq!(&value[..length], b"keep me");
    }
}

#[test]
fn an_access_control_list_is_kept() {
    let scene = Scene::new(&[("a.md", TAILS)]);
    let path = scene.path("a.md");
    // Version 2; owner rw, user 1 r, group r, mask r, others none.
    let entry = |tag: u16, perm: u16, id: u32| {
        [tag.to_le_bytes().to_vec(), perm.to_le_bytes().to_vec(), id.to_le_bytes().to_vec()]
            .concat()
    };
    let none = u32::MAX;
    let list = [
        2u32.to_le_bytes().to_vec(),
        entry(1, 6, none),
        entry(2, 4, 1),
        entry(4, 4, none),
        entry(16, 4, none),
        entry(32, 0, none),
    ]
    .concat();
    let flags = rustix::fs::XattrFlags::empty();
    if rustix::fs::setxattr(&path, "system.posix_acl_access", &list, flags).is_err() {
        return;
    }
    scene.run(&["check", "--fix", "a.md"]).ends_with(0);
    let mut now = vec![0; 256];
    let length =
        rustix::fs::getxattr(&path, "system.posix_acl_access", &mut now[..]).expect("kept");
    assert_eq!(&now[..length], &list[..]);
}

#[test]
fn the_owner_is_kept() {
    let scene = Scene::new(&[("a.md", TAILS)]);
    let path = scene.path("a.md");
    // Only root can give files away.
    if std::os::unix::fs::chown(&path, Some(1234), Some(1234)).is_err() {
        return;
    }
    scene.run(&["check", "--fix", "a.md"]).ends_with(0);
    let data = fs::metadata(&path).expect("there");
    assert_eq!((data.uid(), data.gid(), scene.read("a.md").as_str()), (1234, 1234, CLEAN));
}

#[test]
fn leftovers_of_killed_writes_go_and_nothing_else() {
    let scene = Scene::new(&[("docs/a.md", TAILS)]);
    scene.write("docs/.validator-Ab12zz", "half");
    scene.write("docs/.validator-notes", "not the program's");
    scene.write("docs/.validator-abc.md", "not the program's");
    scene.link("../../secret", "docs/.validator-abcdef");
    let held = fs::File::create(scene.path("docs/.validator-locked")).expect("made");
    held.lock().expect("locked");
    scene.run(&["batch"]);
    let names = scene.names("docs");
    assert!(!names.contains(&".validator-Ab12zz".to_owned()), "{names:?}");
    for kept in [".validator-notes", ".validator-abc.md", ".validator-abcdef", ".validator-locked"]
    {
        assert!(names.contains(&kept.to_owned()), "{kept}: {names:?}");
    }
    assert!(scene.outside("secret").exists());
}

#[test]
fn a_directory_that_cannot_be_written_is_told_in_the_report() {
    let scene = Scene::new(&[("docs/a.md", TAILS)]);
    // A mark that holds for root, too, where it can be set; else the permissions.
    fs::set_permissions(scene.path("docs/a.md"), fs::Permissions::from_mode(0o444)).expect("set");
    let ran = scene.run(&["check", "--fix", "docs/a.md", "--format", "json"]);
    ran.ends_with(2).says("write-error").says("\"unwritten\"").says("MD009").says("\"failed\":1");
    assert_eq!(scene.read("docs/a.md"), TAILS);
    let ran = scene.run(&["check", "--fix", "docs/a.md"]);
    ran.ends_with(2).says("not written: 1 file").says("read-only").does_not_say("undo` takes");
}

#[test]
fn an_output_is_not_written_through_a_link_out() {
    let scene = Scene::new(&[("a.md", TAILS), ("b.md", TAILS), ("c.md", TAILS)]);
    scene.link("../secret", "report.json");
    let ran = scene.run(&["check", "a.md", "--format", "json", "--output", "report.json"]);
    ran.ends_with(2).says("leads to `../secret`");
    scene.link("../new", "x.structure.yaml");
    scene.run(&["learn", ".", "--output", "x.structure.yaml"]);
    assert!(!scene.outside("new").exists());
    scene.link("../new", "validator-baseline.txt");
    scene.run(&["baseline"]).ends_with(2);
    assert!(!scene.outside("new").exists());
    assert_eq!(fs::read_to_string(scene.outside("secret")).expect("read"), super::scene::SECRET);
}
