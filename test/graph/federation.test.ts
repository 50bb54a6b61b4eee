import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { isLacunaError, LacunaError } from '../../src/config/errors.js';
import { Federation } from '../../src/graph/federation.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { AnsweringStore } from '../../src/graph/store-fetch.js';
import type { Bindings } from '../../src/graph/store.js';

const xml = 'application/sparql-results+xml';
const json = 'application/sparql-results+json';
const never = new AbortController().signal;

/** A store that answers a SELECT with these pieces, by media type. */
function answering(
  bodies: Readonly<Record<string, () => AsyncIterable<string>>>,
  asked: string[] = [],
): AnsweringStore {
  return {
    profile: storeProfiles.virtuoso,
    select: () => Promise.reject(new Error('one store answers as a stream')),
    ask: () => Promise.reject(new Error('not asked')),
    answer: (_query, accept) => {
      asked.push(accept);
      const body = (async function* () {
        for await (const piece of bodies[accept]?.() ?? []) yield Buffer.from(piece);
      })();
      return Promise.resolve({ contentType: accept, body });
    },
  };
}

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    await turn();
    if (text instanceof Error) throw text;
    yield text;
  }
}

const head =
  '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="v"/></head><results>';
const row = (text: string): string =>
  `<result><binding name="v"><literal>${text}</literal></binding></result>`;

async function rowsOf(store: AnsweringStore, signal = never): Promise<AsyncIterable<Bindings>> {
  const answer = await new Federation([store]).query('SELECT ?v { ?s ?p ?v }', signal);
  assert.ok(answer.kind === 'rows');
  return answer.rows;
}

async function valuesOf(rows: AsyncIterable<Bindings>): Promise<(string | undefined)[]> {
  const values: (string | undefined)[] = [];
  for await (const found of rows) values.push(found['v']?.value);
  return values;
}

suite('a query of one store', () => {
  test('takes XML first, and the next format when that is none', async () => {
    const asked: string[] = [];
    const bodies = {
      [xml]: () => pieces(head, row('\u0001')),
      [json]: () =>
        pieces(
          '{"head":{"vars":["v"]},"results":{"bindings":[',
          '{"v":{"type":"literal","value":"\\u0001"}}',
          ']}}',
        ),
    };
    assert.deepEqual(await valuesOf(await rowsOf(answering(bodies, asked))), ['\u0001']);
    assert.deepEqual(asked, [xml, json]);
  });

  test('reads no further than its reader', async () => {
    let made = 0;
    async function* endless(): AsyncGenerator<string> {
      yield head;
      for (;;) {
        await turn();
        made += 1;
        yield row(`row ${made}`.padEnd(1000, '.'));
      }
    }
    const rows = (await rowsOf(answering({ [xml]: endless })))[Symbol.asyncIterator]();
    assert.ok((await rows.next()).value);
    for (let count = 0; count < 5000; count += 1) await turn();
    assert.ok(made < 1000, `${made} rows were read for one`);
    await rows.return?.();
  });

  test('an answer that breaks off half-way is a failure, not fewer rows', async () => {
    const broken = new LacunaError('STORE_UNREACHABLE', 'the connection was lost');
    const bodies = { [xml]: () => pieces(head, row('a'), broken) };
    await assert.rejects(
      async () => valuesOf(await rowsOf(answering(bodies))),
      (error) => error instanceof LacunaError && /the connection was lost/.test(error.message),
    );
  });

  test('is cancelled', async () => {
    const gone = new AbortController();
    gone.abort(new Error('enough'));
    const bodies = {
      [xml]: () =>
        pieces(head, row('a'), new LacunaError('CANCELLED', 'The request to the store was cancelled.')),
    };
    await assert.rejects(
      async () => valuesOf(await rowsOf(answering(bodies), gone.signal)),
      (error) => isLacunaError(error, 'CANCELLED'),
    );
  });
});
