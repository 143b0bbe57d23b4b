#!/usr/bin/env python3
"""Make small random models and what Hugging Face transformers computes on them.

    model_goldens.py OUT [--only NAME,...] [--quantiser "CMD"] [--list]

OUT          one folder a case is made here: the model, ids.json, expected.safetensors
--only       names, or beginnings of names that end in *, instead of all cases
--quantiser  run as `CMD IN.gguf OUT.gguf TYPE`; must quantise every matrix to TYPE (llama-quantize --pure does);
             without it the cases that need it (k-quants and IQ4) are left out with a message

The format is that of the project's shared goldens: ids.json has ids, prompt_length, greedy_steps and tolerance (the largest
absolute difference allowed in a logit); expected.safetensors has logits [T, V] after each of ids, router_<layer> [T, E]
(raw router logits, mixtures only) and greedy [greedy_steps], the ids that follow ids[:prompt_length]; an end token does not stop it.

Every expected value comes from the files as they were written: stored weights, dequantised by gguf-py where they are
quantised, then raised to float32 and run by transformers on the CPU with eager attention. The ids are drawn until no
routing choice and no greedy step is nearly a tie, so that an engine which sums in another order makes the same choices.
"""
import argparse
import fnmatch
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
import transformers
from gguf_files import gguf_tensors, llama3_factors, neighbours, read_gguf, write_gguf
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, MixtralConfig

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

FAMILIES = {"mixtral": MixtralConfig, "mistral": MistralConfig, "llama": LlamaConfig}
STORED = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16}
TINY = dict(vocab_size=128, hidden_size=32, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=512, rms_norm_eps=1e-5)
BLOCK32 = dict(TINY, vocab_size=272, hidden_size=64, intermediate_size=96)  # for blocks of 32; 259 byte and control tokens fit
BLOCK256 = dict(TINY, vocab_size=264, hidden_size=256, intermediate_size=256, num_hidden_layers=1, num_key_value_heads=1)
LLAMA3 = dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)


def theta(value):
    return dict(rope_parameters=dict(rope_type="default", rope_theta=value))


# ---------------------------------------------------------------- models
def config_of(family, size):
    if family == "mixtral":
        size = {"num_local_experts": 4, "num_experts_per_tok": 2, **size}
    if "rope_parameters" not in size:
        size = {**size, **theta(1e6 if family == "mixtral" else 1e4)}
    return FAMILIES[family](**{"sliding_window": None, "bos_token_id": 1, "eos_token_id": 2, **size}
                            if family != "llama" else {"bos_token_id": 1, "eos_token_id": 2, **size})


def random_model(family, size, seed):
    """Weights whose scales keep logits within a few units and routing decided."""
    model = AutoModelForCausalLM.from_config(config_of(family, size), dtype=torch.float32)
    c = model.config
    source = torch.Generator().manual_seed(seed)
    wide, deep = c.hidden_size ** -0.5, (2 * c.num_hidden_layers) ** -0.5
    heads = c.num_attention_heads * (getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads)
    scales = {"embed_tokens": 1.0, "q_proj": 1.5 * wide, "k_proj": 1.5 * wide, "v_proj": wide, "o_proj": 2 * deep * heads ** -0.5,
              "mlp.gate.weight": 2 * wide, "gate_up_proj": wide, "gate_proj": wide, "up_proj": wide,
              "down_proj": 4 * deep * c.intermediate_size ** -0.5, "lm_head": 1.5 * wide}
    if c.tie_word_embeddings:
        scales["embed_tokens"] = 1.5 * wide
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            x = torch.randn(p.shape, generator=source)
            if "norm" in name:
                p.copy_(1 + 0.1 * x)
            else:
                p.copy_(x * next(s for part, s in scales.items() if part in name))
    return model


def save(model, folder, dtype="F32", fused=False, shard="5GB", edit=None):
    """A Hugging Face folder as save_pretrained writes it; `edit` then changes the dict of config.json."""
    model.to(STORED[dtype]).save_pretrained(folder, save_original_format=not fused, max_shard_size=shard)
    if edit:
        path = os.path.join(folder, "config.json")
        with open(path) as f:
            c = json.load(f)
        edit(c)
        with open(path, "w") as f:
            json.dump(c, f, indent=2, sort_keys=True)


