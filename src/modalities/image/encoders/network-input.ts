import type { Pixels } from '../../../media/decode.js';

/** Red, green and blue. */
export type PerChannel = readonly [number, number, number];

/**
 * A picture as networks take it: channel by channel (CHW), each value in [0, 1] less the channel's mean, divided by its
 * standard deviation.
 */
export function networkInput(
  { data, width, height }: Pixels,
  mean: PerChannel,
  std: PerChannel,
): Float32Array {
  const places = width * height;
  const input = new Float32Array(3 * places);
  for (let channel = 0; channel < 3; channel++) {
    const scale = 1 / (255 * std[channel]!);
    const offset = mean[channel]! / std[channel]!;
    for (let place = 0, byte = channel, at = channel * places; place < places; place++, byte += 3, at++)
      input[at] = data[byte]! * scale - offset;
  }
  return input;
}
