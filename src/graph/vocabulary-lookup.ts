import { LacunaError } from '../config/errors.js';
import type { Source } from '../config/schema/source.js';
import type { Profile } from '../vocabulary/profile.js';
import { iriProblem } from './iri.js';
import type { ReadOnlyStore } from './open-sources.js';
import type { Bindings, RequestOptions, Store } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import { namedNode } from './terms.js';

/** Where values' links and labels are asked. */
export interface Vocabulary extends Pick<Store, 'select'> {
  /** Whether there is anything but the store; absent = no. */
  readonly hasSources?: boolean | undefined;
}

/** Where the vocabularies were found. */
export interface VocabularyPlace {
  readonly place: 'store' | 'sources' | 'nowhere';
  /** Names of what is asked. */
  readonly asked: readonly string[];
}

interface Located {
  readonly where: VocabularyPlace;
  /** Whom to ask. */
  readonly stores: readonly Vocabulary[];
}

/** IRIs of the concepts that a profile's classes mean. */
function conceptsOf(profile: Profile): string[] {
  const concepts = profile.tasks.flatMap(({ classes }) =>
    classes.flatMap(({ concept, facet, alsoKnownAs }) => [
      concept,
      ...(facet === undefined ? [] : [facet]),
      ...alsoKnownAs,
    ]),
  );
  return [...new Set(concepts)].filter((iri) => iriProblem(iri) === undefined);
}

/** What a lookup is made of. */
export interface VocabularyParts {
  readonly store: Pick<Store, 'name' | 'select' | 'ask'>;
  readonly profile: Profile;
  /** The profile's sources, and those that the query's header names. */
  readonly sources: readonly Source[];
  readonly openSources: (sources: readonly Source[]) => Promise<readonly ReadOnlyStore[]>;
}

/**
 * The vocabularies as queries see them: in the store, or, when it knows none of the profile's concepts, in the sources. What
 * the store's own records link to is asked of the store in either case.
 *
 * Which it is is found out once, by an ASK, when it is first needed.
 */
export class VocabularyLookup implements Vocabulary {
  readonly #parts: VocabularyParts;
  #found: Promise<Located> | undefined;

  constructor(parts: VocabularyParts) {
    this.#parts = parts;
  }

  /** Whether there is anything but the store. */
  get hasSources(): boolean {
    return this.#parts.sources.length > 0;
  }

  /** Where the vocabularies are. @throws LacunaError of the store or the sources. */
  async located(options: RequestOptions = {}): Promise<VocabularyPlace> {
    return (await this.#locate(options)).where;
  }

  /**
   * Runs a query every row of which rests on one triple, such as `value-context`, on the vocabularies; rows that several
   * places give come once.
   *
   * @throws LacunaError NOT_FOUND when sources are named and the vocabularies are nowhere; of the store or the sources.
   */
  async select(query: string, options: RequestOptions = {}): Promise<Bindings[]> {
    const { where, stores } = await this.#locate(options);
    if (where.place === 'nowhere' && this.hasSources) throw this.nowhere(where);
    const answers = await Promise.all(stores.map((store) => store.select(query, options)));
    const [only] = answers;
    return answers.length === 1 && only !== undefined ? only : withoutRepeats(answers.flat());
  }

  /** The failure that the vocabularies are nowhere. */
  nowhere({ asked }: VocabularyPlace): LacunaError {
    return new LacunaError(
      'NOT_FOUND',
      `The vocabularies of the profile ${this.#parts.profile.id} are nowhere: none of its concepts has a label or a link in ${asked.join(' or in ')}. ` +
        'Load them into the store, or name the right files or endpoint under "sources" of the profile; record.valueLabels and record.valueLinks are the properties that are looked for.',
    );
  }

  #locate(options: RequestOptions): Promise<Located> {
    if (this.#found === undefined) {
      const found = this.#look(options);
      this.#found = found;
      // What failed, a store that is away for example, is tried again.
      found.catch(() => {
        if (this.#found === found) this.#found = undefined;
      });
    }
    return this.#found;
  }

  async #look(options: RequestOptions): Promise<Located> {
    const { store, profile, sources } = this.#parts;
    const concepts = conceptsOf(profile);
    const predicates = [...profile.record.valueLinks, ...profile.record.valueLabels];
    const nothing: Located = { where: { place: 'nowhere', asked: [store.name] }, stores: [store] };
    if (concepts.length === 0 || predicates.length === 0) return nothing;
    const query = bindTemplate(await loadTemplate('knows-concepts'), {
      concepts: concepts.map((iri) => ({ s: namedNode(iri) })),
      predicates: predicates.map((iri) => namedNode(iri)),
    });
    if (await store.ask(query, options)) {
      return { where: { place: 'store', asked: [store.name] }, stores: [store] };
    }
    if (sources.length === 0) return nothing;
    const opened = await this.#parts.openSources(sources);
    const knows = await Promise.all(opened.map((source) => source.ask(query, options)));
    const asked = [store.name, ...opened.map(({ name }) => name)];
    if (!knows.includes(true)) return { where: { place: 'nowhere', asked }, stores: [store] };
    const knowing = opened.filter((_, index) => knows[index] === true).map(({ name }) => name);
    return { where: { place: 'sources', asked: knowing }, stores: [store, ...opened] };
  }
}

function withoutRepeats(rows: readonly Bindings[]): Bindings[] {
  const unique = new Map<string, Bindings>();
  for (const row of rows) {
    const key = JSON.stringify(
      Object.entries(row)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, term]) => [
          name,
          term.termType,
          term.value,
          ...(term.termType === 'Literal' ? [term.language, term.datatype.value] : []),
        ]),
    );
    unique.set(key, row);
  }
  return [...unique.values()];
}
