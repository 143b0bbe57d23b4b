#!/usr/bin/env python3
"""Makes mixtures.json: the type that llama.cpp's own quantiser gives each weight of small models.

    mixture_goldens.py LIBLLAMA_SO OUT_JSON

Needs: pip install gguf numpy (made with gguf 0.19.0). LIBLLAMA_SO: made with the library in the npm
package @node-llama-cpp/linux-x64 3.22.1 (llama.cpp of its release v0.5.0), called through
llama_model_quantize. Types are listed layer by layer, one string a kind of weight,
as runs: 2*Q6_K 6*Q4_K.
"""
import ctypes
import json
import sys
import tempfile
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import gguf
import numpy as np

FILE_TYPES = {"F16": 1, "Q4_0": 2, "Q8_0": 7, "Q2_K": 10, "Q3_K_M": 12, "Q4_K_M": 15,
              "Q5_K_M": 17, "Q6_K": 18, "BF16": 32}
# hidden, ffn, layers, heads, kv heads, experts, tied
CASES = {
    "mixtral 8 experts": (256, 256, 18, 4, 2, 8, False),
    "mixtral 8 experts, narrow experts": (256, 288, 8, 8, 2, 8, False),
    "mixtral 4 experts": (256, 256, 10, 8, 2, 4, False),
    "llama tied": (256, 256, 33, 4, 4, 0, True),
    "mistral, four heads share": (256, 512, 32, 8, 2, 0, False),
    "llama, rows of 288": (288, 256, 9, 9, 3, 0, False),
    "llama tied, rows of 288": (288, 256, 9, 9, 3, 0, True),
    "llama of 80 layers": (256, 256, 80, 8, 2, 0, False),
    "llama of 80 layers, no head shares": (256, 256, 80, 4, 4, 0, False),
}
VOCAB = 64


class Params(ctypes.Structure):
    """llama_model_quantize_params of llama.h."""
    _fields_ = [
        ("nthread", ctypes.c_int32), ("ftype", ctypes.c_int), ("output_type", ctypes.c_int),
        ("embedding_type", ctypes.c_int), ("allow_requantize", ctypes.c_bool),
        ("quantize_output", ctypes.c_bool), ("only_copy", ctypes.c_bool), ("pure", ctypes.c_bool),
        ("keep_split", ctypes.c_bool), ("dry_run", ctypes.c_bool), ("imatrix", ctypes.c_void_p),
        ("kv_overrides", ctypes.c_void_p), ("tensor_types", ctypes.c_void_p),
        ("prune_layers", ctypes.c_void_p),
    ]


def write(path, hidden, ffn, layers, heads, kv, experts, tied):
    w = gguf.GGUFWriter(str(path), "llama")
    w.add_context_length(64)
    w.add_embedding_length(hidden)
    w.add_block_count(layers)
    w.add_feed_forward_length(ffn)
    w.add_head_count(heads)
    w.add_head_count_kv(kv)
    w.add_rope_dimension_count(hidden // heads)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_vocab_size(VOCAB)
    w.add_tokenizer_model("no_vocab")
    if experts:
        w.add_expert_count(experts)
        w.add_expert_used_count(2)
    rng = np.random.default_rng(1)

    def put(name, *shape, plain=False):
        a = rng.standard_normal(shape, dtype=np.float32) * np.float32(0.02)
        w.add_tensor(name + ".weight", a if plain else a.astype(np.float16))

    put("token_embd", VOCAB, hidden)
    put("output_norm", hidden, plain=True)
    if not tied:
        put("output", VOCAB, hidden)
    stack = (experts,) if experts else ()
    name = "_exps" if experts else ""
    for i in range(layers):
        b = f"blk.{i}."
        put(b + "attn_norm", hidden, plain=True)
        put(b + "ffn_norm", hidden, plain=True)
        put(b + "attn_q", hidden, hidden)
        put(b + "attn_k", hidden // heads * kv, hidden)
        put(b + "attn_v", hidden // heads * kv, hidden)
        put(b + "attn_output", hidden, hidden)
        if experts:
            put(b + "ffn_gate_inp", experts, hidden, plain=True)
        put(b + "ffn_gate" + name, *stack, ffn, hidden)
        put(b + "ffn_up" + name, *stack, ffn, hidden)
        put(b + "ffn_down" + name, *stack, hidden, ffn)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def types(path):
    kinds = defaultdict(dict)
    for tensor in gguf.GGUFReader(str(path)).tensors:
        parts = tensor.name.removesuffix(".weight").split(".")
        layer = int(parts[1]) if parts[0] == "blk" else 0
        kinds[parts[-1].removesuffix("_exps")][layer] = tensor.tensor_type.name
    return {k: runs([v[i] for i in sorted(v)]) for k, v in sorted(kinds.items())}


def runs(names):
    return " ".join(f"{len(list(run))}*{name}" for name, run in groupby(names))


def main():
    lib = ctypes.CDLL(sys.argv[1])
    lib.llama_model_quantize_default_params.restype = Params
    lib.llama_model_quantize.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(Params)]
    lib.llama_model_quantize.restype = ctypes.c_uint32
    quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *a: None)
    if "-v" not in sys.argv:
        lib.llama_log_set(quiet, None)
    lib.llama_backend_init()
    out = {}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.gguf"), Path(folder, "b.gguf")
        for case, shape in CASES.items():
            write(source, *shape)
            row = dict(zip(["hidden", "ffn", "layers", "heads", "kv", "experts", "tied"], shape))
            row["types"] = {}
            for name, number in FILE_TYPES.items():
                p = lib.llama_model_quantize_default_params()
                assert p.quantize_output and not p.pure and not p.dry_run, "other struct layout"
                p.nthread, p.ftype = 1, number
                code = lib.llama_model_quantize(str(source).encode(), str(target).encode(), p)
                assert code == 0, f"{case} {name}: {code}"
                row["types"][name] = types(target)
            out[case] = row
    Path(sys.argv[2]).write_text(json.dumps(out, indent=1) + "\n")


main()
