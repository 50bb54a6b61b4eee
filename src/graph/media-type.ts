import { LacunaError } from '../config/errors.js';
import type { QueryForm } from './query-form.js';

const forRows = [
  'application/sparql-results+json',
  'application/sparql-results+xml',
  'text/csv',
  'text/tab-separated-values',
] as const;
const forTriples = [
  'text/turtle',
  'application/n-triples',
  'application/n-quads',
  'application/rdf+xml',
  'application/trig',
] as const;

interface Wanted {
  readonly type: string;
  readonly quality: number;
}

function parseAccept(accept: string): Wanted[] {
  const wanted = accept.split(',').map((part): Wanted => {
    const [type = '', ...parameters] = part.split(';').map((item) => item.trim());
    const quality = parameters.find((item) => item.startsWith('q='));
    return { type: type.toLowerCase(), quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  return wanted.filter((item) => item.type !== '' && item.quality > 0).sort((a, b) => b.quality - a.quality);
}

/**
 * Picks the media type to serialise an answer as, from an HTTP Accept header; the first of equal quality wins.
 *
 * @throws LacunaError INPUT_INVALID naming what can be had when nothing fits.
 */
export function negotiate(accept: string, form: QueryForm): string {
  const available: readonly string[] = form === 'SELECT' || form === 'ASK' ? forRows : forTriples;
  for (const { type } of parseAccept(accept === '' ? '*/*' : accept)) {
    const found = available.find(
      (item) =>
        type === '*/*' || item === type || (type.endsWith('/*') && item.startsWith(type.slice(0, -1))),
    );
    if (found !== undefined) return found;
  }
  throw new LacunaError(
    'INPUT_INVALID',
    `An answer to ${form} cannot be given as ${accept}. Ask for one of ${available.join(', ')}.`,
  );
}
