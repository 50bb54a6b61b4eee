import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetCore, Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import rdf from 'rdf-ext';
import { Validator } from 'shacl-engine';
import type { ValidationResult } from 'shacl-engine';
import { packageRoot } from '../config/package-root.js';
import { prov } from '../graph/prefixes.js';
import { assertionProblems } from './assertions.js';
import type { ShapeProblem } from './shape-problem.js';

export type { ShapeProblem } from './shape-problem.js';

const shapesFile = path.join(packageRoot, 'ontology', 'shapes.ttl');
let validator: Promise<Validator> | undefined;

async function readShapes(): Promise<Validator> {
  const shapes = new Parser().parse(await readFile(shapesFile, 'utf8'));
  return new Validator(rdf.dataset(shapes), { factory: rdf });
}

/**
 * Checks quads of the predictions graph against `ontology/shapes.ttl` and against the rules on direct triples and doubled
 * statements. The quads must hold what they refer to: the agents, the model and the run beside the predictions.
 *
 * @returns every rule broken, each once per node, sorted; empty when the quads may be published.
 */
export async function validatePredictions(quads: readonly Quad[]): Promise<ShapeProblem[]> {
  validator ??= readShapes();
  // The shapes know no named graphs.
  const dataset = rdf.dataset(
    quads.map(({ subject, predicate, object }) => rdf.quad(subject, predicate, object)),
  );
  const { results } = await (await validator).validate({ dataset });
  const statements = statementsByActivity(dataset);
  const problems = [
    ...results.map((result) => shapeProblem(result, statements)),
    ...assertionProblems(dataset),
  ];
  const distinct = new Map(problems.map((problem) => [Object.values(problem).join('\n'), problem]));
  return [...distinct.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem);
}

function statementsByActivity(dataset: DatasetCore): ReadonlyMap<string, string> {
  return new Map(
    [...dataset.match(null, prov('wasGeneratedBy'))].map(({ subject, object }) => [
      object.value,
      subject.value,
    ]),
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
