import type { Quad, Term } from '@rdfjs/types';
import { QueryEngine } from '@comunica/query-sparql';
import { LacunaError, isLacunaError } from '../config/errors.js';
import { analysedQuery } from './query-analysis.js';
import { passedThrough, readFirst, storeFetch, type AnsweringStore } from './store-fetch.js';
import type { Bindings } from './store.js';

/** What a query answers with; rows and triples come as they are found. */
export type FederatedAnswer =
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: AsyncIterable<Bindings> }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'triples'; readonly triples: AsyncIterable<Quad> };

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
  async query(text: string, signal: AbortSignal): Promise<FederatedAnswer> {
    const { services } = analysedQuery(text);
    if (services.length > 0) {
      throw new LacunaError(
        'INPUT_INVALID',
        `The query asks ${services.join(', ')} by SERVICE, which is not followed. Name the endpoint as a source instead and leave SERVICE out.`,
      );
    }
    const [best = '', next] = this.#stores[0]?.profile.resultTypes ?? [];
    const answer = await this.#ask(text, best, signal);
    if (answer.kind !== 'rows' || this.#stores.length > 1 || next === undefined) return answer;
    const again = async (): Promise<AsyncIterable<Bindings>> => {
      const second = await this.#ask(text, next, signal);
      return second.kind === 'rows' ? second.rows : answer.rows;
    };
    return { ...answer, rows: orAgain(answer.rows, again) };
  }

  async #ask(text: string, rowsAs: string, signal: AbortSignal): Promise<FederatedAnswer> {
    const answering = this.#stores.length > 1 ? readFirst() : passedThrough(rowsAs);
    const { addresses, fetch, answered } = storeFetch(this.#stores, answering, signal);
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

/** The rows, asked for once more in the store's next format when not one comes: XML cannot carry control characters. */
async function* orAgain(
  rows: AsyncIterable<Bindings>,
  again: () => Promise<AsyncIterable<Bindings>>,
): AsyncGenerator<Bindings> {
  let isBegun = false;
  try {
    for await (const row of rows) {
      isBegun = true;
      yield row;
    }
    return;
  } catch (error) {
    if (isBegun || !isLacunaError(error, 'STORE_ANSWER')) throw error;
  }
  yield* await again();
}
