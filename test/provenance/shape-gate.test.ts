import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { NamedNode, Quad, Quad_Object } from '@rdfjs/types';
import fc from 'fast-check';
import { Parser } from 'n3';
import rdf from 'rdf-ext';
import { Validator } from 'shacl-engine';
import { packageRoot } from '../../src/config/package-root.js';
import { shapeGate } from '../../src/provenance/shape-gate.js';
import { shaclResults } from '../../src/provenance/shacl-results.js';
import { TripleIndex } from '../../src/provenance/triple-index.js';
import { sampleBatch } from './sample-prediction.js';

const shapes = new Parser().parse(readFileSync(path.join(packageRoot, 'ontology', 'shapes.ttl'), 'utf8'));
const gate = shapeGate(shapes);
const engine = new Validator(rdf.dataset(shapes), { factory: rdf });
const sound = sampleBatch();

async function conforms(quads: readonly Quad[]): Promise<boolean> {
  return (await shaclResults(engine, quads)).length === 0;
}

const xsd = (name: string): NamedNode => rdf.namedNode(`http://www.w3.org/2001/XMLSchema#${name}`);
const text = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '0.5',
    '1.0001',
    '-0',
    '+1',
    '1e-3',
    'INF',
    'NaN',
    ' 1',
    '١',
    'relative',
    '{}',
    '😀',
    '\uD83D',
    '\uFFFF',
  ),
  fc.constantFrom('2024-05-01T10:00:00Z', '2024-13-01T10:00:00Z', '2024-05-01', '2024-02-30T25:00:00Z'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const literal = fc
  .tuple(text, fc.constantFrom('float', 'dateTime', 'string', 'integer', 'decimal'))
  .map(([value, datatype]) => rdf.literal(value, xsd(datatype)));
const inUse = fc.constantFrom(...sound.map(({ object }) => object));
const anything: fc.Arbitrary<Quad_Object> = fc.oneof(
  inUse,
  literal,
  text.map((value) => rdf.literal(value, 'en')),
  text.map((value) => rdf.namedNode(value)),
  fc.constant(rdf.blankNode('b')),
);

/** One thing done to a batch: a quad goes, another comes, a value is exchanged. */
const change = fc
  .record({
    at: fc.nat(),
    from: fc.nat(),
    how: fc.constantFrom('drop', 'add', 'put', 'move'),
    object: anything,
  })
  .map(({ at, from, how, object }) => (quads: readonly Quad[]): readonly Quad[] => {
    const index = at % quads.length;
    const quad = quads[index]!;
    const other = quads[from % quads.length]!;
    const changed = rdf.quad(quad.subject, quad.predicate, object);
    if (how === 'drop') return quads.toSpliced(index, 1);
    if (how === 'add') return [...quads, changed];
    if (how === 'put') return quads.with(index, changed);
    return [...quads, rdf.quad(other.subject, quad.predicate, quad.object)];
  });

test('the gate lets a sound batch pass', async () => {
  assert.equal(gate(new TripleIndex(sound)), true);
  assert.equal(await conforms(sound), true);
});

test('what the gate lets pass, the SHACL engine lets pass', async () => {
  const counts = { passed: 0, held: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
      const quads = changes.reduce<readonly Quad[]>((before, apply) => apply(before), sound);
      const passes = gate(new TripleIndex(quads));
      counts[passes ? 'passed' : 'held'] += 1;
      if (passes) assert.equal(await conforms(quads), true);
    }),
    { numRuns: 1500 },
  );
  assert.ok(counts.passed > 50 && counts.held > 50, JSON.stringify(counts));
});

const task = sound.find(
  ({ subject, predicate }) => subject.value.includes('/statement/') && predicate.value.endsWith('#task'),
)!;

for (const [name, isSound] of [
  ['𐀀 😀', true],
  ['\uDC00', false],
  ['\uFFFE', false],
] as const)
  test(`${JSON.stringify(name)} is ${isSound ? 'a' : 'no'} text to the gate and to the engine`, async () => {
    const renamed = rdf.quad(task.subject, task.predicate, rdf.literal(name));
    const quads = sound.map((quad) => (quad === task ? renamed : quad));
    assert.equal(gate(new TripleIndex(quads)), isSound);
    assert.equal(await conforms(quads), isSound);
  });

test('what the gate holds back is nearly always wrong', async () => {
  let [wrong, doubted] = [0, 0];
  for (const [index, quad] of sound.entries()) {
    const quads = sound.toSpliced(
      index,
      1,
      rdf.quad(quad.subject, quad.predicate, rdf.namedNode('relative')),
    );
    if (gate(new TripleIndex(quads))) continue;
    if (await conforms(quads)) doubted += 1;
    else wrong += 1;
  }
  assert.ok(wrong > 30 && doubted === 0, `${wrong} wrong, ${doubted} doubted`);
});

test('shapes that say something the gate does not know let nothing pass', () => {
  const more = new Parser().parse(
    `<https://w3id.org/lacuna/shapes#Statement> <http://www.w3.org/ns/shacl#closed> true .`,
  );
  assert.equal(shapeGate([...shapes, ...more])(new TripleIndex(sound)), false);
});
