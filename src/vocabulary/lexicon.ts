import { DataFactory } from 'n3';
import { classSpellings } from './class-spellings.js';
import { LabelGrouper } from './grouping.js';
import { iriKey } from './iri.js';
import type { Profile } from './profile.js';
import type { Thesaurus } from './thesaurus.js';

/** What labels mean, whatever their language: by spelling as `normaliseLabel` leaves it, in words such as `technique = damask`. */
export type Lexicon = ReadonlyMap<string, readonly string[]>;

// Shorter ones are words of some other language: "or" is gold in French.
const shortestLabel = 3;

/**
 * What the labels of a profile's classes and of a thesaurus mean: the classes they group into, and the concept they name when
 * it is one alone.
 *
 * @param grouper of this profile and this thesaurus
 */
export function lexiconOf(
  profile: Profile,
  thesaurus: Thesaurus,
  grouper: LabelGrouper = new LabelGrouper(profile, thesaurus),
): Lexicon {
  const lexicon = new Map<string, readonly string[]>();
  const learn = (spelling: string, concepts: readonly string[]): void => {
    if (spelling.length < shortestLabel || !/\p{L}/u.test(spelling)) return;
    const value = { value: DataFactory.literal(spelling), links: [], labels: [] };
    const classes = profile.tasks.flatMap(({ name }) =>
      grouper.group(name, value).map((id) => `${name} = ${id}`),
    );
    const concept = concepts.length === 1 ? [`concept = ${concepts[0]!}`] : [];
    if (classes.length + concept.length > 0) lexicon.set(spelling, [...classes, ...concept]);
  };
  for (const spelling of thesaurus.spellings()) learn(spelling, thesaurus.labelled(spelling)[0] ?? []);
  for (const one of profile.tasks.flatMap(({ classes }) => classes)) {
    // An id is no label: "other" is a word of every second description.
    for (const spelling of classSpellings({ ...one, id: '' }))
      if (!lexicon.has(spelling)) learn(spelling, [iriKey(one.concept)]);
  }
  return lexicon;
}
