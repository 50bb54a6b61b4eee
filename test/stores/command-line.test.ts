import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Parser } from 'n3';
import type { Finding } from '../../src/cli/check/finding.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { lacuna, type Ending } from '../cli/lacuna.js';
import { servers, type KnownServer } from './servers.js';
import { loadSmallCollection } from './small-collection-store.js';
import { authOf, configuration, passwords as env, type Settings } from './store-configuration.js';
import type { TestServer } from './test-store.js';

/** What a flawed configuration or a flawed password leads to. */
interface Flaw {
  readonly name: string;
  readonly change: Partial<Settings>;
  readonly password?: string;
  readonly says: RegExp;
  /** Flaws in what is read show in every command, flaws in what is written when something is. */
  readonly spoils: 'reading' | 'writing';
}

const down = 'http://127.0.0.1:9/sparql';
const flaws: readonly Flaw[] = [
  {
    name: 'a store that is down',
    change: { endpoint: down, updateEndpoint: down },
    says: /127\.0\.0\.1:9\/sparql cannot be reached \(ECONNREFUSED.*Check that the store runs and that store\.endpoint is right/,
    spoils: 'reading',
  },
  {
    name: 'an update service that is down',
    change: { updateEndpoint: down },
    says: /cannot be reached \(ECONNREFUSED.*store\.updateEndpoint is right.*next `lacuna enrich` goes on/s,
    spoils: 'writing',
  },
];

function wrongPaths({ endpoint, updateEndpoint }: TestServer): Flaw[] {
  return [
    {
      name: 'an endpoint that is none',
      change: { endpoint: `${endpoint}-not` },
      says: /-not is no SPARQL query endpoint \(HTTP 404\)\. Correct store\.endpoint\./,
      spoils: 'reading',
    },
    {
      name: 'an update endpoint that is none',
      change: { updateEndpoint: `${updateEndpoint}-not` },
      says: /-not is no SPARQL update endpoint \(HTTP 404\)\. Correct store\.updateEndpoint/,
      spoils: 'writing',
    },
  ];
}

const virtuosoFlaws: readonly Flaw[] = [
  {
    name: 'a wrong password',
    change: {},
    password: 'wr0ng',
    says: /refuses the update \(HTTP 401\)\. It asks for Digest authentication\. Check store\.auth/,
    spoils: 'writing',
  },
  {
    name: 'a predictions graph without the right to write it',
    change: { predictions: 'http://example.org/elsewhere' },
    says: /does not let this user write.*RDF_GRAPH_USER_PERMS_SET.*no write permission on graph http:\/\/example\.org\/elsewhere/s,
    spoils: 'writing',
  },
];

function commandLine(
  { name, kind, start, skip }: KnownServer,
  options: { readonly auth: string; readonly flaws: readonly Flaw[] },
): void {
  describe(`the command line on ${name}`, { skip: skip ?? false }, () => {
    const { title, defaultGraphIsUnion } = storeProfiles[kind];
    let folder: string;
    let server: TestServer;

    const settings = (): Settings => ({ endpoint: server.endpoint, predictions: server.predictions });
    const run = async (...args: string[]): Promise<Ending> => {
      const ending = await lacuna(folder, args, env);
      assert.equal(ending.code, 0, ending.stderr);
      assert.doesNotMatch(ending.stderr, /Warning/);
      return ending;
    };
    const enriched = async (): Promise<RunState> =>
      JSON.parse((await run('enrich', '--json')).stdout) as RunState;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lacuna-remote-cli-'));
      server = await start();
      await loadSmallCollection(server, folder, 120);
      await writeFile(path.join(folder, 'config.yaml'), configuration(settings(), options.auth));
    });

    after(async () => {
      // A failed `before` leaves it undefined.
      await (server as TestServer | undefined)?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    test('check and gaps know the store', async () => {
      const { findings } = JSON.parse((await run('check', '--json')).stdout) as { findings: Finding[] };
      assert.deepEqual(
        findings.filter(({ state }) => state !== 'ok').map(({ check }) => check),
        // Nothing is trained yet, and neither the store nor the configuration has a thesaurus.
        ['model', 'vocabularies', ...(defaultGraphIsUnion ? ['default graph'] : [])],
      );
      const reading = findings.find(({ check }) => check === 'store');
      assert.ok(reading?.text.startsWith(`${title} at ${server.endpoint} answers`), reading?.text);
      const update = findings.find(({ check }) => check === 'update right');
      assert.equal(update?.text, `<${server.predictions}> can be written`);
      const { stdout } = await run('gaps');
      assert.match(stdout, /all +│ +240 │ 80 \(33 %\) │ +60 \(25 %\)/);
    });

    test('train learns from it', async () => {
      const { stdout } = await run('train');
      assert.match(stdout, /^Model \w+ of profile silknow/);
    });

    test('what is wrong is said with how to mend it, and ends with 3', async (t) => {
      for (const flaw of [...flaws, ...wrongPaths(server), ...options.flaws]) {
        await t.test(flaw.name, async () => {
          const file = path.join(folder, 'flawed.yaml');
          const text = configuration({ ...settings(), ...flaw.change }, options.auth);
          await writeFile(file, `${text}state: ./state-flawed\n`);
          const surroundings = { STORE_PASSWORD: flaw.password ?? env.STORE_PASSWORD };
          const commands = flaw.spoils === 'reading' ? ['gaps', 'enrich'] : ['enrich'];
          for (const command of commands) {
            const { code, stderr } = await lacuna(folder, [command, '--config', file], surroundings);
            assert.equal(code, 3, `${command}: ${stderr}`);
            if (command === 'enrich' || flaw.spoils === 'reading') assert.match(stderr, flaw.says);
            assert.doesNotMatch(stderr, /se:cret|wr0ng|Warning| at .*\.js:/);
          }
          const checked = await lacuna(folder, ['check', '--config', file], surroundings);
          assert.equal(checked.code, 1, 'the check has found a problem');
          const said = flaw.says.source.replace('.*next `lacuna enrich` goes on', '');
          assert.match(checked.stdout, new RegExp(said, 's'));
          await rm(path.join(folder, 'state-flawed'), { recursive: true, force: true });
        });
      }
    });

    test('enrich publishes, and finds nothing to do the second time', async () => {
      const first = await enriched();
      assert.equal(first.state, 'completed');
      assert.equal(first.summary!.written.predictions, 140);
      const { stdout } = await run('enrich');
      assert.match(stdout, /completed: 0 records examined/);
      assert.match(stdout, /140 gaps had been examined before/);
      assert.match(stdout, /published 0 predictions \(0 statements, 0 triples\)/);
      const checked = await run('check', '--graph');
      assert.match(checked.stdout, /all 280 statements have the right shape/);
    });

    test('export writes the whole graph', async () => {
      await run('export', 'predictions.nq');
      const quads = new Parser({ format: 'N-Quads' }).parse(
        await readFile(path.join(folder, 'predictions.nq'), 'utf8'),
      );
      const store = await server.open([]);
      const [row] = await store.select(
        `SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${server.predictions}> { ?s ?p ?o } }`,
      );
      await store.close();
      assert.equal(quads.length, Number(row?.['n']?.value));
      assert.deepEqual([...new Set(quads.map(({ graph }) => graph.value))], [server.predictions]);
    });
  });
}

for (const server of servers) {
  const isVirtuoso = server.kind === 'virtuoso';
  commandLine(server, {
    auth: authOf(server.kind),
    flaws: isVirtuoso ? virtuosoFlaws : [],
  });
}
