import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { gatheredWrites, type GatheredWrite } from '../../src/enrichment/gathered-writes.js';
import type { Change } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

const node = (name: string) => namedNode(`http://example.org/${name}`);
const quads = (name: string, count: number): Quad[] =>
  Array.from({ length: count }, (_, index) => quad(node(name), node('p'), literal(String(index)), node('g')));

interface Named extends Change {
  readonly name: string;
}
const changeOf = (name: string, [inserted, removed]: readonly [number, number]): Named => ({
  name,
  insert: quads(`${name}-in`, inserted),
  remove: quads(`${name}-out`, removed),
});
const sizeOf = ({ insert, remove }: Change): number => insert.length + remove.length;

async function gathered(
  changes: Iterable<Named> | AsyncIterable<Named>,
  limit: number,
): Promise<GatheredWrite<Named>[]> {
  const writes: GatheredWrite<Named>[] = [];
  for await (const write of gatheredWrites(changes, limit)) writes.push(write);
  return writes;
}

describe('gathering changes into writes', () => {
  test('a write is full when the next change has no room in it', async () => {
    const sizes = [
      [1, 1],
      [1, 0],
      [0, 2],
      [2, 3],
      [0, 1],
    ] as const;
    const changes = sizes.map((size, index) => changeOf(String(index), size));
    const writes = await gathered(changes, 3);
    assert.deepEqual(
      writes.map(({ change, parts }) => [sizeOf(change), parts.map(({ name }) => name)]),
      [
        [3, ['0', '1']],
        [2, ['2']],
        [5, ['3']],
        [1, ['4']],
      ],
    );
  });

  test('everything is written once and in order, nothing is divided, and no write could take the next change up', async () => {
    const size = fc.tuple(fc.nat(4), fc.nat(4));
    await fc.assert(
      fc.asyncProperty(fc.array(size), fc.integer({ min: 1, max: 10 }), async (sizes, limit) => {
        const changes = sizes.map((each, index) => changeOf(String(index), each));
        const writes = await gathered(changes, limit);
        const parts = writes.flatMap((write) => write.parts);
        assert.deepEqual(parts, changes.slice(0, parts.length));
        assert.ok(changes.slice(parts.length).every((change) => sizeOf(change) === 0));
        for (const [index, { change, parts }] of writes.entries()) {
          assert.deepEqual(
            change.insert,
            parts.flatMap(({ insert }) => insert),
          );
          assert.deepEqual(
            change.remove,
            parts.flatMap(({ remove }) => remove),
          );
          assert.ok(sizeOf(change) > 0);
          assert.ok(sizeOf(change) <= limit || parts.filter((part) => sizeOf(part) > 0).length === 1);
          const next = writes[index + 1]?.parts[0];
          assert.ok(next === undefined || sizeOf(change) + sizeOf(next) > limit);
        }
      }),
    );
  });

  test('a write goes before more changes are asked for', async () => {
    const said: string[] = [];
    async function* asked(): AsyncGenerator<Named> {
      for (const name of ['a', 'b', 'c']) {
        said.push(`${name} asked for`);
        yield await Promise.resolve(changeOf(name, [1, 0]));
      }
    }
    for await (const { parts } of gatheredWrites(asked(), 1)) said.push(`${parts[0]!.name} written`);
    assert.deepEqual(said, [
      'a asked for',
      'b asked for',
      'a written',
      'c asked for',
      'b written',
      'c written',
    ]);
  });
});
