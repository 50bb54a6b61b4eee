import type { Term } from '@rdfjs/types';
import { LRUCache } from 'lru-cache';
import { LacunaError } from '../config/errors.js';
import { classSpellings, spellings } from './class-spellings.js';
import { iriKey } from './iri.js';
import type { Profile, Task, TaskClass } from './profile.js';
import type { Thesaurus } from './thesaurus.js';

export { normaliseLabel } from './normalise-label.js';

/** A raw value of the graph: the term, the IRIs it leads to, and the labels the graph gives it. */
export interface RawValue {
  readonly value: Term;
  readonly links: readonly string[];
  readonly labels: readonly string[];
}

/** Classes found for one value; `rest` when only a class that takes what is left claimed it. */
interface Finding {
  readonly classes: readonly string[];
  readonly rest: boolean;
}

const nothing: Finding = { classes: [], rest: true };
const maximumRemembered = 20_000;

/** Groups raw graph values into the classes of a profile's tasks. */
export class LabelGrouper {
  readonly #tasks: ReadonlyMap<string, TaskGrouper>;

  constructor(profile: Profile, thesaurus: Thesaurus) {
    this.#tasks = new Map(profile.tasks.map((task) => [task.name, new TaskGrouper(task, thesaurus)]));
  }

  /**
   * Ids of the classes a value means, in the profile's order; empty when no class claims it, several for a list such as
   * `seda; algodón` and for a concept that lies equally near to several classes (ambiguous for a single-label task).
   *
   * The value's own IRI counts before the links the graph gave, links before labels; within each a class that claims
   * the value beats the class that takes the rest, and what is nearer in the thesaurus beats what is farther.
   *
   * @throws LacunaError INPUT_INVALID when the profile has no such task.
   */
  group(task: string, value: RawValue): readonly string[] {
    const grouper = this.#tasks.get(task);
    if (grouper === undefined) {
      const known = [...this.#tasks.keys()].join(', ');
      throw new LacunaError('INPUT_INVALID', `The profile has no task "${task}"; its tasks are ${known}.`);
    }
    return grouper.group(value);
  }
}

class TaskGrouper {
  readonly #order: ReadonlyMap<string, number>;
  readonly #thesaurus: Thesaurus;
  readonly #anchors = new Map<string, Set<string>>();
  readonly #rest = new Map<string, Set<string>>();
  readonly #names = new Map<string, Set<string>>();
  readonly #remembered = new LRUCache<string, Finding>({ max: maximumRemembered });

  constructor(task: Task, thesaurus: Thesaurus) {
    this.#thesaurus = thesaurus;
    this.#order = new Map(task.classes.map(({ id }, index) => [id, index]));
    for (const one of task.classes) this.#addClass(one);
  }

  #addClass(one: TaskClass): void {
    const facet = one.facet === undefined ? [] : [one.facet];
    for (const iri of [one.concept, ...one.alsoKnownAs, ...facet]) add(this.#anchors, iriKey(iri), one.id);
    for (const iri of one.rest ?? []) add(this.#rest, iriKey(iri), one.id);
    for (const spelling of classSpellings(one)) add(this.#names, spelling, one.id);
  }

  group({ value, links, labels }: RawValue): readonly string[] {
    const sources = [
      value.termType === 'NamedNode' ? () => this.#byIri(value.value) : undefined,
      () => this.#nearest(links.map(iriKey)),
      value.termType === 'Literal' ? () => this.#byText(value.value) : undefined,
      () => this.#byNames(labels),
    ];
    let best = nothing;
    for (const source of sources) {
      const found = source?.() ?? nothing;
      if (found.classes.length === 0) continue;
      if (!found.rest) return found.classes;
      if (best.classes.length === 0) best = found;
    }
    return best.classes;
  }

  #byIri(iri: string): Finding {
    return this.#remember(`<${iri}>`, () => {
      const key = iriKey(iri);
      const found = this.#nearest([key]);
      return found.classes.length > 0 ? found : this.#nearest(this.#thesaurus.standsFor(key));
    });
  }

  /** Whole text first; then the members of a `;` list, each of which may be a list by other separators. */
  #byText(text: string): Finding {
    return this.#remember(text, () => {
      const whole = this.#byLabel(text);
      if (whole.classes.length > 0) return whole;
      const members = split(text, /[;؛]/u);
      return this.#list(members.map((member) => this.#byListMember(member)));
    });
  }

  #byListMember(text: string): Finding {
    const whole = this.#byLabel(text);
    if (whole.classes.length > 0) return whole;
    return this.#list(split(text, /[,/|、]/u).map((part) => this.#byLabel(part)));
  }

  #byLabel(label: string): Finding {
    for (const spelling of spellings(label)) {
      const named = this.#names.get(spelling);
      if (named !== undefined) return { classes: this.#sorted(named), rest: false };
      for (const concepts of this.#thesaurus.labelled(spelling)) {
        const found = this.#nearest(concepts);
        if (found.classes.length > 0) return found;
      }
    }
    return nothing;
  }

  /**
   * Walks up the thesaurus from all starts at once to the nearest classes: at every level the concepts themselves, then
   * the collections that hold them (a facet is a curator's own grouping), then one step to the broader concepts.
   */
  #nearest(starts: readonly string[]): Finding {
    const seen = new Set<string>();
    let left: ReadonlySet<string> = new Set();
    const claimOf = (keys: readonly string[]): ReadonlySet<string> => {
      if (left.size === 0) left = claims(this.#rest, keys);
      return claims(this.#anchors, keys);
    };
    for (let level = fresh(starts, seen); level.length > 0;) {
      for (let group = level; group.length > 0;) {
        const claimed = claimOf(group);
        if (claimed.size > 0) return { classes: this.#sorted(claimed), rest: false };
        group = fresh(
          group.flatMap((key) => this.#thesaurus.collections(key)),
          seen,
        );
      }
      level = fresh(
        level.flatMap((key) => this.#thesaurus.broader(key)),
        seen,
      );
    }
    return { classes: this.#sorted(left), rest: true };
  }

  /** Several names of one value: what is only left over does not count beside what is claimed. */
  #byNames(labels: readonly string[]): Finding {
    const findings = labels.map((label) => this.#byText(label));
    const claimed = findings.filter(({ rest }) => !rest);
    return this.#list(claimed.length > 0 ? claimed : findings);
  }

  /** Several values in one text: every member counts. */
  #list(members: readonly Finding[]): Finding {
    const classes = new Set(members.flatMap((member) => member.classes));
    return { classes: this.#sorted(classes), rest: members.every(({ rest }) => rest) };
  }

  #sorted(ids: ReadonlySet<string>): readonly string[] {
    return [...ids].sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }

  #remember(key: string, find: () => Finding): Finding {
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.#remembered.set(key, found);
    return found;
  }
}

/** Those of `keys` that have not been seen, each once; they have been from now on. */
function fresh(keys: readonly string[], seen: Set<string>): readonly string[] {
  const unseen = [...new Set(keys)].filter((key) => !seen.has(key));
  for (const key of unseen) seen.add(key);
  return unseen;
}

function claims(map: ReadonlyMap<string, ReadonlySet<string>>, keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.flatMap((key) => [...(map.get(key) ?? [])]));
}

function split(text: string, separator: RegExp): readonly string[] {
  // NFKC first: a full-width or Greek semicolon is a semicolon too.
  return text
    .normalize('NFKC')
    .split(separator)
    .filter((part) => part.trim() !== '');
}

function add(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids === undefined) map.set(key, new Set([id]));
  else ids.add(id);
}
