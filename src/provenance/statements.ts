import type { Literal, NamedNode, Quad, Quad_Object } from '@rdfjs/types';
import rdf from 'rdf-ext';
import { LacunaError } from '../config/errors.js';
import { dcterms, ecrm, prov, rdfTerms, rdfs, schema, silk } from '../graph/prefixes.js';
import { mendedIri } from '../vocabulary/iri.js';
import { activityIri, associationIri, checkedIri, evaluationIri, statementIri } from './iris.js';
import {
  distributionLiteral,
  evidenceLiteral,
  iriListLiteral,
  scoreLiteral,
  textLiteral,
  timeLiteral,
} from './literals.js';
import type {
  AgentDescription,
  ModalityStatement,
  ModelDescription,
  ProvenanceContext,
  PublishedPrediction,
  RunDescription,
} from './prediction.js';
import { lacuna, mls, trainedAlgorithmicMedia } from './terms.js';

type Place = Pick<ProvenanceContext, 'graph' | 'namespace'>;
type Write = (subject: NamedNode, predicate: NamedNode, ...objects: Quad_Object[]) => void;

const a = rdfTerms('type');

/** Gathers quads of one graph. */
function writer(graph: string): { readonly quads: Quad[]; readonly write: Write } {
  const quads: Quad[] = [];
  const into = node(graph, 'predictions graph');
  return {
    quads,
    write: (subject, predicate, ...objects) => {
      for (const object of objects) quads.push(rdf.quad(subject, predicate, object, into));
    },
  };
}

function node(iri: string, what: string): NamedNode {
  return rdf.namedNode(checkedIri(iri, what));
}

/** What the statements of a batch have in common, as terms. */
interface BatchTerms {
  readonly started: Literal;
  readonly ended: Literal;
  readonly run: NamedNode;
  /** By modality. */
  readonly agents: ReadonlyMap<string, { readonly self: NamedNode; readonly association: NamedNode }>;
}

function batchTerms({ namespace, startedAt, endedAt, run, model, agents }: ProvenanceContext): BatchTerms {
  return {
    started: timeLiteral(startedAt, 'startedAt of a batch'),
    ended: timeLiteral(endedAt, 'endedAt of a batch'),
    run: node(run.iri, 'run'),
    agents: new Map(
      agents.map(({ modality, iri }) => [
        modality,
        {
          self: node(iri, `agent of ${modality}`),
          association: rdf.namedNode(associationIri(namespace, iri, model.iri)),
        },
      ]),
    ),
  };
}

// Made once for the hundreds of predictions of a batch.
const termsOf = new WeakMap<ProvenanceContext, BatchTerms>();

/** What the statements of a prediction have in common, as terms. */
interface PredictionTerms {
  /** The prediction in words, for messages. */
  readonly what: string;
  readonly subject: NamedNode;
  readonly predicate: NamedNode;
  readonly object: NamedNode;
  readonly task: Literal;
}

/**
 * The quads of one prediction: the decision and its direct triple, and one opinion per modality, each with its own
 * activity. The agents, the model and the run are described by `modelAndAgentQuads` and `runQuads`.
 *
 * @throws LacunaError INPUT_INVALID naming the record and the field when an IRI is not absolute, a share is out of 0..1,
 *   a modality has no agent, or two statements would have the same agent.
 */
export function predictionQuads(prediction: PublishedPrediction, context: ProvenanceContext): Quad[] {
  const batch = termsOf.get(context) ?? batchTerms(context);
  termsOf.set(context, batch);
  const what = `record ${prediction.object}, task ${prediction.task}`;
  const terms: PredictionTerms = {
    what,
    subject: node(prediction.subject, `${what}, subject`),
    predicate: node(prediction.predicate, `${what}, predicate`),
    object: node(prediction.object, `${what}, object`),
    task: textLiteral(prediction.task, `${what}, task`),
  };
  refuseTwoOfOneAgent(prediction, batch, what);
  const { quads, write } = writer(context.graph);
  const say = (statement: ModalityStatement): { self: NamedNode; concept: NamedNode } =>
    writeStatement(write, statement, terms, { batch, context });
  const opinions = prediction.modalities.map((statement) => {
    const { self } = say(statement);
    write(self, a, lacuna('Opinion'));
    return self;
  });
  const { self: decision, concept } = say(prediction.fused);
  write(decision, a, lacuna('Decision'));
  write(decision, lacuna('combines'), ...opinions);
  if (prediction.set !== undefined) {
    const { concepts, coverage } = prediction.set;
    write(decision, lacuna('predictionSet'), iriListLiteral(concepts, `${what}, prediction set`));
    write(decision, lacuna('coverage'), scoreLiteral(coverage, `${what}, coverage`));
  }
  write(terms.subject, terms.predicate, concept);
  return quads;
}

function refuseTwoOfOneAgent(
  { fused, modalities }: PublishedPrediction,
  { agents }: BatchTerms,
  what: string,
): void {
  const speakers = new Set<string>();
  for (const { modality } of [fused, ...modalities]) {
    const iri = agents.get(modality)?.self.value;
    if (iri === undefined) {
      const message = `${what}: no agent is described for the modality "${modality}".`;
      throw new LacunaError('INPUT_INVALID', message);
    }
    if (speakers.has(iri)) {
      const message = `${what}: two statements by the agent ${iri}. An agent says one thing of a record only.`;
      throw new LacunaError('INPUT_INVALID', message);
    }
    speakers.add(iri);
  }
}

