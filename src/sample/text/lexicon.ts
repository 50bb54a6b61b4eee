import type { Variety } from '../design.js';
import type { MotifName } from '../loom/motifs.js';
import type { ColourName } from '../loom/palettes.js';
import type { Century, Material, Place, Technique } from '../truth.js';

/** The words of one language. Phrases are nouns that fit any of the sentences of that language. */
export interface Words {
  readonly colours: Readonly<Record<ColourName, string>>;
  readonly motifs: Readonly<Record<MotifName, readonly string[]>>;
  readonly varieties: Readonly<Record<Variety, readonly string[]>>;
  readonly techniques: Readonly<Record<Technique, readonly string[]>>;
  readonly materials: Readonly<Record<Material, readonly string[]>>;
  /** As in "from {place}". */
  readonly places: Readonly<Record<Place, readonly string[]>>;
  readonly centuries: Readonly<Record<Century, readonly string[]>>;
  /** What the piece was, by what is usual in its century. */
  readonly objects: Readonly<Record<Century, readonly string[]>>;
}

/**
 * The sentences of one museum. Slots in braces: object, motif, ground, figure, accent, technique, variety, material,
 * place, century, year, cm, otherTechnique, otherPlace, otherCentury. A capital first letter in the slot's name asks
 * for one in the word.
 */
export interface Sentences {
  /** Opens without naming the technique. */
  readonly opening: readonly string[];
  /** Opens and names the technique. */
  readonly named: readonly string[];
  readonly design: readonly string[];
  /** How it is made, in words that do not name the technique. */
  readonly structure: Readonly<Record<Technique, readonly string[]>>;
  readonly material: readonly string[];
  readonly place: readonly string[];
  readonly date: readonly string[];
  /** What somebody says of the century without a date. */
  readonly period: Readonly<Record<Century, readonly string[]>>;
  /** What somebody says of the place without its name. */
  readonly flavour: Readonly<Record<Place, readonly string[]>>;
  /** Mentions of other techniques, places and centuries than the true ones. */
  readonly misleading: readonly string[];
  readonly condition: readonly string[];
  readonly provenance: readonly string[];
}

/** How a museum writes: its words, its sentences and how often it says what. */
export interface Voice {
  readonly language: 'en' | 'es' | 'fr' | 'it';
  readonly words: Words;
  readonly sentences: Sentences;
  /** Chance of each kind of sentence. */
  readonly habits: Readonly<Record<Exclude<keyof Sentences, 'opening'>, number>>;
}
