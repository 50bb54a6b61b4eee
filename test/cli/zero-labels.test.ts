import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { silent } from '../../src/config/progress.js';
import { generateSample } from '../../src/sample/index.js';
import { lacuna, temporaryFolder } from './lacuna.js';

const sample = 'http://sample.lacuna.example/';
const technique = 'http://erlangen-crm.org/current/P32_used_general_technique';

/** The sample collection without a single technique, for the modalities that learn at once. */
async function writeUnlabelled(folder: string): Promise<void> {
  await generateSample(folder, { seed: 3, records: 200, progress: silent });
  for (const name of await readdir(path.join(folder, 'data'))) {
    const file = path.join(folder, 'data', name);
    const lines = gunzipSync(await readFile(file))
      .toString()
      .split('\n');
    await writeFile(file, gzipSync(lines.filter((line) => !line.includes(technique)).join('\n')));
  }
  const config = await readFile(path.join(folder, 'config.yaml'), 'utf8');
  await writeFile(
    path.join(folder, 'config.yaml'),
    config.replace(/(image|text|fusion): \{ enabled: true/g, '$1: { enabled: false'),
  );
}

test('a property without a single value is answered from the vocabulary, and published where that is asked for', async (t) => {
  const folder = await temporaryFolder(t);
  await writeUnlabelled(folder);
  const worked = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await lacuna(folder, args);
    assert.equal(code, 0, stderr || stdout);
    return stdout;
  };
  const counted = async (): Promise<Record<string, number>> => {
    const { summary } = JSON.parse(await worked('enrich', '--json')) as {
      summary: { tasks: { technique: Record<string, number> } };
    };
    return summary.tasks.technique;
  };
  const told =
    /technique: 0 labels, answered from the vocabulary alone, confidence 35\.0 % \(no known value to check an answer by\); not sure enough for the target of 70\.0 %/;
  assert.match(await worked('train', '--quiet'), told);
  assert.match(await worked('models', 'show'), told);
  const cautious = await counted();
  assert.equal(cautious['published'], 0);
  assert.ok(cautious['abstained']! > 20, 'what has a mention is below the target');
  assert.ok(cautious['nothingToGoOn']! > 20, 'what has none is not tried again as if photographs had failed');

  const file = path.join(folder, 'config.yaml');
  const config = await readFile(file, 'utf8');
  await writeFile(
    file,
    config.replace(
      'technique: { enabled: true, threshold: auto',
      'technique: { enabled: true, threshold: 0.35',
    ),
  );
  assert.equal((await counted())['published'], cautious['abstained']);

  await writeFile(
    path.join(folder, 'agents.rq'),
    `PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    PREFIX prov: <http://www.w3.org/ns/prov#>
    SELECT DISTINCT ?agent ?score (COUNT(DISTINCT ?statement) AS ?statements) WHERE {
      GRAPH <${sample}predictions> {
        ?statement rdf:predicate <${technique}> ; rdf:subject ?production ; rdf:object ?concept ;
          <http://data.silknow.org/ontology/L18> ?score ; prov:wasGeneratedBy/prov:wasAssociatedWith ?agent .
        ?production <${technique}> ?concept .
        ?agent a prov:SoftwareAgent
      }
    } GROUP BY ?agent ?score`,
  );
  assert.equal(
    await worked('query', 'agents.rq', '--format', 'csv'),
    `agent,score,statements\r\n${sample}lacuna/agent/vocabulary,0.35,${cautious['abstained']}\r\n`,
  );
  assert.match(await worked('evaluate', '--quiet'), /vocabulary|Report: /);
});
