/**
 * Properties of which too few values are known to learn from, on the real textiles (strict labels, test records with a
 * description): what the vocabulary alone answers, the confidence it states by how many values are known beside the precision
 * it has, and what the text model makes of 5, 10, 20 and 50 labelled records per class. Tells the choices of decision 32 too.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/zero-labels.js [seed]
 */
import { silent } from '../src/config/progress.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { wilsonInterval } from '../src/learning/metrics/interval.js';
import { mean } from '../src/learning/metrics/tally.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import { seededRandom } from '../src/learning/random.js';
import type { LabelledCase, LearnableTask, Opinion } from '../src/modalities/case.js';
import type { TrainedModality } from '../src/modalities/modality.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { createVocabularyModality } from '../src/modalities/vocabulary/index.js';
import { documentOf } from '../src/modalities/text/document.js';
import { meaningsOf, soleMention } from '../src/modalities/vocabulary/sole-mention.js';
import { tallies, total, type Tally } from '../src/modalities/vocabulary/trust.js';
import { lexiconOf } from '../src/vocabulary/lexicon.js';
import { loadProfile } from '../src/vocabulary/load-profile.js';
import type { Profile, Task, TaskClass } from '../src/vocabulary/profile.js';
import { readTextiles, textilesThesaurus } from '../test/modalities/textiles.js';

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const seed = Number(process.argv[2] ?? 1);
/** `training.targetPrecision` unless configured. */
const target = 0.8;
const percent = (share: number): string => (100 * share).toFixed(1);
const row = (...cells: (string | number)[]): void => console.log(cells.join('\t'));

/** These records call every technique but three `other`. */
const filedUnderOther = ['other_technique', 'tabby', 'resist_dyeing'];

/** SILKNOW's classes under the ids that the textiles give them. */
function asTextilesCall(task: Task): Task {
  if (task.name !== 'technique')
    return { ...task, classes: task.classes.map((one) => ({ ...one, id: one.id.replace('_', ' ') })) };
  const others = task.classes.filter(({ id }) => filedUnderOther.includes(id));
  const other: TaskClass = {
    ...others.find(({ id }) => id === 'other_technique')!,
    id: 'other',
    alsoKnownAs: others.flatMap(({ concept, facet, alsoKnownAs }) => [
      concept,
      facet ?? concept,
      ...alsoKnownAs,
    ]),
    aliases: others.flatMap(({ labels, aliases }) => [...Object.values(labels), ...aliases]),
  };
  return { ...task, classes: [...task.classes.filter((one) => !others.includes(one)), other] };
}

const silknow = await loadProfile('silknow');
const profile: Profile = {
  ...silknow,
  tasks: silknow.tasks.filter(({ name }) => name !== 'depiction').map(asTextilesCall),
};
const lexicon = lexiconOf(profile, await textilesThesaurus(folder));
const vocabulary = createVocabularyModality({
  maximumLength: 20_000,
  tasks: profile.tasks,
  lexicon: () => lexicon,
});
const described = (cases: readonly LabelledCase[]): LabelledCase[] =>
  cases.filter(({ record }) => record.texts.length > 0);

/** Rare classes are answered too, and wrong answers to them count. */
const every = readTextiles(folder, 'strict', 1);
const common = readTextiles(folder, 'strict');
const known = described([...every.train, ...every.validation]);
const context = { seed, progress: silent };
const asked = (name: string): LearnableTask => {
  const { classes } = profile.tasks.find((task) => task.name === name)!;
  return { name, classes: classes.map(({ id }) => id) };
};

/** The same records with the values of a task forgotten but for `count` of them. */
function keeping(task: string, count: number): LabelledCase[] {
  const random = seededRandom(seed);
  const order = known
    .filter(({ record }) => record.known[task] !== undefined)
    .map((labelled) => ({ labelled, draw: random() }))
    .sort((a, b) => a.draw - b.draw);
  const kept = new Set(order.slice(0, count).map(({ labelled }) => labelled));
  return known.map((labelled) => {
    const { [task]: value, ...others } = labelled.record.known;
    const isKept = kept.has(labelled) && value !== undefined;
    return {
      ...labelled,
      record: { ...labelled.record, known: isKept ? { ...others, [task]: value } : others },
    };
  });
}

/** What the vocabulary says when told of `cases`; undefined where its answers are worth no more than chance. */
async function vocabularyOn(task: string, cases: readonly LabelledCase[]) {
  return vocabulary.train(cases, [], { ...context, tasks: [asked(task)] }).catch(() => undefined);
}

const answerOf = (opinions: readonly Opinion[], { name, classes }: LearnableTask): string | undefined => {
  const scores = opinions.find(({ task }) => task === name)?.scores;
  return scores && classes[indexOfLargest(scores)];
};

interface Figures {
  readonly known: number;
  readonly answered: number;
  readonly right: number;
  /** Of all records with a known value, silence being wrong. */
  readonly macroF1: number;
}

async function measured(
  model: TrainedModality,
  task: LearnableTask,
  test: readonly LabelledCase[],
  counted: readonly string[],
): Promise<Figures> {
  const cases = described(test).filter(({ record }) => record.known[task.name] !== undefined);
  const opinions = await model.predict(cases, { isExplained: false });
  const truth = cases.map(({ record }) => record.known[task.name]![0]!);
  const answers = opinions.map((said) => answerOf(said, task));
  const { macroF1 } = classificationMetrics(
    truth.map((id) => counted.indexOf(id)),
    answers.map((id) => counted.indexOf(id ?? '')),
    counted.length,
  );
  return {
    known: cases.length,
    answered: answers.filter((id) => id !== undefined).length,
    right: answers.filter((id, index) => id === truth[index]).length,
    macroF1,
  };
}

