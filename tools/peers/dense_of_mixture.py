"""A dense GGUF file of a mixture's, for docs/evaluation.md's comparison with llama.cpp: the mixture's attention and all its experts'
feed-forwards side by side as one, weighed alike. Needs gguf-py and numpy. Usage: dense_of_mixture.py MIXTURE-F32.gguf DENSE.gguf"""
import sys

import gguf
import numpy as np

source = gguf.GGUFReader(sys.argv[1])
target = gguf.GGUFWriter(sys.argv[2], "llama")
experts = source.fields["llama.expert_count"].contents()
for key, field in source.fields.items():
    if key.startswith("GGUF.") or "expert" in key or key == "general.architecture":
        continue
    value = field.contents()
    if key == "llama.feed_forward_length":
        value *= experts
    element = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
    target.add_key_value(key, value, field.types[0], element)
for tensor in source.tensors:
    weights = np.array(tensor.data)
    if "ffn_gate_inp" in tensor.name:
        continue
    if "ffn_down_exps" in tensor.name:
        weights = np.concatenate(list(weights), axis=1) / np.float32(experts)
    elif "_exps" in tensor.name:
        weights = np.concatenate(list(weights), axis=0)
    target.add_tensor(tensor.name.replace("_exps", ""), np.ascontiguousarray(weights))
target.write_header_to_file()
target.write_kv_data_to_file()
target.write_tensors_to_file()
target.close()
