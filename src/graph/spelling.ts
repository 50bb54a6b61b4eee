import type { Quad, Quad_Object, Term } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { checkedIri } from './iri.js';
import { xsd } from './prefixes.js';

const languageTag = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
const text = xsd('string').value;

/**
 * Spells terms as N-Quads, Turtle, TriG and SPARQL all read them, safe for every text: quotes, newlines, `>`, characters
 * beyond the basic plane. One IRI stands in many quads of a change, and is checked once by each instance.
 */
export class Spelling {
  readonly #checked = new Map<string, string>();

  /**
   * An IRI between `<` and `>`.
   *
   * @param position where it stands, for the message.
   * @throws LacunaError INPUT_INVALID for a relative or unsafe IRI, a blank node, or any other term.
   */
  node(term: Term, position: string): string {
    if (term.termType !== 'NamedNode') throw unfit(term, position);
    const known = this.#checked.get(term.value);
    if (known !== undefined) return known;
    checkedIri(term.value, position);
    const spelt = `<${term.value}>`;
    this.#checked.set(term.value, spelt);
    return spelt;
  }

  /**
   * An IRI or a literal.
   *
   * @throws LacunaError INPUT_INVALID as {@link node}, and for a malformed language tag or a text that is not well-formed
   *   Unicode or holds a null character.
   */
  object(term: Quad_Object): string {
    if (term.termType !== 'Literal') return this.node(term, 'object of a quad');
    const { value, language, datatype } = term;
    if (!value.isWellFormed() || value.includes('\u0000')) {
      throw new LacunaError(
        'INPUT_INVALID',
        `The text ${JSON.stringify(value.slice(0, 80))} holds half of a surrogate pair or a null character and cannot be stored. Remove that character.`,
      );
    }
    if (language !== '') {
      if (!languageTag.test(language)) {
        throw new LacunaError(
          'INPUT_INVALID',
          `${JSON.stringify(language)} is no language tag. Use one such as "en" or "es-ES".`,
        );
      }
      return `${quoted(value)}@${language}`;
    }
    if (datatype.value === text) return quoted(value);
    return `${quoted(value)}^^${this.node(datatype, 'datatype of a literal')}`;
  }

  /** One N-Quads line, newline included. @throws LacunaError INPUT_INVALID as {@link object}. */
  line({ subject, predicate, object, graph }: Quad): string {
    const s = this.node(subject, 'subject of a quad');
    const p = this.node(predicate, 'predicate of a quad');
    return `${s} ${p} ${this.object(object)} ${this.node(graph, 'graph of a quad')} .\n`;
  }
}

/** JSON's escapes are escapes of N-Quads and SPARQL too. */
const quoted = (value: string): string => JSON.stringify(value);

function unfit(term: Term, position: string): LacunaError {
  const message =
    term.termType === 'BlankNode'
      ? `The ${position} _:${term.value} is a blank node, which cannot be written twice without doubling. Give it an IRI.`
      : `A ${term.termType} cannot be the ${position} that is written.`;
  return new LacunaError('INPUT_INVALID', message);
}
