#!/usr/bin/env python3
"""Makes train/src/test/resources/sirocco/train/merge: three tiny dense models and what Branch-Train-MiX
(arXiv 2403.07816) makes of them, computed with numpy.

    merge_goldens.py FOLDER

Needs: numpy, torch (only to round to bfloat16) and safetensors. expected.safetensors holds every weight but the
routers, which are random.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

V, D, F, L, H, G, HD = 20, 8, 12, 2, 4, 2, 2
CONFIG = {
    "architectures": ["MistralForCausalLM"], "model_type": "mistral", "vocab_size": V, "hidden_size": D, "intermediate_size": F,
    "num_hidden_layers": L, "num_attention_heads": H, "num_key_value_heads": G, "head_dim": HD, "hidden_act": "silu",
    "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "sliding_window": None,
    "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "bfloat16",
}
LETTERS = {"gate_proj": "w1", "down_proj": "w2", "up_proj": "w3"}


def shapes():
    yield "model.embed_tokens.weight", (V, D)
    for i in range(L):
        layer = f"model.layers.{i}."
        yield layer + "input_layernorm.weight", (D,)
        yield layer + "self_attn.q_proj.weight", (H * HD, D)
        yield layer + "self_attn.k_proj.weight", (G * HD, D)
        yield layer + "self_attn.v_proj.weight", (G * HD, D)
        yield layer + "self_attn.o_proj.weight", (D, H * HD)
        yield layer + "post_attention_layernorm.weight", (D,)
        yield layer + "mlp.gate_proj.weight", (F, D)
        yield layer + "mlp.up_proj.weight", (F, D)
        yield layer + "mlp.down_proj.weight", (D, F)
    yield "model.norm.weight", (D,)
    yield "lm_head.weight", (V, D)


def bfloat16(values):
    return torch.from_numpy(values.astype(np.float32)).to(torch.bfloat16)


def main(folder):
    random = np.random.default_rng(5)
    seed = {name: random.normal(0, 0.3, shape) for name, shape in shapes()}
    models = []
    for number in range(3):
        model = {name: bfloat16(w + random.normal(0, 0.1, w.shape)) for name, w in seed.items()}
        models.append(model)
        (folder / f"branch-{number}").mkdir(parents=True, exist_ok=True)
        save_file(model, folder / f"branch-{number}/model.safetensors", {"format": "pt"})
        (folder / f"branch-{number}/config.json").write_text(json.dumps(CONFIG, indent=1) + "\n")
    expected = {}
    for name in seed:
        parts = name.split(".")
        values = [m[name].float().numpy() for m in models]
        if "mlp" in parts:
            for expert, model in enumerate(models):
                new = ".".join(parts[:3]) + f".block_sparse_moe.experts.{expert}.{LETTERS[parts[4]]}.weight"
                expected[new] = model[name]
        else:
            expected[name] = bfloat16(np.mean(np.stack(values).astype(np.float64), axis=0))
    save_file({k: v.clone() for k, v in expected.items()}, folder / "expected.safetensors", {"format": "pt"})


main(Path(sys.argv[1]))
