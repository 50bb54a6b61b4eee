/**
 * A part of a message in the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as pieces to be
 * joined at the end: weights are copied once, however deep they lie.
 */
export type Pieces = readonly Uint8Array[];

// Wire types.
const varintType = 0;
const bytesType = 2;
const fourBytesType = 5;

/** A whole number in base 128, lowest group first; negative ones as 64-bit two's complement. */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

const tag = (field: number, type: number): Uint8Array => varint((field << 3) | type);

const lengthOf = (pieces: Pieces): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** A field that is a message, or packed values, or bytes. */
export function embedded(field: number, content: Pieces): Pieces {
  return [tag(field, bytesType), varint(lengthOf(content)), ...content];
}

/** A field that is a text. */
export function text(field: number, value: string): Pieces {
  return embedded(field, [Buffer.from(value, 'utf8')]);
}

/** A field that is a whole number of up to 64 bits. */
export function whole(field: number, value: number | bigint): Pieces {
  return [tag(field, varintType), varint(value)];
}

/** A repeated field of whole numbers, packed. */
export function wholes(field: number, values: readonly number[]): Pieces {
  return values.length === 0 ? [] : embedded(field, values.map(varint));
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

/** A field that is a float of 32 bits. */
export function float(field: number, value: number): Pieces {
  return [tag(field, fourBytesType), littleEndian(value)];
}

/** A repeated field of floats, packed. */
export function floats(field: number, values: readonly number[]): Pieces {
  return values.length === 0 ? [] : embedded(field, values.map(littleEndian));
}

/** The bytes of a whole message. */
export function joined(pieces: Pieces): Uint8Array {
  const bytes = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
