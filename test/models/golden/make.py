"""Writes reference.safetensors with the reference implementation (pip package safetensors)."""
import os
import numpy as np
from safetensors.numpy import save_file

here = os.path.dirname(os.path.abspath(__file__))
tensors = {
    "weights": np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
    "classes.índice": np.array([3, -1, 2**31 - 1], dtype=np.int32),
    "doubles": np.array([np.pi, -0.0, 1e-308], dtype=np.float64),
    "a": np.array([1.5], dtype=np.float32),
    "empty": np.zeros((0, 4), dtype=np.float32),
    "scalar": np.array(2.5, dtype=np.float64),
}
save_file(tensors, os.path.join(here, "reference.safetensors"), metadata={"format": "lacuna"})
