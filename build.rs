//! Looks for Z3 before anything is linked, so that a missing library is one clear sentence and not a linker's error; and gives the
//! program its version with the commit.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    println!("cargo:rerun-if-env-changed=Z3_LIBRARY_PATH_OVERRIDE");
    println!("cargo:rustc-env=REDUCE_VERSION={}", version());
    let found = match std::env::var_os("Z3_LIBRARY_PATH_OVERRIDE") {
        Some(folder) => use_folder(&PathBuf::from(folder)),
        None => is_installed(),
    };
    if let Err(message) = found {
        eprintln!("{message}");
        std::process::exit(1);
    }
}

fn has_z3(folder: &Path) -> bool {
    ["libz3.so", "libz3.dylib", "libz3.a", "libz3.lib"].iter().any(|name| folder.join(name).exists())
}

fn is_installed() -> Result<(), String> {
    let known = Command::new("pkg-config").args(["--exists", "z3"]).status().is_ok_and(|status| status.success());
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib", "/usr/lib/x86_64-linux-gnu"];
    if known || folders.iter().any(|folder| has_z3(Path::new(folder))) {
        return Ok(());
    }
    Err("reduce needs the library Z3 and its headers, and found neither by pkg-config nor in the usual folders.\n\
         Install them with `apt-get install g++ libz3-dev pkg-config` (Debian, Ubuntu), `dnf install gcc-c++ z3-devel` \
         (Fedora) or `brew install z3` (macOS), or run `make demo`, or set Z3_LIBRARY_PATH_OVERRIDE to the folder of \
         libz3."
        .to_owned())
}

/// `z3-sys` names this folder to the linker after that of an installed Z3, which would win, and the loader would look in
/// neither when the program runs: the folder is named first here, and written into the program as its run path.
fn use_folder(folder: &Path) -> Result<(), String> {
    // A relative path would be meant from wherever the program is started.
    let folder = std::path::absolute(folder).map_err(|error| format!("Z3_LIBRARY_PATH_OVERRIDE: {error}"))?;
    if !has_z3(&folder) {
        return Err(format!("Z3_LIBRARY_PATH_OVERRIDE: expected a folder that holds libz3, got {}", folder.display()));
    }
    println!("cargo:rustc-link-search=native={}", folder.display());
    if std::env::var_os("CARGO_CFG_UNIX").is_some() {
        for argument in ["-rpath", &folder.display().to_string()] {
            println!("cargo:rustc-link-arg=-Xlinker");
            println!("cargo:rustc-link-arg={argument}");
        }
    }
    Ok(())
}

/// `0.1.0 (3189850a4b1c)`, or without a commit where none is known. A program that is no release is built again and again
/// between two commits, and does not change at each of them.
fn version() -> String {
    let number = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    match is_release.then(|| commit(&root)).flatten() {
        Some(commit) => format!("{number} ({commit})"),
        None => number,
    }
}

/// The commit of the repository that this folder is, not of one around it, or else of that from which it was packaged.
fn commit(root: &Path) -> Option<String> {
    const DIGITS: usize = 12;
    let packaged = root.join(".cargo_vcs_info.json");
    let (text, after) = if packaged.exists() {
        println!("cargo:rerun-if-changed={}", packaged.display());
        (std::fs::read_to_string(&packaged).ok()?, "\"sha1\"")
    } else if root.join(".git").exists() {
        let git = |arguments: &[&str]| {
            let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
            let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
            output.status.success().then_some(text).filter(|text| !text.is_empty())
        };
        // The commit changes with these files; one that is not there would have this run at every build. Where the branch is
        // packed, its file appears with the next commit only, of which the log tells.
        let branch = git(&["rev-parse", "--symbolic-full-name", "HEAD"]);
        for name in ["HEAD", "logs/HEAD", branch.as_deref().unwrap_or("HEAD")] {
            let path = git(&["rev-parse", "--git-path", name]).map(|path| root.join(path));
            if let Some(path) = path.filter(|path| path.exists()) {
                println!("cargo:rerun-if-changed={}", path.display());
            }
        }
        (git(&["rev-parse", "HEAD"])?, "")
    } else {
        return None;
    };
    // The first number of enough digits after the mark.
    let (_, rest) = text.split_once(after)?;
    let digits = rest.split(|letter: char| !letter.is_ascii_hexdigit()).find(|digits| digits.len() >= DIGITS)?;
    Some(digits[..DIGITS].to_owned())
}
