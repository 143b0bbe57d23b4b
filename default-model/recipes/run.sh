#!/bin/sh
# Makes the default model from nothing: tokenizer, nine stages of training, preferences, two layers more, thirteen stages more,
# quantisation. Usage: default-model/recipes/run.sh [THREADS]. It takes some fourteen hours on two cores; a stage that was cut
# off goes on where its last checkpoint stands. The weights end up in ../training/sirocco-tiny.gguf.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
training=$here/../../../training
sirocco=$here/../../sirocco
pretrain() {
  for recipe in "$@"; do
    "$sirocco" pretrain "$here/$recipe.yaml" -t "$threads"
  done
}
threads=${1:-2}
[ -d "$training/tokenizer" ] || "$sirocco" tokenizer-train "$here/0-tokenizer.yaml"
pretrain 1-pretrain 2-skills 3-copying 4-skills 5-sft 6-retrieval 7-evidence 8-answers 9-turns
"$sirocco" dpo "$here/10-dpo.yaml" -t "$threads"
[ -d "$training/11-deepen" ] || "$sirocco" deepen "$here/11-deepen.yaml"
pretrain 12-muon 13-finding 14-words 15-scenes 16-guided 17-answers 18-following 19-places 20-orders 21-tellings 22-facts 23-manners 24-sums
"$sirocco" quantize -m "$training/24-sums/model" -o "$training/sirocco-tiny.gguf" --type Q8_0
