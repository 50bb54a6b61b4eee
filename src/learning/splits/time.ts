import { groupBy } from '../../config/group-by.js';
import { LacunaError } from '../../config/errors.js';
import { fillInOrder } from './fill.js';
import type { Split, SplitRatios, SplitRecord } from './split.js';

const lexical =
  /^(?<sign>-?)(?<year>\d{4,6})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:T(?<clock>\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?)?)?(?<zone>Z|[+-]\d\d:\d\d)?$/;

/**
 * Milliseconds since 1970 of the beginning of an xsd:date, dateTime, gYear or gYearMonth; undefined when it is none. A time
 * without a zone is read as UTC, so that the same record is equally old on every machine.
 */
export function instantOf(date: string): number | undefined {
  const parts = lexical.exec(date.trim())?.groups;
  if (parts === undefined) return undefined;
  const { sign = '', year = '', month = '01', day = '01', clock = '00:00', zone = 'Z' } = parts;
  // Years beyond four digits, or before our era, have six and a sign in ECMAScript.
  const written = year.length > 4 || sign !== '' ? `${sign || '+'}${year.padStart(6, '0')}` : year;
  const instant = Date.parse(`${written}-${month}-${day}T${clock}${zone}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** When a record was last made or changed; undefined when none of its dates can be read. */
function newest({ dates }: SplitRecord): number | undefined {
  const instants = dates.flatMap((date) => instantOf(date) ?? []);
  return instants.length === 0 ? undefined : Math.max(...instants);
}

/**
 * A split by time: the oldest records to learn from, then those to choose by, the newest to measure on. Records of one
 * instant stay together; records without a date are learnt from. New records move those at the borders.
 *
 * @param property what the dates were read from, for messages.
 *
 * Throws LacunaError INPUT_INVALID when no record has a date, or so few different ones that a split stays empty.
 */
export function timeSplit(
  records: readonly SplitRecord[],
  ratios: SplitRatios,
  property: string,
): Map<string, Split> {
  const dated = records.flatMap((record) => {
    const at = newest(record);
    return at === undefined ? [] : [{ id: record.id, at }];
  });
  if (dated.length === 0) {
    const unread = records.flatMap(({ dates }) => dates)[0];
    throw new LacunaError(
      'INPUT_INVALID',
      `None of ${records.length} records has a date in <${property}>` +
        (unread === undefined ? '' : ` that can be read ("${unread.slice(0, 40)}" is no xsd:date)`) +
        ': name the property of objects or productions that holds it in training.split.predicate, or choose another kind of split.',
    );
  }
  const instants = [...groupBy(dated, ({ at }) => String(at)).values()].sort((a, b) => a[0]!.at - b[0]!.at);
  const splits = fillInOrder(
    instants.map((group) => group.map(({ id }) => id)),
    ratios,
  );
  const present = new Set(splits.values());
  const empty = (['train', 'validation', 'test'] as const).filter(
    (split) => ratios[split] > 0 && !present.has(split),
  );
  if (empty.length > 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `The ${dated.length} records with a date in <${property}> have ${instants.length} different ones, too few to divide by time: ` +
        `${empty.join(' and ')} would be empty. Choose another kind of split.`,
    );
  }
  return new Map(records.map(({ id }) => [id, splits.get(id) ?? 'train']));
}
