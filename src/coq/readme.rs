//! The README of an exported folder: what the theorem states, and what a reader must judge.

use super::judged::of_folder;
use crate::folder::File;

/// The README's text, for the other files of a folder.
pub(super) fn text(name: &str, says: &str, folder: &[File]) -> String {
    let judged = of_folder(folder);
    let to_read =
        judged.parts.iter().map(|part| format!("- `{}`, lines {} to {}\n", part.path, part.first, part.last()));
    let (n_judged, to_read) = (judged.n_judged(), to_read.collect::<String>());
    let has_why = folder.iter().any(|file| file.path.starts_with("why/"));
    let why = if has_why { "make why    # where a check is false: what fails\n" } else { "" };
    format!(
        "# A theorem in Coq about literal weights\n\n\
         `claims/{name}.v` states and proves: {says}. The weights are those in `generated/{name}Network.v`, the numbers \
         are rational and exact, and the word may have any length. No axiom is used: `Print Assumptions` says \
         `Closed under the global context`.\n\n\
         ## Check it\n\n\
         ```\nmake        # Coq 8.16 or later, the standard library only\n{why}```\n\n\
         `coqchk -silent -o -Q theories Reduce -Q generated Generated -Q claims Claims Claims.{name}` checks the compiled files \
         again, without the virtual machine.\n\n\
         ## What you must judge\n\n\
         The proofs are Coq's business. That the statement says what you mean is yours: {n_judged} lines.\n\n\
         {to_read}\
         - `generated/{name}Network.v`: that these are the weights of the network that you mean\n\n\
         What remains to be believed is Coq itself.\n"
    )
}
