import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import type { Change } from '../graph/store.js';
import { validatePredictions } from '../provenance/shapes.js';
import type { Proposal } from './proposal.js';

/** What became of a proposal; `problem` says which shape it breaks. */
export interface ChunkOutcome<P extends Proposal = Proposal> {
  readonly proposal: P;
  readonly outcome: 'published' | 'already-published' | 'rejected';
  readonly problem?: string | undefined;
}

/** A proposal as the graph would say it. */
export interface Prepared<P extends Proposal> {
  readonly proposal: P;
  readonly insert: readonly Quad[];
  /** What the prediction takes the place of, and what is kept of it. */
  readonly replaced: Change;
}

/** What of a chunk may be written, and what became of all of it. */
export interface CheckedChunk<P extends Proposal> {
  readonly sound: readonly Prepared<P>[];
  readonly outcomes: readonly ChunkOutcome<P>[];
}

/** Groups what is prepared into writes of at most so many triples; one prediction is never divided. */
export function* chunked<P extends Proposal>(
  prepared: readonly Prepared<P>[],
  triplesPerWrite: number,
): Generator<Prepared<P>[]> {
  let chunk: Prepared<P>[] = [];
  let triples = 0;
  for (const item of prepared) {
    const size = item.insert.length + item.replaced.insert.length + item.replaced.remove.length;
    if (chunk.length > 0 && triples + size > triplesPerWrite) {
      yield chunk;
      chunk = [];
      triples = 0;
    }
    chunk.push(item);
    triples += size;
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Sorts out the predictions that break the shapes, so that one bad record does not hold up the others.
 *
 * @param introduction quads that describe the run, its model and its agents.
 * @throws LacunaError SHAPE_VIOLATION when it is the introduction that breaks them.
 */
export async function checkedChunk<P extends Proposal>(
  chunk: readonly Prepared<P>[],
  introduction: readonly Quad[],
): Promise<CheckedChunk<P>> {
  const problems = await validatePredictions([...introduction, ...chunk.flatMap(({ insert }) => insert)]);
  if (problems.length === 0) {
    const outcomes = chunk.map(({ proposal }) => ({ proposal, outcome: 'published' as const }));
    return { sound: chunk, outcomes };
  }
  const nodes = new Set(chunk.flatMap(({ insert }) => insert.map(({ subject }) => subject.value)));
  const shared = problems.filter(({ focus }) => !nodes.has(focus));
  if (shared.length > 0) {
    throw new LacunaError(
      'SHAPE_VIOLATION',
      'The description of the run, its model or its agents breaks the shapes; nothing was written.',
      {
        problems: shared.map(({ focus, path, message }) => `<${focus}> ${path}: ${message}`),
      },
    );
  }
  const problemOf = ({ insert }: Prepared<P>): string | undefined => {
    const own = new Set(insert.map(({ subject }) => subject.value));
    const problem = problems.find(({ focus }) => own.has(focus));
    return problem && `${problem.path}: ${problem.message}`;
  };
  const judged = chunk.map((prepared) => ({ prepared, problem: problemOf(prepared) }));
  return {
    sound: judged.filter(({ problem }) => problem === undefined).map(({ prepared }) => prepared),
    outcomes: judged.map(({ prepared: { proposal }, problem }) =>
      problem === undefined ? { proposal, outcome: 'published' } : { proposal, outcome: 'rejected', problem },
    ),
  };
}
