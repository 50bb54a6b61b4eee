import type { Size } from './image-information.js';
import type { Axis, Kernel } from './resample.js';

/** How a photograph is brought to the size that a network was trained with. */
export interface Resize {
  /** Cover: in proportion, what stands out is cropped; fill: squashed or stretched. */
  readonly fit: 'cover' | 'fill';
  readonly kernel: Kernel;
  /** Share of width and height that is kept around the middle, in (0, 1]; the rest is cropped. */
  readonly kept: number;
}

/** What is wanted: pixels of the result, and how they are come by. */
export interface WantedSize extends Size {
  readonly resize?: Resize | undefined;
}

/** The size that a photograph is brought to before its middle is cut out; at least this large it should be had. */
export function sizeBeforeCrop({ width, height, resize }: WantedSize): Size {
  const kept = resize?.kept ?? 1;
  return { width: Math.floor(width / kept), height: Math.floor(height / kept) };
}

/** Python's `round`: halves go to the even neighbour. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * Size and crop to the pixel as torchvision's Resize and CenterCrop choose them (functional.py,
 * `_compute_resized_output_size` and `center_crop`; timm and Hugging Face's image processors go through these).
 *
 * What is shrunk is shrunk before, by the decoder: `from` is never more than the photograph has.
 *
 * @param photograph its size, upright
 */
export function resizePlan(
  photograph: Size,
  { width, height, resize }: WantedSize & { readonly resize: Resize },
): { readonly x: Axis; readonly y: Axis } {
  const box = sizeBeforeCrop({ width, height, resize });
  const scale = Math.max(box.width / photograph.width, box.height / photograph.height);
  const isWider = box.height / photograph.height === scale;
  const whole =
    resize.fit === 'fill'
      ? box
      : isWider
        ? { width: Math.trunc((box.height * photograph.width) / photograph.height), height: box.height }
        : { width: box.width, height: Math.trunc((box.width * photograph.height) / photograph.width) };
  const axis = (from: number, to: number, count: number): Axis => ({
    from: Math.min(from, to),
    to,
    start: roundHalfToEven((to - count) / 2),
    count,
  });
  return {
    x: axis(photograph.width, whole.width, width),
    y: axis(photograph.height, whole.height, height),
  };
}
