//! The packages that `release/package` makes, installed into clean places and run there. The binary is
//! the one of the tests: what is packaged does not depend on how it was optimised.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use super::tools;
use crate::project::Project;

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// The binary without what is there to find mistakes in it, which is most of it.
fn binary() -> &'static Path {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let stripped = tools::directory("stripped").join("validator");
        let mut strip = Command::new("strip");
        let output = strip.arg("-o").arg(&stripped).arg(env!("CARGO_BIN_EXE_validator")).output();
        let output = output.expect("strip is there; on Debian: apt-get install binutils");
        assert!(output.status.success(), "{}", told(&output));
        stripped
    });
    &BINARY
}

/// Runs a script of `release`.
fn script(name: &str, options: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("release").join(name);
    let mut python = Command::new("python3");
    python.arg(script).args(options).output().expect("Python; on Debian: apt-get install python3")
}

fn make(out: &Path, options: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("release/package");
    let mut package = Command::new("python3");
    package.arg(script).arg("--binary").arg(binary()).arg("--out").arg(out);
    package.args(options).output().expect("Python is there; on Debian: apt-get install python3")
}

/// The directory with the packages, made once.
fn packages() -> &'static Path {
    static PACKAGES: LazyLock<PathBuf> = LazyLock::new(|| {
        let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("packages");
        let _ = fs::remove_dir_all(&out);
        let output = make(&out, &[]);
        assert!(output.status.success(), "{}", told(&output));
        out
    });
    &PACKAGES
}

fn package(ending: &str) -> PathBuf {
    let entries = fs::read_dir(packages()).expect("packages");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    found.sort();
    found.pop().unwrap_or_else(|| panic!("no {ending} in {}", packages().display()))
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{command:?}: {}", told(&output));
    told(&output)
}

/// Checks a page with an installed program.
fn checks(program: &Path) {
    let project = Project::new(&[("a.md", "# T\n\n### U\n")]);
    let mut command = Command::new(program);
    let output = command.args(["check", "a.md", "--format", "concise"]);
    let output = output.current_dir(project.root()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("MD001"), "{}", told(&output));
}

#[test]
fn the_wheel_installs_into_an_empty_environment() {
    let project = Project::new(&[]);
    let environment = project.path("environment");
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
    let mut pip = Command::new(environment.join("bin/python"));
    run(pip.args(["-m", "pip", "install", "--no-index", "--quiet"]).arg(package(".whl")));
    checks(&environment.join("bin/validator"));
    let mut pip = Command::new(environment.join("bin/python"));
    let check = run(pip.args(["-m", "pip", "check"]));
    assert!(check.contains("No broken requirements"), "{check}");
    let mut pip = Command::new(environment.join("bin/python"));
    run(pip.args(["-m", "pip", "uninstall", "--yes", "--quiet", "validator-docs"]));
    assert!(!environment.join("bin/validator").exists());
}

#[test]
fn the_packages_of_npm_install_and_say_what_is_missing() {
    let (main, platform) = {
        let entries = fs::read_dir(packages()).expect("packages");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let archives = paths.filter(|path| path.extension().is_some_and(|it| it == "tgz"));
        let mut archives: Vec<PathBuf> = archives.collect();
        archives.sort_by_key(|path| path.as_os_str().len());
        (archives[0].clone(), archives[1].clone())
    };
    let manifest = format!(
        r#"{{"private": true, "dependencies": {{"validator-docs": "file:{}"}}}}"#,
        main.display()
    );
    let project = Project::new(&[("package.json", &manifest)]);
    let npm = |arguments: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(arguments).args(["--no-audit", "--no-fund", "--silent"]);
        npm.current_dir(project.root()).output().expect("npm; on Debian: apt-get install npm")
    };
    let output = npm(&["install", "--omit=optional", "--offline"]);
    assert!(output.status.success(), "{}", told(&output));
    let program = project.path("node_modules/.bin/validator");
    let output = Command::new(&program).arg("--version").output().expect("node runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("--omit=optional"), "{}", told(&output));
    // What npm does with the optional package of the platform, from the file.
    let scope = project.path("node_modules/@validator-docs");
    let name = platform.file_name().expect("a name").to_string_lossy().into_owned();
    let name = name.trim_start_matches("validator-docs-").to_owned();
    let version = env!("CARGO_PKG_VERSION");
    let name = name.trim_end_matches(&format!("-{version}.tgz")).to_owned();
    fs::create_dir_all(scope.join(&name)).expect("a directory");
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(&platform).args(["--strip-components=1", "-C"]).arg(scope.join(&name));
    run(&mut tar);
    checks(&program);
    let binary = run(Command::new(&program).arg("--print-binary"));
    assert!(Path::new(binary.trim()).starts_with(fs::canonicalize(scope).expect("there")));
}

#[cfg(target_os = "linux")]
#[test]
fn the_debian_package_unpacks_with_manual_and_completions() {
    let project = Project::new(&[]);
    let package = package(".deb");
    let mut dpkg = Command::new("dpkg-deb");
    run(dpkg.arg("--extract").arg(&package).arg(project.root()));
    checks(&project.path("usr/bin/validator"));
    for file in [
        "usr/share/man/man1/validator.1.gz",
        "usr/share/man/man1/validator-batch.1.gz",
        "usr/share/bash-completion/completions/validator",
        "usr/share/zsh/vendor-completions/_validator",
        "usr/share/fish/vendor_completions.d/validator.fish",
        "usr/share/doc/validator-docs/copyright",
    ] {
        assert!(project.path(file).is_file(), "{file}");
    }
    let fields = run(Command::new("dpkg-deb").arg("--field").arg(&package));
    let version = format!("Version: {}", env!("CARGO_PKG_VERSION"));
    assert!(fields.contains(&version) && fields.contains("libc6 (>= 2."), "{fields}");
}

