"""Training speed of Hugging Face's Mixtral in PyTorch eager, the peer of docs/performance.md's table: forward, backward, clipping
and AdamW on random tokens. Usage: training_speed.py float32|bfloat16 TOKENS ROW WIDTH LAYERS EXPERT_WIDTH [STEPS]"""
import sys
import time

import torch
from transformers import MixtralConfig, MixtralForCausalLM

precision = sys.argv[1]
tokens, row, width, layers, inner = map(int, sys.argv[2:7])
steps = int(sys.argv[7]) if len(sys.argv) > 7 else 7
torch.set_num_threads(2)
torch.manual_seed(0)
model = MixtralForCausalLM(MixtralConfig(
    vocab_size=4096, hidden_size=width, intermediate_size=inner, num_hidden_layers=layers,
    num_attention_heads=width // 32, num_key_value_heads=width // 64, head_dim=32, num_local_experts=8,
    num_experts_per_tok=2, max_position_embeddings=8192, output_router_logits=True, router_aux_loss_coef=0.01))
model.train()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
ids = torch.randint(0, 4096, (tokens // row, row))


def step():
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
        loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)


step()
step()
rates = []
for _ in range(steps):
    start = time.time()
    step()
    rates.append(tokens / (time.time() - start))
print(precision, "median tokens/s:", round(sorted(rates)[len(rates) // 2]), [round(r) for r in rates])
