import { NIL, v5 as uuidV5 } from 'uuid';
import { chance, pick, pickWeighted, type Random, recordStream } from './chance.js';
import { type Design, drawDesign } from './design.js';
import { type Museum, museums } from './museums.js';
import { sampleNamespace } from './names.js';
import { type WrittenValue, writeValue } from './spelling.js';
import { describe } from './text/describe.js';
import { drawGaps, drawTruth, properties, type Property, type Truth } from './truth.js';

/** A photograph of a record: the image node, its address and its file below the sample's folder. */
export interface SamplePhotograph {
  readonly node: string;
  readonly url: string;
  /** Relative, with forward slashes. */
  readonly file: string;
}

/** A record before it is written. */
export interface SampleRecord {
  readonly index: number;
  readonly museum: Museum;
  readonly object: string;
  /** One as a rule; none or two where the sample has a defect. */
  readonly productions: readonly string[];
  readonly identifier: string;
  readonly title: string;
  readonly truth: Truth;
  readonly design: Design;
  /** What the museum wrote; a property without a key is a gap. */
  readonly written: Readonly<Partial<Record<Property, readonly WrittenValue[]>>>;
  readonly description: string | undefined;
  readonly photographs: readonly SamplePhotograph[];
}

const facts = 0;
const words = 1;
/** Purpose of the random stream from which a record's photographs are woven. */
export const weaving = 2;

/** IRI of something generated: `kind` and a UUID made from the seed and the name (RFC 9562 version 5). */
export function sampleIri(kind: 'object' | 'production' | 'image', seed: number, name: string): string {
  return `${sampleNamespace}${kind}/${uuidV5(`${sampleNamespace}${seed}/${kind}/${name}`, NIL)}`;
}

/** The record with the given index. It depends on the seed and the index alone. */
export function drawRecord(seed: number, index: number): SampleRecord {
  const random = recordStream(seed, index, facts);
  const museum = museumOf(random);
  const truth = drawTruth(random, museum.places);
  const design = drawDesign(random, truth);
  const gaps = drawGaps(random, museum.missing, random());
  const written: Partial<Record<Property, readonly WrittenValue[]>> = {};
  for (const property of properties) {
    if (gaps[property]) continue;
    written[property] = [
      writeValue(random, museum, property, believed(random, property, museum, truth), design),
    ];
  }
  const count = chance(random, museum.unphotographed) ? 0 : chance(random, museum.details) ? 2 : 1;
  const identifier = museum.identifier(random, index + 1);
  const title = pick(random, museum.titles);
  const described = museum.voice !== undefined && chance(random, museum.described);
  return {
    index,
    museum,
    object: sampleIri('object', seed, String(index)),
    productions: [sampleIri('production', seed, String(index))],
    identifier,
    title,
    truth,
    design,
    written,
    description: described
      ? describe(recordStream(seed, index, words), museum.voice, truth, design)
      : undefined,
    photographs: Array.from({ length: count }, (_, view) => photographOf(seed, museum, index, view)),
  };
}

/** One museum, as likely as its share. */
function museumOf(random: Random): Museum {
  const slug = pickWeighted(random, Object.fromEntries(museums.map((museum) => [museum.slug, museum.share])));
  return museums.find((museum) => museum.slug === slug)!;
}

/** What the cataloguer took the piece for: wrong once in fifty. */
function believed(random: Random, property: Property, museum: Museum, truth: Truth): Truth {
  return property !== 'place' && chance(random, 0.02) ? drawTruth(random, museum.places) : truth;
}

function photographOf(seed: number, museum: Museum, index: number, view: number): SamplePhotograph {
  const file = `photographs/${museum.slug}/${index + 1}${view === 0 ? '' : `-${view + 1}`}.jpg`;
  return { node: sampleIri('image', seed, `${index}/${view}`), url: `${sampleNamespace}${file}`, file };
}
