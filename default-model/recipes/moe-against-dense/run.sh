#!/bin/sh
# Trains a mixture and its dense twin (same tokens, same active parameters) with three seeds each and prints their
# validation losses. Usage: default-model/recipes/moe-against-dense/run.sh
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
sirocco=${SIROCCO:-$here/../../../sirocco}
for seed in 1 2 3; do
  for kind in moe dense; do
    recipe=$here/.$kind-$seed.yaml
    sed "s/SEED/$seed/" "$here/$kind.yaml" >"$recipe"
    # shellcheck disable=SC2086 # a command may be several words
    $sirocco pretrain "$recipe" ${THREADS:+-t "$THREADS"} >/dev/null
    rm -f "$recipe"
    grep validation "$here/../../../../training/moe-against-dense/$kind-$seed/metrics.jsonl" | tail -n 1 | sed "s/^/$kind $seed /"
  done
done
