import { listRecords } from '../../graph/records.js';
import { RecordReader, type RecordKey } from '../../graph/record-reader.js';
import type { RequestOptions, Store } from '../../graph/store.js';
import type { SourceRecord, SourceValue } from '../../graph/source-record.js';
import type { Vocabulary } from '../../graph/vocabulary-lookup.js';
import { LabelGrouper } from '../../vocabulary/grouping.js';
import type { Profile, Task } from '../../vocabulary/profile.js';
import type { Thesaurus } from '../../vocabulary/thesaurus.js';
import type { Finding } from './finding.js';

const recordsPerGraph = 500;
const listedValues = 5;
const goodShare = 0.7;

/** How the sampled values of one property fared. */
export interface ValueCoverage {
  readonly values: number;
  readonly grouped: number;
  /** Values that belong to no class, the commonest first. */
  readonly unmapped: readonly { readonly value: string; readonly count: number }[];
}

function describe({ value, labels }: SourceValue): string {
  const [label] = labels;
  return value.termType === 'Literal' || label === undefined ? value.value : `${label} <${value.value}>`;
}

/** Counts the values of one task's property that belong to a class. */
export function valueCoverage(
  records: readonly SourceRecord[],
  task: Task,
  grouper: LabelGrouper,
): ValueCoverage {
  const values = records
    .flatMap((record) => record.values)
    .filter(({ predicate, subject }) => predicate === task.predicate && subject === task.subject);
  const counts = new Map<string, number>();
  let grouped = 0;
  for (const value of values) {
    if (grouper.group(task.name, value).length > 0) grouped += 1;
    else counts.set(describe(value), (counts.get(describe(value)) ?? 0) + 1);
  }
  const unmapped = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
  return { values: values.length, grouped, unmapped };
}

/** What the coverage of one task's values means for a maintainer. */
export function coverageFinding(
  task: Task,
  { values, grouped, unmapped }: ValueCoverage,
  records: number,
): Finding {
  const check = `vocabulary, ${task.name}`;
  if (values === 0) {
    return {
      check,
      state: 'warning',
      text: `none of ${records} sampled records has <${task.predicate}>`,
      mend: 'there may be nothing to learn from; check the predicate in the profile, or switch the task off',
    };
  }
  const share = grouped / values;
  const text = `${Math.round(100 * share)} % of ${values} sampled values belong to a class`;
  const details = unmapped
    .slice(0, listedValues)
    .map(({ value, count }) => `${count} × ${value.slice(0, 100)}`);
  if (share >= goodShare) return { check, state: 'ok', text, details };
  return {
    check,
    state: grouped === 0 ? 'problem' : 'warning',
    text,
    details,
    mend: 'add a thesaurus that knows these values to vocabulary.files, or the values to the classes of the profile',
  };
}

/** Samples the first records of each graph and says which share of each property's values belongs to a class. */
export async function coverageFindings(
  parts: {
    store: Store;
    profile: Profile;
    thesaurus: Thesaurus;
    vocabulary: Vocabulary;
    graphs: readonly string[];
  },
  options: RequestOptions,
): Promise<readonly Finding[]> {
  const { store, profile, thesaurus, vocabulary, graphs } = parts;
  const reader = new RecordReader(store, profile.record, vocabulary);
  const predicates = (subject: Task['subject']): string[] =>
    profile.tasks.filter((task) => task.subject === subject).map(({ predicate }) => predicate);
  const wanted = { production: predicates('production'), object: predicates('object') };
  const records: SourceRecord[] = [];
  for (const graph of graphs) {
    const keys = await firstPage(
      listRecords(store, { model: profile.record, graph, pageSize: recordsPerGraph }, options),
    );
    records.push(...(await reader.read(keys, wanted, options)));
  }
  const grouper = new LabelGrouper(profile, thesaurus);
  return profile.tasks.map((task) =>
    coverageFinding(task, valueCoverage(records, task, grouper), records.length),
  );
}

async function firstPage(pages: AsyncIterable<readonly RecordKey[]>): Promise<readonly RecordKey[]> {
  for await (const page of pages) return page;
  return [];
}
