"""Writes small residual networks with random weights, their features and gradients, computed by torchvision.

pip install torch torchvision safetensors numpy; python resnet.py
torchvision's own forward pass and blocks, at 4 channels instead of 64, so that the files stay small.
"""

import json
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

FOLDER = pathlib.Path(__file__).parent
DIVISOR = 16


class SmallResNet(ResNet):
    def _make_layer(self, block, planes, blocks, stride=1, dilate=False):
        if planes == 64:
            self.inplanes = 64 // DIVISOR
            self.conv1 = torch.nn.Conv2d(3, self.inplanes, 7, 2, 3, bias=False)
            self.bn1 = torch.nn.BatchNorm2d(self.inplanes)
        return super()._make_layer(block, planes // DIVISOR, blocks, stride, dilate)


def network(block, layers, seed):
    torch.manual_seed(seed)
    net = SmallResNet(block, layers)
    net.fc = torch.nn.Linear(512 * block.expansion // DIVISOR, 2)
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_in")
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.3)
            torch.nn.init.normal_(module.running_mean, 0, 0.3)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
            module.num_batches_tracked.fill_(seed)
    return net.eval()


def waves(count, frequency):
    return torch.from_numpy(numpy.sin(numpy.arange(count) * frequency).astype(numpy.float32))


def photographs(height, width):
    # Rows, columns, channels, as the tests lay them out.
    return waves(2 * height * width * 3, 0.37).reshape(2, height, width, 3).permute(0, 3, 1, 2)


def features(net, x):
    head, net.fc = net.fc, torch.nn.Identity()
    result = net(x)
    net.fc = head
    return result


def golden(name, block, layers, seed, height, width):
    net = network(block, layers, seed)
    save_file(net.state_dict(), FOLDER / f"{name}.safetensors")
    found = features(net, photographs(height, width))
    # A loss of which every feature has a gradient of its own.
    (found * waves(found.numel(), 0.91).reshape(found.shape)).sum().backward()
    gradients = {}
    for parameter, tensor in net.named_parameters():
        if parameter.startswith("fc"):
            continue
        flat = tensor.grad.flatten()
        # Two projections of each gradient instead of all its numbers.
        gradients[parameter] = [float((flat.double() * waves(flat.numel(), f).double()).sum()) for f in (0.53, 1.7)]
    return {
        "name": name,
        "height": height,
        "width": width,
        "features": [float(value) for value in found.detach().flatten()],
        "gradients": gradients,
    }


if __name__ == "__main__":
    networks = [
        golden("basic", BasicBlock, [2, 1, 1, 1], 1, 64, 48),
        golden("bottleneck", Bottleneck, [1, 2, 1, 1], 2, 64, 64),
    ]
    (FOLDER / "resnet.json").write_text(json.dumps(networks) + "\n")
