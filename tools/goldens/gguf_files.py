"""GGUF files of the `llama` architecture for model_goldens.py: write every expert layout and type, read them back as float32.

Facts of the format: the GGUF specification and gguf-py. Query and key rows are in neighbours order; an expert stack is
[E, outputs, inputs].
"""
import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as T


def neighbours(w, heads):
    """Rows of each head from halves order (i, i + d/2) to neighbours order (2i, 2i + 1)."""
    n, cols = w.shape
    return w.reshape(heads, 2, n // heads // 2, cols).swapaxes(1, 2).reshape(n, cols)


def halves(w, heads):
    """The inverse of neighbours."""
    n, cols = w.shape
    return w.reshape(heads, n // heads // 2, 2, cols).swapaxes(1, 2).reshape(n, cols)


GGUF_NAMES = [("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"), ("model.layers", "blk"),
              ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"), ("self_attn.q_proj", "attn_q"),
              ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
              ("block_sparse_moe.gate", "ffn_gate_inp"), ("mlp.gate_proj", "ffn_gate"), ("mlp.down_proj", "ffn_down"),
              ("mlp.up_proj", "ffn_up"), (".w1.weight", ".gate"), (".w2.weight", ".down"), (".w3.weight", ".up")]


def gguf_tensors(weights, c, layout):
    """GGUF name -> float32 array. Experts by layout: split (one tensor an expert), merged, or fused (gate rows, then up rows)."""
    out, experts = {}, {}
    for name, w in weights.items():
        a = w.float().numpy()
        if "q_proj" in name or "k_proj" in name:
            a = neighbours(a, c.num_attention_heads if "q_proj" in name else c.num_key_value_heads)
        for x, y in GGUF_NAMES:
            name = name.replace(x, y)
        if ".experts." in name:
            block, rest = name.split(".block_sparse_moe.experts.")
            e, part = rest.split(".")
            experts.setdefault(block, {}).setdefault(part, {})[int(e)] = a
        else:
            out[name] = np.ascontiguousarray(a)
    for block, parts in experts.items():
        stacks = {p: np.stack([by[e] for e in sorted(by)]) for p, by in parts.items()}
        if layout == "split":
            for p, s in stacks.items():
                out.update({f"{block}.ffn_{p}.{e}.weight": s[e] for e in range(len(s))})
        elif layout == "fused":
            out[f"{block}.ffn_gate_up_exps.weight"] = np.concatenate([stacks["gate"], stacks["up"]], axis=1)
            out[f"{block}.ffn_down_exps.weight"] = stacks["down"]
        else:
            out.update({f"{block}.ffn_{p}_exps.weight": s for p, s in stacks.items()})
    return out


def llama3_factors(c):
    """rope_freqs.weight: what each pair's frequency is divided by (the rule of Hugging Face's `llama3`)."""
    r, d = c.rope_parameters, c.head_dim or c.hidden_size // c.num_attention_heads
    plain = 1.0 / r["rope_theta"] ** (np.arange(0, d, 2) / d)
    turns = r["original_max_position_embeddings"] * plain / (2 * np.pi)
    smooth = np.clip((turns - r["low_freq_factor"]) / (r["high_freq_factor"] - r["low_freq_factor"]), 0, 1)
    return (1 / ((1 - smooth) / r["factor"] + smooth)).astype(np.float32)


PLAIN = {T.F32: np.float32, T.F16: np.float16, T.F64: np.float64}
MIXED = {"token_embd": "Q4_0", "attn_q": "Q8_0", "attn_k": "F32", "attn_v": "Q8_0", "attn_output": "Q5_0", "ffn_gate": "Q4_1",
         "ffn_up": "BF16", "ffn_down": "Q5_1", "output": "F16"}


def write_gguf(path, tensors, c, kind, router="F32", alignment=None):
    head = c.head_dim or c.hidden_size // c.num_attention_heads
    w = gguf.GGUFWriter(path, "llama")
    if alignment:
        w.add_custom_alignment(alignment)
    w.add_name("golden")
    w.add_context_length(c.max_position_embeddings)
    w.add_embedding_length(c.hidden_size)
    w.add_block_count(c.num_hidden_layers)
    w.add_feed_forward_length(c.intermediate_size)
    w.add_head_count(c.num_attention_heads)
    w.add_head_count_kv(c.num_key_value_heads)
    w.add_rope_dimension_count(head)
    if head * c.num_attention_heads != c.hidden_size:
        w.add_key_length(head)
        w.add_value_length(head)
    w.add_rope_freq_base(c.rope_parameters["rope_theta"])
    if c.rope_parameters["rope_type"] == "linear":
        w.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        w.add_rope_scaling_factor(c.rope_parameters["factor"])
    w.add_layer_norm_rms_eps(c.rms_norm_eps)
    if c.model_type == "mixtral":
        w.add_expert_count(c.num_local_experts)
        w.add_expert_used_count(c.num_experts_per_tok)
    w.add_vocab_size(c.vocab_size)
    extra = c.vocab_size - 259
    w.add_tokenizer_model("llama")
    w.add_tokenizer_pre("default")
    w.add_token_list(["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + [chr(97 + i) for i in range(extra)])
    w.add_token_scores([0.0] * 259 + [-float(i) for i in range(extra)])
    w.add_token_types([2, 3, 3] + [6] * 256 + [1] * extra)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_unk_token_id(0)
    w.add_add_bos_token(True)
    for name, a in tensors.items():
        wanted = "F32" if a.ndim == 1 else next(k for part, k in MIXED.items() if part in name) if kind == "mixed" else kind
        t = T.F32 if a.ndim == 1 else T[router] if "ffn_gate_inp" in name else T[wanted]
        # gguf-py takes plain floats as arrays; other types are bytes with the type beside them
        if t in PLAIN:
            w.add_tensor(name, a.astype(PLAIN[t]))
        else:
            w.add_tensor(name, gguf.quants.quantize(a, t).view(np.uint8), raw_dtype=t)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def read_gguf(path, c):
    """The file's weights, dequantised, as float32 under Hugging Face names."""
    out, experts = {}, {}
    for t in gguf.GGUFReader(path).tensors:
        if t.name == "rope_freqs.weight":
            continue
        values = t.data if t.tensor_type in PLAIN else gguf.quants.dequantize(t.data, t.tensor_type)
        a = values.reshape([int(n) for n in reversed(t.shape)]).astype(np.float32)
        if ".attn_q." in t.name or ".attn_k." in t.name:
            a = halves(a, c.num_attention_heads if ".attn_q." in t.name else c.num_key_value_heads)
        block, _, part = t.name.removesuffix(".weight").partition(".ffn_")
        if part == "gate_up_exps":
            experts[block, "gate"], experts[block, "up"] = np.split(a, 2, axis=1)
        elif part.endswith("_exps"):
            experts[block, part.removesuffix("_exps")] = a
        elif part.partition(".")[2]:
            experts.setdefault((block, part.partition(".")[0]), {})[int(part.partition(".")[2])] = a
        else:
            name = t.name.removesuffix(".weight")
            for x, y in sorted(GGUF_NAMES, key=lambda pair: -len(pair[1])):
                if name == y or name.endswith("." + y):
                    name = name.removesuffix(y) + x
                    break
            out[name.replace("blk.", "model.layers.") + ".weight"] = torch.from_numpy(np.ascontiguousarray(a))
    for (block, part), stack in experts.items():
        for e in range(len(stack)):
            name = f"{block.replace('blk', 'model.layers')}.block_sparse_moe.experts.{e}.{dict(gate='w1', down='w2', up='w3')[part]}.weight"
            out[name] = torch.from_numpy(np.ascontiguousarray(stack[e]))
    return out
