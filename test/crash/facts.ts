import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad, Term } from '@rdfjs/types';
import { Parser } from 'n3';

const xsd = 'http://www.w3.org/2001/XMLSchema#';

/** A term by its value, as stores write numbers and times in forms of their own. */
function value(term: Term): string {
  if (term.termType !== 'Literal') return `${term.termType} ${term.value}`;
  const { datatype, language } = term;
  if (datatype.value === `${xsd}dateTime`) return `${new Date(term.value).toISOString()} time`;
  if (datatype.value === `${xsd}float`) return `${Math.fround(Number(term.value))} float`;
  if (datatype.value === `${xsd}integer`) return `${Number(term.value)} integer`;
  return `${JSON.stringify(term.value)}@${language}^^${datatype.value}`;
}

const fact = ({ subject, predicate, object, graph }: Quad): string =>
  [subject, predicate, object, graph].map(value).join(' ');

/** Quads as sorted lines. Without blank nodes, equal lists are isomorphic graphs. */
export function facts(quads: readonly Quad[]): string[] {
  return quads.map(fact).sort();
}

/**
 * Facts with all times alike: a process that goes on does so later, and writes at other times than one that was not
 * disturbed. What has two times instead of one makes a line that is there twice.
 */
export function timeless(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\S+ time /, 'a time ')).sort();
}

/** How two lists of facts differ, with a few examples. */
export function difference(found: readonly string[], expected: readonly string[]): object {
  const without = (list: readonly string[], others: readonly string[]): string[] => {
    const counts = new Map<string, number>();
    for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
    return list.filter((line) => {
      const count = counts.get(line) ?? 0;
      counts.set(line, count - 1);
      return count <= 0;
    });
  };
  return { lost: without(expected, found).slice(0, 5), added: without(found, expected).slice(0, 5) };
}

type Line =
  | { readonly batch: number; readonly insert: string; readonly remove: string }
  | { readonly done: number }
  | { readonly void: number };

/** What the journals of a state folder say, run after run: what they amount to, and what is still pending. */
export function journalled(stateFolder: string): { facts: string[]; pending: number } {
  const runs = path.join(stateFolder, 'runs');
  const graph = new Set<string>();
  let pending = 0;
  for (const run of readdirSync(runs).sort()) {
    const text = readFileSync(path.join(runs, run, 'journal.ndjson'), 'utf8');
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    const done = new Set(lines.flatMap((line) => ('done' in line ? [line.done] : [])));
    const dropped = new Set(lines.flatMap((line) => ('void' in line ? [line.void] : [])));
    for (const line of lines) {
      if (!('batch' in line) || dropped.has(line.batch)) continue;
      if (!done.has(line.batch)) pending += 1;
      const parsed = (nQuads: string): Quad[] => new Parser({ format: 'N-Quads' }).parse(nQuads);
      for (const quad of parsed(line.remove)) graph.delete(fact(quad));
      for (const quad of parsed(line.insert)) graph.add(fact(quad));
    }
  }
  return { facts: [...graph].sort(), pending };
}
