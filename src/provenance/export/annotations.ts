import type { NamedNode, Quad, Term } from '@rdfjs/types';
import type { GraphReading } from '../../graph/graph-pages.js';
import { rdfTerms } from '../../graph/prefixes.js';
import type { Bindings, RequestOptions } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import { namedNode } from '../../graph/terms.js';
import { assertedTriples, bySubject, objectsOf, statedKeys, tripleKey } from './export-pages.js';
import { predicateObjects, prefixes, turtleTerm } from './turtle-terms.js';

const reification: readonly NamedNode[] = [rdfTerms('subject'), rdfTerms('predicate'), rdfTerms('object')];

interface Statement {
  readonly node: Term;
  readonly triple: { readonly subject: Term; readonly predicate: Term; readonly object: Quad['object'] };
  /** What is said of the statement beside what it states. */
  readonly said: readonly Quad[];
}

function isOfType(quads: readonly Quad[], type: NamedNode): boolean {
  return objectsOf(quads, rdfTerms('type')).some((found) => found.equals(type));
}

/** A statement with exactly one subject, predicate and object that a triple may have, else undefined. */
function statementOf(quads: readonly Quad[]): Statement | undefined {
  const [first] = quads;
  if (first === undefined || !isOfType(quads, rdfTerms('Statement'))) return undefined;
  const [subjects, predicates, objects] = reification.map((property) => objectsOf(quads, property));
  const [subject, predicate, object] = [subjects?.[0], predicates?.[0], objects?.[0]];
  if (subject === undefined || predicate === undefined || object === undefined) return undefined;
  if (subjects?.length !== 1 || predicates?.length !== 1 || objects?.length !== 1) return undefined;
  if (subject.termType === 'Literal' || predicate.termType !== 'NamedNode') return undefined;
  const said = quads.filter(
    (quad) =>
      !reification.some((property) => property.equals(quad.predicate)) &&
      !(quad.predicate.equals(rdfTerms('type')) && quad.object.equals(rdfTerms('Statement'))),
  );
  return { node: first.subject, triple: { subject, predicate, object }, said };
}

function statementText({ node, triple, said }: Statement, isAsserted: boolean): string {
  const stated = `${turtleTerm(triple.subject)} ${turtleTerm(triple.predicate)} ${turtleTerm(triple.object)}`;
  const reifier = turtleTerm(node);
  if (said.length === 0)
    return isAsserted ? `${stated} ~ ${reifier} .\n` : `<< ${stated} ~ ${reifier} >> .\n`;
  const body = predicateObjects(said, '    ');
  return isAsserted
    ? `${stated} ~ ${reifier} {|\n    ${body}\n|} .\n`
    : `<< ${stated} ~ ${reifier} >>\n    ${body} .\n`;
}

function plainText(quads: readonly Quad[]): string {
  const [first] = quads;
  return first === undefined
    ? ''
    : `${turtleTerm(first.subject)}\n    ${predicateObjects(quads, '    ')} .\n`;
}

async function statedAbout(
  { store, graph }: GraphReading,
  subjects: readonly string[],
  options: RequestOptions,
): Promise<Set<string>> {
  if (subjects.length === 0) return new Set();
  const rows = subjects.map((subject) => ({ g: namedNode(graph), s: namedNode(subject) }));
  const query = bindTemplate(await loadTemplate('stated-triples'), { subjects: rows });
  const found: readonly Bindings[] = await store.select(query, options);
  return new Set(
    found.flatMap(({ s, p, v }) =>
      s === undefined || p === undefined || v === undefined
        ? []
        : [tripleKey(s.value, p.value, v as Quad['object'])],
    ),
  );
}

async function pageText(
  source: GraphReading,
  page: readonly Quad[],
  options: RequestOptions,
): Promise<string> {
  const statements: (readonly Quad[])[] = [];
  const others: (readonly Quad[])[] = [];
  for (const group of bySubject(page).values()) {
    (isOfType(group, rdfTerms('Statement')) ? statements : others).push(group);
  }
  const asserted = await assertedTriples(source, statements, options);
  const assertedKeys = new Set(
    asserted.map(({ subject, predicate, object }) => tripleKey(subject.value, predicate.value, object)),
  );
  const texts = statements.map((group) => {
    const statement = statementOf(group);
    if (statement !== undefined)
      return statementText(statement, assertedKeys.has(statedKeys(group)[0] ?? ''));
    // Not the form of a statement: told as it is, with the triples that would otherwise be told by annotating them.
    const stated = new Set(statedKeys(group));
    const bare = asserted.filter(({ subject, predicate, object }) =>
      stated.has(tripleKey(subject.value, predicate.value, object)),
    );
    return [plainText(group), ...[...bySubject(bare).values()].map(plainText)].join('');
  });
  // Only what has no type can be a bare subject of predictions.
  const untyped = others.filter((group) => objectsOf(group, rdfTerms('type')).length === 0);
  const annotated = await statedAbout(
    source,
    untyped.map((group) => group[0]?.subject.value ?? ''),
    options,
  );
  for (const group of others) {
    const rest = untyped.includes(group)
      ? group.filter(
          ({ subject, predicate, object }) =>
            !annotated.has(tripleKey(subject.value, predicate.value, object)),
        )
      : group;
    texts.push(plainText(rest));
  }
  return texts.join('');
}

/**
 * Writes pages of the predictions graph as Turtle 1.2: a prediction annotates its triple, `s p o ~ statement {| … |}`; an
 * opinion, whose triple is not asserted, is said of a reified triple, `<< s p o ~ statement >> …`. The statement's IRI is
 * the reifier; rdf:Statement, rdf:subject, rdf:predicate and rdf:object are left to rdf:reifies.
 *
 * @param pages all quads of a subject in one page.
 */
export async function* annotatedTurtle(
  source: GraphReading,
  pages: AsyncIterable<readonly Quad[]>,
  options: RequestOptions,
): AsyncGenerator<string> {
  yield `VERSION "1.2"\n${Object.entries(prefixes)
    .map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>\n`)
    .join('')}\n`;
  for await (const page of pages) yield await pageText(source, page, options);
}
