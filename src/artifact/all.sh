#!/bin/sh
# Everything: each claim, the weights of each network, and the folder of evidence by a solver and by a checker in Python.
# Exit codes: 0 all is as expected, 1 something is not.
set -eu
cd "$(dirname "$0")"
sha256sum --quiet -c SHA256SUMS
echo "Every file is the one that was written."
bin/reduce --version || { echo "The program does not start: README.md says what it needs."; exit 1; }
differing=0
./check-claims.sh claims.tsv || differing=1
tab=$(printf '\t')
while IFS="$tab" read -r name arguments expected; do
  [ -e "evidence/$name" ] || continue
  if bin/reduce show $arguments --network | cmp -s - "weights/$name.json"; then
    echo "as expected  the weights of $name"
  else
    echo "DIFFERS      weights/$name.json is not the network that the program checks"
    differing=1
  fi
done <claims.tsv
if [ -e evidence ]; then
  bin/reduce --quiet recheck evidence || differing=1
  if command -v python3 >/dev/null; then
    python3 evidence/recheck.py evidence || differing=1
  else
    echo "Skipped evidence/recheck.py: there is no Python."
  fi
fi
[ "$differing" -eq 0 ] && echo "All is as expected."
