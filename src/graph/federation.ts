import type { Quad, Term } from '@rdfjs/types';
import { QueryEngine } from '@comunica/query-sparql';
import { LacunaError, isLacunaError } from '../config/errors.js';
import { analysedQuery } from './query-analysis.js';
import { readFirst, storeFetch, type AnsweringStore } from './store-fetch.js';
import { streamedAnswer, type StreamedAnswer } from './streamed-answer.js';
import type { Bindings } from './store.js';

interface EngineBindings {
  [Symbol.iterator](): Iterator<[{ readonly value: string }, Term]>;
}

function rowOf(bindings: EngineBindings): Bindings {
  return Object.fromEntries([...bindings].map(([{ value }, term]) => [value, term]));
}

/** Passes items on; a failure of a store is told as the store told it, any other as the engine's. */
async function* passedOn<From, To>(
  items: AsyncIterable<From>,
  convert: (item: From) => To,
  explain: (error: unknown) => unknown,
): AsyncGenerator<To> {
  try {
    for await (const item of items) yield convert(item);
  } catch (error) {
    throw explain(error);
  }
}

/**
 * Runs read queries over several stores as if their triples were in one place (Comunica). With one store the query goes to
 * it as it is.
 *
 * Nothing but these stores is asked: SERVICE is refused, and so is everything that writes.
 */
export class Federation {
  readonly #engine = new QueryEngine();
  readonly #stores: readonly AnsweringStore[];

  constructor(stores: readonly AnsweringStore[]) {
    this.#stores = stores;
  }

  /**
   * Answers a SELECT, ASK, CONSTRUCT or DESCRIBE.
   *
   * @throws LacunaError INPUT_INVALID for a syntax error, an update or a SERVICE, and whatever a store throws; rows and
   *   triples that break off half-way throw while they are read.
   */
  async query(text: string, signal: AbortSignal): Promise<StreamedAnswer> {
    const analysed = analysedQuery(text);
    const { services } = analysed;
    if (services.length > 0) {
      throw new LacunaError(
        'INPUT_INVALID',
        `The query asks ${services.join(', ')} by SERVICE, which is not followed. Name the endpoint as a source instead and leave SERVICE out.`,
      );
    }
    const [only] = this.#stores;
    return only !== undefined && this.#stores.length === 1
      ? streamedAnswer(only, text, analysed, signal)
      : this.#joined(text, signal);
  }

  async #joined(text: string, signal: AbortSignal): Promise<StreamedAnswer> {
    const { addresses, fetch, answered } = storeFetch(this.#stores, readFirst(), signal);
    const [first, ...rest] = addresses.map((value) => ({ type: 'sparql', value }) as const);
    if (first === undefined) throw new Error('a federation needs a store');
    let told: unknown;
    answered.catch((error: unknown) => {
      told = error;
    });
    // The engine wraps what a store says in words of its own.
    const explain = (error: unknown): unknown => {
      if (signal.aborted)
        return new LacunaError('CANCELLED', 'The query was cancelled.', { cause: signal.reason });
      if (isLacunaError(told)) return told;
      if (isLacunaError(error)) return error;
      const { message } = error as Error;
      return new LacunaError('STORE_ANSWER', `The query cannot be answered: ${message}`, { cause: error });
    };
    try {
      const result = await this.#engine.query(text, { sources: [first, ...rest], fetch });
      if (result.resultType === 'bindings') {
        const { variables } = await result.metadata();
        const rows = await result.execute();
        return {
          kind: 'rows',
          columns: variables.map(({ value }) => value),
          rows: passedOn(rows, rowOf, explain),
        };
      }
      if (result.resultType === 'boolean') return { kind: 'truth', value: await result.execute() };
      if (result.resultType !== 'quads') throw new Error('it is an update');
      const triples = await result.execute();
      return { kind: 'triples', triples: passedOn(triples as AsyncIterable<Quad>, (quad) => quad, explain) };
    } catch (error) {
      throw explain(error);
    }
  }
}
