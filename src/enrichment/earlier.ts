import type { Quad } from '@rdfjs/types';
import { silk } from '../graph/prefixes.js';
import { propertyKey, type PublishedStatement } from '../graph/published.js';
import { namedNode, quad } from '../graph/terms.js';
import { modalityNames, type ModalityName } from '../modalities/case.js';
import { agentIri, statementIri } from '../provenance/iris.js';
import { isOpinion, retiredQuads } from '../provenance/retire.js';
import { lacuna } from '../provenance/terms.js';
import type { Judgement } from './predictor.js';
import { subjectOf, type Proposal, type PublisherSettings } from './proposal.js';

// Scores are published with four decimals.
const scoreTolerance = 0.0001;

/**
 * What the predictions graph says already of one gap, as far as it is ours: said by one of our agents, or by an agent
 * that was configured when our statement was written.
 */
export class Earlier {
  readonly #settings: PublisherSettings;
  readonly #modelVersion: string;
  readonly #ours: readonly PublishedStatement[];
  /** What others say of the gap; a direct triple that they say as well stays. */
  readonly #others: readonly Quad[];

  /** `found` = every statement on the gap's subject and property. */
  constructor(settings: PublisherSettings, modelVersion: string, found: readonly PublishedStatement[]) {
    this.#settings = settings;
    this.#modelVersion = modelVersion;
    const agents = new Set(modalityNames.map((modality) => this.#agent(modality)));
    const isOurs = ({ agent, statement }: PublishedStatement): boolean =>
      agents.has(agent) || statement.startsWith(`${settings.namespace}statement/`);
    this.#ours = found.filter(isOurs);
    this.#others = found.filter((statement) => !isOurs(statement)).flatMap(({ quads }) => quads);
  }

  /**
   * True when nothing is to be written: this model has decided already, and has either said the same or spoken for
   * another record of the same production. A record whose other properties have changed since is decided anew.
   */
  settles(proposal: Proposal): boolean {
    const { decision, modalities } = proposal.judgement;
    const own = this.#ours.find(({ statement }) => statement === this.#statement(proposal, decision));
    if (own === undefined) return false;
    const record = own.quads.find(
      ({ subject, predicate }) => subject.value === own.statement && predicate.equals(lacuna('record')),
    );
    if (record !== undefined && record.object.value !== proposal.record.object) return true;
    const judgements = [decision, ...modalities];
    return (
      judgements.length === this.#ours.length && judgements.every((judged) => this.#says(proposal, judged))
    );
  }

  /** IRI of the statement that each modality's new one takes the place of; a decision replaces the earlier decision. */
  replaced({ judgement }: Proposal): Map<ModalityName, string> {
    const replaced = new Map<ModalityName, string>();
    for (const modality of modalityNames) {
      const earlier = this.#ours.find(({ agent }) => agent === this.#agent(modality));
      if (earlier !== undefined) replaced.set(modality, earlier.statement);
    }
    const decision = this.#ours.find(({ quads, statement }) => !isOpinion(about(statement, quads)));
    if (decision !== undefined) replaced.set(judgement.decision.modality, decision.statement);
    return replaced;
  }

  /** The quads that go when `concept` becomes the gap's value, or when the gap has none any more. */
  outgoing(concept?: string): Quad[] {
    return this.#ours.flatMap(({ statement, subject, predicate, value, quads }) => {
      const direct = quad(
        namedNode(subject),
        namedNode(predicate),
        namedNode(value),
        namedNode(this.#settings.predictionsGraph),
      );
      const replacement = concept === undefined ? undefined : { subject, predicate, concept };
      return retiredQuads([...quads, direct, ...this.#others], statement, replacement);
    });
  }

  /** True when there are statements of ours, all of them made from `object`'s record. */
  speaksFor(object: string): boolean {
    const records = this.#ours.flatMap(({ statement, quads }) =>
      about(statement, quads).filter(({ predicate }) => predicate.equals(lacuna('record'))),
    );
    return this.#ours.length > 0 && records.every((record) => record.object.value === object);
  }

  #says(proposal: Proposal, judged: Judgement): boolean {
    const iri = this.#statement(proposal, judged);
    const said = this.#ours.find(({ statement }) => statement === iri);
    const concept = proposal.task.classes.find(({ id }) => id === judged.classId)?.concept;
    const score = said && about(iri, said.quads).find(({ predicate }) => predicate.equals(silk('L18')));
    return (
      said?.value === concept && Math.abs(Number(score?.object.value) - judged.confidence) < scoreTolerance
    );
  }

  #statement(proposal: Proposal, { modality }: Judgement): string {
    return statementIri(this.#settings.namespace, {
      subject: subjectOf(proposal),
      task: proposal.task.name,
      agent: this.#agent(modality),
      modelVersion: this.#modelVersion,
    });
  }

  #agent(modality: ModalityName): string {
    return agentIri(this.#settings.namespace, modality, this.#settings.agents[modality]);
  }
}

/** A gap: a record, and the task that would fill it. */
export type Gap = Pick<Proposal, 'record' | 'task'>;

/** Names a gap: what lacks a property, and the property. */
export function keyOf(gap: Gap): string {
  return propertyKey({ subject: subjectOf(gap), predicate: gap.task.predicate });
}

function about(statement: string, quads: readonly Quad[]): Quad[] {
  return quads.filter(({ subject }) => subject.value === statement);
}
