import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import { fact } from '../stores/facts.js';

/**
 * Facts with all times alike: a process that goes on does so later, and writes at other times than one that was not
 * disturbed. What has two times instead of one makes a line that is there twice.
 */
export function timeless(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\S+ dateTime /, 'a time ')).sort();
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
      const parsed = (told: string): Quad[] => new Parser({ format: 'TriG' }).parse(told);
      for (const quad of parsed(line.remove)) graph.delete(fact(quad));
      for (const quad of parsed(line.insert)) graph.add(fact(quad));
    }
  }
  return { facts: [...graph].sort(), pending };
}
