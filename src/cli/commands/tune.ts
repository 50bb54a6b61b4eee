import path from 'node:path';
import { Argument, type Command } from 'commander';
import { withContext } from '../context.js';
import { createWorkshop } from '../enrichment.js';
import { skipLines } from '../tables.js';
import { tunable, tune, type Tunable, type Tuned } from '../tune.js';

/** What is shown to the network of a modality, one and many, and how the facts count it. */
const shown = {
  image: { one: 'photograph', many: 'photographs', counts: ['trainingPhotographs', 'validationPhotographs'] },
  text: { one: 'text', many: 'texts', counts: ['trainingTexts', 'validationTexts'] },
} as const;

function lines({ modality, folder, manifest, backend, validations, skips }: Tuned): string[] {
  const { name, licence, length, tuned } = manifest;
  const { facts, start } = tuned!;
  const { one, many, counts } = shown[modality];
  const size =
    'size' in manifest
      ? `${manifest.size} × ${manifest.size} pixels`
      : `up to ${manifest.maximumLength} tokens`;
  const from = start === undefined ? 'from nothing' : `from ${start.source ?? 'the weights that were given'}`;
  const best =
    validations.length === 0
      ? ''
      : `, validation macro-F1 ${(facts['validationMacroF1'] as number).toFixed(3)}, loss ${(facts['validationLoss'] as number).toFixed(3)}`;
  return [
    `Encoder ${name}, in ${folder}`,
    `${facts['architecture'] as string} ${from}, ${length} numbers per ${one} of ${size}; licence: ${licence}`,
    `Trained on ${facts[counts[0]] as number} ${many}, stopped by ${facts[counts[1]] as number}; ` +
      `best of ${facts['epochs'] as number} epochs: ${facts['bestEpoch'] as number}${best}`,
    `Computed with ${backend.name} on the ${backend.device === 'gpu' ? 'graphics card' : 'processor'}`,
    ...backend.passedOver.map((other) => `Passed over: ${other.name}, ${other.reason}`),
    ...(skips.length > 0 ? ['Left out:', ...skipLines(skips)] : []),
    `To use it, put this into the configuration under modalities.${modality}, and run  lacuna train`,
    `  encoder: { folder: ${JSON.stringify(path.relative('.', folder))} }`,
  ];
}

/** `lacuna tune`: trains or fine-tunes the network that looks at photographs or reads descriptions. */
export function register(program: Command): void {
  program
    .command('tune')
    .description('train a network on the photographs or the descriptions of the collection, as an encoder')
    .addArgument(new Argument('<modality>', 'what it is for: photographs, or descriptions').choices(tunable))
    .argument('<folder>', 'the folder to write, which is not there yet')
    .addHelpText(
      'after',
      '\nHow is said in the configuration, under modalities.image.tune or modalities.text.tune.\n\nExamples:\n  lacuna tune image encoders/photographs\n  lacuna tune text encoders/texts',
    )
    .action(
      withContext(async (context, output, _options, [modality, folder = '']) => {
        const workshop = createWorkshop(context);
        try {
          // Commander has refused any other word.
          const tuned = await tune(context, workshop, modality as Tunable, folder, output);
          output.result(tuned, () => lines(tuned));
        } finally {
          workshop.photographs.close();
        }
      }),
    );
}
