#!/usr/bin/env python3
"""Makes the goldens of sirocco.tensor.quant: what gguf-py and ggml do on seeded data.

    quant_goldens.py GGML_BASE_SO OUT_DIR

Needs: pip install gguf numpy (made with gguf 0.19.0, numpy 2.4.6).
GGML_BASE_SO: libggml-base.so of a llama.cpp build (made with the one in the npm package
@node-llama-cpp/linux-x64 3.22.1); its ggml_quantize_chunk is the peer that encoding is compared with.

OUT_DIR/<type>.bin   blocks, then the float32 numbers that gguf-py reads from them
OUT_DIR/goldens.json block counts of these files; for each seeded distribution (the same numbers are
                     made by QuantData.java) and type the RMSE of ggml's own quantisation, and for the
                     types whose quantisation is a plain formula the sha256 of ggml's blocks
"""
import ctypes
import hashlib
import json
import math
import sys
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize

# Type, byte offsets of the halves in a block.
TYPES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0],
    T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208],
    T.IQ4_NL: [0], T.IQ4_XS: [0],
}
PLAIN = {T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0}
# Halves at the edges: zeros, least subnormal, least normal, largest, one, both signs.
EDGES = [0x0000, 0x8000, 0x0001, 0x8001, 0x0400, 0x7BFF, 0xFBFF, 0x3C00, 0xBC00, 0x03FF]
NUMBERS = 8192


class Random:
    """splitmix64, as in QuantData.java."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def uniform(self):
        return (self.bits() >> 11) * 2.0**-53

    def bell(self):
        """Twelve uniforms less six: near enough a standard Gaussian, and exact everywhere."""
        total = 0.0
        for _ in range(12):
            total += self.uniform()
        return total - 6


def outlier(r, i):
    value = r.bell() * 0.02
    return 1.5 if i % 256 == 77 else value


def cube(r):
    b = r.bell()
    return b * b * b * 0.02


DISTRIBUTIONS = {
    "gaussian": lambda r, i: r.bell() * 0.02,
    "heavy": lambda r, i: cube(r),
    "uniform": lambda r, i: r.uniform(),
    "shifted": lambda r, i: r.bell() * 0.02 - 0.1,
    "outlier": outlier,
    "constant": lambda r, i: 0.7,
    "negative": lambda r, i: -0.7,
    "zero": lambda r, i: 0.0,
    "tiny": lambda r, i: r.bell() * 1e-6,
    "denormal": lambda r, i: r.bell() * 1e-40,
    "huge": lambda r, i: r.bell() * 1e4,
}


def data(name, seed=42):
    r = Random(seed)
    f = DISTRIBUTIONS[name]
    return np.array([f(r, i) for i in range(NUMBERS)], dtype=np.float64).astype(np.float32)


def decode_goldens(out):
    rng = np.random.default_rng(20260101)
    counts = {}
    for t, halves in TYPES.items():
        elements, size = GGML_QUANT_SIZES[t]
        count = 14 if elements == 256 else 48
        blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
        for b in range(count):
            for h in halves:
                if b < len(EDGES):
                    bits = EDGES[b if h == halves[0] else (b * 3 + 1) % len(EDGES)]
                else:
                    bits = int(rng.normal(0, 0.05, 1).astype(np.float16).view(np.uint16)[0])
                blocks[b, h], blocks[b, h + 1] = bits & 255, bits >> 8
        numbers = dequantize(blocks, t)
        assert numbers.dtype == np.float32 and np.isfinite(numbers).all()
        (out / f"{t.name.lower()}.bin").write_bytes(blocks.tobytes() + numbers.tobytes())
        counts[t.name] = count
    return counts


def peer(lib, t, x):
    if t == T.F16:
        return x.astype(np.float16).view(np.uint8)
    if t == T.BF16:
        return quantize(x, t).view(np.uint8)
    elements, size = GGML_QUANT_SIZES[t]
    blocks = np.zeros(x.size // elements * size, dtype=np.uint8)
    lib.ggml_quantize_chunk.restype = ctypes.c_size_t
    written = lib.ggml_quantize_chunk(
        ctypes.c_int(t.value), x.ctypes.data_as(ctypes.c_void_p),
        blocks.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(0), ctypes.c_int64(1),
        ctypes.c_int64(x.size), None)
    assert written == blocks.size
    return blocks


def encode_goldens(lib):
    rows = {}
    for name in DISTRIBUTIONS:
        x = data(name)
        row = {"sha256_of_data": hashlib.sha256(x.tobytes()).hexdigest()}
        for t in [T.F16, T.BF16, *TYPES]:
            blocks = peer(lib, t, x)
            back = dequantize(blocks, t).ravel()
            error = back.astype(np.float64) - x.astype(np.float64)
            entry = {"rmse": math.sqrt(float(np.mean(error * error)))}
            if t in PLAIN:
                entry["sha256"] = hashlib.sha256(blocks.tobytes()).hexdigest()
                if t in TYPES and name not in ("denormal",):
                    same = (quantize(x, t).ravel() == blocks).mean()
                    if same < 1:
                        print(f"gguf-py differs from ggml: {name} {t.name}: {1 - same:.2%} of bytes")
            row[t.name] = entry
        rows[name] = row
    return rows


def main():
    lib = ctypes.CDLL(sys.argv[1])
    out = Path(sys.argv[2])
    counts = decode_goldens(out)
    golden = {
        "made_with": "gguf-py 0.19.0, libggml-base of @node-llama-cpp/linux-x64 3.22.1",
        "numbers": NUMBERS, "blocks": counts, "encode": encode_goldens(lib),
    }
    (out / "goldens.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
