#!/bin/sh
# Checks the claims of a list again, and compares the line that is expected: ./check-claims.sh claims.tsv
# A line of the list holds a name, the arguments of `reduce check`, and the expected line, with a tabulator between them.
# Exit codes: 0 every line is as expected, 1 one is not or there is none.
set -eu
cd "$(dirname "$0")"
tab=$(printf '\t')
n=0 differing=0
while IFS="$tab" read -r name arguments expected; do
  n=$((n + 1))
  # The arguments are words: they are meant to be split.
  got=$(bin/reduce --quiet check $arguments </dev/null | sed -n 2p)
  if [ "$got" = "$expected" ]; then
    echo "as expected  $name: $got"
  else
    differing=$((differing + 1))
    echo "DIFFERS      $name: expected '$expected', got '$got'"
  fi
done <"$1"
echo "$n claims checked, of which $differing differ from what is expected."
[ "$n" -gt 0 ] && [ "$differing" -eq 0 ]
