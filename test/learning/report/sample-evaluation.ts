import type { NamedEvaluation } from '../../../src/learning/report/build-report.js';
import type { EvaluatedRecord, EvaluatedTask } from '../../../src/learning/report/evaluated.js';
import type { ReportModel } from '../../../src/learning/report/report-schema.js';
import { seededRandom } from '../../../src/learning/random.js';

const museums = ['vam', 'met', 'imatex'];
const languages = ['en', 'es', 'fr'];

/** A model in words, for reports that are not about any. */
export function reportModel(version = '0123456789abcdef'): ReportModel {
  return {
    version,
    profile: 'silknow',
    trainedAt: '2026-03-01T10:00:00.000Z',
    codeVersion: '0.1.0',
    seed: 1,
    data: { store: 'embedded', records: 900, digest: 'a'.repeat(64) },
    split: { kind: 'random', train: 600, validation: 100, test: 200 },
    targetPrecision: 0.8,
    modalities: [
      {
        modality: 'text',
        encoder: 'words & <n-grams>',
        encoderTier: 'built-in',
        explanation: 'Reads the description.',
        parameters: { seed: 1 },
      },
      {
        modality: 'fusion',
        encoder: 'opinions',
        encoderTier: 'none',
        explanation: 'Weighs the opinions.',
        parameters: {},
      },
    ],
    notLearnt: [{ task: 'depiction', label: 'what is shown', reason: 'no labels' }],
    notTrained: [{ modality: 'image', reason: 'no photographs' }],
  };
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** `count` records of which a model of some skill says something, drawn from a seed. */
export function sampleRecords(
  count: number,
  classes: number,
  skill: number,
  seed: number,
  threshold: number | null = null,
): EvaluatedRecord[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index): EvaluatedRecord => {
    const isRare = random() < 0.03;
    const kind = Math.floor(classes * random() ** 2);
    const logits = Array.from(
      { length: classes },
      (_unused, k) => 2 * random() + (k === kind ? skill * random() : 0),
    );
    const scores = softmax(logits);
    const isSilent = random() < 0.1;
    const best = scores.indexOf(Math.max(...scores));
    return {
      id: `http://example.org/object/${index}`,
      museum: museums[index % museums.length]!,
      languages: index % 4 === 0 ? [] : [languages[index % languages.length]!],
      truth: isRare ? -1 : kind,
      scores: isSilent ? undefined : scores,
      raw: isSilent ? undefined : softmax(logits.map((logit) => 3 * logit)),
      decision: isSilent ? -1 : best,
      confidence: isSilent ? 0 : scores[best]!,
      isPublished: !isSilent && threshold !== null && scores[best]! >= threshold,
    };
  });
}

const labelOf = { place: 'country', technique: 'technique' };
const classesOf = { place: ['FR', 'IT', 'ES'], technique: ['damask', 'velvet'] };

function task(
  name: keyof typeof classesOf,
  skill: number,
  seed: number,
  threshold: number | null,
): EvaluatedTask {
  const classes = classesOf[name];
  const records = sampleRecords(240, classes.length, skill, seed, threshold);
  const publishedFrom = { known: threshold, unknown: null };
  if (threshold === null) return { task: name, classes, publishedFrom, records };
  // Sets of what is likelier than one in four, and none for one museum.
  const withSets = records.map((row) => {
    const likely = row.scores && [...row.scores.keys()].filter((k) => row.scores![k]! > 0.25);
    return row.museum === 'imatex' || likely === undefined ? row : { ...row, predictionSet: likely };
  });
  return { task: name, classes, publishedFrom, setCoverage: 0.9, records: withSets };
}

/** Text and fusion measured on two tasks, one of which is never published. */
export function sampleEvaluation(name = 'test records', version?: string): NamedEvaluation {
  return {
    name,
    split: 'test',
    isAsTrained: true,
    remarks: ['Drawn by chance.'],
    model: reportModel(version),
    tasks: Object.entries(classesOf).map(([own, classes]) => ({
      name: own,
      label: labelOf[own as keyof typeof classesOf],
      classes: classes.map((id) => ({ id, label: `the ${id}` })),
      trained: classes.map((_, index) => 300 - 90 * index),
      decider: 'fusion',
    })),
    modalities: [
      { modality: 'text', tasks: [task('place', 2, 1, null), task('technique', 1, 2, null)] },
      { modality: 'fusion', tasks: [task('place', 5, 1, 0.5), task('technique', 2, 2, null)] },
    ],
    ablated: [
      {
        modalities: ['tabular'],
        fused: true,
        tasks: [task('place', 3, 1, null), task('technique', 1.5, 2, null)],
      },
    ],
    importance: {
      fusion: {
        place: [
          { feature: 'text says', gain: 6 },
          { feature: 'museum', gain: 2 },
        ],
      },
    },
    properties: Array.from({ length: 60 }, (_, index) => ({
      museum: museums[index % 3],
      place: classesOf.place[index % 3],
      technique: index % 5 === 0 ? undefined : classesOf.technique[index % 2],
    })),
  };
}
