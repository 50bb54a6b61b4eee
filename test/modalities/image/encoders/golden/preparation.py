"""Writes what torchvision and Hugging Face's image processors make of some pictures: preparation.json.

pip install torch torchvision transformers pillow numpy; python preparation.py
Pictures are formulas that preparation.test.ts has too. Bytes of RGB, 16 x 16, in base64; of Hugging Face the numbers themselves.
"""
import base64
import json
import math
import pathlib

import numpy
import PIL
import torchvision
import transformers
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize
from transformers import CLIPImageProcessor, SiglipImageProcessor

SIDE = 16


def noise(x, y, c):
    value = (x * 7919 + y * 104729 + c * 1299709 + 12345) % 2147483647
    return (value * 48271 % 2147483647) >> 8 & 255


FORMULAS = {
    "checkerboard": (45, 30, lambda x, y, c: (x // 7 + y // 7) % 2 * 255),
    "gradient": (129, 65, lambda x, y, c: [x * 255 // 128, y * 255 // 64, (x + y) * 255 // 192][c]),
    "noise": (37, 51, noise),
    "as large as wanted": (16, 16, noise),
    "tiny": (5, 7, noise),
    "thin": (3, 40, lambda x, y, c: (y // 3 + x + c) % 3 * 127),
    "large": (640, 427, lambda x, y, c: abs((3 * x + 2 * y + 40 * c) % 510 - 255)),
}
KERNELS = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC, "lanczos": InterpolationMode.LANCZOS}


def picture(name):
    width, height, value = FORMULAS[name]
    pixels = [[[value(x, y, c) for c in range(3)] for x in range(width)] for y in range(height)]
    return Image.fromarray(numpy.asarray(pixels, dtype=numpy.uint8))


def encoded(values, kind):
    return base64.b64encode(numpy.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def torchvision_of(name, resize, interpolation, crop):
    before = math.floor(SIDE / crop)  # timm.data.transforms_factory
    transform = Compose([Resize(before if resize == "crop" else (before, before), KERNELS[interpolation]), CenterCrop(SIDE)])
    return {"picture": name, "resize": resize, "interpolation": interpolation, "crop": crop, "bytes": encoded(transform(picture(name)), "u1")}


def hugging_face_of(name, processor, resize):
    values = processor(images=picture(name), return_tensors="np")["pixel_values"][0]
    return {"picture": name, "resize": resize, "mean": list(processor.image_mean), "std": list(processor.image_std), "numbers": encoded(values, "<f4")}


clip = CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
siglip = SiglipImageProcessor(size={"height": SIDE, "width": SIDE})
content = {
    "versions": {"torchvision": torchvision.__version__, "transformers": transformers.__version__, "pillow": PIL.__version__},
    "torchvision": [
        torchvision_of(name, *how)
        for name in FORMULAS
        for how in [("crop", "bilinear", 0.875), ("crop", "bicubic", 0.95), ("squash", "bicubic", 1), ("crop", "lanczos", 1)]
    ],
    "huggingFace": [
        hugging_face_of(name, processor, resize)
        # CLIP's crop begins a pixel earlier than torchvision's where 4k + 3 pixels are cropped; these have other sizes.
        for processor, resize, names in (
            (clip, "crop", ("checkerboard", "noise", "tiny")),
            (siglip, "squash", ("checkerboard", "gradient", "large")),
        )
        for name in names
    ],
}
pathlib.Path(__file__).with_name("preparation.json").write_text(json.dumps(content, indent=1) + "\n")
