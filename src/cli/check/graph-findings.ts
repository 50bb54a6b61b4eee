import type { Quad } from '@rdfjs/types';
import type { RequestOptions } from '../../graph/store.js';
import { prov, rdfTerms } from '../../graph/prefixes.js';
import { lacuna } from '../../provenance/terms.js';
import { rejectionPages } from '../../provenance/rejection.js';
import { validatePredictions } from '../../provenance/shapes.js';
import { publishedStatementsOf } from '../../graph/published.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import { literal, namedNode } from '../../graph/terms.js';
import { statementPages, triplesOf, type GraphReading } from '../../graph/graph-pages.js';
import type { Finding } from './finding.js';

const check = 'predictions graph';
const listedProblems = 20;

/**
 * What the shapes look at beyond the statement itself: the subject's direct triple, the opinions a decision combines, the
 * activity, the agent, the model, the run.
 */
const followed = new Set(
  [
    rdfTerms('subject'),
    lacuna('combines'),
    prov('wasGeneratedBy'),
    prov('wasAssociatedWith'),
    prov('qualifiedAssociation'),
    prov('agent'),
    prov('hadPlan'),
    prov('wasInformedBy'),
  ].map(({ value }) => value),
);

const ownTypes = new Set([lacuna('Decision').value, lacuna('Opinion').value]);

/** The statements, and the others about the same subjects: a direct triple may rest on any of them. */
async function withSiblings(
  reading: GraphReading,
  statements: readonly string[],
  options: RequestOptions,
): Promise<string[]> {
  const subjects = (await triplesOf(reading, statements, options))
    .filter(({ predicate }) => predicate.equals(rdfTerms('subject')))
    .map(({ object }) => object.value);
  const query = bindTemplate(await loadTemplate('statements-about'), {
    graph: namedNode(reading.graph),
    subjects: [...new Set(subjects)].map((subject) => ({ subject: namedNode(subject) })),
  });
  const found = await reading.store.select(query, options);
  return [...new Set([...statements, ...found.map((row) => row['statement']!.value)])].sort();
}

/** Direct triples that no statement is about at all, as problems. */
async function unsupported({ store, graph }: GraphReading, options: RequestOptions): Promise<string[]> {
  const query = bindTemplate(await loadTemplate('unsupported-triples'), {
    graph: namedNode(graph),
    rows: literal(String(listedProblems)),
  });
  return (await store.select(query, options)).map(
    ({ subject, predicate }) => `<${subject!.value}> ${predicate!.value}: no statement is about this subject`,
  );
}

/** The triples of some statements and of everything their provenance leads to inside the graph. */
async function withProvenance(
  reading: GraphReading,
  statements: readonly string[],
  options: RequestOptions,
): Promise<Quad[]> {
  const quads: Quad[] = [];
  const seen = new Set(statements);
  let nodes = [...seen];
  while (nodes.length > 0) {
    const found = await triplesOf(reading, nodes, options);
    quads.push(...found);
    const next = found
      .filter(({ predicate, object }) => followed.has(predicate.value) && object.termType === 'NamedNode')
      .map(({ object }) => object.value);
    nodes = [...new Set(next)].filter((node) => !seen.has(node));
    for (const node of nodes) seen.add(node);
  }
  return quads;
}

/** Rejections that have not their shape, and what is published although it is rejected, as problems. */
async function rejectionProblems(reading: GraphReading, options: RequestOptions): Promise<string[]> {
  const problems: string[] = [];
  for await (const page of rejectionPages(reading, options)) {
    const found = await validatePredictions(page.flatMap(({ quads }) => quads));
    problems.push(...found.map(({ focus, path, message }) => `<${focus}> ${path}: ${message}`));
    const gaps = page.map(({ rejection: { subject, property } }) => ({ subject, predicate: property }));
    for (const { statement, subject, predicate, value, quads } of await publishedStatementsOf(
      reading.store,
      reading.graph,
      gaps,
      options,
    )) {
      const isOwn = quads.some((quad) => quad.subject.value === statement && ownTypes.has(quad.object.value));
      const rejected = page.find(
        ({ rejection }) =>
          rejection.subject === subject && rejection.property === predicate && rejection.value === value,
      );
      if (isOwn && rejected !== undefined)
        problems.push(`<${statement}> says what ${rejected.rejection.by} has rejected: <${value}>`);
    }
  }
  return problems;
}

/** Whether every statement of the predictions graph has the shape its consumers rely on; reads it in pages. */
export async function graphFindings(
  reading: GraphReading,
  options: RequestOptions & { readonly onPage?: (statements: number) => void },
): Promise<readonly Finding[]> {
  let statements = 0;
  const problems = new Set(await unsupported(reading, options));
  for await (const page of statementPages(reading, options)) {
    const together = await withSiblings(reading, page, options);
    for (const { focus, path, message } of await validatePredictions(
      await withProvenance(reading, together, options),
    )) {
      problems.add(`<${focus}> ${path}: ${message}`);
    }
    statements += page.length;
    options.onPage?.(statements);
  }
  for (const problem of await rejectionProblems(reading, options)) problems.add(problem);
  if (statements === 0 && problems.size === 0) {
    return [
      { check, state: 'warning', text: `<${reading.graph}> holds no statement`, mend: 'run `lacuna enrich`' },
    ];
  }
  if (problems.size === 0)
    return [{ check, state: 'ok', text: `all ${statements} statements have the right shape` }];
  return [
    {
      check,
      state: 'problem',
      text: `${problems.size} problems in ${statements} statements${problems.size > listedProblems ? `, the first ${listedProblems}` : ''}`,
      details: [...problems].slice(0, listedProblems),
      mend: 'something other than Lacuna wrote there, or a write was lost; publish the graph again',
    },
  ];
}
