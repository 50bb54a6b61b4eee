import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, isMap, isNode, isPair, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { substitute, type Environment } from '../config/environment.js';
import { LacunaError } from '../config/errors.js';
import { packageRoot } from '../config/package-root.js';
import { resolvedSource } from '../config/schema/source.js';
import type { Profile } from './profile.js';
import { profileConflicts } from './profile-conflicts.js';
import type { ProfileProblem } from './profile-conflicts.js';
import { profileSchema } from './profile-schema.js';
import type { Prefixes } from './profile-schema.js';

const profilesFolder = path.join(packageRoot, 'ontology', 'profiles');

/**
 * Reads a profile by its name in `ontology/profiles` or by the path of its YAML file. IRIs come back written out in full.
 *
 * @throws LacunaError PROFILE_INVALID listing every problem with line, column, field and how to mend it.
 */
export async function loadProfile(nameOrPath: string, env: Environment = process.env): Promise<Profile> {
  const file = /[/\\]|\.ya?ml$/i.test(nameOrPath)
    ? path.resolve(nameOrPath)
    : path.join(profilesFolder, `${nameOrPath}.yaml`);
  if (!existsSync(file)) {
    const known = readdirSync(profilesFolder).map((entry) => path.parse(entry).name);
    throw new LacunaError(
      'PROFILE_INVALID',
      `There is no profile ${file}. Give the path of a YAML file, or one of these names: ${known.join(', ')}.`,
    );
  }
  return parseProfile(await readFile(file, 'utf8'), file, env);
}

/**
 * Reads a profile from YAML text.
 *
 * @param file where it was read: the paths of its sources start at its folder, messages name it
 * @param env values of `${NAME}` in the sources' credentials
 * @throws LacunaError PROFILE_INVALID listing every problem with line, column, field and how to mend it.
 */
export function parseProfile(text: string, file: string, env: Environment = process.env): Profile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ pos, message }) => `${place(pos[0])} is no YAML: ${message}`),
    );
  }
  const raw = plainValue(document, file);
  const prefixes = prefixesOf(raw);
  const unset = fillSecrets(raw, env);
  const checked = profileSchema(prefixes).safeParse(raw);
  const problems = [
    ...unset,
    ...(checked.success ? [] : checked.error.issues.flatMap(schemaProblems)),
    ...profileConflicts(raw, prefixes),
  ];
  if (checked.success && problems.length === 0) {
    const { id, labels, record, tasks } = checked.data;
    const folder = path.dirname(path.resolve(file));
    const sources = checked.data.sources.map((source) => resolvedSource(source, folder));
    return { id, labels, record, tasks, sources };
  }
  const located = problems
    .map((problem) => ({ ...problem, offset: offsetOf(document, problem.path) }))
    .sort((a, b) => a.offset - b.offset);
  throw invalid(
    file,
    located.map(({ path: at, message, offset }) => `${place(offset)} ${dotted(at)}: ${message}.`),
  );
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // An alias (*name) without an anchor, or so many that they would fill the memory.
    throw invalid(file, [
      `${file}: ${cause instanceof Error ? cause.message : String(cause)}. Write the values out`,
    ]);
  }
}

/** Replaces `${NAME}` in the credentials of the sources, in place: a profile is shared, secrets are not. */
function fillSecrets(raw: unknown, env: Environment): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const sources: unknown = typeof raw === 'object' && raw !== null && 'sources' in raw ? raw.sources : [];
  for (const [index, source] of (Array.isArray(sources) ? sources : []).entries()) {
    const auth: unknown = (source as { auth?: unknown } | null)?.auth;
    if (typeof auth !== 'object' || auth === null) continue;
    for (const [field, value] of Object.entries(auth)) {
      if (typeof value !== 'string') continue;
      const { text, problems: found } = substitute(value, env);
      (auth as Record<string, unknown>)[field] = text;
      problems.push(...found.map((message) => ({ path: ['sources', index, 'auth', field], message })));
    }
  }
  return problems;
}

function invalid(file: string, problems: readonly string[]): LacunaError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new LacunaError('PROFILE_INVALID', `The profile ${file} has ${count}:\n${problems.join('\n')}`, {
    problems,
  });
}

function prefixesOf(raw: unknown): Prefixes {
  const declared: unknown = typeof raw === 'object' && raw !== null && 'prefixes' in raw ? raw.prefixes : {};
  if (typeof declared !== 'object' || declared === null) return {};
  return Object.fromEntries(
    Object.entries(declared).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function schemaProblems(issue: z.core.$ZodIssue): ProfileProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: 'there is no such key. Check its spelling, or remove it',
    }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  }
  const plain = issue.message.replace(/^Invalid (?:input|option): /, '');
  const missing = / received undefined$/.test(plain);
  return [{ path: issue.path, message: missing ? 'is missing. Write it' : plain }];
}

/** Where the deepest part of a path that the file has begins: its key, or the item of a list. */
function offsetOf(document: Document, at: readonly PropertyKey[]): number {
  for (let depth = at.length; depth > 0; depth -= 1) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(at.slice(0, depth - 1), true);
    const last = at[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(last));
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node: unknown = document.getIn(at.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function dotted(at: readonly PropertyKey[]): string {
  const text = at.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}
