import type { ReportModality, ReportTask, SetFigures } from '../report-schema.js';
import { html, table, type Markup } from './markup.js';
import { capital, count, percent, percentInterval } from './words.js';

const row = (name: string, { records, coverage, interval, size }: SetFigures): string[] =>
  records === 0
    ? [name, '0', '–', '–', '–']
    : [name, count(records), percent(coverage), percentInterval(interval), size.toFixed(2)];

/** How often the sets that go with the decisions hold the truth; nothing where no sets were asked for. */
export function predictionSetTable(
  { label, classes }: ReportTask,
  { predictionSets }: ReportModality,
): Markup | undefined {
  if (predictionSets === undefined) return undefined;
  const { promised, without, published } = predictionSets;
  return html`${table(
    ['', 'records', 'truth in the set', '95 % interval', `values of ${classes.length} in the set`],
    [row('all records with a set', predictionSets), row('what would be published', published)],
    {
      caption: `${capital(label)}: the set that comes with a prediction should hold the truth of ${percent(promised)} of the gaps`,
    },
  )}
  ${without > 0 && html`<p class="note">${count(without)} records have no set, because their museum or the whole property has too few records to promise one.</p>`}`;
}
