import type { CatalogueEntry, SourceRecord, SourceText } from '../graph/source-record.js';
import type { CollectionRecord } from '../modalities/case.js';
import type { LabelGrouper } from '../vocabulary/grouping.js';
import type { Profile, Task } from '../vocabulary/profile.js';
import type { Skips } from './skips.js';

/** A record made ready for the modalities, and the tasks whose property it lacks altogether. */
export interface ReadRecord {
  readonly record: CollectionRecord;
  /** Names of the tasks that have no value at all in the graph: the gaps. */
  readonly gaps: readonly string[];
  /** Beside the record, not in it: modalities see records, and must never see numbers or dates. Absent unless asked for. */
  readonly catalogue?: CatalogueEntry | undefined;
}

/** Last non-empty segment of a graph's IRI: the museum's short name. */
export function museumName(graph: string): string {
  return graph.split(/[/#]/).filter(Boolean).at(-1) ?? graph;
}

function knownClasses(
  source: SourceRecord,
  task: Task,
  grouper: LabelGrouper,
  skips: Skips,
): readonly string[] {
  const values = source.values.filter(
    (value) => value.predicate === task.predicate && value.subject === task.subject,
  );
  const known = new Set<string>();
  for (const value of values) {
    const classes = grouper.group(task.name, value);
    if (classes.length === 0) {
      skips.add(
        'value matches no class',
        `${source.object} ${task.name} "${value.value.value.slice(0, 80)}"`,
      );
    }
    for (const id of classes) known.add(id);
  }
  if (task.kind === 'single-label' && known.size > 1) {
    skips.add(
      'two values for a single-label property',
      `${source.object} ${task.name}: ${[...known].join(', ')}`,
    );
    return [];
  }
  return [...known].sort();
}

/** What the profile wants read of a description; what it strips parts words. */
function stripped(text: SourceText, patterns: readonly string[]): SourceText {
  if (patterns.length === 0) return text;
  const value = patterns.reduce(
    (rest, pattern) => rest.replace(new RegExp(pattern, 'giu'), (match) => (match === '' ? '' : ' ')),
    text.value,
  );
  return { ...text, value };
}

function usableTexts(
  source: SourceRecord,
  patterns: readonly string[],
  maximumLength: number,
  skips: Skips,
): SourceText[] {
  const texts: SourceText[] = [];
  for (const written of source.texts) {
    const text = stripped(written, patterns);
    if (text.value.trim() === '') {
      skips.add('empty description', source.object);
    } else {
      if (text.value.length > maximumLength) {
        skips.add(
          'description cut to the maximum length',
          `${source.object} (${text.value.length} characters)`,
        );
      }
      texts.push(text);
    }
  }
  return texts;
}

/**
 * Groups a record's raw values into the profile's classes. A property with a value that matches no class is neither
 * known nor a gap: somebody wrote something there, so nothing is predicted over it.
 */
export function toReadRecord(
  source: SourceRecord,
  profile: Profile,
  grouper: LabelGrouper,
  options: { maximumTextLength: number; skips: Skips },
): ReadRecord {
  const known: Record<string, readonly string[]> = {};
  const gaps: string[] = [];
  for (const task of profile.tasks) {
    const present = source.values.some(
      (value) => value.predicate === task.predicate && value.subject === task.subject,
    );
    if (!present) {
      gaps.push(task.name);
      continue;
    }
    const classes = knownClasses(source, task, grouper, options.skips);
    if (classes.length > 0) known[task.name] = classes;
  }
  const record: CollectionRecord = {
    graph: source.graph,
    museum: museumName(source.graph),
    object: source.object,
    production: source.production,
    label: source.label,
    texts: usableTexts(source, profile.record.strip ?? [], options.maximumTextLength, options.skips),
    images: source.images,
    known,
  };
  return { record, gaps, ...(source.catalogue && { catalogue: source.catalogue }) };
}
