import type { Task } from '../../vocabulary/profile.js';
import type { Document } from '../text/document.js';
import { timeBlock, tokenise } from '../text/n-grams.js';
import { timeMentions, yearWithin, type Mention } from '../text/times.js';

/** What mentions mean for one property. */
export interface Meanings {
  /** Class ids by the feature of a mention, such as `technique = damask` or `century = 18`. */
  readonly classOf: ReadonlyMap<string, string>;
  /** True when its classes are times: then a time that is none of them speaks against all. */
  readonly tellsTimes: boolean;
}

/** The one class that a text mentions, and where. */
export interface SoleMention {
  readonly classId: string;
  readonly mentions: readonly Mention[];
}

const century = /^century = /;

/** Reads meanings back from their entries. */
export function meaningsFrom(entries: Iterable<readonly [string, string]>): Meanings {
  const classOf = new Map(entries);
  return { classOf, tellsTimes: [...classOf.keys()].some((feature) => century.test(feature)) };
}

/** The century that all labels of a class name; undefined when they name none, or several. */
function centuryOf(labels: readonly string[]): string | undefined {
  const named = labels.flatMap((label) => timeMentions(tokenise(label)).map(({ feature }) => feature));
  const [first] = named;
  return first !== undefined && century.test(first) && named.every((one) => one === first)
    ? first
    : undefined;
}

/** What mentions mean for a task: its classes by their labels, and where labels name a century, that century and its years. */
export function meaningsOf({ name, classes }: Task): Meanings {
  return meaningsFrom(
    classes.flatMap(({ id, labels }): [string, string][] => {
      const time = centuryOf(Object.values(labels));
      const features = time === undefined ? [] : [time, yearWithin(time)];
      return [`${name} = ${id}`, ...features].map((feature) => [feature, id]);
    }),
  );
}

/** The class that a text mentions when it is the only one of its task; undefined when it mentions none, or two. */
export function soleMention(
  { mentions }: Pick<Document, 'mentions'>,
  { classOf, tellsTimes }: Meanings,
): SoleMention | undefined {
  const relevant = mentions.filter(
    ({ feature, block }) => classOf.has(feature) || (tellsTimes && block === timeBlock),
  );
  const [classId, ...others] = new Set(relevant.map(({ feature }) => classOf.get(feature)));
  return classId === undefined || others.length > 0 ? undefined : { classId, mentions: relevant };
}
