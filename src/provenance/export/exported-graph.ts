import { LacunaError } from '../../config/errors.js';
import type { ExportFormat } from './formats.js';
import { isEverything, type ExportSelection } from './selection.js';

/** The graphs that can be exported, by IRI. */
export interface ExportableGraphs {
  readonly predictions: string;
  readonly history?: string | undefined;
}

/** The formats that tell of single predictions, which the history holds none of. */
const ofPredictions: readonly ExportFormat[] = ['ttl12', 'csv'];

/**
 * IRI of the graph to export: the predictions, or what was replaced or taken back.
 *
 * @param request.history true for the latter.
 * @throws LacunaError INPUT_INVALID when there is no history graph, or it cannot be exported so; every reason named.
 */
export function exportedGraph(
  { predictions, history }: ExportableGraphs,
  request: {
    readonly history: boolean;
    readonly format: ExportFormat;
    readonly selection: ExportSelection;
  },
): string {
  if (!request.history) return predictions;
  const problems = [
    ...(history === undefined
      ? [
          'there is no history graph: name one as graphs.history in the configuration, and what is replaced or taken back from then on is kept there',
        ]
      : []),
    ...(ofPredictions.includes(request.format)
      ? [`${request.format} is a format of predictions alone: choose nq, trig, ttl or nt`]
      : []),
    ...(isEverything(request.selection)
      ? []
      : ['it is exported whole: leave task, model, run and minimum confidence out']),
  ];
  if (history !== undefined && problems.length === 0) return history;
  throw new LacunaError('INPUT_INVALID', `The history cannot be exported: ${problems.join('; ')}.`);
}
