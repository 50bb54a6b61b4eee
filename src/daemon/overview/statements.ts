import type { Term } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { ecrm, prov, rdfTerms, silk } from '../../graph/prefixes.js';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import type { PredictionEvidence, PredictionSet } from '../../provenance/prediction.js';
import { lacuna } from '../../provenance/terms.js';

/** A published statement with what the graph says of how it came about. */
export interface PublishedStatement {
  readonly subject: string;
  readonly predicate: string;
  readonly value: string;
  /** True for what was decided, false for the opinion of one modality. */
  readonly isDecision: boolean;
  readonly modality: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** What the agent is and how it predicts. */
  readonly explanation: string;
  /** ISO 8601; undefined when the graph does not say. */
  readonly madeAt: string | undefined;
  /** IRI of the model version. */
  readonly model: string | undefined;
  readonly evidence: readonly PredictionEvidence[];
  /** Of a decision with a promised set. */
  readonly set?: PredictionSet | undefined;
}

/** All that a graph says of some nodes. */
class Descriptions {
  readonly #terms = new Map<string, Term[]>();

  add(node: string, property: string, value: Term): void {
    const key = `${node} ${property}`;
    const known = this.#terms.get(key);
    if (known === undefined) this.#terms.set(key, [value]);
    else known.push(value);
  }

  all(node: string, property: Term): readonly Term[] {
    return this.#terms.get(`${node} ${property.value}`) ?? [];
  }

  one(node: string, property: Term): string | undefined {
    return this.all(node, property)[0]?.value;
  }
}

async function describe(store: Store, graph: string, nodes: readonly string[]): Promise<Descriptions> {
  const found = new Descriptions();
  if (nodes.length === 0) return found;
  const query = bindTemplate(await loadTemplate('node-triples'), {
    nodes: [...new Set(nodes)].map((iri) => ({
      g: DataFactory.namedNode(graph),
      s: DataFactory.namedNode(iri),
    })),
  });
  for (const { s, p, v } of await store.select(query)) found.add(s!.value, p!.value, v!);
  return found;
}

function evidenceOf(json: string | undefined): readonly PredictionEvidence[] {
  return json === undefined ? [] : (JSON.parse(json) as PredictionEvidence[]);
}

function setOf(json: string | undefined, coverage: string | undefined): PredictionSet | undefined {
  if (json === undefined || coverage === undefined) return undefined;
  return { concepts: JSON.parse(json) as string[], coverage: Number(coverage) };
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
      g: DataFactory.namedNode(graph),
      subject: DataFactory.namedNode(subject),
      predicate: DataFactory.namedNode(predicate),
    })),
  });
  const rows = (await store.select(query)).map((row) => ({
    subject: row['subject']!.value,
    predicate: row['predicate']!.value,
    statement: row['statement']!.value,
    value: row['value']!.value,
    activity: row['activity']!.value,
    agent: row['agent']!.value,
    model: row['model']?.value,
  }));
  const nodes = rows.flatMap(({ statement, activity, agent }) => [statement, activity, agent]);
  const said = await describe(store, graph, nodes);
  return rows.map(({ subject, predicate, statement, value, activity, agent, model }) => ({
    subject,
    predicate,
    value,
    isDecision: said.all(statement, rdfTerms('type')).some((type) => type.equals(lacuna('Decision'))),
    modality: said.one(agent, lacuna('modality')) ?? agent,
    confidence: Number(said.one(statement, silk('L18')) ?? 0),
    explanation: said.one(agent, ecrm('P70_documents')) ?? '',
    madeAt: said.one(activity, prov('atTime')),
    model,
    evidence: evidenceOf(said.one(statement, lacuna('evidence'))),
    set: setOf(said.one(statement, lacuna('predictionSet')), said.one(statement, lacuna('coverage'))),
  }));
}
