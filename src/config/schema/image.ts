import { z } from 'zod';
import { encoderSchema } from './encoder.js';
import { enabled, filePath, imbalance, imbalanceDescription, whole } from './fields.js';
import { learningRate, origin, tuneKeys } from './tune.js';

const encoder = encoderSchema('encoder.json and model.onnx', {
  batch: whole.min(1).max(256).default(8).describe('the photographs that go through it together'),
});

const lossWeight = z.number().min(0).max(100);

const auxiliary = z.strictObject({
  classificationWeight: lossWeight.gt(0).default(1).describe('λ_C, the weight of the classification loss'),
  auxiliaryWeight: lossWeight.default(1).describe('λ_aux, the weight of all auxiliary losses together'),
  semantic: lossWeight
    .default(0.5)
    .describe('α_sem, the weight of: photographs with the same values have like features'),
  colour: lossWeight
    .default(0.5)
    .describe('α_co, the weight of: photographs of the same colours have like features'),
  self: lossWeight
    .default(0.5)
    .describe('α_slf, the weight of: a photograph turned, cropped or tinted keeps its features'),
  views: whole
    .min(1)
    .max(100)
    .default(2)
    .describe('the turned, cropped and tinted views made of each training photograph'),
});

const tune = z.strictObject({
  architecture: z
    .enum(['small', 'resnet-18', 'resnet-50', 'resnet-152'])
    .exactOptional()
    .describe(
      'the network: small, resnet-18, resnet-50 or resnet-152; that of the weights when left out, small where there are none',
    ),
  weights: z
    .strictObject({
      file: filePath.describe(
        "a safetensors file with a ResNet's weights under torchvision's or timm's names",
      ),
      ...origin,
    })
    .exactOptional()
    .describe('the weights to start from: { file, licence, source }; none when left out'),
  ...tuneKeys('photographs', { epochs: 40, patience: 6, batch: 32 }),
  blocks: whole
    .min(0)
    .max(1000)
    .exactOptional()
    .describe('the residual blocks to train, from the last on (2); without weights everything is trained'),
  size: whole
    .min(32)
    .max(1024)
    .exactOptional()
    .describe(
      'the side in pixels that photographs are brought to: 224, or 96 without weights, when left out',
    ),
  views: whole
    .min(0)
    .max(10_000)
    .exactOptional()
    .describe(
      'the turned, cropped and tinted views of a training photograph, of which each epoch shows one: 4, or 32 without weights, when left out; 0 shows it as it is',
    ),
  learningRate: learningRate
    .exactOptional()
    .describe("Adam's step: 0.0001, or 0.001 without weights, when left out"),
});

/** Schema of what looks at photographs, and of how a network is tuned for them. */
export const image = z
  .strictObject({
    enabled,
    encoder,
    tune: tune.prefault({}).describe('how `lacuna tune image` trains a network for photographs'),
    imbalance: imbalance.default('focal').describe(imbalanceDescription),
    branch: whole
      .min(0)
      .max(4096)
      .default(0)
      .describe(
        'the units of the layer each task has of its own after the joint layer (SilkNet: 128); 0 for none',
      ),
    background: z
      .boolean()
      .default(false)
      .describe(
        'true to learn photographs of values too rare to be learnt as a class “background” (SilkNet), which is never published but lowers the confidence of the others',
      ),
    pooling: z
      .enum(['highest', 'mean'])
      .default('highest')
      .describe(
        'how several photographs of a record decide: highest (the one with the highest score) or mean (all, by the mean of their logits)',
      ),
    auxiliary: auxiliary
      .exactOptional()
      .describe('losses that cluster the features in training (SilkNet): { semantic, colour, self, … }'),
  })
  .prefault({});
