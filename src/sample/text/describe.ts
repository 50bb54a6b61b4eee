import { between, chance, pick, type Random, whole } from '../chance.js';
import type { Design } from '../design.js';
import type { Century, Place, Technique, Truth } from '../truth.js';
import type { Voice } from './lexicon.js';

const firstYear: Readonly<Record<Century, number>> = {
  XVI: 1500,
  XVII: 1600,
  XVIII: 1700,
  XIX: 1800,
  XX: 1900,
};
const longest = 600;

/** Something else than `truth`, among the keys of `choices`. */
function other<K extends string>(random: Random, choices: Readonly<Record<K, unknown>>, truth: K): K {
  return pick(
    random,
    (Object.keys(choices) as K[]).filter((key) => key !== truth),
  );
}

/**
 * A description of a piece, 60 to 600 characters: always its look, sometimes its making, place, date and material,
 * sometimes something that is not so, and now and then with a slip of the pen.
 */
export function describe(random: Random, voice: Voice, truth: Truth, design: Design): string {
  const { words, sentences, habits } = voice;
  const [ground, figure, , accent] = design.palette.names;
  const slots: Readonly<Record<string, string>> = {
    object: pick(random, words.objects[chance(random, 0.75) ? truth.timespan : 'XVIII']),
    motif: pick(random, words.motifs[design.motif]),
    ground: words.colours[ground!],
    figure: words.colours[figure!],
    accent: words.colours[accent!],
    technique: pick(random, words.techniques[truth.technique]),
    variety: pick(random, words.varieties[design.variety]),
    material: pick(random, words.materials[truth.material]),
    place: pick(random, words.places[truth.place]),
    century: pick(random, words.centuries[truth.timespan]),
    year: String(firstYear[truth.timespan] + whole(random, 1, 19) * 5),
    cm: String(whole(random, 6, 74)),
    otherTechnique: pick(
      random,
      words.techniques[other<Technique>(random, words.techniques, truth.technique)],
    ),
    otherPlace: pick(random, words.places[other<Place>(random, words.places, truth.place)]),
    otherCentury: pick(random, words.centuries[other<Century>(random, words.centuries, truth.timespan)]),
  };
  const structure = chance(random, 0.1)
    ? other<Technique>(random, words.techniques, truth.technique)
    : truth.technique;
  const said = [
    fill(pick(random, chance(random, habits.named) ? sentences.named : sentences.opening), slots),
  ];
  const add = (probability: number, choices: readonly string[]): void => {
    if (chance(random, probability)) said.push(fill(pick(random, choices), slots));
  };
  add(habits.design, sentences.design);
  add(habits.structure, sentences.structure[structure]);
  add(habits.material, sentences.material);
  add(
    habits.period,
    sentences.period[
      chance(random, 0.88) ? truth.timespan : other<Century>(random, words.centuries, truth.timespan)
    ],
  );
  add(
    habits.flavour,
    sentences.flavour[chance(random, 0.88) ? truth.place : other<Place>(random, words.places, truth.place)],
  );
  add(habits.place, sentences.place);
  add(habits.date, sentences.date);
  add(habits.misleading, sentences.misleading);
  add(habits.condition, sentences.condition);
  add(habits.provenance, sentences.provenance);
  while (said.join(' ').length < 60) said.push(fill(pick(random, sentences.condition), slots));
  while (said.join(' ').length > longest) said.pop();
  const text = said.join(' ');
  return chance(random, 0.1) ? misspelt(random, text) : text;
}

function fill(sentence: string, slots: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const lower = name[0]!.toLowerCase() + name.slice(1);
    const word = slots[lower];
    if (word === undefined) throw new RangeError(`the sentence "${sentence}" has no word for {${name}}`);
    return name === lower ? word : word[0]!.toUpperCase() + word.slice(1);
  });
}

/** One or two slips: letters changed about, a letter lost, accents forgotten. */
function misspelt(random: Random, text: string): string {
  if (chance(random, 0.3)) return text.normalize('NFD').replace(/\p{Mn}/gu, '');
  let result = text;
  const slips = whole(random, 1, 2);
  for (let slip = 0; slip < slips; slip++) {
    const words = [...result.matchAll(/\p{L}{6,}/gu)];
    if (words.length === 0) return result;
    const { 0: word, index } = pick(random, words);
    const at = index + 1 + Math.floor(between(random, 0, word.length - 2));
    result = chance(random, 0.5)
      ? result.slice(0, at) + result.slice(at + 1)
      : result.slice(0, at) + result[at + 1]! + result[at]! + result.slice(at + 2);
  }
  return result;
}
