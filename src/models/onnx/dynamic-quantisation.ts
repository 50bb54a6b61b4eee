import { createReadStream } from 'node:fs';

// Operators of ONNX and of ONNX Runtime begin so; their names stand in the file as they are.
const dynamicOperator = Buffer.from('DynamicQuantize');

/**
 * Whether a network chooses the steps of its 8-bit numbers by all that goes through it together (`quantize_dynamic` of
 * onnxruntime): the same input then gives another row in other company.
 *
 * @param file of the network; rejects with the system's error when it cannot be read
 */
export async function isScaledByBatch(file: string): Promise<boolean> {
  let end = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    const text = Buffer.concat([end, chunk]);
    if (text.includes(dynamicOperator)) return true;
    end = text.subarray(-dynamicOperator.length);
  }
  return false;
}
