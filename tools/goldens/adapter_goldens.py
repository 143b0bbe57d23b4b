#!/usr/bin/env python3
"""Make small LoRA adapters for committed golden models and what PEFT computes with them.

    adapter_goldens.py BASES OUT      make every case
    adapter_goldens.py BASES --check CASE OUT FOLDER   does PEFT give the logits of CASE with the adapter in FOLDER?

BASES  core/src/test/resources/sirocco/goldens
OUT    one folder a case is made here: adapter_config.json and adapter_model.safetensors as PEFT saves them, ids.json (the base,
       the ids) and expected.safetensors (logits [T, V], router_<layer> [T, E])

Every A and B is random, none zero. Cases that this PEFT can no longer write (one LoRA an expert, as transformers 4 had
modules; the factors of fused experts exchanged, as PEFT 0.17 and 0.18 had them) are written here; their logits are PEFT's
where it still reads them and are compared with W + scale B A computed by numpy in each case.
"""
import json
import os
import shutil
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import peft
import torch
import transformers
from model_goldens import gap, run
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

PREFIX = "base_model.model."
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
EXPERTS = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]


def base_model(folder):
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager").eval()


def save_peft(base, folder, seed, **config):
    """An adapter of random numbers as this PEFT saves it."""
    model = get_peft_model(base_model(base), LoraConfig(task_type="CAUSAL_LM", init_lora_weights=False, **config))
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            if "lora_" in name:
                p.copy_(0.25 * torch.randn(p.shape, generator=source))
    model.save_pretrained(folder)
    change_config(folder, lambda c: c.update(base_model_name_or_path=os.path.basename(base), target_modules=sorted(c["target_modules"] or [])))
    os.remove(os.path.join(folder, "README.md"))


def change_config(folder, edit):
    path = os.path.join(folder, "adapter_config.json")
    with open(path) as f:
        config = json.load(f)
    edit(config)
    with open(path, "w") as f:
        json.dump(config, f, indent=2, sort_keys=True)


def write_adapter(base, folder, tensors, peft_version, **config):
    os.makedirs(folder)
    save_file({k: v.contiguous() for k, v in tensors.items()}, os.path.join(folder, "adapter_model.safetensors"), {"format": "pt"})
    with open(os.path.join(folder, "adapter_config.json"), "w") as f:
        json.dump({"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": os.path.basename(base), "bias": "none",
                   "fan_in_fan_out": False, "lora_dropout": 0.0, "modules_to_save": None, "use_rslora": False, "use_dora": False,
                   "peft_version": peft_version, **config}, f, indent=2, sort_keys=True)


# ---------------------------------------------------------------- cases
def parameters(base, folder):
    save_peft(base, folder, 1, r=3, lora_alpha=5, target_modules=[*ATTENTION, "lm_head"],
              target_parameters=[*EXPERTS, "mlp.gate.weight"],
              rank_pattern={"q_proj": 2, r".*\.down_proj": 4},
              alpha_pattern={"experts.gate_up_proj": 7, "layers.1.self_attn.v_proj": 3, "mlp.gate.weight": 4})


def gate_up_only(base, folder):
    save_peft(base, folder, 2, r=2, lora_alpha=3, target_parameters=EXPERTS[:1], use_rslora=True)


def dense(base, folder):
    save_peft(base, folder, 3, r=4, lora_alpha=6, target_modules=[*ATTENTION, "gate_proj", "up_proj", "down_proj"], use_rslora=True)
    path = os.path.join(folder, "adapter_model.safetensors")
    save_file({k: v.to(torch.bfloat16) for k, v in load_file(path).items()}, path, {"format": "pt"})


def experts(base, folder):
    """One LoRA a matrix, with the names of transformers 4."""
    c, r, tensors = base_model(base).config, 2, {}
    source = torch.Generator().manual_seed(4)
    shapes = {"self_attn.q_proj": (32, 32), "self_attn.k_proj": (16, 32), "block_sparse_moe.gate": (c.num_local_experts, 32)}
    for e in range(c.num_local_experts):
        shapes |= {f"block_sparse_moe.experts.{e}.{w}": (32, 24) if w == "w2" else (24, 32) for w in ("w1", "w2", "w3")}
    for layer in range(c.num_hidden_layers):
        for name, (rows, columns) in shapes.items():
            at = f"{PREFIX}model.layers.{layer}.{name}.lora_"
            tensors[at + "A.weight"] = 0.25 * torch.randn((r, columns), generator=source)
            tensors[at + "B.weight"] = 0.25 * torch.randn((rows, r), generator=source)
    write_adapter(base, folder, tensors, "0.11.1", r=r, lora_alpha=3, rank_pattern={}, alpha_pattern={},
                  target_modules=["gate", "k_proj", "q_proj", "w1", "w2", "w3"])


def exchanged(base, folder):
    """The case `parameters` as PEFT 0.17 and 0.18 saved it: fused weights [E, out, in] read as [E, in, out]."""
    other = os.path.join(os.path.dirname(folder), "parameters")
    count, tensors = 4, {}
    for name, t in load_file(os.path.join(other, "adapter_model.safetensors")).items():
        if ".experts." in name and ".lora_A." in name:
            b = load_file(os.path.join(other, "adapter_model.safetensors"))[name.replace("lora_A", "lora_B")]
            rank = t.shape[0] // count
            tensors[name] = b.reshape(-1, rank, count).permute(2, 1, 0).reshape(count * rank, -1)
            tensors[name.replace("lora_A", "lora_B")] = t.reshape(count, rank, -1).permute(2, 1, 0).reshape(-1, rank * count)
        elif ".experts." not in name:
            tensors[name] = t
    with open(os.path.join(other, "adapter_config.json")) as f:
        config = json.load(f)
    write_adapter(base, folder, tensors, "0.18.1", **{k: config[k] for k in ("r", "lora_alpha", "rank_pattern", "alpha_pattern",
                                                                             "target_modules", "target_parameters")})


