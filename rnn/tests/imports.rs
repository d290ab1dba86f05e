//! The picture of imports, drawn from the sources: it has no circle, neither of folders nor of files.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// For each module (`term::node`) those that it imports; `lib.rs` is the empty name.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The source files as modules, without the files of tests.
fn sources() -> BTreeMap<String, String> {
    fn collect(folder: &Path, module: &str, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let inner = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
            if path.is_dir() {
                collect(&path, &inner, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(if inner == "lib" { String::new() } else { inner }, text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    collect(root, "", &mut found);
    // Integration tests see the crate from outside.
    found.retain(|module, _| !module.starts_with("tests"));
    found
}

/// The lines of a source file that are neither comments nor its own tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

/// What a path of an import is about, seen from a module: the longest module that it begins with.
fn target(path: &str, module: &str, modules: &BTreeMap<String, String>) -> Option<String> {
    let mut base: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut is_ours = false;
    for (i, part) in path.split("::").enumerate() {
        match part {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            _ if i == 0 && !modules.contains_key(&[&base[..], &[part]].concat().join("::")) => return None,
            _ if modules.contains_key(&[&base[..], &[part]].concat().join("::")) => base.push(part),
            _ => break,
        }
        is_ours = true;
    }
    is_ours.then(|| base.join("::"))
}

/// Who imports whom, for sources given as (module, text). A folder's own file imports the files that it lists.
fn graph(modules: &BTreeMap<String, String>) -> Graph {
    let mut graph = Graph::new();
    for (module, text) in modules {
        let imports = graph.entry(module.clone()).or_default();
        for line in code(text) {
            let path = ["pub use ", "pub(crate) use ", "use "].iter().find_map(|start| line.strip_prefix(start));
            if let Some(path) = path {
                let path = path.trim_end_matches(';');
                imports.extend(target(path, module, modules));
            } else {
                assert!(!line.contains("crate::") && !line.contains("super::"), "{module}: an import inside `{line}`");
            }
        }
        imports.remove(module);
    }
    graph
}

/// The same for folders: the first part of each name.
fn folders(graph: &Graph) -> Graph {
    let folder = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let mut folders = Graph::new();
    for (module, imports) in graph {
        let of_folder = folders.entry(folder(module)).or_default();
        of_folder.extend(imports.iter().map(|import| folder(import)).filter(|import| *import != folder(module)));
    }
    folders
}

/// Takes away whatever imports nothing that is left, again and again. What is left then is in a circle or above one.
fn circles(graph: &Graph) -> BTreeSet<String> {
    let mut left: BTreeSet<String> = graph.keys().cloned().collect();
    loop {
        let free: Vec<String> =
            left.iter().filter(|module| graph[*module].iter().all(|import| !left.contains(import))).cloned().collect();
        if free.is_empty() {
            return left;
        }
        left.retain(|module| !free.contains(module));
    }
}

#[test]
fn no_file_and_no_folder_imports_itself_by_way_of_others() {
    let files = graph(&sources());
    assert!(files.len() > 40, "{} files", files.len());
    assert_eq!(circles(&files), BTreeSet::new());
    let folders = folders(&files);
    assert_eq!(circles(&folders), BTreeSet::new());
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let expected = [
        ("", names(&["arithmetic", "format", "network", "number", "term"])),
        ("arithmetic", names(&["format", "number", "term"])),
        ("format", names(&["number"])),
        ("network", names(&["arithmetic", "format", "number"])),
        ("number", names(&[])),
        ("shipped", names(&["format", "number"])),
        ("term", names(&["number"])),
    ];
    assert_eq!(folders, expected.map(|(folder, imports)| (folder.to_owned(), imports)).into_iter().collect());
}

#[test]
fn a_circle_is_found() {
    let with = |texts: &[(&str, &str)]| -> BTreeSet<String> {
        let modules = texts.iter().map(|(module, text)| ((*module).to_owned(), (*text).to_owned())).collect();
        circles(&graph(&modules))
    };
    let straight = [("", "mod a;\nmod b;\npub use b::B;"), ("a", "pub struct A;"), ("b", "use crate::a::A;")];
    assert!(with(&straight).is_empty());
    // By way of the crate's own list of names.
    let by_root = [("", "mod a;\npub use a::A;"), ("a", "use crate::Other;")];
    assert_eq!(with(&by_root).len(), 2);
    // Between two files of one folder, and between a folder's own file and one of it.
    let beside = [("a", "mod b;\nmod c;"), ("a::b", "use super::c::C;"), ("a::c", "use crate::a::b::B;")];
    assert_eq!(with(&beside).len(), 2);
    let above = [("a", "mod b;\npub use b::B;"), ("a::b", "use super::A;")];
    assert_eq!(with(&above).len(), 2);
    // A comment, a test and another crate are no imports.
    let none =
        [("", "pub use a::A;"), ("a", "// use crate::B;\nuse std::fmt;\n#[cfg(test)]\nmod tests {\nuse crate::B;")];
    assert!(with(&none).is_empty());
}
