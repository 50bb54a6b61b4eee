"""The Python side of text-encoders.ts.

    prepare <folder>   reads texts as JSON from standard input; writes an encoder of XLM-R-base's shape with random weights there
    peer <folder>      a plain loop over batches in the order given; answers each line {texts, batch, threads, precision} with
                       {wall, cpu, first}: seconds, processor seconds, and the pooled numbers of the first text

    pip install torch transformers sentencepiece tokenizers onnx onnxscript onnxruntime
"""
import hashlib
import json
import pathlib
import sys
import time

import torch
from tokenizers import normalizers
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

sys.path.append(str(pathlib.Path(__file__).parent.parent / "test/models/tokenizer/golden"))
import layouts  # noqa: E402

folder = pathlib.Path(sys.argv[2])


def make_tokenizer(texts):
    vocabulary, characters = layouts.sentencepiece_unigram(texts, 16000, character_coverage=0.9995, max_sentence_length=100000)
    layouts.xlm_roberta(vocabulary, normalizers.Precompiled(characters)).save(str(folder / "tokenizer.json"))
    return len(vocabulary)


def prepare():
    from onnxruntime.quantization import QuantType, quantize_dynamic
    folder.mkdir(parents=True, exist_ok=True)
    size = make_tokenizer(json.load(sys.stdin))
    torch.manual_seed(1)
    config = XLMRobertaConfig(vocab_size=size, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
                              max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
                              layer_norm_eps=1e-5)
    model = XLMRobertaModel(config, add_pooling_layer=False).eval()
    model.save_pretrained(folder / "torch")
    model = XLMRobertaModel.from_pretrained(folder / "torch", add_pooling_layer=False, attn_implementation="eager").eval()

    class Last(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask):
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    axes = {0: "batch", 1: "tokens"}
    ids = torch.randint(5, size, (2, 16))
    torch.onnx.export(Last(), (ids, torch.ones_like(ids)), folder / "model.onnx", dynamo=False, opset_version=17,
                      input_names=["input_ids", "attention_mask"], output_names=["last_hidden_state"],
                      dynamic_axes={"input_ids": axes, "attention_mask": axes, "last_hidden_state": axes})
    quantize_dynamic(folder / "model.onnx", folder / "model_int8.onnx", weight_type=QuantType.QInt8, per_channel=False)
    digest = lambda name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "encoder.json").write_text(json.dumps({
        "name": "random XLM-R-base", "licence": "CC0-1.0", "sha256": digest("model.onnx"), "int8Sha256": digest("model_int8.onnx"),
        "tokenizerSha256": digest("tokenizer.json"), "languages": ["en", "fr"], "maximumLength": 512, "pooling": "mean",
        "output": "last_hidden_state", "length": 768}))


def peer():
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), pad_token="<pad>", model_max_length=512)
    model = XLMRobertaModel.from_pretrained(folder / "torch", add_pooling_layer=False).eval()
    for line in sys.stdin:
        asked = json.loads(line)
        torch.set_num_threads(asked["threads"])
        texts, batch = asked["texts"], asked["batch"]
        wall, cpu = time.perf_counter(), time.process_time()
        rows = []
        with torch.inference_mode():
            for start in range(0, len(texts), batch):
                inputs = tokenizer(texts[start:start + batch], padding=True, truncation=True, return_tensors="pt")
                inputs = {key: inputs[key] for key in ("input_ids", "attention_mask")}
                hidden = model(**inputs).last_hidden_state
                mask = inputs["attention_mask"].unsqueeze(-1)
                rows.append((hidden * mask).sum(1) / mask.sum(1))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(json.dumps({"wall": wall, "cpu": cpu, "rows": torch.cat(rows)[:, :8].tolist()}), flush=True)


{"prepare": prepare, "peer": peer}[sys.argv[1]]()