function writeStatement(
  write: Write,
  statement: ModalityStatement,
  { what: record, subject, predicate, object, task }: PredictionTerms,
  { batch, context }: { readonly batch: BatchTerms; readonly context: ProvenanceContext },
): { readonly self: NamedNode; readonly concept: NamedNode } {
  const what = `${record}, ${statement.modality}`;
  const { namespace, model } = context;
  const agent = batch.agents.get(statement.modality)!;
  const key = {
    subject: subject.value,
    task: task.value,
    agent: agent.self.value,
    modelVersion: model.version,
  };
  const self = rdf.namedNode(statementIri(namespace, key));
  const activity = rdf.namedNode(activityIri(namespace, self.value));
  const concept = node(statement.concept, `${what}, concept`);

  write(self, a, rdfTerms('Statement'));
  write(self, rdfTerms('subject'), subject);
  write(self, rdfTerms('predicate'), predicate);
  write(self, rdfTerms('object'), concept);
  write(self, silk('L18'), scoreLiteral(statement.confidence, `${what}, confidence`));
  write(self, prov('wasGeneratedBy'), activity);
  write(self, lacuna('task'), task);
  write(self, lacuna('record'), object);
  write(self, lacuna('distribution'), distributionLiteral(statement.distribution, `${what}, distribution`));
  write(self, lacuna('rawDistribution'), distributionLiteral(statement.rawDistribution, `${what}, raw`));
  write(self, lacuna('evidence'), evidenceLiteral(statement.evidence, `${what}, evidence`));
  write(self, schema('digitalSourceType'), trainedAlgorithmicMedia);
  // A statement written again by the same model has its own IRI; it revises nothing.
  if (statement.supersedes !== undefined && statement.supersedes !== self.value) {
    write(self, prov('wasRevisionOf'), node(statement.supersedes, `${what}, supersedes`));
  }

  write(activity, a, prov('Activity'));
  write(activity, prov('used'), node(mendedIri(statement.used), `${what}, used`));
  write(activity, prov('atTime'), batch.ended);
  write(activity, prov('startedAtTime'), batch.started);
  write(activity, prov('endedAtTime'), batch.ended);
  write(activity, prov('wasAssociatedWith'), agent.self);
  write(activity, prov('wasInformedBy'), batch.run);
  write(activity, prov('qualifiedAssociation'), agent.association);
  return { self, concept };
}

/**
 * The quads that describe a run. Written once when it begins and, with `endedAt`, once more when it is over: the second
 * time adds one quad.
 */
export function runQuads(run: RunDescription, place: Place): Quad[] {
  const { quads, write } = writer(place.graph);
  const self = node(run.iri, 'run');
  write(self, a, prov('Activity'), lacuna('Run'));
  write(self, prov('startedAtTime'), timeLiteral(run.startedAt, 'run, startedAt'));
  write(self, schema('softwareVersion'), textLiteral(run.softwareVersion, 'run, softwareVersion'));
  if (run.endedAt !== undefined) write(self, prov('endedAtTime'), timeLiteral(run.endedAt, 'run, endedAt'));
  return quads;
}

/**
 * The quads that describe the model (ML-Schema), its evaluations, the agents, and the part each agent plays by following
 * the model.
 *
 * @throws LacunaError INPUT_INVALID naming what is no absolute IRI, or two agents of one IRI: an agent has one explanation.
 */
export function modelAndAgentQuads(
  model: ModelDescription,
  agents: readonly AgentDescription[],
  place: Place,
): Quad[] {
  const twice = agents.find(({ iri }, index) => agents.findIndex((other) => other.iri === iri) !== index);
  if (twice !== undefined) {
    const message = `The agent IRI ${twice.iri} is used for two modalities. Give each its own under provenance.agents.`;
    throw new LacunaError('INPUT_INVALID', message);
  }
  const { quads, write } = writer(place.graph);
  const self = node(model.iri, 'model');
  write(self, a, mls('Model'), prov('Plan'));
  write(self, rdfs('label'), textLiteral(`Lacuna model ${model.version}`, 'model, version'));
  write(self, dcterms('hasVersion'), textLiteral(model.version, 'model, version'));
  write(self, dcterms('created'), timeLiteral(model.createdAt, 'model, createdAt'));
  if (model.digest !== undefined)
    write(self, dcterms('identifier'), textLiteral(model.digest, 'model, digest'));
  for (const { task, modality, measure, value } of model.evaluations) {
    const what = `model, ${measure} of ${modality} on ${task}`;
    const evaluation = rdf.namedNode(evaluationIri(place.namespace, model.iri, [task, modality, measure]));
    write(self, mls('hasQuality'), evaluation);
    write(evaluation, a, mls('ModelEvaluation'));
    write(evaluation, mls('specifiedBy'), lacuna(measure));
    write(evaluation, mls('hasValue'), scoreLiteral(value, what));
    write(evaluation, lacuna('task'), textLiteral(task, what));
    write(evaluation, lacuna('modality'), textLiteral(modality, what));
  }
  for (const agent of agents) writeAgent(write, agent, self, place.namespace);
  return quads;
}

function writeAgent(write: Write, agent: AgentDescription, model: NamedNode, namespace: string): void {
  const what = `agent of ${agent.modality}`;
  const self = node(agent.iri, what);
  write(self, a, prov('SoftwareAgent'));
  write(self, lacuna('modality'), textLiteral(agent.modality, what));
  write(self, ecrm('P70_documents'), textLiteral(agent.explanation, `${what}, explanation`));
  const association = rdf.namedNode(associationIri(namespace, agent.iri, model.value));
  write(association, a, prov('Association'));
  write(association, prov('agent'), self);
  write(association, prov('hadPlan'), model);
}