console.log(
  '\nVocabulary alone: what it states by how many values are known, and what is so on test records',
);
row(
  'task',
  'known',
  'checked',
  'right',
  'stated %',
  'precision %',
  'published',
  'of them right',
  'answers',
  'records',
);
for (const { name } of every.tasks) {
  const test = described(every.test).filter(({ record }) => record.known[name] !== undefined);
  for (const count of [0, 10, 20, 50, 100, 200, Infinity]) {
    const model = await vocabularyOn(name, keeping(name, count));
    const label = count === Infinity ? 'all' : count;
    if (model === undefined) {
      row(name, label, 'silent');
      continue;
    }
    const { trust, classes } = model.tasks[0]!;
    const opinions = await model.predict(test, { isExplained: false });
    const answers = test.flatMap(({ record }, index) => {
      const scores = opinions[index]![0]?.scores;
      if (scores === undefined) return [];
      const decision = indexOfLargest(scores);
      const checked = trust.museums[record.museum]?.answers ?? 0;
      const isPublished = scores[decision]! >= target && (checked >= 20 || trust.isAcrossMuseums);
      return {
        confidence: scores[decision]!,
        isRight: record.known[name]![0] === classes[decision],
        isPublished,
      };
    });
    const published = answers.filter(({ isPublished }) => isPublished);
    const { answers: checked, right } = total(Object.values(trust.museums));
    row(
      name,
      label,
      checked,
      right,
      percent(mean(answers.map(({ confidence }) => confidence))),
      percent(mean(answers.map(({ isRight }) => Number(isRight)))),
      published.length,
      published.length === 0 ? '–' : percent(mean(published.map(({ isRight }) => Number(isRight)))),
      answers.length,
      test.length,
    );
  }
}

console.log('\nAll answers, and what the worst of the other properties would have promised, %');
row('task', 'answers', 'right', 'precision', 'lower bound', 'worst of others', 'by museum');
const all = described([...every.train, ...every.validation, ...every.test]);
const lowerBound = ({ answers, right }: Tally): number => wilsonInterval(right, answers).low;
const told = await Promise.all(
  every.tasks.map(async ({ name }) => {
    const { museums } = (await vocabularyOn(name, all))!.tasks[0]!.trust;
    return { name, museums, whole: total(Object.values(museums)) };
  }),
);
for (const { name, museums, whole } of told) {
  const others = told.filter((other) => other.name !== name);
  row(
    name,
    whole.answers,
    whole.right,
    percent(whole.right / whole.answers),
    percent(lowerBound(whole)),
    percent(Math.min(...others.map((other) => lowerBound(other.whole)))),
    Object.entries(museums)
      .map(([museum, { answers, right }]) => `${museum} ${right} of ${answers}`)
      .join(', '),
  );
}
console.log('\nThe same by class, and without years: right of answers');
for (const task of profile.tasks) {
  const meanings = meaningsOf(task);
  const answersBy = (hasYears: boolean): Record<string, Tally> =>
    tallies(
      all.flatMap(({ record }) => {
        const value = record.known[task.name]?.[0];
        const { mentions } = documentOf(record, { minimumLength: 0, maximumLength: 20_000 }, lexicon)!;
        const heard = mentions.filter(({ feature }) => hasYears || !feature.startsWith('year in'));
        const sole = soleMention({ mentions: heard }, meanings);
        // By class in the place of museums.
        return value === undefined || sole === undefined
          ? []
          : [{ museum: sole.classId, isRight: sole.classId === value }];
      }),
    );
  const withoutYears = total(Object.values(answersBy(false)));
  row(
    task.name,
    Object.entries(answersBy(true))
      .map(([id, { answers, right }]) => `${id} ${right} of ${answers}`)
      .join(', '),
    `without years ${withoutYears.right} of ${withoutYears.answers}`,
  );
}
const homonyms = profile.tasks.map(({ name }) => {
  const classes = [...lexicon.values()].map(
    (features) => features.filter((feature) => feature.startsWith(`${name} = `)).length,
  );
  return `${name} ${classes.filter((count) => count > 1).length} of ${classes.filter((count) => count > 0).length}`;
});
console.log(`\nLabels that name two classes of a property: ${homonyms.join(', ')}`);

console.log(
  '\nMacro-F1 % / accuracy % of test records with a known value of a common class, silence being wrong',
);
row('task', 'vocabulary', ...[5, 10, 20, 50].map((count) => `text, ${count} per class`), 'text, all');
for (const task of common.tasks) {
  const cell = ({ known: records, right, macroF1 }: Figures): string =>
    `${percent(macroF1)} / ${percent(right / records)}`;
  const alone = await measured(
    (await vocabularyOn(task.name, known))!,
    asked(task.name),
    common.test,
    task.classes,
  );
  const learnt: string[] = [];
  for (const count of [5, 10, 20, 50, Infinity]) {
    const random = seededRandom(seed);
    const order = described(common.train)
      .map((labelled) => ({ labelled, draw: random() }))
      .sort((a, b) => a.draw - b.draw)
      .map(({ labelled }) => labelled);
    const few = task.classes.flatMap((_, index) =>
      order.filter(({ labels }) => labels[task.name] === index).slice(0, count),
    );
    const text = createTextModality({
      imbalance: 'rescaling',
      minimumLength: 20,
      maximumLength: 20_000,
      lexicon,
    });
    const model = await text.train(few, [], { ...context, tasks: [task] });
    learnt.push(cell(await measured(model, task, common.test, task.classes)));
  }
  row(task.name, cell(alone), ...learnt);
}
