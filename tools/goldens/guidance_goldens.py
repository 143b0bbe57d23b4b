#!/usr/bin/env python3
"""Losses and gradients of guided attention as transformers and torch's autograd compute them.

    guidance_goldens.py GRADIENTS

For some of the models that gradient_goldens.py made into GRADIENTS, guidance.safetensors beside the weights:

    batch [T]                       ids; a sentence ends with id 5
    probe [D, D]
    previous, start, probed [1]     means over rows and heads, in nats (GuidanceGoldenTest has the guides)
    grad.<tensor>, probe_grad       of 0.3 * (2 * previous + start) + 0.1 * probed: the first guide has two heads

A row whose column lies outside the window is left out. Attention's own probabilities are summed here; the trainer subtracts
logarithms of sums of exponentials.
"""
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import torch.nn.functional as F
from gradient_goldens import per_file
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

END, LENGTH = 5, 12
MODELS = ["mixtral-all-kv-heads", "llama-tied", "mixtral-window-5"]


def expect(folder, seed):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager",
                                                 experts_implementation="eager")
    source = torch.Generator().manual_seed(seed)
    ids = torch.randint(6, model.config.vocab_size, (LENGTH,), generator=source)
    ids[[3, 8]] = END
    width, window = model.config.hidden_size, getattr(model.config, "sliding_window", None) or LENGTH
    probe = ((torch.rand(width, width, generator=source) * 2 - 1) / width ** 0.5).requires_grad_()
    starts, begin = [], 0
    for t in range(LENGTH):
        begin = t if t and ids[t - 1] == END else begin
        starts.append(begin)
    out = model(ids[None], output_attentions=True, output_hidden_states=True, use_cache=False)

    def looked(layer, head, pairs):
        return torch.stack([-torch.log(out.attentions[layer][0, head, row, column]) for row, column in pairs]).mean()

    before = [(t, t - 1) for t in range(1, LENGTH)]
    start = [(t, starts[t]) for t in range(1, LENGTH) if t - starts[t] < window]
    previous = (looked(0, 1, before) + looked(0, 3, before)) / 2
    own = looked(1, 0, start)
    hidden = out.hidden_states[1][0][[row for row, _ in start]]
    hidden = hidden / hidden.pow(2).mean(-1, keepdim=True).sqrt()
    head = model.lm_head.weight.detach()
    head = head / head.pow(2).mean().sqrt() / width ** 0.5
    probed = F.cross_entropy(hidden @ probe.T @ head.T, ids[[column for _, column in start]])
    (0.3 * (2 * previous + own) + 0.1 * probed).backward()
    values = {"batch": ids.int(), "probe": probe.detach(), "probe_grad": probe.grad, "previous": previous.detach().reshape(1),
              "start": own.detach().reshape(1), "probed": probed.detach().reshape(1)}
    for name, p in model.named_parameters():
        for file_name, part in per_file(name, p.grad if p.grad is not None else torch.zeros_like(p)):
            values["grad." + file_name] = part.clone()
    save_file({k: v.contiguous() for k, v in values.items()}, os.path.join(folder, "guidance.safetensors"))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for seed, name in enumerate(MODELS, start=900):
        expect(os.path.join(sys.argv[1], name), seed)


if __name__ == "__main__":
    main()
