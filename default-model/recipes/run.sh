#!/bin/sh
# Makes the default model from nothing: tokenizer, nine stages of training, preferences,
# quantisation. Usage: default-model/recipes/run.sh [THREADS]. It takes some seven hours on two cores; a stage that was cut
# off goes on where its last checkpoint stands. The weights end up in ../training/sirocco-tiny.gguf.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
training=$here/../../../training
sirocco=$here/../../sirocco
[ -d "$training/tokenizer" ] || "$sirocco" tokenizer-train "$here/0-tokenizer.yaml"
for recipe in 1-pretrain 2-skills 3-copying 4-skills 5-sft 6-retrieval 7-evidence 8-answers 9-turns; do
  "$sirocco" pretrain "$here/$recipe.yaml" -t "${1:-2}"
done
"$sirocco" dpo "$here/10-dpo.yaml" -t "${1:-2}"
"$sirocco" quantize -m "$training/10-dpo/model" -o "$training/sirocco-tiny.gguf" --type Q8_0
