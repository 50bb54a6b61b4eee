import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { LacunaError } from '../config/errors.js';
import type { Environment } from '../config/environment.js';
import { loadConfig, type Config } from '../config/load-config.js';
import { writableGraphs } from '../config/schema/store.js';
import { packageRoot } from '../config/package-root.js';
import type { Progress } from '../config/progress.js';
import { detectStore } from '../graph/detect-store.js';
import { openEmbeddedStore } from '../graph/embedded-store.js';
import { openProtocolStore } from '../graph/protocol-store.js';
import { resolveRdfFiles, rdfFormat, type RdfFile } from '../graph/rdf-files.js';
import { namedSources, openSources } from '../graph/open-sources.js';
import { storeProfiles, tunedProfile } from '../graph/store-profiles.js';
import type { Store } from '../graph/store.js';
import { loadJoinedTemplate } from '../graph/template.js';
import { VocabularyLookup } from '../graph/vocabulary-lookup.js';
import { loadProfile } from '../vocabulary/load-profile.js';
import type { Profile } from '../vocabulary/profile.js';
import { emptyThesaurus, loadThesaurus, type Thesaurus } from '../vocabulary/thesaurus.js';
import { circuitNotice } from './circuit-notice.js';
import { codeVersion } from './code-version.js';
import { configuredProfile } from './configured-profile.js';
import { createOutput, globalOptions, type Output } from './output.js';
import { untilSignalled } from './signals.js';

/** What a command works on. */
export interface Context {
  /** Absolute path of the configuration. */
  readonly file: string;
  readonly config: Config;
  /** With the tasks that the configuration leaves on. */
  readonly profile: Profile;
  readonly thesaurus: Thesaurus;
  readonly store: Store;
  /** Where values' links and labels are asked: the store, or the sources when it lacks the vocabularies. */
  readonly vocabulary: VocabularyLookup;
  /** Version of the software. */
  readonly version: string;
}

/** What opening a context needs from outside. */
export interface ContextOptions {
  readonly env: Environment;
  readonly progress: Progress;
  /** Told of what was left out on the way, in words. */
  readonly onNotice: (text: string) => void;
  /** As in `ProtocolStoreOptions`. */
  readonly awaitsStore?: boolean | undefined;
  /** Gives up the wait for a store that is to be recognised. */
  readonly signal?: AbortSignal | undefined;
}

/** The thesaurus files, each with the named graph it is put into when its format names none. */
function vocabularyFiles(config: Config): RdfFile[] {
  const { files, problems } = resolveRdfFiles(config.vocabulary.files);
  if (problems.length > 0) {
    throw new LacunaError('CONFIG_INVALID', 'vocabulary.files cannot all be read:', { problems });
  }
  const graph = `${config.provenance.namespace}vocabulary`;
  return files.map(({ path: file }) =>
    rdfFormat(file)?.hasGraphs === true ? { path: file } : { path: file, graph },
  );
}

/** Opens the store that the configuration names, asking it which it is when that says `auto`; an embedded one with the thesauri in it, so that labels can be queried. */
export async function openStore(
  config: Config,
  { progress, onNotice, awaitsStore, signal }: ContextOptions,
): Promise<Store> {
  const writable = writableGraphs(config.graphs);
  if (config.store.kind !== 'embedded') {
    const { kind, endpoint, updateEndpoint, auth, timeoutSeconds, ...overrides } = config.store;
    const userAgent = `Lacuna/${await codeVersion()}`;
    const reached = { endpoint, auth, timeoutMs: timeoutSeconds * 1000, userAgent };
    const known = kind === 'auto' ? await detectStore({ ...reached, signal }) : kind;
    const profile = tunedProfile(storeProfiles[known], overrides);
    return openProtocolStore({ ...reached, updateEndpoint, writableGraphs: writable, profile, awaitsStore });
  }
  await mkdir(config.state, { recursive: true });
  return openEmbeddedStore({
    files: [...config.store.files, ...vocabularyFiles(config)],
    log: path.join(config.state, 'predictions.nq'),
    writableGraphs: writable,
    progress,
    onSkip: onNotice,
  });
}

/** Reads the profile the configuration names, with the configuration's say on its tasks. */
export async function openProfile(config: Config): Promise<Profile> {
  const { parameters } = config.modalities.tabular;
  return configuredProfile(await loadProfile(config.profile), config.tasks, parameters);
}

/** Reads the thesauri the configuration names. */
export async function openThesaurus(config: Config): Promise<Thesaurus> {
  if (config.vocabulary.files.length === 0) return emptyThesaurus;
  return loadThesaurus(vocabularyFiles(config).map(({ path: file }) => file));
}

/** Where the profile's vocabularies are looked up; nothing is asked or read yet. */
export async function openVocabulary(profile: Profile, store: Store): Promise<VocabularyLookup> {
  const template = await loadJoinedTemplate('value-context');
  const sources = [
    ...(profile.sources ?? []),
    ...namedSources(template.header.sources, path.join(packageRoot, 'queries'), profile.sources),
  ];
  const userAgent = `Lacuna/${await codeVersion()}`;
  return new VocabularyLookup({
    store,
    profile,
    sources,
    openSources: (some) => openSources(some, { userAgent }),
  });
}

/**
 * Opens everything a command works on; the caller closes the store.
 *
 * @param file path of the configuration
 * @throws LacunaError CONFIG_INVALID, PROFILE_INVALID, INPUT_INVALID or a store's error
 */
export async function openContext(file: string, options: ContextOptions): Promise<Context> {
  const config = await loadConfig(file, options.env);
  const profile = await openProfile(config);
  const thesaurus = await openThesaurus(config);
  const store = await openStore(config, options);
  store.onHealth?.((health) => options.onNotice(circuitNotice(store.name, health)));
  const vocabulary = await openVocabulary(profile, store);
  return {
    file: path.resolve(file),
    config,
    profile,
    thesaurus,
    store,
    vocabulary,
    version: await codeVersion(),
  };
}

/** What commander hands to an action: the arguments, the options, the command. */
type ActionArguments = readonly unknown[];

/**
 * An action that is given its output, its options and its arguments; SIGINT and SIGTERM abort `output.signal` while it
 * runs.
 */
export function withOutput<Options extends object = Record<string, never>>(
  work: (
    output: Output,
    options: Options,
    args: readonly string[],
    globals: ReturnType<typeof globalOptions>,
  ) => Promise<void>,
): (...action: ActionArguments) => Promise<void> {
  return async (...action) => {
    const command = action.at(-1) as Command;
    const globals = globalOptions(command);
    await untilSignalled(async (signal) => {
      const output = createOutput(globals, signal);
      try {
        await work(output, command.opts<Options>(), command.args, globals);
      } finally {
        output.progress.stop();
      }
    });
  };
}

/**
 * As `withOutput`, with the context that --config names, which is closed afterwards.
 *
 * @param awaitsStore as in `ProtocolStoreOptions`.
 */
export function withContext<Options extends object = Record<string, never>>(
  work: (context: Context, output: Output, options: Options, args: readonly string[]) => Promise<void>,
  { awaitsStore }: Pick<ContextOptions, 'awaitsStore'> = {},
): (...action: ActionArguments) => Promise<void> {
  return withOutput<Options>(async (output, options, args, globals) => {
    const context = await openContext(globals.config, {
      env: process.env,
      progress: output.progress,
      onNotice: (text) => output.note(text),
      awaitsStore,
      signal: output.signal,
    });
    try {
      await work(context, output, options, args);
    } finally {
      await context.store.close();
    }
  });
}
