"""The Python side of tune-text.ts: prints the processor seconds of a step.

pip install torch transformers; python tune-text.py <steps>
"""
import sys
import time

import torch
from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification, get_linear_schedule_with_warmup

TEXTS, TOKENS, WARM = 16, 64, 2
steps = int(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(1)
config = XLMRobertaConfig(vocab_size=8000, hidden_size=256, num_hidden_layers=4, num_attention_heads=4, intermediate_size=1024,
                          max_position_embeddings=130, type_vocab_size=1, layer_norm_eps=1e-5, num_labels=4)
model = XLMRobertaForSequenceClassification(config).train()
optimiser = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.01)
schedule = get_linear_schedule_with_warmup(optimiser, 1, WARM + steps)
ids = torch.randint(4, 8000, (TEXTS, TOKENS))
mask = torch.ones_like(ids)
labels = torch.arange(TEXTS) % 4
for step in range(WARM + steps):
    if step == WARM:
        since = time.process_time()
    model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    schedule.step()
    optimiser.zero_grad()
print((time.process_time() - since) / steps)
