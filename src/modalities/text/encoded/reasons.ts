import { hiddenShare, logitsOf, logitsPerTask } from '../../../learning/heads.js';
import { indexOfLargest } from '../../../learning/index-of-largest.js';
import { logOdds } from '../../../learning/log-odds.js';
import type { Evidence } from '../../case.js';
import type { FeatureModel } from '../../feature-model.js';
import { standardise } from '../../standardiser.js';
import { spanLabel, spansNamed } from '../span-label.js';
import { occludedSpans, type SpanFall } from './occlusion.js';
import type { TextEncoder } from './text-encoder.js';
import { wordsOf, type Word } from './words.js';

// Few enough that several tasks get down to words, and as many as descriptions have sentences.
const parts = 8;

/** Equal words are one reason, whatever their case; its weight is the sum of theirs. */
function named(words: readonly Word[], spans: readonly SpanFall[]): Evidence[] {
  const reasons = new Map<string, Evidence>();
  for (const { first, last, fall } of spans) {
    const feature = spanLabel(words.slice(first, last).map(({ text }) => text.trimStart()));
    const key = feature.normalize('NFKC').toLowerCase();
    const known = reasons.get(key);
    reasons.set(key, { feature: known?.feature ?? feature, weight: (known?.weight ?? 0) + fall });
  }
  return [...reasons.values()]
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

/**
 * The words of a text that carried a model's decisions: what the log-odds of the decided class lose where the words are hidden.
 *
 * @param features of the text
 * @param passes through the network, at most, see `OcclusionPlan`
 * @returns one list per task, strongest first
 */
export async function reasonsFor(
  text: string,
  features: Float32Array,
  { heads, standardiser }: Pick<FeatureModel, 'heads' | 'standardiser'>,
  encoder: Pick<TextEncoder, 'hideable'>,
  passes: number,
  signal?: AbortSignal,
): Promise<readonly (readonly Evidence[])[]> {
  const logitsFrom = (row: Float32Array): readonly Float64Array[] =>
    logitsPerTask(
      logitsOf(heads, hiddenShare(heads, standardise(standardiser, row), 0, heads.width)),
      heads.classes,
    );
  const whole = logitsFrom(features);
  const decided = whole.map(indexOfLargest);
  const oddsOf = (logits: readonly Float64Array[]): number[] =>
    logits.map((own, task) => logOdds(own, decided[task]!));
  const before = oddsOf(whole);

  const words = wordsOf(text);
  const hideable = encoder.hideable(
    words.map((word) => word.text),
    signal,
  );
  const spans = await occludedSpans(
    words,
    hideable,
    decided.length,
    (row) => oddsOf(logitsFrom(row)).map((odds, task) => before[task]! - odds),
    { passes, parts, reasons: spansNamed },
  );
  return spans.map((ofTask) => named(words, ofTask));
}
