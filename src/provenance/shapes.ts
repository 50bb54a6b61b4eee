import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import rdf from 'rdf-ext';
import { Validator } from 'shacl-engine';
import type { ValidationResult } from 'shacl-engine';
import { packageRoot } from '../config/package-root.js';
import { prov } from '../graph/prefixes.js';
import { assertionProblems } from './assertions.js';
import { shapeGate, type ShapeGate } from './shape-gate.js';
import type { ShapeProblem } from './shape-problem.js';
import { shaclResults } from './shacl-results.js';
import { TripleIndex } from './triple-index.js';

export type { ShapeProblem } from './shape-problem.js';

const shapesFile = path.join(packageRoot, 'ontology', 'shapes.ttl');
let shapes: Promise<{ readonly validator: Validator; readonly gate: ShapeGate }> | undefined;

async function readShapes(): Promise<{ validator: Validator; gate: ShapeGate }> {
  const quads = new Parser().parse(await readFile(shapesFile, 'utf8'));
  return { validator: new Validator(rdf.dataset(quads), { factory: rdf }), gate: shapeGate(quads) };
}

/**
 * Checks quads of the predictions graph against `ontology/shapes.ttl` and against the rules on direct triples and doubled
 * statements. The quads must hold what they refer to: the agents, the model and the run beside the predictions.
 *
 * @returns every rule broken, each once per node, sorted; empty when the quads may be published.
 */
export async function validatePredictions(quads: readonly Quad[]): Promise<ShapeProblem[]> {
  shapes ??= readShapes();
  const { validator, gate } = await shapes;
  const data = new TripleIndex(quads);
  // Most batches are sound, which the gate tells in a fraction of the time; what is wrong, and how, the engine says.
  const violations = gate(data) ? [] : await violationsIn(data, validator);
  const problems = [...violations, ...assertionProblems(data)];
  const distinct = new Map(problems.map((problem) => [Object.values(problem).join('\n'), problem]));
  return [...distinct.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem);
}

async function violationsIn(data: TripleIndex, validator: Validator): Promise<ShapeProblem[]> {
  const results = await shaclResults(validator, data.quads);
  const statements = statementsByActivity(data);
  return results.map((result) => shapeProblem(result, statements));
}

function statementsByActivity(data: TripleIndex): ReadonlyMap<string, string> {
  return new Map(
    data.with(prov('wasGeneratedBy').value).map(({ subject, object }) => [object.value, subject.value]),
  );
}

/** An activity is named by its statement: the statement is what can be withheld. */
function shapeProblem(result: ValidationResult, statements: ReadonlyMap<string, string>): ShapeProblem {
  const node = result.focusNode.term?.value ?? '';
  return {
    focus: statements.get(node) ?? node,
    path: (result.path ?? []).flatMap(({ predicates }) => predicates.map(({ value }) => value)).join('/'),
    message: result.message.map(({ value }) => value).join(' '),
    shape: result.shape.ptr.term?.value ?? '',
  };
}
