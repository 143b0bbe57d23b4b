#!/usr/bin/env python3
"""Make tiny random models, and the losses and gradients that transformers and torch's autograd compute on them.

    gradient_goldens.py OUT

OUT gets one Hugging Face folder a case, with expected.safetensors beside the weights:

    batch [B, T], loss, aux_loss [1], grad.<tensor>     as in the shared goldens: loss = mean cross entropy + aux_coefficient * aux_loss
    dpo.chosen, dpo.rejected [P, T], dpo.prompt_length [P], dpo.beta [1], dpo.reference_logps [2 P] (chosen first)
    dpo.policy_logps [2 P]                              summed over the completion
    dpo.<form>.loss, dpo.<form>.grad_norm [1]           form: sigmoid, smoothed (epsilon 0.1), ipo (per-token averages, as TRL)

The gradients of the fused experts of transformers 5 are cut into the tensors of the file. Everything is float32 on the CPU with
eager attention, from fixed seeds. The total is below 200 kB so that it can be committed.
"""
import os
import shutil
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import torch.nn.functional as F
import transformers
from model_goldens import random_model, save, gap
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

COEFFICIENT, BETA, EPSILON = 0.02, 0.1, 0.1
TINY = dict(vocab_size=24, hidden_size=8, intermediate_size=4, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=64, rms_norm_eps=1e-5)


def experts(n, k, **more):
    return dict(TINY, num_local_experts=n, num_experts_per_tok=k, router_aux_loss_coef=COEFFICIENT, **more)


CASES = {
    "mixtral-top1-tied": ("mixtral", experts(4, 1, tie_word_embeddings=True)),
    "mixtral-head-24": ("mixtral", {**experts(3, 2, head_dim=24), "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1}),
    "mixtral-e7-top5": ("mixtral", {**experts(7, 5), "num_hidden_layers": 1}),
    "mixtral-e1": ("mixtral", experts(1, 1)),
    "mixtral-window-5": ("mixtral", experts(3, 2, sliding_window=5)),
    "mixtral-all-kv-heads": ("mixtral", experts(4, 2, num_key_value_heads=4)),
    "mixtral-one-kv-head": ("mixtral", {**experts(4, 2), "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 6}),
    "mistral-window-4": ("mistral", dict(TINY, sliding_window=4)),
    "llama-tied": ("llama", dict(TINY, tie_word_embeddings=True)),
}


def per_file(name, tensor):
    """A parameter of transformers 5 as the tensors of the file."""
    if name.endswith("experts.gate_up_proj"):
        stem = name.replace("mlp.experts.gate_up_proj", "block_sparse_moe.experts")
        for e, both in enumerate(tensor):
            gate, up = both.chunk(2)
            yield f"{stem}.{e}.w1.weight", gate
            yield f"{stem}.{e}.w3.weight", up
    elif name.endswith("experts.down_proj"):
        stem = name.replace("mlp.experts.down_proj", "block_sparse_moe.experts")
        for e, down in enumerate(tensor):
            yield f"{stem}.{e}.w2.weight", down
    else:
        yield name.replace("mlp.gate.weight", "block_sparse_moe.gate.weight"), tensor


def completion_logps(model, ids, prompt):
    """Sums over the tokens behind the prompt, and their number."""
    logps = model(ids, use_cache=False).logits[:, :-1].log_softmax(-1).gather(2, ids[:, 1:, None])[..., 0]
    mask = torch.stack([torch.arange(1, ids.shape[1]) >= p for p in prompt])
    return (logps * mask).sum(1), mask.sum(1)


def preference_loss(form, policy, reference, lengths, pairs):
    ratio = policy - reference
    if form == "ipo":
        ratio = ratio / lengths
        return ((ratio[:pairs] - ratio[pairs:] - 1 / (2 * BETA)) ** 2).mean()
    z = BETA * (ratio[:pairs] - ratio[pairs:])
    epsilon = EPSILON if form == "smoothed" else 0.0
    return (-(1 - epsilon) * F.logsigmoid(z) - epsilon * F.logsigmoid(-z)).mean()


def decided(model, ids):
    """Whether no routing choice is nearly a tie."""
    if model.config.model_type != "mixtral":
        return True
    with torch.no_grad():
        out = model(ids, use_cache=False, output_router_logits=True)
    return all(gap(r, model.config.num_experts_per_tok) > 1e-3 for r in out.router_logits)


def draw(model, source, *shape):
    for _ in range(400):
        ids = torch.randint(3, model.config.vocab_size, shape, generator=source)
        if decided(model, ids):
            return ids
    sys.exit("no ids without a near tie")


def expect(folder, seed):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager",
                                                 experts_implementation="eager")
    source = torch.Generator().manual_seed(seed)
    batch = draw(model, source, 2, 14)
    mixture = model.config.model_type == "mixtral"
    out = model(batch, labels=batch, use_cache=False, **({"output_router_logits": True} if mixture else {}))
    out.loss.backward()
    values = {"batch": batch.int(), "loss": out.loss.detach().reshape(1)}
    if mixture:
        values["aux_loss"] = out.aux_loss.detach().reshape(1)
    for name, p in model.named_parameters():
        for file_name, part in per_file(name, p.grad):
            values["grad." + file_name] = part.clone()

    prompt, pairs = torch.tensor([4, 7]), 2
    answers = draw(model, source, 2 * pairs, 12)
    for p in range(pairs):
        answers[pairs + p, :prompt[p]] = answers[p, :prompt[p]]
    if not decided(model, answers):
        sys.exit(f"{folder}: a near tie in the pairs")
    lengths = torch.cat([prompt, prompt])
    policy, _ = completion_logps(model, answers, lengths)
    reference = (policy + torch.randn(2 * pairs, generator=source)).detach()
    values.update({"dpo.chosen": answers[:pairs].int(), "dpo.rejected": answers[pairs:].int(), "dpo.prompt_length": prompt.int(),
                   "dpo.beta": torch.tensor([BETA]), "dpo.reference_logps": reference, "dpo.policy_logps": policy.detach()})
    for form in ("sigmoid", "smoothed", "ipo"):
        model.zero_grad()
        policy, counts = completion_logps(model, answers, lengths)
        loss = preference_loss(form, policy, reference, counts, pairs)
        loss.backward()
        norm = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None]).norm()
        values.update({f"dpo.{form}.loss": loss.detach().reshape(1), f"dpo.{form}.grad_norm": norm.reshape(1)})
    save_file({k: v.contiguous() for k, v in values.items()}, os.path.join(folder, "expected.safetensors"))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for seed, (name, (family, size)) in enumerate(CASES.items(), start=700):
        folder = os.path.join(sys.argv[1], name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        save(random_model(family, size, seed), folder)
        expect(folder, seed)
        os.remove(os.path.join(folder, "generation_config.json"))
        for file in os.listdir(folder):
            os.chmod(os.path.join(folder, file), 0o644)
        print(name, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)), flush=True)


if __name__ == "__main__":
    main()
