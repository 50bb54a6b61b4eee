import type { Quad } from '@rdfjs/types';
import { agentIri, modelIri, runIri } from '../../src/provenance/iris.js';
import type {
  ModalityStatement,
  ProvenanceContext,
  PublishedPrediction,
} from '../../src/provenance/prediction.js';
import { modelAndAgentQuads, predictionQuads, runQuads } from '../../src/provenance/statements.js';

export const namespace = 'http://data.silknow.org/lacuna/';
export const graph = 'http://data.silknow.org/predictions';
export const damask = 'http://data.silknow.org/vocabulary/168';
export const velvet = 'http://data.silknow.org/vocabulary/379';

/** A context with the four agents. */
export function sampleContext(modelVersion = '2024-1'): ProvenanceContext {
  return {
    graph,
    namespace,
    run: {
      iri: runIri(namespace, 'run-7'),
      startedAt: new Date('2024-05-01T10:00:00Z'),
      softwareVersion: '0.1.0',
    },
    model: {
      iri: modelIri(namespace, modelVersion),
      version: modelVersion,
      createdAt: new Date('2024-04-30T00:00:00Z'),
      evaluations: [{ task: 'technique', modality: 'fusion', measure: 'macroF1', value: 0.61234 }],
    },
    agents: ['fusion', 'image', 'text', 'tabular'].map((modality) => ({
      modality,
      iri: agentIri(namespace, modality),
      explanation: `It looks at "${modality}" and tells the four techniques apart.`,
    })),
    startedAt: new Date('2024-05-01T10:00:01Z'),
    endedAt: new Date('2024-05-01T10:00:02.5Z'),
  };
}

/** What a modality says: damask, unless told otherwise. */
export function sampleStatement(
  modality: string,
  changes: Partial<ModalityStatement> = {},
): ModalityStatement {
  return {
    modality,
    confidence: 0.91734,
    classId: 'damask',
    concept: damask,
    used: 'http://data.silknow.org/object/1',
    distribution: { [velvet]: 0.08266, [damask]: 0.91734 },
    rawDistribution: { [velvet]: 0.03, [damask]: 0.97 },
    evidence: [{ feature: 'word "damasco"', weight: 1.23456 }],
    ...changes,
  };
}

/** A decision from photograph and text. */
export function samplePrediction(changes: Partial<PublishedPrediction> = {}): PublishedPrediction {
  return {
    task: 'technique',
    predicate: 'http://erlangen-crm.org/current/P32_used_general_technique',
    subject: 'http://data.silknow.org/production/1',
    object: 'http://data.silknow.org/object/1',
    fused: sampleStatement('fusion'),
    set: { concepts: [damask, velvet], coverage: 0.9 },
    modalities: [
      sampleStatement('image', { used: 'https://silknow.org/silknow/media/vam/1_0.jpg' }),
      sampleStatement('text', { concept: velvet, classId: 'velvet', confidence: 0.5 }),
    ],
    ...changes,
  };
}

/** Everything a batch with one prediction holds. */
export function sampleBatch(prediction = samplePrediction(), context = sampleContext()): Quad[] {
  return [
    ...runQuads(context.run, context),
    ...modelAndAgentQuads(context.model, context.agents, context),
    ...predictionQuads(prediction, context),
  ];
}
