import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../config/load-config.js';
import { LabelGrouper } from '../vocabulary/grouping.js';
import { lexiconOf, type Lexicon } from '../vocabulary/lexicon.js';
import { ModelRegistry } from '../models/registry.js';
import { Predictor } from '../enrichment/predictor.js';
import type { CollectionSource } from '../enrichment/read-collection.js';
import { Enrichment, type EnrichmentParts } from '../enrichment/run.js';
import { OcclusionExplanations, type PhotographExplanations } from '../enrichment/photograph-explanations.js';
import type { CountingPhotographReader, PhotographReader } from '../media/photograph-reader.js';
import type { Encoder } from '../modalities/image/encoders/encoder.js';
import type { Context } from './context.js';
import {
  configuredEncoder,
  configuredExplainer,
  configuredModalities,
  configuredPhotographs,
  type ConfiguredModalities,
} from './modalities.js';

/** The parts that training, evaluating and enriching share; features computed by one are there for the next. */
export interface Workshop {
  readonly source: CollectionSource;
  readonly photographs: CountingPhotographReader;
  readonly modalities: ConfiguredModalities;
  /** Opens the encoder of photographs. */
  readonly encoder: () => Promise<Encoder>;
  readonly registry: ModelRegistry;
}

/** Digest of what makes a record of the graph's triples. */
function understanding({ config, profile, thesaurus, version }: Context): string {
  const parts = [profile, thesaurus.digest(), config.modalities.text.maximumLength, version];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** Puts the parts together from an open context. */
export function createWorkshop(context: Context): Workshop {
  const { config, profile, thesaurus, store, vocabulary } = context;
  const photographs = configuredPhotographs(config);
  const encoder = configuredEncoder(config);
  const grouper = new LabelGrouper(profile, thesaurus);
  const lexicon = (): Lexicon => lexiconOf(profile, thesaurus, grouper);
  return {
    source: {
      store,
      profile,
      grouper,
      graphs: config.graphs.read,
      vocabulary,
      maximumTextLength: config.modalities.text.maximumLength,
      understanding: understanding(context),
    },
    photographs,
    modalities: configuredModalities(config, photographs, encoder, { tasks: profile.tasks, lexicon }),
    encoder,
    registry: new ModelRegistry(config.models),
  };
}

/** Explains predictions by photographs. @param photographs reads them */
export function createExplanations(
  { config, profile, store }: Context,
  { registry, encoder }: Pick<Workshop, 'registry' | 'encoder'>,
  photographs: PhotographReader,
): PhotographExplanations {
  return new OcclusionExplanations({
    store,
    profile,
    graphs: config.graphs,
    namespace: config.provenance.namespace,
    registry,
    explainer: configuredExplainer(config, photographs, encoder),
  });
}

/** Every modality that is switched on, fusion last: any way of fusing loads what each of them has saved. */
export function allModalities({
  modalities,
  vocabulary,
  fusions,
}: ConfiguredModalities): ConfiguredModalities['modalities'] {
  return [...modalities, ...(vocabulary ? [vocabulary] : []), ...fusions.slice(0, 1)];
}

/**
 * Tells, whenever called, which photographs have failed since the last time or since it was made, by reason; and which were
 * read at their plain address for want of a better, or could not be kept.
 */
export function newPhotographFailures(
  photographs: CountingPhotographReader,
): EnrichmentParts['photographFailures'] {
  const { plain, notKept } = photographs;
  const tallies = [
    { counts: () => photographs.counts().byReason, listed: () => photographs.failures(), how: '' },
    // Read all the same.
    { counts: () => plain.byReason(), listed: () => plain.listed(), how: 'read at its plain address: ' },
    { counts: () => notKept.byReason(), listed: () => notKept.listed(), how: 'read and not kept: ' },
  ].map((tally) => ({ ...tally, reported: new Map(Object.entries(tally.counts())) }));
  return () =>
    tallies.flatMap(({ counts, listed, how, reported }) =>
      Object.entries(counts()).flatMap(([reason, total]) => {
        const before = reported.get(reason) ?? 0;
        reported.set(reason, total);
        if (total === before) return [];
        const told = listed().filter((failure) => failure.reason === reason);
        const examples = told.slice(before, total).map(({ url, detail }) => `${url} (${detail})`);
        return [{ reason: `${how}${reason}`, count: total - before, examples }];
      }),
    );
}

/** Confidences from which is published, by task, where the configuration names one; absent = the model's own. */
export function configuredThresholds({ tasks }: Config): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, { threshold }]) => [
      name,
      threshold === 'auto' ? undefined : threshold,
    ]),
  );
}

/** An enrichment as the configuration describes it. */
export function createEnrichment(context: Context, workshop: Workshop): Enrichment {
  const { config } = context;
  const { source, photographs, modalities, registry } = workshop;
  return new Enrichment({
    source,
    publishing: {
      predictionsGraph: config.graphs.predictions,
      historyGraph: config.graphs.history,
      namespace: config.provenance.namespace,
      agents: config.provenance.agents,
    },
    thresholds: configuredThresholds(config),
    rereadAfterDays: config.graphs.rereadAfterDays,
    stateFolder: config.state,
    leaseSeconds: config.store.kind === 'embedded' ? undefined : config.store.leaseSeconds,
    loadPredictor: async () =>
      Predictor.load(await registry.current(source.profile.id), allModalities(modalities)),
    photographFailures: newPhotographFailures(photographs),
    now: () => new Date(),
    randomSuffix: () => randomBytes(2).toString('hex'),
  });
}
