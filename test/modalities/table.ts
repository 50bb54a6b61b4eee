import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Rows of a gzipped tab-separated table with a header line, as the real data have them; an unknown value is empty. */
export function readTable(file: string): Readonly<Record<string, string>>[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const fields = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? '']));
  });
}
