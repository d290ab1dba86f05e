//! Looks for Z3 before anything is linked, so that a missing library is one clear sentence and not a linker's error.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    println!("cargo:rerun-if-env-changed=Z3_LIBRARY_PATH_OVERRIDE");
    if std::env::var_os("Z3_LIBRARY_PATH_OVERRIDE").is_some() {
        return;
    }
    let known = Command::new("pkg-config").args(["--exists", "z3"]).status().is_ok_and(|status| status.success());
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib", "/usr/lib/x86_64-linux-gnu"];
    let names = ["libz3.so", "libz3.dylib"];
    let found = folders.iter().any(|folder| names.iter().any(|name| std::path::Path::new(folder).join(name).exists()));
    if !known && !found {
        eprintln!(
            "reduce needs the library Z3 and its headers, and found neither by pkg-config nor in the usual folders.\n\
             Install them with `apt-get install libz3-dev pkg-config` (Debian, Ubuntu), `dnf install z3-devel` (Fedora) \
             or `brew install z3` (macOS), or run `make demo`, or set Z3_LIBRARY_PATH_OVERRIDE to the folder of libz3."
        );
        std::process::exit(1);
    }
}
