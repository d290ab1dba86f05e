//! What is removed where the user interrupts: files and folders that are not complete yet.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::Once;

static PATHS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The exit code of a program that was interrupted, as shells give it.
const INTERRUPTED: i32 = 130;

/// A file or folder that is removed if the user interrupts while this value lives.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// One at this path.
    pub(crate) fn new(path: &Path) -> Self {
        if let Ok(mut paths) = PATHS.lock() {
            paths.push(path.to_owned());
        }
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            // Without a handler an interrupted run would leave its temporary files behind, but nothing worse.
            let _ = ctrlc::set_handler(|| {
                if let Ok(paths) = PATHS.lock() {
                    for path in paths.iter() {
                        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
                    }
                }
                std::process::exit(INTERRUPTED);
            });
        });
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Ok(mut paths) = PATHS.lock() {
            paths.retain(|path| *path != self.0);
        }
    }
}
