import assert from 'node:assert/strict';
import type { Quad } from '@rdfjs/types';
import { groupBy } from '../../src/config/group-by.js';
import type { Enrichment } from '../../src/enrichment/run.js';
import type { RunRequest, RunState } from '../../src/enrichment/run-state.js';
import { rdfTerms } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { lacuna } from '../../src/provenance/terms.js';
import { rdfQuads } from './predicted-quads.js';
import { predictionsGraph } from './small-enrichment.js';

/** A decision that is published. */
export interface Published {
  readonly statement: string;
  readonly record: string;
  readonly task: string;
  readonly subject: string;
  readonly predicate: string;
  readonly value: string;
}

/** Runs `request` to its end, which must be good. */
export async function completed(
  enrichment: Enrichment,
  request: Partial<RunRequest> = {},
): Promise<RunState> {
  const planned = enrichment.plan({ trigger: 'demand', ...request });
  const state = await enrichment.run(planned, { progress: () => undefined });
  assert.equal(state.state, 'completed', state.error?.message);
  return state;
}

/** The decisions in a predictions graph's quads, sorted by statement. */
export function decisionsIn(quads: readonly Quad[]): Published[] {
  return [...groupBy(quads, ({ subject }) => subject.value)]
    .filter(([, own]) => own.some(({ object }) => object.equals(lacuna('Decision'))))
    .map(([statement, own]) => {
      const one = (predicate: Quad['predicate']): string =>
        own.find((each) => each.predicate.equals(predicate))!.object.value;
      return {
        statement,
        record: one(lacuna('record')),
        task: one(lacuna('task')),
        subject: one(rdfTerms('subject')),
        predicate: one(rdfTerms('predicate')),
        value: one(rdfTerms('object')),
      };
    })
    .sort((a, b) => (a.statement < b.statement ? -1 : 1));
}

/** Statements and direct triples that say `value` of a gap. */
export function saying(
  quads: readonly Quad[],
  { subject, predicate, value }: Pick<Published, 'subject' | 'predicate' | 'value'>,
): string[] {
  const said = (statement: string, name: string): string | undefined =>
    quads.find((each) => each.subject.value === statement && each.predicate.equals(rdfTerms(name)))?.object
      .value;
  return quads
    .filter(
      (each) =>
        each.object.value === value &&
        ((each.subject.value === subject && each.predicate.value === predicate) ||
          (each.predicate.equals(rdfTerms('object')) &&
            said(each.subject.value, 'subject') === subject &&
            said(each.subject.value, 'predicate') === predicate)),
    )
    .map(quadKey);
}

/** Everything in the predictions graph. */
export const predictions = (store: Store): Promise<Quad[]> => rdfQuads(store, predictionsGraph);
