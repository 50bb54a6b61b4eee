"""Writes what torch.optim.AdamW makes of weights, with clipping and transformers' linear schedule.

pip install torch transformers; python adam-w.py
"""

import json
import math
import pathlib

import torch
from transformers import get_linear_schedule_with_warmup

STEPS, WARMUP, RATE, CLIP = 12, 3, 0.05, 1.5


def wave(count, frequency):
    return [math.sin(frequency * index) for index in range(count)]


def run(decay):
    first = torch.nn.Parameter(torch.tensor(wave(12, 0.7)).reshape(3, 4))
    # Biases and normalisations have no decay.
    second = torch.nn.Parameter(torch.tensor(wave(4, 1.3)))
    groups = [{"params": [first], "weight_decay": decay}, {"params": [second], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = get_linear_schedule_with_warmup(optimiser, WARMUP, STEPS)
    steps = []
    for step in range(STEPS):
        gradients = wave(16, 0.31 * (step + 1))
        first.grad = torch.tensor(gradients[:12]).reshape(3, 4)
        second.grad = torch.tensor(gradients[12:]) * (10 if step % 2 else 0.01)
        norm = torch.nn.utils.clip_grad_norm_([first, second], CLIP)
        share = optimiser.param_groups[0]["lr"] / RATE
        optimiser.step()
        schedule.step()
        weights = [float(x) for x in first.detach().flatten()] + [float(x) for x in second.detach()]
        steps.append({"share": share, "norm": float(norm), "weights": weights})
    return {"decay": decay, "steps": steps}


if __name__ == "__main__":
    content = {"warmup": WARMUP, "rate": RATE, "clip": CLIP, "runs": [run(0.0), run(0.3)]}
    (pathlib.Path(__file__).parent / "adam-w.json").write_text(json.dumps(content) + "\n")
