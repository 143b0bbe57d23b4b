#!/usr/bin/env python3
"""Makes likelihoods.json: how likely Hugging Face's logits make the continuations that tasks ask about.

    likelihood_goldens.py MODEL_FOLDER QUESTIONS_JSONL OUT_JSON

Needs: pip install torch transformers sentencepiece. QUESTIONS_JSONL has a line for each continuation, {"task", "item",
"context", "text"}, as LikelihoodGoldensTest writes it with -Dsirocco.questions=FILE. Texts stay out of OUT_JSON: for each
task it has the items' names and, for each continuation, the sum of natural logarithms and the number of tokens.

Tokens are SentencePiece's own, behind <s>. Those of the continuation are the ones behind as many as the context alone has,
trailing spaces of the context not counted.
"""
import json
import sys
from collections import defaultdict
from pathlib import Path

import sentencepiece
import torch
from transformers import AutoModelForCausalLM


def main(folder, questions, out):
    words = sentencepiece.SentencePieceProcessor(model_file=str(Path(folder, "tokenizer.model")))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def ids(text):
        return [words.bos_id()] + words.encode(text)

    tasks = defaultdict(dict)
    with open(questions, encoding="utf-8") as lines, torch.inference_mode():
        for line in lines:
            q = json.loads(line)
            context, whole = ids(q["context"].rstrip()), ids(q["context"] + q["text"])
            logits = model(torch.tensor([whole])).logits[0].double().log_softmax(-1)
            sums = sum(logits[i - 1, whole[i]].item() for i in range(len(context), len(whole)))
            item = tasks[q["task"]].setdefault(q["item"], [])
            item.append([round(sums, 6), len(whole) - len(context)])
    Path(out).write_text(json.dumps(tasks, separators=(",", ":")).replace("]],", "]],\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