def legacy(c):
    """config.json as transformers 4 wrote it: rope keys at top level, torch_dtype."""
    rope = c.pop("rope_parameters")
    c["rope_theta"] = rope.pop("rope_theta")
    kind = rope.pop("rope_type")
    c["rope_scaling"] = None if kind == "default" else {"rope_type": kind, **rope}
    c["torch_dtype"] = c.pop("dtype")
    c["transformers_version"] = "4.44.0"


def without(*keys):
    """Leave keys out: their defaults are the ones of transformers' configuration classes."""
    return lambda c: [c.pop(k) for k in keys]


def older(c):
    """The same with the key `type` of the first releases."""
    legacy(c)
    c["rope_scaling"]["type"] = c["rope_scaling"].pop("rope_type")


def weights_of(folder):
    """All tensors of a folder as they are stored."""
    out = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".safetensors"):
            out.update(load_file(os.path.join(folder, name)))
    return out


# ---------------------------------------------------------------- expected values
def run(model, ids):
    with torch.no_grad():
        mixture = model.config.model_type == "mixtral"
        out = model(torch.tensor([ids]), use_cache=False, **({"output_router_logits": True} if mixture else {}))
    routers = [r.reshape(len(ids), -1) for r in out.router_logits] if mixture else []
    return out.logits[0], routers


def gap(rows, k):
    """The smallest distance between the k-th and the next largest value of a row."""
    if rows.shape[-1] <= k:
        return float("inf")
    top = rows.topk(k + 1, dim=-1).values
    return float((top[:, k - 1] - top[:, k]).min())


