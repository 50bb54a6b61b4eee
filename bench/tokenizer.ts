/**
 * Ids of 5,000 texts in five languages, one by one beside those of Hugging Face's tokenizers (`tokenizer.py`), for tokenizers in the
 * layouts of published encoders that are trained on the texts here; every text that comes out otherwise is printed. And texts per
 * second, one thread each, with a fresh tokenizer in every round.
 *
 * The longest thousand texts per language: the textiles' descriptions in English and French, SILKNOW's vocabularies in Spanish and
 * Italian (definitions and labels), and in Catalan labels, of EUFCC's facets and of the vocabularies.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/tokenizer.js [python with tokenizers and sentencepiece, python3]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../src/config/package-root.js';
import { plainText } from '../src/modalities/text/plain-text.js';
import { readTokenizer } from '../src/models/tokenizer/tokenizer.js';
import { readRdfQuads } from '../src/vocabulary/rdf-quads.js';
import { readTextiles } from '../test/modalities/textiles.js';

const data = process.env['LACUNA_DATA'];
if (data === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const python = process.argv[2] ?? 'python3';
const perLanguage = 1000;
const rounds = 5;
const shown = 20;

const found: Readonly<Record<string, Set<string>>> = {
  en: new Set(),
  fr: new Set(),
  es: new Set(),
  it: new Set(),
  ca: new Set(),
};
const { train, validation, test } = readTextiles(data);
for (const { record } of [...train, ...validation, ...test])
  for (const { value, language } of record.texts) found[language]?.add(plainText(value));
const vocabulary = path.join(data, 'silknow', 'vocabulary');
for (const file of readdirSync(vocabulary).sort())
  await readRdfQuads(path.join(vocabulary, file), ({ object }) => {
    if (object.termType === 'Literal' && ['es', 'it', 'ca'].includes(object.language))
      found[object.language]!.add(plainText(object.value));
  });
const eufcc = path.join(data, 'eufcc');
for (const file of readdirSync(eufcc).filter((name) => name.startsWith('labels_')))
  for (const line of readFileSync(path.join(eufcc, file), 'utf8').split('\n'))
    found['ca']!.add(line.replace(/^[│├└─\s]+/u, ''));

const chosen = Object.entries(found).map(([language, texts]) => ({
  language,
  texts: [...texts].sort((a, b) => b.length - a.length).slice(0, perLanguage),
}));
const texts = chosen.flatMap((each) => each.texts);
const characters = texts.reduce((sum, { length }) => sum + length, 0);
console.log(
  `${texts.length} texts (${chosen.map((each) => `${each.language} ${each.texts.length}`).join(', ')}), ${characters} characters`,
);

interface Answer {
  readonly ids: readonly (readonly number[])[];
  readonly seconds: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'lacuna-tokenizers-'));
try {
  const { status, stdout } = spawnSync(python, [path.join(packageRoot, 'bench/tokenizer.py')], {
    input: JSON.stringify({ folder, texts }),
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('The tokenizers could not be made.');
  for (const [name, theirs] of Object.entries(JSON.parse(stdout) as Record<string, Answer>)) {
    const file = path.join(folder, `${name}.json`);
    const content = readFileSync(file, 'utf8');
    const seconds: number[] = [];
    let ours: (readonly number[])[] = [];
    for (let round = 0; round < rounds; round++) {
      const tokenizer = readTokenizer(content, file);
      const start = performance.now();
      ours = texts.map((text) => [...tokenizer.before, ...tokenizer.ids(text), ...tokenizer.after]);
      seconds.push((performance.now() - start) / 1000);
    }
    const median = seconds.sort((a, b) => a - b)[rounds >> 1]!;
    const different = texts.flatMap((text, index) =>
      ours[index]!.join() === theirs.ids[index]!.join() ? [] : [{ text, index }],
    );
    const [perSecond, theirPerSecond] = [texts.length / median, texts.length / theirs.seconds];
    console.log(
      `${name}: ${texts.length - different.length} of ${texts.length} equal; ours ${perSecond.toFixed(0)} texts/s, ` +
        `Hugging Face ${theirPerSecond.toFixed(0)}, ratio ${(perSecond / theirPerSecond).toFixed(2)}`,
    );
    for (const { text, index } of different.slice(0, shown)) {
      const at = ours[index]!.findIndex((id, place) => id !== theirs.ids[index]![place]);
      const around = (ids: readonly number[]): string => ids.slice(Math.max(0, at - 2), at + 5).join(' ');
      console.log(
        `  ${JSON.stringify(text.slice(0, 200))}\n    from token ${at}: ours ${around(ours[index]!)}, theirs ${around(theirs.ids[index]!)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
