"""Writes small RoBERTa networks with random weights, their features and gradients, computed by transformers.

pip install torch transformers safetensors numpy; python transformer.py
"""

import json
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from transformers import RobertaConfig, RobertaModel, XLMRobertaConfig, XLMRobertaForMaskedLM

FOLDER = pathlib.Path(__file__).parent
# Ids of tokens, of several lengths, of which the batch fills up the shorter ones.
TEXTS = [[0, 5, 9, 2], [0, 7, 7, 11, 30, 6, 9, 8, 2], [0, 2], [0, 12, 29, 5, 13, 4, 2]]
PADDING = 1


def waves(count, frequency):
    return torch.from_numpy(numpy.sin(numpy.arange(count) * frequency).astype(numpy.float32))


def randomised(net, seed):
    torch.manual_seed(seed)
    for name, parameter in net.named_parameters():
        with torch.no_grad():
            if "LayerNorm.weight" in name:
                parameter.uniform_(0.5, 1.5)
            else:
                parameter.normal_(0, 0.3)
    return net.eval()


def pooled(hidden, mask, pooling):
    if pooling == "first":
        return hidden[:, 0]
    shares = mask / mask.sum(1, keepdim=True)
    return (hidden * shares[..., None]).sum(1)


def golden(name, net, body, seed):
    randomised(net, seed)
    longest = max(map(len, TEXTS))
    ids = torch.tensor([text + [PADDING] * (longest - len(text)) for text in TEXTS])
    mask = (ids != PADDING).long()
    save_file({key: value.contiguous() for key, value in net.state_dict().items()}, FOLDER / f"{name}.safetensors")
    (FOLDER / f"{name}.json").write_text(json.dumps(body.config.to_dict(), indent=1) + "\n")
    poolings = {}
    for pooling in ("first", "mean"):
        net.zero_grad()
        hidden = body(ids, attention_mask=mask).last_hidden_state
        found = pooled(hidden, mask, pooling)
        # A loss of which every feature has a gradient of its own.
        (found * waves(found.numel(), 0.91).reshape(found.shape)).sum().backward()
        gradients = {}
        for parameter, tensor in body.named_parameters():
            if parameter.startswith("pooler"):
                continue
            flat = tensor.grad.flatten()
            # Two projections of each gradient instead of all its numbers.
            gradients[parameter] = [float((flat.double() * waves(flat.numel(), f).double()).sum()) for f in (0.53, 1.7)]
        poolings[pooling] = {"features": [float(x) for x in found.detach().flatten()], "gradients": gradients}
    return {"name": name, "texts": TEXTS, "poolings": poolings}


SIZES = dict(vocab_size=31, num_hidden_layers=3, pad_token_id=PADDING, bos_token_id=0, eos_token_id=2)

if __name__ == "__main__":
    # With the prefix that heads bring along, and without it; of one type and of several.
    xlmr = XLMRobertaForMaskedLM(XLMRobertaConfig(hidden_size=12, num_attention_heads=3, intermediate_size=20,
        max_position_embeddings=13, type_vocab_size=1, layer_norm_eps=1e-5, tie_word_embeddings=False, **SIZES))
    roberta = RobertaModel(RobertaConfig(hidden_size=8, num_attention_heads=2, intermediate_size=24,
        max_position_embeddings=11, type_vocab_size=2, layer_norm_eps=1e-12, **SIZES))
    networks = [golden("xlm-roberta", xlmr, xlmr.roberta, 1), golden("roberta", roberta, roberta, 2)]
    (FOLDER / "transformers.json").write_text(json.dumps(networks) + "\n")
