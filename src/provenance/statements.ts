import type { NamedNode, Quad, Quad_Object } from '@rdfjs/types';
import rdf from 'rdf-ext';
import { LacunaError } from '../config/errors.js';
import { dcterms, ecrm, prov, rdfTerms, rdfs, schema, silk } from '../graph/prefixes.js';
import { mendedIri } from '../vocabulary/iri.js';
import { activityIri, associationIri, checkedIri, evaluationIri, statementIri } from './iris.js';
import { distributionLiteral, evidenceLiteral, scoreLiteral, textLiteral, timeLiteral } from './literals.js';
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

/**
 * The quads of one prediction: the decision and its direct triple, and one opinion per modality, each with its own
 * activity. The agents, the model and the run are described by `modelAndAgentQuads` and `runQuads`.
 *
 * @throws LacunaError INPUT_INVALID naming the record and the field when an IRI is not absolute, a share is out of 0..1,
 *   a modality has no agent, or two statements would have the same agent.
 */
export function predictionQuads(prediction: PublishedPrediction, context: ProvenanceContext): Quad[] {
  const what = `record ${prediction.object}, task ${prediction.task}`;
  const speakers = [prediction.fused, ...prediction.modalities].map((statement) =>
    agentOf(statement, context, what),
  );
  const twice = speakers.find(({ iri }, index) => speakers.findIndex((other) => other.iri === iri) !== index);
  if (twice !== undefined) {
    const message = `${what}: two statements by the agent ${twice.iri}. An agent says one thing of a record only.`;
    throw new LacunaError('INPUT_INVALID', message);
  }
  const { quads, write } = writer(context.graph);
  const opinions = prediction.modalities.map((statement) => {
    const opinion = writeStatement(write, statement, prediction, context, what);
    write(opinion, a, lacuna('Opinion'));
    return opinion;
  });
  const decision = writeStatement(write, prediction.fused, prediction, context, what);
  write(decision, a, lacuna('Decision'));
  write(decision, lacuna('combines'), ...opinions);
  write(
    node(prediction.subject, `${what}, subject`),
    node(prediction.predicate, `${what}, predicate`),
    node(prediction.fused.concept, `${what}, concept`),
  );
  return quads;
}

function agentOf(statement: ModalityStatement, context: ProvenanceContext, what: string): AgentDescription {
  const agent = context.agents.find(({ modality }) => modality === statement.modality);
  if (agent !== undefined) return agent;
  throw new LacunaError(
    'INPUT_INVALID',
    `${what}: no agent is described for the modality "${statement.modality}".`,
  );
}

function writeStatement(
  write: Write,
  statement: ModalityStatement,
  prediction: PublishedPrediction,
  context: ProvenanceContext,
  record: string,
): NamedNode {
  const what = `${record}, ${statement.modality}`;
  const { namespace, model, run } = context;
  const agent = agentOf(statement, context, what);
  const key = {
    subject: prediction.subject,
    task: prediction.task,
    agent: agent.iri,
    modelVersion: model.version,
  };
  const self = rdf.namedNode(statementIri(namespace, key));
  const activity = rdf.namedNode(activityIri(namespace, self.value));

  write(self, a, rdfTerms('Statement'));
  write(self, rdfTerms('subject'), node(prediction.subject, `${what}, subject`));
  write(self, rdfTerms('predicate'), node(prediction.predicate, `${what}, predicate`));
  write(self, rdfTerms('object'), node(statement.concept, `${what}, concept`));
  write(self, silk('L18'), scoreLiteral(statement.confidence, `${what}, confidence`));
  write(self, prov('wasGeneratedBy'), activity);
  write(self, lacuna('task'), textLiteral(prediction.task, `${what}, task`));
  write(self, lacuna('record'), node(prediction.object, `${what}, object`));
  write(self, lacuna('distribution'), distributionLiteral(statement.distribution, `${what}, distribution`));
  write(self, lacuna('evidence'), evidenceLiteral(statement.evidence, `${what}, evidence`));
  write(self, schema('digitalSourceType'), trainedAlgorithmicMedia);
  // A statement written again by the same model has its own IRI; it revises nothing.
  if (statement.supersedes !== undefined && statement.supersedes !== self.value) {
    write(self, prov('wasRevisionOf'), node(statement.supersedes, `${what}, supersedes`));
  }

  const ended = timeLiteral(context.endedAt, `${what}, endedAt`);
  write(activity, a, prov('Activity'));
  write(activity, prov('used'), node(mendedIri(statement.used), `${what}, used`));
  write(activity, prov('atTime'), ended);
  write(activity, prov('startedAtTime'), timeLiteral(context.startedAt, `${what}, startedAt`));
  write(activity, prov('endedAtTime'), ended);
  write(activity, prov('wasAssociatedWith'), node(agent.iri, `${what}, agent`));
  write(activity, prov('wasInformedBy'), node(run.iri, `${what}, run`));
  const association = associationIri(namespace, agent.iri, model.iri);
  write(activity, prov('qualifiedAssociation'), rdf.namedNode(association));
  return self;
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
