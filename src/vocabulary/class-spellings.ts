import { normaliseLabel, withoutQualifier } from './normalise-label.js';
import type { TaskClass } from './profile.js';

/** A label's normalised spellings, the whole label before the label without its qualifier in brackets. */
export function spellings(label: string): readonly string[] {
  const whole = normaliseLabel(label);
  const bare = normaliseLabel(withoutQualifier(label));
  return [...new Set([whole, bare])].filter((spelling) => spelling !== '');
}

/** Every normalised spelling a class answers to: its id, its labels and its aliases. */
export function classSpellings(one: Pick<TaskClass, 'id' | 'labels' | 'aliases'>): ReadonlySet<string> {
  const names = [one.id, ...Object.values(one.labels), ...one.aliases];
  return new Set(names.flatMap((name) => spellings(name)));
}