#[test]
fn the_archive_is_what_the_manifests_and_checksums_name() {
    let project = Project::new(&[]);
    let archive = package(".tar.gz");
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(project.root()));
    let name = archive.file_name().expect("a name").to_string_lossy().into_owned();
    let directory = project.path(name.trim_end_matches(".tar.gz"));
    checks(&directory.join("validator"));
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "man/validator.1", "completions/_validator"] {
        assert!(directory.join(file).is_file(), "{file}");
    }
    run(Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(packages()));
    let sums = fs::read_to_string(packages().join("SHA256SUMS")).expect("the checksums");
    let sum = sums.lines().find(|line| line.ends_with(&name)).expect("the archive");
    let sum = sum.split(' ').next().expect("a checksum");
    let formula = fs::read_to_string(packages().join("validator.rb")).expect("the formula");
    assert!(formula.contains(sum) && formula.contains(&name), "{formula}");
    // cargo-binstall is told where the program is in the archive.
    let manifest = fs::read_to_string("Cargo.toml").expect("the manifest");
    assert!(
        manifest.contains(r#"bin-dir = "{ name }-{ version }-{ target }/{ bin }{ binary-ext }""#)
    );
}

#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
#[test]
fn what_arch_linux_would_build_runs() {
    let project = Project::new(&[]);
    let archive = package(".tar.gz");
    let script = r#"
        source "$1/PKGBUILD"
        srcdir=$2/src pkgdir=$2/pkg
        mkdir -p "$srcdir" "$pkgdir"
        archive=$1/${source[0]##*/}
        echo "${sha256sums[0]}  $archive" | sha256sum --check --status
        tar -xzf "$archive" -C "$srcdir"
        package
    "#;
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", script, "bash"]).arg(packages()).arg(project.root());
    run(&mut bash);
    assert!(archive.is_file());
    checks(&project.path("pkg/usr/bin/validator"));
    for file in ["man/man1/validator.1", "fish/vendor_completions.d/validator.fish"] {
        assert!(project.path("pkg/usr/share").join(file).is_file(), "{file}");
    }
}

#[test]
fn the_bill_of_materials_is_valid_and_names_every_crate() {
    let bill = package(".cdx.json");
    let python = tools::python(&["cyclonedx-python-lib[json-validation]==11.12.0"]);
    let script = "import sys; from cyclonedx.schema import SchemaVersion; \
        from cyclonedx.validation.json import JsonStrictValidator; \
        errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()); \
        sys.exit(str(errors) if errors else 0)";
    run(Command::new(python).args(["-c", script]).arg(&bill));
    let text = fs::read_to_string(&bill).expect("the bill");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let components = document["components"].as_array().expect("components");
    let names: Vec<&str> = components.iter().filter_map(|part| part["name"].as_str()).collect();
    for name in ["pulldown-cmark", "warp", "libsqlite3-sys"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(!names.contains(&"proptest"), "tests are no part of it");
    assert!(components.iter().all(|part| part["hashes"][0]["alg"] == "SHA-256"), "{text}");
    // The dependencies of each are themselves in it.
    let refs = document["dependencies"].as_array().expect("dependencies");
    assert_eq!(refs.len(), components.len() + 1);
}

#[test]
fn the_same_binary_gives_the_same_bytes() {
    let project = Project::new(&[]);
    let output = make(&project.path("again"), &[]);
    assert!(output.status.success(), "{}", told(&output));
    let sums =
        |directory: &Path| fs::read_to_string(directory.join("SHA256SUMS")).expect("checksums");
    assert_eq!(sums(packages()), sums(&project.path("again")));
}

#[test]
fn mistakes_are_told() {
    let project = Project::new(&[]);
    let output = make(&project.path("x"), &["--target", "sparc-sun-solaris"]);
    assert!(!output.status.success() && told(&output).contains("no package for"));
    let output = make(&project.path("x"), &["--binary", "none"]);
    assert!(!output.status.success() && told(&output).contains("is no file; build it with"));
    let output = make(&project.path("x"), &["--wheel", "none"]);
    assert!(!output.status.success() && told(&output).contains("`release/wheel` makes it"));
    let output = script("wheel", &["--out", "x", "--target", "sparc-sun-solaris"]);
    assert!(!output.status.success() && told(&output).contains("there is no wheel for"));
}

/// What the image is made of has to run without any library. That it does is tried by `release/image`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn images_are_not_made_of_programs_that_ask_for_libraries() {
    let project = Project::new(&[]);
    for (archive, words) in [
        (package(".tar.gz"), "and the image has no libraries\nhelp: take an archive for"),
        (package("SHA256SUMS"), "is no archive that tar can read"),
        (project.path("none.tar.gz"), "is no file; `release/package` makes it"),
    ] {
        let output = script("image", &[&archive.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(1));
        assert!(told(&output).contains(words), "{}", told(&output));
    }
}

#[test]
fn python_packages_can_be_built_from_a_checkout() {
    let manifest = fs::read_to_string("pyproject.toml").expect("the manifest");
    let manifest: toml::Table = toml::from_str(&manifest).expect("TOML");
    assert_eq!(manifest["build-system"]["build-backend"].as_str(), Some("maturin"));
    assert_eq!(manifest["tool"]["maturin"]["bindings"].as_str(), Some("bin"));
}
