import type { ModalityName } from '../modalities/case.js';
import type { ModelCard } from '../models/card.js';
import { agentIri, modelIri, runIri } from '../provenance/iris.js';
import type { ModalityStatement, ProvenanceContext, PublishedPrediction } from '../provenance/prediction.js';
import type { Judgement } from './predictor.js';
import { subjectOf, type Proposal, type PublisherSettings } from './proposal.js';

/** Who speaks in a run: the agents of the card's modalities, the model and the run, as the graph describes them. */
export function provenanceContext(
  settings: PublisherSettings,
  card: ModelCard,
  run: { runId: string; startedAt: Date; endedAt?: Date | undefined },
  batch: { startedAt: Date; endedAt: Date },
): ProvenanceContext {
  const { namespace, predictionsGraph } = settings;
  return {
    graph: predictionsGraph,
    namespace,
    run: {
      iri: runIri(namespace, run.runId),
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      softwareVersion: card.codeVersion,
    },
    model: {
      iri: modelIri(namespace, card.version),
      version: card.version,
      createdAt: new Date(card.trainedAt),
      digest: card.data.digest,
      evaluations: Object.entries(card.metrics['test'] ?? {}).flatMap(([modality, tasks]) =>
        Object.entries(tasks).flatMap(([task, { macroF1, accuracy }]) => [
          { task, modality, measure: 'macroF1' as const, value: macroF1 },
          { task, modality, measure: 'accuracy' as const, value: accuracy },
        ]),
      ),
    },
    agents: card.modalities.map(({ modality, explanation }) => ({
      modality,
      iri: agentIri(namespace, modality, settings.agents[modality]),
      explanation,
    })),
    ...batch,
  };
}

/** A proposal in the terms of the graph: class ids become concepts. `replaced` = IRI of the earlier statement by modality. */
export function toPrediction(
  { record, task, judgement }: Proposal,
  replaced: ReadonlyMap<ModalityName, string> = new Map(),
): PublishedPrediction {
  const concepts = new Map(task.classes.map(({ id, concept }) => [id, concept]));
  const byConcept = (shares: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(shares).map(([id, share]) => [concepts.get(id)!, share]));
  const statement = (judged: Judgement): ModalityStatement => ({
    modality: judged.modality,
    confidence: judged.confidence,
    classId: judged.classId,
    concept: concepts.get(judged.classId)!,
    used: judged.used,
    distribution: byConcept(judged.distribution),
    rawDistribution: byConcept(judged.raw),
    evidence: judged.evidence,
    supersedes: replaced.get(judged.modality),
  });
  return {
    task: task.name,
    predicate: task.predicate,
    subject: subjectOf({ record, task }),
    object: record.object,
    fused: statement(judgement.decision),
    modalities: judgement.modalities.map(statement),
    set: judgement.set && {
      concepts: judgement.set.classIds.map((id) => concepts.get(id)!),
      coverage: judgement.set.coverage,
    },
  };
}
