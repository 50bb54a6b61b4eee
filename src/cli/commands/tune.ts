import path from 'node:path';
import type { Command } from 'commander';
import { withContext } from '../context.js';
import { createWorkshop } from '../enrichment.js';
import { skipLines } from '../tables.js';
import { tune, type Tuned } from '../tune.js';

function lines({ folder, manifest, backend, validations, skips }: Tuned): string[] {
  const { name, licence, length, size, tuned } = manifest;
  const { facts, start } = tuned!;
  const from = start === undefined ? 'from nothing' : `from ${start.source ?? 'the weights that were given'}`;
  const best =
    validations.length === 0
      ? ''
      : `, validation macro-F1 ${(facts['validationMacroF1'] as number).toFixed(3)}, loss ${(facts['validationLoss'] as number).toFixed(3)}`;
  return [
    `Encoder ${name}, in ${folder}`,
    `${facts['architecture'] as string} ${from}, ${length} numbers per photograph of ${size} × ${size} pixels; licence: ${licence}`,
    `Trained on ${facts['trainingPhotographs'] as number} photographs, stopped by ${facts['validationPhotographs'] as number}; ` +
      `best of ${facts['epochs'] as number} epochs: ${facts['bestEpoch'] as number}${best}`,
    `Computed with ${backend.name} on the ${backend.device === 'gpu' ? 'graphics card' : 'processor'}`,
    ...backend.passedOver.map((other) => `Passed over: ${other.name}, ${other.reason}`),
    ...(skips.length > 0 ? ['Left out:', ...skipLines(skips)] : []),
    'To use it, put this into the configuration under modalities.image, and run  lacuna train',
    `  encoder: { folder: ${JSON.stringify(path.relative('.', folder))} }`,
  ];
}

/** `lacuna tune`: trains or fine-tunes the network that looks at photographs. */
export function register(program: Command): void {
  program
    .command('tune')
    .description(
      'train a network on the photographs of the collection, from weights or from nothing, as an encoder',
    )
    .argument('<folder>', 'the folder to write, which is not there yet')
    .addHelpText(
      'after',
      '\nHow is said in the configuration, under modalities.image.tune.\n\nExample:\n  lacuna tune encoders/ours',
    )
    .action(
      withContext(async (context, output, _options, [folder = '']) => {
        const workshop = createWorkshop(context);
        try {
          const tuned = await tune(context, workshop, folder, output);
          output.result(tuned, () => lines(tuned));
        } finally {
          workshop.photographs.close();
        }
      }),
    );
}
