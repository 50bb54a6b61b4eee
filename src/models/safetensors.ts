import { LacunaError } from '../config/errors.js';

/** A dense tensor, row by row. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array;
}

/** What a safetensors file holds: tensors by name, and free text metadata. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const formats = {
  F32: { bytes: 4, create: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  F64: { bytes: 8, create: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  I32: { bytes: 4, create: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  I64: { bytes: 8, create: (buffer: ArrayBuffer) => new BigInt64Array(buffer) },
} as const;
type Format = keyof typeof formats;

// The order in which the reference implementation lays types out.
const order: readonly Format[] = ['I64', 'F64', 'F32', 'I32'];

// The reference implementation's limit: a longer header is damage or an attack, not a model.
const maximumHeaderBytes = 100_000_000;

function formatOf(data: Tensor['data']): Format {
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof BigInt64Array) return 'I64';
  return data instanceof Float32Array ? 'F32' : 'I32';
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Strings in the order of their UTF-8 bytes, as the reference implementation sorts them. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Serialises tensors in the safetensors format (huggingface/safetensors, format 0.x): header length (u64, little
 * endian), JSON header padded with spaces to 8 bytes, then the data. Tensors are laid out by type, then name, as the
 * reference implementation does, so equal content gives equal bytes. Throws RangeError when a shape does
 * not match its data.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = [...tensors]
    .map(([name, { shape, data }]) => ({ name, shape, data, format: formatOf(data) }))
    .sort((a, b) => order.indexOf(a.format) - order.indexOf(b.format) || byBytes(a.name, b.name));
  let offset = 0;
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  for (const { name, shape, data, format } of entries) {
    if (elements(shape) !== data.length) {
      throw new RangeError(
        `tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} elements`,
      );
    }
    header[name] = { dtype: format, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);
  let at = 8 + headerBytes;
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Reads a safetensors file with float32, float64, int32 and int64 tensors; the tensors are copies. Throws LacunaError
 * MODEL_INVALID, naming `file` and the tensor, when the header is no such header, a type is another one, or the data do
 * not fill the file exactly, without gap or overlap.
 */
export function readSafetensors(bytes: Uint8Array, file: string): SafetensorsContent {
  const fail = (reason: string, cause?: unknown): never => {
    throw new LacunaError(
      'MODEL_INVALID',
      `${file} is not a sound safetensors file: ${reason}. Train the model again or restore the file from a backup.`,
      { cause },
    );
  };
  if (bytes.length < 8) fail('it is shorter than the header length');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maximumHeaderBytes || headerBytes > bytes.length - 8) {
    fail(`the header is said to be ${headerBytes} bytes long, the file has ${bytes.length}`);
  }
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + headerBytes));
    header = JSON.parse(text);
  } catch (cause) {
    fail('the header is not JSON', cause);
  }
  if (!isRecord(header)) return fail('the header is not a JSON object');

  const { __metadata__: rawMetadata = {}, ...entries } = header;
  if (!isRecord(rawMetadata) || !Object.values(rawMetadata).every((value) => typeof value === 'string')) {
    fail('__metadata__ is not an object of strings');
  }
  const parsed = Object.entries(entries).map(([name, entry]) => {
    if (!isRecord(entry)) return fail(`tensor "${name}" is not described by an object`);
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype !== 'string' || !Object.hasOwn(formats, dtype)) {
      return fail(`tensor "${name}" has type ${String(dtype)}, only F32, F64, I32 and I64 are read`);
    }
    if (!Array.isArray(shape) || !shape.every(isSize)) return fail(`tensor "${name}" has no proper shape`);
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
      return fail(`tensor "${name}" has no proper data_offsets`);
    }
    const format = dtype as Format;
    const [begin, end] = offsets as [number, number];
    if (end - begin !== elements(shape) * formats[format].bytes) {
      return fail(
        `tensor "${name}" has ${end - begin} bytes, its shape needs ${elements(shape) * formats[format].bytes}`,
      );
    }
    return { name, shape, format, begin, end };
  });

  const dataAt = 8 + headerBytes;
  let filled = 0;
  for (const { name, begin, end } of parsed.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled)
      fail(`tensor "${name}" starts at byte ${begin}, the one before it ends at ${filled}`);
    filled = end;
  }
  if (dataAt + filled !== bytes.length) {
    fail(`the tensors take ${filled} bytes, the file holds ${bytes.length - dataAt}`);
  }
  const tensors = new Map<string, Tensor>();
  for (const { name, shape, format, begin, end } of parsed) {
    // Not bytes.slice: a Buffer's slice shares its memory, and with it the alignment.
    const copy = new Uint8Array(end - begin);
    copy.set(bytes.subarray(dataAt + begin, dataAt + end));
    tensors.set(name, { shape, data: formats[format].create(copy.buffer) });
  }
  return { tensors, metadata: rawMetadata as Record<string, string> };
}
