# Writes jpeg2000.json: small JPEG 2000 files and the pixels that Pillow (OpenJPEG 2.5.4) makes of them, 8 bits per sample.
#     pip install pillow==13.0.0 imagecodecs numpy && python jpeg2000.py
# Pillow writes neither 16 bits of three colours nor fewer samples of colour nor palettes: the first are imagecodecs', the
# others are put together from codestreams of Pillow's by hand.
import base64, io, json, pathlib, struct
import imagecodecs, numpy
from PIL import Image

WIDTH, HEIGHT = 48, 36


def picture(channels, bits=8, width=WIDTH, height=HEIGHT):
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [0.5 + 0.25 * (numpy.sin(x / (3 + k)) + numpy.cos(y / (4 + 2 * k))) for k in range(channels)]
    noise = numpy.random.default_rng(1).normal(0, 0.02, (height, width, channels))
    values = numpy.clip(numpy.stack(planes, -1) + noise, 0, 1) * (2**bits - 1)
    return values.round().astype(numpy.uint16 if bits > 8 else numpy.uint8).squeeze()


def pillow(pixels, name='x.jp2', **options):
    file = io.BytesIO()
    file.name = name
    Image.fromarray(pixels).save(file, **options)
    return file.getvalue()


def box(kind, content):
    return struct.pack('>I4s', 8 + len(content), kind) + content


def jp2(codestream, width, height, components, colours, *more):
    header = box(b'ihdr', struct.pack('>IIHBBBB', height, width, components, 7, 7, 0, 0))
    header += box(b'colr', struct.pack('>BBBI', 1, 0, 0, colours)) + b''.join(more)
    return (
        box(b'jP  ', b'\r\n\x87\n')
        + box(b'ftyp', b'jp2 \0\0\0\0jp2 ')
        + box(b'jp2h', header)
        + box(b'jp2c', codestream)
    )


def subsampled(across, down):
    """Y, Cb and Cr as one codestream: with one layer and one resolution each is one packet of the one tile."""
    planes = [picture(1), picture(1, 8, WIDTH // across, HEIGHT // down), 255 - picture(1, 8, WIDTH // across, HEIGHT // down)]
    streams = [pillow(plane, 'x.j2k', irreversible=False, num_resolutions=1) for plane in planes]
    tile_parts = [stream.index(b'\xff\x90') for stream in streams]
    packets = b''.join(stream[at + 14 : -2] for stream, at in zip(streams, tile_parts))
    # SIZ of one component has 41 bytes and its marker.
    size = struct.pack('>H', 47) + streams[0][6:40] + struct.pack('>H', 3) + b'\x07\x01\x01' + 2 * bytes([7, across, down])
    main = b'\xff\x4f\xff\x51' + size + streams[0][45 : tile_parts[0]]
    tile = b'\xff\x90' + struct.pack('>HHIBB', 10, 0, 14 + len(packets), 0, 1) + b'\xff\x93' + packets
    return jp2(main + tile + b'\xff\xd9', WIDTH, HEIGHT, 3, 18)


def paletted():
    indices = picture(1) // 32
    colours = numpy.random.default_rng(2).integers(0, 256, (8, 3), numpy.uint8)
    palette = box(b'pclr', struct.pack('>HBBBB', 8, 3, 7, 7, 7) + colours.tobytes())
    mapping = box(b'cmap', b''.join(struct.pack('>HBB', 0, 1, column) for column in range(3)))
    stream = pillow(indices.astype(numpy.uint8), 'x.j2k', irreversible=False)
    return jp2(stream, WIDTH, HEIGHT, 1, 16, palette, mapping), colours[indices]


def pixels_of(file, halvings=0):
    image = Image.open(io.BytesIO(file))
    image.reduce = halvings
    return numpy.asarray(image.convert('RGB') if image.mode == 'YCbCr' else image)


def eight_bits(values, bits):
    return numpy.floor(values * (255 / (2**bits - 1)) + 0.5).astype(numpy.uint8)


def sixteen(pixels, **options):
    return imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, **options)


plain = picture(3)
lossless = dict(irreversible=False)
files = {
    'a file without loss': pillow(plain, **lossless),
    'a codestream without loss': pillow(plain, 'x.j2k', **lossless),
    'with loss': pillow(plain, irreversible=True, quality_mode='rates', quality_layers=[8]),
    'in layers of quality': pillow(plain, irreversible=True, quality_mode='rates', quality_layers=[40, 20, 8]),
    'in tiles': pillow(plain, tile_size=(16, 16), **lossless),
    'not from the origin': pillow(plain, 'x.j2k', offset=(13, 7), tile_size=(32, 32), tile_offset=(5, 3), **lossless),
    'in order of position': pillow(plain, progression='PCRL', num_resolutions=3, **lossless),
    'grey': pillow(picture(1), **lossless),
    'with half the colours across': subsampled(2, 1),
    'with a quarter of the colours': subsampled(2, 2),
}
golden = {name: (file, pixels_of(file)) for name, file in files.items()}
golden['with a palette'] = paletted()
for name, pixels, bits in [
    ('grey of 16 bits', picture(1, 16), 16),
    ('grey of 12 bits', picture(1, 12), 12),
    ('colours of 16 bits', picture(3, 16), 16),
]:
    golden[name] = (sixteen(pixels, codecformat='jp2', bitspersample=bits), eight_bits(pixels, bits))

files['halved twice'] = files['a file without loss']
golden['halved twice'] = (files['halved twice'], pixels_of(files['halved twice'], 2))

unsupported = {
    'transparent': pillow(picture(4), **lossless),
    'grey and transparent': pillow(picture(2), **lossless),
    'signed': imagecodecs.jpeg2k_encode((picture(1).astype(int) - 128).astype(numpy.int8), level=0, codecformat='j2k'),
}

text = lambda values: base64.b64encode(bytes(values)).decode()
written = {
    'read': {
        name: dict(file=text(file), height=pixels.shape[0], width=pixels.shape[1], pixels=text(pixels.tobytes()))
        for name, (file, pixels) in golden.items()
    },
    'unsupported': {name: text(file) for name, file in unsupported.items()},
}
pathlib.Path(__file__).with_suffix('.json').write_text(json.dumps(written, indent=1) + '\n')
