/**
 * What the vote of similar descriptions and mentions bring the text model: cross-validation in five folds of the training and
 * validation records of the real textiles that have a description, nearly the same descriptions in one fold. Macro-F1 and
 * accuracy per task of all folds' answers together, for both label sets; the mean over seeds, each with folds of its own.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/similar-texts.js [seeds, 2] [weights of the vote ..., 0 0.4]
 */
import { silent } from '../src/config/progress.js';
import { accuracyOf, macroF1Of, mean, tallyOf } from '../src/learning/metrics/tally.js';
import { duplicateGroups } from '../src/learning/splits/duplicates.js';
import { groupedFolds } from '../src/learning/splits/folds.js';
import type { Opinion } from '../src/modalities/case.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { readTextiles, textilesLexicon } from '../test/modalities/textiles.js';
import { answered } from './answered.js';

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const seeds = Array.from({ length: Number(process.argv[2] ?? 2) }, (_, index) => index + 1);
const given = process.argv.slice(3).map(Number);
const lexicon = await textilesLexicon(folder);

for (const labels of ['all', 'strict'] as const) {
  const { tasks, train, validation } = readTextiles(folder, labels);
  const cases = [...train, ...validation].filter(({ record }) => record.texts.length > 0);
  const groups = duplicateGroups(
    cases.map(({ record }) => ({ id: record.production, texts: record.texts.map(({ value }) => value) })),
  );
  console.log(`\n${labels} labels, ${cases.length} descriptions; macro-F1/accuracy, %`);
  console.log(['vote', 'mentions', ...tasks.map(({ name }) => name), 'average'].join('\t'));
  for (const voteWeight of given.length > 0 ? given : [0, 0.4])
    for (const isMentioned of [false, true]) {
      const figures = tasks.map((): [number, number][] => []);
      for (const seed of seeds) {
        const opinions: (readonly Opinion[])[] = [];
        for (const fold of groupedFolds(groups, 5, seed)) {
          const modality = createTextModality({
            imbalance: 'rescaling',
            minimumLength: 20,
            maximumLength: 20_000,
            voteWeight,
            lexicon: isMentioned ? lexicon : undefined,
          });
          const model = await modality.train(
            fold.train.map((place) => cases[place]!),
            [],
            { tasks, seed, progress: silent },
          );
          const held = fold.held.map((place) => cases[place]!);
          const said = await model.predict(held, { isExplained: false });
          fold.held.forEach((place, index) => (opinions[place] = said[index]!));
        }
        tasks.forEach(({ name, classes }, index) => {
          const { truth, answers } = answered(name, cases, opinions);
          const tally = tallyOf(truth, answers, classes.length);
          figures[index]!.push([macroF1Of(tally), accuracyOf(tally)]);
        });
      }
      const averages = figures.map((list) => [0, 1].map((at) => mean(list.map((pair) => pair[at]!))));
      const cells = [...averages, [0, 1].map((at) => mean(averages.map((pair) => pair[at]!)))].map((pair) =>
        pair.map((share) => (100 * share).toFixed(1)).join('/'),
      );
      console.log([voteWeight, isMentioned ? 'yes' : 'no', ...cells].join('\t'));
    }
}
