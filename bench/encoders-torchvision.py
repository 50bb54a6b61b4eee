"""A bare PyTorch loop over photographs, asked line by line in JSON: decode with PIL, torchvision's transforms, torchvision's ResNet.

{"network": "resnet50", "weights": FILE, "threads": 1, "files": [...]}  opens the network with the weights of a safetensors file, and
    settles by these files how it is fastest: one photograph or eight at a time, channels first or last
{"files": [...]}        encodes them; answers seconds, processor seconds of all threads, and the features
{"quantise": FILE, "to": FILE, "files": [...]}   writes an ONNX network in int8 as onnxruntime's own tool makes it

Wanted: pip install torch torchvision numpy; for int8 onnx and onnxruntime too. Resize to 256 (bilinear, antialiased, PIL), crop of 224.
"""
import json
import sys
import time

import numpy
import torch
import torchvision
from PIL import Image
from torchvision import transforms

transform = transforms.Compose([
    transforms.Resize(256, transforms.InterpolationMode.BILINEAR),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])


def read(file):
    return transform(Image.open(file).convert("RGB"))


def encode(files):
    parts = []
    with torch.inference_mode():
        for start in range(0, len(files), batch):
            pixels = torch.stack([read(file) for file in files[start:start + batch]])
            parts.append(model(pixels.contiguous(memory_format=layout)))
    return torch.cat(parts).numpy()


def timed(files):
    wall, processor = time.perf_counter(), time.process_time()
    features = encode(files)
    return features, time.perf_counter() - wall, time.process_time() - processor


def load(name, file):
    net = getattr(torchvision.models, name)(weights=None)
    net.fc = torch.nn.Identity()
    content = open(file, "rb").read()
    end = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for key, entry in json.loads(content[8:end]).items():
        first, last = entry["data_offsets"]
        tensors[key] = torch.from_numpy(numpy.frombuffer(content[end + first:end + last], "<f4").reshape(entry["shape"]).copy())
    missing, unexpected = net.load_state_dict(tensors, strict=False)
    assert not unexpected and all(key.endswith("num_batches_tracked") for key in missing), (missing, unexpected)
    return net.eval()


def quantise(source, target, files):
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Photographs(CalibrationDataReader):
        def __init__(self):
            self.rest = iter(files)

        def get_next(self):
            file = next(self.rest, None)
            return None if file is None else {"pixels": read(file)[None].numpy()}

    quantize_static(source, target, Photographs(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def answer(request):
    global model, batch, layout
    if "quantise" in request:
        try:
            quantise(request["quantise"], request["to"], request["files"])
            return {"ok": True}
        except Exception as error:
            return {"ok": False, "reason": str(error)}
    if "network" in request:
        torch.set_num_threads(request["threads"])
        model = load(request["network"], request["weights"])
        tries = []
        for layout in (torch.contiguous_format, torch.channels_last):
            model = model.to(memory_format=layout)
            for batch in (1, 8):
                timed(request["files"][:batch])
                tries.append((min(timed(request["files"])[2] for _ in range(2)), batch, layout))
        _, batch, layout = min(tries, key=lambda one: one[0])
        model = model.to(memory_format=layout)
        return {"version": torch.__version__, "batch": batch, "layout": str(layout).removeprefix("torch.")}
    features, seconds, processor = timed(request["files"])
    return {"seconds": seconds, "processor": processor, "features": features.tolist()}


real_stdout = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), file=real_stdout, flush=True)
