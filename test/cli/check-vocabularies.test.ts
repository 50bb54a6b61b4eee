import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Finding } from '../../src/cli/check/finding.js';
import { packageRoot } from '../../src/config/package-root.js';
import { lacuna, temporaryFolder, writeCollection } from './lacuna.js';

const label = '<http://www.w3.org/2004/02/skos/core#prefLabel>';
const thesaurus = `<http://data.silknow.org/vocabulary/168> ${label} "damask"@en .\n`;

test('check says where the vocabularies are read, and that they are nowhere', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const place = (name: string): string => path.join(folder, name);
  const finding = async (): Promise<Finding | undefined> => {
    const { stdout } = await lacuna(folder, ['check', '--json']);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return findings.find(({ check }) => check === 'vocabularies');
  };
  const alone = await finding();
  assert.equal(alone?.state, 'warning');
  assert.match(alone.mend ?? '', /under "sources" of the profile/);

  const silknow = await readFile(path.join(packageRoot, 'ontology', 'profiles', 'silknow.yaml'), 'utf8');
  await writeFile(place('mine.yaml'), `${silknow}\nsources: [thesaurus.nt]\n`);
  const config = await readFile(place('config.yaml'), 'utf8');
  await writeFile(place('config.yaml'), config.replace('profile: silknow', 'profile: ./mine.yaml'));
  await writeFile(place('thesaurus.nt'), thesaurus);
  const joined = await finding();
  assert.equal(joined?.state, 'ok');
  assert.ok(joined.text.includes(place('thesaurus.nt')), joined.text);

  await writeFile(place('thesaurus.nt'), '<http://e/a> <http://e/b> "c" .\n');
  const nowhere = await finding();
  assert.equal(nowhere?.state, 'problem');
  assert.match(nowhere.text, /are nowhere: none of its concepts has a label or a link in .*thesaurus\.nt/);

  const records = await readFile(place('records.nq'), 'utf8');
  await writeFile(place('records.nq'), records + thesaurus.replace(' .\n', ' <http://e/thesaurus> .\n'));
  assert.match((await finding())?.text ?? '', /^read from the store/);
});
