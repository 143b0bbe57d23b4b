"""Makes rotary-frequencies.json: the float32 frequencies that transformers computes.

    python rotary_goldens.py core/src/test/resources/sirocco/model/rotary-frequencies.json
"""

import json
import sys

import torch
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
CASES = [
    (1e6, 128, {"rope_type": "default"}),
    (1e4, 80, {"rope_type": "default"}),
    (1e4, 64, {"rope_type": "linear", "factor": 4.0}),
    (5e5, 128, LLAMA3),
]


def frequencies(theta, dim, scaling):
    if scaling["rope_type"] == "default":
        # What MixtralRotaryEmbedding and its kin compute.
        return 1.0 / (theta ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
    config = LlamaConfig(
        hidden_size=4 * dim,
        num_attention_heads=4,
        head_dim=dim,
        max_position_embeddings=131072,
        rope_parameters={**scaling, "rope_theta": theta},
    )
    return ROPE_INIT_FUNCTIONS[scaling["rope_type"]](config, "cpu")[0]


cases = [
    {"theta": t, "head_dim": d, "scaling": s, "frequencies": frequencies(t, d, s).tolist()}
    for t, d, s in CASES
]
with open(sys.argv[1], "w") as f:
    json.dump(cases, f)
    f.write("\n")