CASES = {"parameters": ("mixtral-fused", parameters), "gate-up-only": ("mixtral-fused", gate_up_only),
         "dense": ("mistral-window-4", dense), "experts": ("mixtral-f16", experts), "exchanged": ("mixtral-fused", exchanged)}


# ---------------------------------------------------------------- W + scale B A, without PEFT
def merged(base, adapter, scale_of):
    """The base with the differences added by numpy, after the formulas in docs/formats.md."""
    model = base_model(base)
    weights = dict(model.named_parameters())
    tensors = {k: v.float().numpy() for k, v in load_file(os.path.join(adapter, "adapter_model.safetensors")).items()}
    e = getattr(model.config, "num_local_experts", 0)
    f, d = model.config.intermediate_size, model.config.hidden_size
    letters = {"w1": ("gate_up_proj", 0, f), "w3": ("gate_up_proj", f, 2 * f), "w2": ("down_proj", 0, d)}
    with torch.no_grad():
        for name, a in tensors.items():
            if "lora_A" not in name:
                continue
            b = tensors[name.replace("lora_A", "lora_B")]
            module = name[len(PREFIX):].replace(".lora_A.weight", "").replace("block_sparse_moe", "mlp")
            if module.endswith((".experts", ".experts.base_layer")):
                stem = module.removesuffix(".base_layer")
                widths = {(d, 2 * f): "gate_up_proj", (2 * f, d): "gate_up_proj", (f, d): "down_proj", (d, f): "down_proj"}
                which = widths[a.shape[1], b.shape[0]]
                fa, fb = a.reshape(e, -1, a.shape[1]), b.reshape(b.shape[0], -1, e)
                delta = np.einsum("ore,eri->eoi", fb, fa)
                weight = weights[f"{stem}.{which}"]
                delta = delta if delta.shape == tuple(weight.shape) else delta.transpose(0, 2, 1)
                weight += torch.from_numpy(scale_of(f"{stem}.{which}", fa.shape[1]) * delta)
            elif ".experts." in module:
                stem, number, letter = module.rsplit(".", 2)
                which, start, end = letters[letter]
                weights[f"{stem}.{which}"][int(number), start:end] += torch.from_numpy(scale_of(module, a.shape[0]) * (b @ a))
            else:
                target = module + ".weight" if name.endswith(".mlp.gate.lora_A.weight") else module
                weights[module + ".weight"] += torch.from_numpy(scale_of(target, a.shape[0]) * (b @ a))
    return model


def scale_of(folder):
    import re
    with open(os.path.join(folder, "adapter_config.json")) as f:
        c = json.load(f)

    def scale(module, rank):
        alpha = next((v for k, v in c["alpha_pattern"].items() if re.match(rf"(.*\.)?({k})$", module)), c["lora_alpha"])
        return alpha / (rank ** 0.5 if c["use_rslora"] else rank)
    return scale


# ---------------------------------------------------------------- expected values
def expect(folder, base, reads):
    reference = merged(base, folder, scale_of(folder))
    model = PeftModel.from_pretrained(base_model(base), folder).eval() if reads else reference
    source = np.random.default_rng(7)
    k = getattr(model.config, "num_experts_per_tok", 0)
    while True:
        ids = [1] + source.integers(3, model.config.vocab_size, 13).tolist()
        logits, routers = run(model, ids)
        if all(gap(r, k) > 1e-3 for r in routers):
            break
    worst = float((run(reference, ids)[0] - logits).abs().max())
    change = float((run(base_model(base), ids)[0] - logits).abs().max())
    print(f"  merged by numpy differs by {worst:.1e}, the base by {change:.2f}")
    assert worst < 2e-5 and change > 0.5
    values = {"logits": logits, **{f"router_{i}": r for i, r in enumerate(routers)}}
    save_file({k: v.contiguous() for k, v in values.items()}, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "ids.json"), "w") as f:
        json.dump({"base": os.path.basename(base), "ids": ids,
                   "made_with": f"adapter_goldens.py, peft {peft.__version__}, transformers {transformers.__version__}, "
                                f"torch {torch.__version__}, CPU float32 eager"}, f)


def check(bases, case, goldens, folder):
    """PEFT reads an adapter that somebody else wrote."""
    model = PeftModel.from_pretrained(base_model(os.path.join(bases, CASES[case][0])), folder).eval()
    with open(os.path.join(goldens, case, "ids.json")) as f:
        logits, _ = run(model, json.load(f)["ids"])
    worst = float((logits - load_file(os.path.join(goldens, case, "expected.safetensors"))["logits"]).abs().max())
    print(f"{folder}: differs by {worst:.1e}")
    return worst > 1e-4


def main():
    if "--check" in sys.argv:
        bases, _, case, goldens, folder = sys.argv[1:]
        return check(bases, case, goldens, folder)
    bases, out = sys.argv[1:]
    for name, (base, make) in CASES.items():
        print(name)
        folder = os.path.join(out, name)
        shutil.rmtree(folder, ignore_errors=True)
        make(os.path.join(bases, base), folder)
        expect(folder, os.path.join(bases, base), name != "exchanged")
        for file in os.listdir(folder):
            os.chmod(os.path.join(folder, file), 0o644)


if __name__ == "__main__":
    sys.exit(main())
