import * as tf from '@tensorflow/tfjs-core';

type Side = readonly [before: number, after: number];

function padded(x: tf.Tensor4D, rows: Side, columns: Side): tf.Tensor4D {
  if ([...rows, ...columns].every((size) => size === 0)) return x;
  return tf.pad(x, [[0, 0], [...rows], [...columns], [0, 0]]);
}

/**
 * `x` with `size` more pixels of `value` 0 on every side. Where the backends pad by themselves they differ in what they
 * accept, and their "same" is not symmetric as torchvision's is.
 */
export function paddedBy(size: number, x: tf.Tensor4D): tf.Tensor4D {
  return padded(x, [size, size], [size, size]);
}

/** Puts stride − 1 zeros between neighbouring pixels. */
function spread(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x;
  const [n, height, width, channels] = x.shape;
  const after = (values: tf.Tensor3D): tf.Tensor3D =>
    tf.pad(values, [
      [0, 0],
      [0, stride - 1],
      [0, 0],
    ]);
  const columns = after(tf.reshape(x, [n * height * width, 1, channels]));
  const rows = after(tf.reshape(columns, [n * height, 1, width * stride * channels]));
  const all = tf.reshape<tf.Rank.R4>(rows, [n, height * stride, width * stride, channels]);
  const [lastRow, lastColumn] = [(height - 1) * stride + 1, (width - 1) * stride + 1];
  return tf.slice4d(all, [0, 0, 0, 0], [n, lastRow, lastColumn, channels]);
}

/** Gradient with respect to the input: the output's, spread, convolved with the filter turned round. */
function inputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  shape: tf.Tensor4D['shape'],
): tf.Tensor4D {
  const kernel = filter.shape[0];
  const wide = spread(dy, stride);
  const before = kernel - 1 - (kernel - 1) / 2;
  const after = (size: number, wideSize: number): Side => [before, size + kernel - 1 - before - wideSize];
  const framed = padded(wide, after(shape[1], wide.shape[1]), after(shape[2], wide.shape[2]));
  const turned = kernel === 1 ? filter : tf.reverse(filter, [0, 1]);
  return tf.conv2d(framed, tf.transpose(turned, [0, 1, 3, 2]), 1, 'valid');
}

/** Photographs whose patches are laid out at a time: at 224 pixels they take 7 MB each. */
const laidOut = 8;

/** The pixels under the filter at each of its places, n · height · width × (kernel² · inputs). */
function patches(
  frame: tf.Tensor4D,
  kernel: number,
  stride: number,
  height: number,
  width: number,
): tf.Tensor2D {
  const [n, rows, columns, inputs] = frame.shape;
  const values = frame.dataSync();
  const run = kernel * inputs;
  const all = new Float32Array(n * height * width * kernel * run);
  let at = 0;
  for (let photograph = 0; photograph < n; photograph++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let line = 0; line < kernel; line++, at += run) {
          const start = ((photograph * rows + row * stride + line) * columns + column * stride) * inputs;
          for (let index = 0; index < run; index++) all[at + index] = values[start + index]!;
        }
      }
    }
  }
  return tf.tensor2d(all, [n * height * width, kernel * run]);
}

/**
 * The filter's gradient where there are few inputs and many places, as in the first layer of a network: all places at once,
 * for slices of three numbers each take forty times as long.
 */
function firstFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  stride: number,
  shape: tf.Tensor4D['shape'],
): tf.Tensor4D {
  const [kernel, , , outputs] = shape;
  const [n, height, width] = dy.shape;
  const frame = paddedBy((kernel - 1) / 2, x);
  const parts = Array.from({ length: Math.ceil(n / laidOut) }, (_, part) => {
    const start = part * laidOut;
    const count = Math.min(laidOut, n - start);
    const some = <T extends tf.Tensor4D>(tensor: T): tf.Tensor4D =>
      tf.slice4d(tensor, [start, 0, 0, 0], [count, -1, -1, -1]);
    const met = patches(some(frame), kernel, stride, height, width);
    const slopes = tf.reshape<tf.Rank.R2>(some(dy), [count * height * width, outputs]);
    return tf.matMul<tf.Tensor2D>(tf.transpose(met), slopes);
  });
  return tf.reshape(tf.addN(parts), shape);
}

/** Gradient with respect to the filter: for each of its places, the pixels that it met times the output's gradient. */
function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  stride: number,
  shape: tf.Tensor4D['shape'],
): tf.Tensor4D {
  const [kernel, , inputs, outputs] = shape;
  if (inputs <= 4) return firstFilterGradient(x, dy, stride, shape);
  const [n, height, width] = dy.shape;
  const frame = paddedBy((kernel - 1) / 2, x);
  const rows = tf.reshape<tf.Rank.R2>(dy, [n * height * width, outputs]);
  const places = Array.from({ length: kernel * kernel }, (_, place) => {
    const [row, column] = [Math.floor(place / kernel), place % kernel];
    const met = tf.stridedSlice(
      frame,
      [0, row, column, 0],
      [n, row + (height - 1) * stride + 1, column + (width - 1) * stride + 1, inputs],
      [1, stride, stride, 1],
    );
    const pixels = tf.reshape<tf.Rank.R2>(met, [n * height * width, inputs]);
    return tf.matMul<tf.Tensor2D>(tf.transpose(pixels), rows);
  });
  return tf.reshape(tf.concat(places, 0), shape);
}

/**
 * A convolution without bias, padded by (k − 1) / 2 zeros on every side, with its gradient written out: wasm has no kernel for
 * the gradient of the filter, and a slow one for that of the input. Both are made of plain convolutions and matrix
 * products, which are fast on every backend.
 *
 * @param x n × height × width × inputs
 * @param filter k × k × inputs × outputs, k odd
 * @param constantInput true for the first trained layer: no gradient with respect to `x` is computed
 * @returns n × ⌈height / stride⌉ × ⌈width / stride⌉ × outputs
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  constantInput: boolean,
): tf.Tensor4D {
  const forwards = (input: tf.Tensor4D, weights: tf.Tensor4D, save: tf.GradSaveFunc) => {
    save([input, weights]);
    const backwards = (dy: tf.Tensor4D, [from, by]: readonly tf.Tensor4D[]): tf.Tensor[] => {
      const gradient = filterGradient(from!, dy, stride, by!.shape);
      return constantInput ? [gradient] : [inputGradient(dy, by!, stride, from!.shape), gradient];
    };
    return {
      value: tf.conv2d(paddedBy((weights.shape[0] - 1) / 2, input), weights, stride, 'valid'),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backwards(dy as tf.Tensor4D, saved as tf.Tensor4D[]),
    };
  };
  return constantInput
    ? tf.customGrad((weights, save) => forwards(x, weights as tf.Tensor4D, save as tf.GradSaveFunc))(filter)
    : tf.customGrad((input, weights, save) =>
        forwards(input as tf.Tensor4D, weights as tf.Tensor4D, save as tf.GradSaveFunc),
      )(x, filter);
}
