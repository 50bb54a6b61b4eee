import { DataFactory } from 'n3';
import type { Term } from '@rdfjs/types';
import { ecrm, prov, rdfTerms, silk } from '../../graph/prefixes.js';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';

const { namedNode } = DataFactory;

/** A published statement with what the graph says of how it came about. */
export interface PublishedStatement {
  readonly subject: string;
  readonly predicate: string;
  readonly value: string;
  readonly agent: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** What the agent is and how it predicts. */
  readonly explanation: string;
  /** ISO 8601; undefined when the graph does not say. */
  readonly madeAt: string | undefined;
  /** IRI of the model version. */
  readonly model: string | undefined;
  readonly evidence: readonly { readonly feature: string; readonly weight: number }[];
}

type Described = ReadonlyMap<string, readonly { readonly predicate: string; readonly value: Term }[]>;

async function describe(store: Store, graph: string, nodes: readonly string[]): Promise<Described> {
  const found = new Map<string, { predicate: string; value: Term }[]>();
  if (nodes.length === 0) return found;
  const query = bindTemplate(await loadTemplate('node-triples'), {
    nodes: [...new Set(nodes)].map((iri) => ({ g: namedNode(graph), s: namedNode(iri) })),
  });
  for (const { s, p, v } of await store.select(query)) {
    const known = found.get(s!.value) ?? [];
    known.push({ predicate: p!.value, value: v! });
    found.set(s!.value, known);
  }
  return found;
}

function valueOf(described: Described, subject: string, predicate: { value: string }): string | undefined {
  return described.get(subject)?.find((triple) => triple.predicate === predicate.value)?.value.value;
}

function isEvidence(value: unknown): value is { feature: string; weight: number }[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        typeof item === 'object' && item !== null && 'feature' in item && 'weight' in item && typeof item.weight === 'number',
    )
  );
}

/** The JSON literals of a statement are its distribution (an object) and its evidence (a list). */
function evidenceOf(described: Described, statement: string): { feature: string; weight: number }[] {
  for (const { value } of described.get(statement) ?? []) {
    if (value.termType !== 'Literal' || value.datatype.value !== rdfTerms['JSON']?.value) continue;
    const parsed: unknown = JSON.parse(value.value);
    if (isEvidence(parsed)) return parsed;
  }
  return [];
}

/**
 * Reads what is published about some subjects: every statement with its agent, confidence, model and evidence.
 *
 * @param graph the predictions graph
 * @param wanted pairs of subject and predicate; absolute IRIs
 */
export async function readStatements(
  store: Store,
  graph: string,
  wanted: readonly { readonly subject: string; readonly predicate: string }[],
): Promise<PublishedStatement[]> {
  if (wanted.length === 0) return [];
  const query = bindTemplate(await loadTemplate('published-statements-of'), {
    subjects: wanted.map(({ subject, predicate }) => ({
      g: namedNode(graph),
      subject: namedNode(subject),
      predicate: namedNode(predicate),
    })),
  });
  const rows = await store.select(query);
  const described = await describe(
    store,
    graph,
    rows.flatMap(({ statement, activity, agent }) => [statement!.value, activity!.value, agent!.value]),
  );
  return rows.map((row) => {
    const [statement, activity, agent] = [row['statement']!.value, row['activity']!.value, row['agent']!.value];
    return {
      subject: row['subject']!.value,
      predicate: row['predicate']!.value,
      value: row['value']!.value,
      agent,
      confidence: Number(valueOf(described, statement, silk['L18']!) ?? 0),
      explanation: valueOf(described, agent, ecrm['P70_documents']!) ?? '',
      madeAt: valueOf(described, activity, prov['atTime']!),
      model: row['model']?.value,
      evidence: evidenceOf(described, statement),
    };
  });
}
