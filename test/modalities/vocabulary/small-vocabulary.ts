import { normaliseLabel } from '../../../src/vocabulary/normalise-label.js';
import type { Lexicon } from '../../../src/vocabulary/lexicon.js';
import type { Task } from '../../../src/vocabulary/profile.js';

/** Labels by class, by task; those of time-spans are of centuries. */
export const labels = {
  place: { ES: ['Valencia', 'español'], FR: ['Lyon', 'français'], IT: ['Genoa', 'Venezia la bella'] },
  technique: { damask: ['damassé', 'damasco'], velvet: ['terciopelo', 'velours de soie'] },
  timespan: { XVII: ['17th century', 'siglo XVII'], XVIII: ['18th century', 'siglo XVIII'] },
} as const;

/** The tasks of these labels. */
export const vocabularyTasks: readonly Task[] = Object.entries(labels).map(([name, classes]) => ({
  name,
  labels: { en: name },
  predicate: `http://example.org/${name}`,
  subject: 'production',
  kind: 'single-label',
  minimumLabelCount: 30,
  classes: Object.entries(classes as Record<string, readonly string[]>).map(([id, [en = id, es = id]]) => ({
    id,
    concept: `http://example.org/concept/${id}`,
    labels: { en, es },
    alsoKnownAs: [],
    aliases: [],
  })),
}));

/** What the labels mean; `crêpe de Lyon` is none of the classes. */
export const smallLexicon: Lexicon = new Map<string, readonly string[]>([
  ...vocabularyTasks.flatMap(({ name, classes }) =>
    classes.flatMap(({ id, labels: own }) =>
      Object.values(own).map(
        (label) => [normaliseLabel(label), [`${name} = ${id}`, `concept = example.org/${id}`]] as const,
      ),
    ),
  ),
  ['crepe de lyon', ['concept = example.org/crepe']] as const,
]);
