import type { Command } from 'commander';
import { loadConfig, type Config } from '../../config/load-config.js';
import { ModelRegistry } from '../../models/registry.js';
import type { Store } from '../../graph/store.js';
import type { Profile } from '../../vocabulary/profile.js';
import type { Thesaurus } from '../../vocabulary/thesaurus.js';
import { coverageFindings } from '../check/coverage-findings.js';
import { diskFindings } from '../check/disk-findings.js';
import { imageEncoderFindings, textEncoderFindings } from '../check/encoder-findings.js';
import { attempt, failedFinding, findingLines, type Finding } from '../check/finding.js';
import { graphFindings } from '../check/graph-findings.js';
import { modelFindings } from '../check/model-findings.js';
import { readFindings, updateFindings } from '../check/store-findings.js';
import { textFindings } from '../check/text-findings.js';
import { vocabularyFindings } from '../check/vocabulary-findings.js';
import { openProfile, openStore, openThesaurus, openVocabulary, withOutput } from '../context.js';
import type { Output } from '../output.js';

// A statement and what its provenance leads to are a few dozen triples.
const statementsPerPage = 500;

interface CheckOptions {
  readonly graph?: boolean;
}

/** Opens one thing; when that fails, the failure is added to the findings and nothing is returned. */
async function opened<T>(check: string, findings: Finding[], open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    findings.push(failedFinding(check, error));
    return undefined;
  }
}

async function storeFindings(
  parts: { store: Store; config: Config; profile: Profile | undefined; thesaurus: Thesaurus | undefined },
  checksGraph: boolean,
  { signal, progress }: Output,
): Promise<readonly Finding[]> {
  const { store, config, profile, thesaurus } = parts;
  const findings: Finding[] = [];
  if (profile !== undefined) {
    const graphs: string[] = [];
    const reading = await attempt('store', async () => {
      const read = await readFindings({ store, config, profile }, { signal });
      graphs.push(...read.graphs);
      return read.findings;
    });
    findings.push(...reading);
    // A store that cannot be read would only fail the same way again.
    if (reading.some(({ check, state }) => check === 'store' && state === 'problem')) return findings;
    if (thesaurus !== undefined && graphs.length > 0) {
      const vocabulary = await openVocabulary(profile, store);
      findings.push(
        ...(await attempt('vocabularies', () =>
          vocabularyFindings({ vocabulary, profile, thesaurus }, { signal }),
        )),
      );
      findings.push(
        ...(await attempt('vocabulary', () =>
          coverageFindings({ store, profile, thesaurus, vocabulary, graphs }, { signal }),
        )),
      );
    }
  }
  findings.push(...(await attempt('update right', () => updateFindings(store, config, { signal }))));
  if (checksGraph) {
    const reading = { store, graph: config.graphs.predictions, pageSize: statementsPerPage };
    const onPage = (statements: number): void => progress(`validating (${statements} statements)`, 0, 0);
    findings.push(...(await attempt('predictions graph', () => graphFindings(reading, { signal, onPage }))));
  }
  return findings;
}

async function allFindings(file: string, checksGraph: boolean, output: Output): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const config = await opened('configuration', findings, () => loadConfig(file));
  if (config === undefined) return findings;
  findings.push({ check: 'configuration', state: 'ok', text: file });
  const profile = await opened('profile', findings, () => openProfile(config));
  if (profile !== undefined) {
    const tasks = profile.tasks.map(({ name, classes }) => `${name} (${classes.length} classes)`);
    findings.push({ check: 'profile', state: 'ok', text: `${profile.id}: ${tasks.join(', ')}` });
    findings.push(...textFindings(profile.record));
    const models = new ModelRegistry(config.models);
    findings.push(...(await attempt('model', () => modelFindings(models, profile.id, new Date()))));
  }
  findings.push(...(await diskFindings(config)));
  findings.push(...(await attempt('image encoder', () => imageEncoderFindings(config))));
  findings.push(...(await attempt('text encoder', () => textEncoderFindings(config))));
  const thesaurus = await opened('thesaurus', findings, () => openThesaurus(config));
  const { progress } = output;
  const store = await opened('store', findings, () =>
    openStore(config, {
      env: process.env,
      progress,
      onNotice: (text) => output.note(text),
      signal: output.signal,
    }),
  );
  if (store === undefined) return findings;
  try {
    findings.push(...(await storeFindings({ store, config, profile, thesaurus }, checksGraph, output)));
  } finally {
    await store.close();
  }
  return findings;
}

/** `lacuna check`: tests everything a run depends on. */
export function register(program: Command): void {
  program
    .command('check')
    .description('test the configuration, the store, the rights, the vocabulary, the model and the disk')
    .option('--graph', 'also validate every statement of the predictions graph against the shapes')
    .addHelpText(
      'after',
      '\nWrites one triple to the predictions graph and removes it again. Exits with 1 when something is wrong (✗).' +
        '\n\nExample:\n  lacuna check --config config.yaml --graph',
    )
    .action(
      withOutput<CheckOptions>(async (output, { graph = false }, _, { config }) => {
        const findings = await allFindings(config, graph, output);
        const ok = findings.every(({ state }) => state !== 'problem');
        output.result({ ok, findings }, () => findings.flatMap(findingLines));
        if (!ok) output.problemFound();
      }),
    );
}