def expect(folder, reference, seed, length=40, prompt=20, steps=16, tolerance=2e-4, routing=1e-3):
    """ids.json and expected.safetensors in `folder`, computed from the Hugging Face folder `reference`."""
    model, report = AutoModelForCausalLM.from_pretrained(
        reference, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager", output_loading_info=True)
    if any(report[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")):
        sys.exit(f"{folder}: {report}")
    model.eval()
    source = np.random.default_rng(seed)
    for _ in range(400):
        ids = [1] + source.integers(3, model.config.vocab_size, length - 1).tolist()
        logits, routers = run(model, ids)
        if any(gap(r, model.config.num_experts_per_tok) < routing for r in routers):
            continue
        text, nearest = ids[:prompt], float("inf")
        for _ in range(steps):
            rows, steps_routers = run(model, text)
            nearest = min([nearest, gap(rows[-1:], 1) / 20]
                          + [gap(r, model.config.num_experts_per_tok) for r in steps_routers])
            text = text + [int(rows[-1].argmax())]
        if nearest >= min(routing, 1e-3):
            break
    else:
        sys.exit(f"{folder}: no ids without a near tie")
    values = {"logits": logits, "greedy": torch.tensor(text[prompt:], dtype=torch.int32)}
    values.update({f"router_{i}": r for i, r in enumerate(routers)})
    save_file({k: v.contiguous() for k, v in values.items()}, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "ids.json"), "w") as f:
        json.dump({"ids": ids, "prompt_length": prompt, "greedy_steps": steps, "tolerance": tolerance,
                   "made_with": f"model_goldens.py, transformers {transformers.__version__}, torch {torch.__version__}, "
                                f"gguf {version('gguf')}, CPU float32 eager"}, f)
    print(f"  logits {float(logits.min()):.2f} to {float(logits.max()):.2f}, nearest tie {nearest:.1e}", flush=True)


def folder_case(family, size, seed, dtype="F32", fused=False, shard="5GB", edit=None, **how):
    def make(folder, _):
        save(random_model(family, size, seed), folder, dtype, fused, shard, edit)
        expect(folder, folder, seed, **how)
    return make


# ---------------------------------------------------------------- Mistral's own files
MISTRAL_NAMES = [("model.embed_tokens", "tok_embeddings"), ("model.norm", "norm"), ("lm_head", "output"), ("model.layers", "layers"),
                 ("input_layernorm", "attention_norm"), ("post_attention_layernorm", "ffn_norm"), ("self_attn.q_proj", "attention.wq"),
                 ("self_attn.k_proj", "attention.wk"), ("self_attn.v_proj", "attention.wv"), ("self_attn.o_proj", "attention.wo"),
                 ("block_sparse_moe", "feed_forward"), ("mlp.gate_proj", "feed_forward.w1"), ("mlp.down_proj", "feed_forward.w2"),
                 ("mlp.up_proj", "feed_forward.w3")]


def consolidated_case(family, size, seed, dtype="F32", shards=1, drop=(), **how):
    """params.json and consolidated.safetensors (or numbered shards with an index); query and key rows in neighbours order."""
    def make(folder, _):
        c = config_of(family, size)
        head = c.head_dim or c.hidden_size // c.num_attention_heads
        with tempfile.TemporaryDirectory() as hf:
            save(random_model(family, size, seed), hf, dtype)
            expect(folder, hf, seed, **how)
            tensors = {}
            for name, w in weights_of(hf).items():
                if "q_proj" in name or "k_proj" in name:
                    w = neighbours(w, c.num_attention_heads if "q_proj" in name else c.num_key_value_heads)
                for a, b in MISTRAL_NAMES:
                    name = name.replace(a, b)
                tensors[name] = w.contiguous()
        params = {"dim": c.hidden_size, "n_layers": c.num_hidden_layers, "head_dim": head, "hidden_dim": c.intermediate_size,
                  "n_heads": c.num_attention_heads, "n_kv_heads": c.num_key_value_heads, "norm_eps": c.rms_norm_eps,
                  "vocab_size": c.vocab_size, "rope_theta": c.rope_parameters["rope_theta"], "use_biases": False}
        if family == "mixtral":
            params["moe"] = {"num_experts_per_tok": c.num_experts_per_tok, "num_experts": c.num_local_experts}
        if c.sliding_window:
            params["sliding_window"] = c.sliding_window
        with open(os.path.join(folder, "params.json"), "w") as f:
            json.dump({k: v for k, v in params.items() if k not in drop}, f, indent=4)
        if shards == 1:
            return save_file(tensors, os.path.join(folder, "consolidated.safetensors"))
        index, names = {}, sorted(tensors)
        for i in range(shards):
            part = f"consolidated-{i + 1:05d}-of-{shards:05d}.safetensors"
            save_file({n: tensors[n] for n in names[i::shards]}, os.path.join(folder, part))
            index.update({n: part for n in names[i::shards]})
        total = sum(w.numel() * w.element_size() for w in tensors.values())
        with open(os.path.join(folder, "consolidated.safetensors.index.json"), "w") as f:
            json.dump({"metadata": {"total_size": total}, "weight_map": index}, f)
    return make


# ---------------------------------------------------------------- GGUF
def gguf_case(family, size, seed, kind, layout="merged", router="F32", header=3, alignment=None, **how):
    by_tool = kind.startswith("IQ") or kind.endswith("_K")

    def make(folder, quantiser):
        c = config_of(family, size)
        path = os.path.join(folder, "model.gguf")
        with tempfile.TemporaryDirectory() as hf:
            save(random_model(family, size, seed), hf)
            tensors = gguf_tensors(weights_of(hf), c, layout)
            if c.rope_parameters["rope_type"] == "llama3":
                tensors["rope_freqs.weight"] = llama3_factors(c)
            plain = os.path.join(hf, "plain.gguf")
            write_gguf(plain if by_tool else path, tensors, c, "F32" if by_tool else kind, router, alignment)
            if by_tool:
                subprocess.run([*shlex.split(quantiser), plain, path, kind], check=True)
            if header != 3:  # version 2 has the same layout; only the number differs
                with open(path, "r+b") as f:
                    f.seek(4)
                    f.write(header.to_bytes(4, "little"))
            save_file(read_gguf(path, c), os.path.join(hf, "model.safetensors"), metadata={"format": "pt"})
            expect(folder, hf, seed, **how)
    make.needs_quantiser = by_tool
    return make


# ---------------------------------------------------------------- cases
def experts(n, k, **more):
    return dict(TINY, num_local_experts=n, num_experts_per_tok=k, **more)


ODD = dict(hidden_size=60, intermediate_size=52, head_dim=10, num_attention_heads=6, num_key_value_heads=3)
MOE, MOE256 = dict(num_local_experts=3, num_experts_per_tok=2), dict(num_local_experts=2, num_experts_per_tok=1)
LINEAR = dict(rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0))
SHORT = dict(length=24, prompt=12, steps=10)
CASES = {
    "mixtral-e4-top1": folder_case("mixtral", experts(4, 1, intermediate_size=48), 101),
    "mixtral-e5-top2-odd": folder_case("mixtral", experts(5, 2, **ODD), 102),
    "mixtral-e16-top3": folder_case("mixtral", experts(16, 3, num_hidden_layers=3), 103),
    "mixtral-e4-all": folder_case("mixtral", experts(4, 4), 104),
    "mixtral-e1": folder_case("mixtral", experts(1, 1), 105),
    "mixtral-one-kv-head": folder_case("mixtral", experts(5, 2, **{**ODD, "num_attention_heads": 5, "num_key_value_heads": 1}), 106),
    "mixtral-kv-equals-heads": folder_case("mixtral", experts(4, 2, num_key_value_heads=4, hidden_size=96), 107),
    "mixtral-narrow-head": folder_case("mixtral", experts(4, 2, head_dim=4), 108),
    "mixtral-window-5": folder_case("mixtral", experts(4, 2, sliding_window=5), 109),
    "mixtral-window-1": folder_case("mixtral", experts(4, 2, sliding_window=1), 110, **SHORT),
    "mixtral-window-16-long": folder_case("mixtral", experts(4, 2, sliding_window=16), 111, length=120, prompt=60, routing=3e-4),
    "mixtral-long": folder_case("mixtral", experts(4, 2, **theta(1e4)), 112, length=300, prompt=280, steps=8, routing=1e-4),
    "mixtral-long-window-100": folder_case("mixtral", experts(4, 2, sliding_window=100), 113, length=300, prompt=280, steps=8,
                                           routing=1e-4),
    "mixtral-tied": folder_case("mixtral", experts(4, 2, tie_word_embeddings=True, rms_norm_eps=1e-6), 114),
    "mixtral-theta-top-level": folder_case("mixtral", experts(4, 2, **theta(5e5)), 115, edit=legacy),
    "mixtral-theta-absent": folder_case("mixtral", experts(4, 2), 116, edit=without("rope_parameters")),
    "mixtral-eps-large": folder_case("mixtral", experts(4, 2, rms_norm_eps=0.5), 117),
    "mixtral-absent-keys": folder_case("mixtral", experts(8, 2, num_attention_heads=8, num_key_value_heads=8), 118, edit=without(
        "head_dim", "num_key_value_heads", "num_experts_per_tok", "num_local_experts", "rms_norm_eps", "rope_parameters",
        "sliding_window", "tie_word_embeddings", "dtype")),
    "mixtral-f64": folder_case("mixtral", experts(4, 2), 119, "F64", **SHORT),
    "mixtral-fused": folder_case("mixtral", experts(4, 2), 120, fused=True, **SHORT),
    "mixtral-fused-odd": folder_case("mixtral", experts(5, 2, **ODD), 121, fused=True),
    "mixtral-fused-sharded-bf16": folder_case("mixtral", experts(4, 2), 122, "BF16", True, "16KB", **SHORT),
    "mixtral-sharded": folder_case("mixtral", experts(4, 2), 123, "F32", False, "32KB"),
    "mixtral-sharded-bf16": folder_case("mixtral", experts(4, 2), 124, "BF16", False, "16KB", **SHORT),
    "mixtral-f16": folder_case("mixtral", experts(4, 2), 125, "F16", **SHORT),
    "mixtral-bf16": folder_case("mixtral", experts(4, 2), 126, "BF16", **SHORT),
    "mistral-window-4": folder_case("mistral", dict(TINY, sliding_window=4), 130),
    "mistral-window-7": folder_case("mistral", dict(TINY, sliding_window=7, num_hidden_layers=3), 131, length=80),
    "mistral-no-window": folder_case("mistral", TINY, 132),
    "mistral-v03": folder_case("mistral", dict(TINY, vocab_size=320, head_dim=16, max_position_embeddings=32768, **theta(1e6)), 133,
                               "BF16"),
    "mistral-window-legacy-f16": folder_case("mistral", dict(TINY, sliding_window=6), 134, "F16", edit=legacy),
    "llama-plain": folder_case("llama", dict(TINY, intermediate_size=40), 140),
    "llama-linear": folder_case("llama", {**TINY, **LINEAR}, 141),
    "llama-linear-older": folder_case("llama", {**TINY, **LINEAR}, 142, edit=older),
    "llama-llama3": folder_case("llama", dict(TINY, rope_parameters=LLAMA3, head_dim=16), 143, length=100, prompt=60),
    "llama-llama3-legacy": folder_case("llama", dict(TINY, rope_parameters=LLAMA3, head_dim=16), 144, length=100, prompt=60, edit=legacy),
    "llama-absent-keys": folder_case("llama", dict(TINY, num_key_value_heads=4, rms_norm_eps=1e-6), 146, edit=without(
        "head_dim", "num_key_value_heads", "rms_norm_eps", "rope_parameters", "tie_word_embeddings", "dtype")),
    "llama-tied": folder_case("llama", dict(TINY, tie_word_embeddings=True), 145),
    "mixtral-consolidated": consolidated_case("mixtral", experts(4, 2), 150, **SHORT),
    "mixtral-consolidated-sharded": consolidated_case("mixtral", experts(4, 2), 151, "BF16", 3, **SHORT),
    "mixtral-consolidated-no-theta": consolidated_case("mixtral", experts(5, 2, **ODD), 152, "BF16", drop=("rope_theta",)),
    "mistral-consolidated": consolidated_case("mistral", dict(TINY, head_dim=16), 153, "BF16", **SHORT),
    "mistral-consolidated-window-4": consolidated_case("mistral", dict(TINY, sliding_window=4), 154, "BF16"),
    "gguf-tied-q8_0": gguf_case("mixtral", dict(BLOCK32, tie_word_embeddings=True, **MOE), 160, "Q8_0"),
    "gguf-dense-q8_0": gguf_case("mistral", BLOCK32, 161, "Q8_0"),
    "gguf-wide-head-f16": gguf_case("mixtral", dict(BLOCK32, head_dim=32, **MOE), 162, "F16"),
    "gguf-linear-f16": gguf_case("llama", {**BLOCK32, **LINEAR}, 163, "F16"),
    "gguf-llama3-f16": gguf_case("llama", dict(BLOCK32, rope_parameters=LLAMA3), 164, "F16", length=100, prompt=60),
    "gguf-split-f16-router-f16": gguf_case("mixtral", dict(BLOCK32, **MOE), 165, "F16", "split", "F16", **SHORT),
    "gguf-split-q4_0": gguf_case("mixtral", dict(BLOCK32, **MOE), 166, "Q4_0", "split", **SHORT),
    "gguf-fused-q8_0": gguf_case("mixtral", dict(BLOCK32, **MOE), 167, "Q8_0", "fused", **SHORT),
    "gguf-fused-q4_0": gguf_case("mixtral", dict(BLOCK32, **MOE), 173, "Q4_0", "fused", **SHORT),
    "gguf-dense-q5_k": gguf_case("mistral", BLOCK256, 174, "Q5_K", **SHORT),
    "gguf-dense-iq4_xs": gguf_case("mistral", BLOCK256, 175, "IQ4_XS", **SHORT),
    "gguf-fused-f32": gguf_case("mixtral", dict(BLOCK32, **MOE), 168, "F32", "fused"),
    "gguf-v2-q4_0": gguf_case("mixtral", dict(BLOCK32, **MOE), 169, "Q4_0", header=2, **SHORT),
    "gguf-mixed": gguf_case("mixtral", dict(BLOCK32, **MOE), 171, "mixed", **SHORT),
    "gguf-f64": gguf_case("mixtral", dict(BLOCK32, **MOE), 172, "F64", **SHORT),
    "gguf-alignment-128-bf16": gguf_case("mixtral", dict(BLOCK32, **MOE), 170, "BF16", alignment=128),
}
for n, kind in enumerate(("F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "IQ4_NL")):
    CASES[f"gguf-{kind.lower()}"] = gguf_case("mixtral", dict(BLOCK32, **MOE), 200 + n, kind, **SHORT)
for n, kind in enumerate(("Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_XS")):
    CASES[f"gguf-{kind.lower()}"] = gguf_case("mixtral", dict(BLOCK256, **MOE256), 220 + n, kind, **SHORT)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out", nargs="?")
    ap.add_argument("--only", default="*")
    ap.add_argument("--quantiser")
    ap.add_argument("--list", action="store_true")
    a = ap.parse_args()
    names = [n for n in CASES if any(fnmatch.fnmatch(n, p) for p in a.only.split(","))]
    if a.list or not a.out:
        return print("\n".join(names))
    for name in names:
        if getattr(CASES[name], "needs_quantiser", False) and not a.quantiser:
            print(f"{name}: left out, needs --quantiser", flush=True)
            continue
        print(name, flush=True)
        folder = os.path.join(a.out, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        CASES[name](folder, a.quantiser)
        for file in os.listdir(folder):
            os.chmod(os.path.join(folder, file), 0o644)  # safetensors makes its files private


if __name__ == "__main__":
    sys.exit(main())
