import type { z } from 'zod';
import { branches, schemasAt, type JsonSchema } from './json-schema.js';
import { closestWord } from './suggest.js';
import type { YamlSource } from './yaml-source.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

function fieldName(path: Path): string {
  if (path.length === 0) return 'the configuration';
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`,
    '',
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

// A secret that was mistyped must not end up in a log.
const secret = /^(?:password|token)$/;

function shown(path: Path, value: unknown): unknown {
  return secret.test(String(path.at(-1))) && value !== undefined && value !== null ? '…' : value;
}

function quoted(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
};

function wrongType(expected: string, value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is empty';
  return `is ${quoted(value)} and should be ${kinds[expected] ?? expected}`;
}

function oneOf(value: unknown, allowed: readonly unknown[]): string {
  if (value === undefined) return `is missing — give ${allowed.join(' or ')}`;
  const near = typeof value === 'string' ? closestWord(value, allowed.map(String)) : undefined;
  return `is ${quoted(value)} — ${near === undefined ? `write ${allowed.join(' or ')}` : `did you mean ${near}?`}`;
}

function bound(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, value: unknown): string {
  const [limit, word] =
    issue.code === 'too_big'
      ? [issue.maximum, issue.inclusive === true ? 'at most' : 'less than']
      : [issue.minimum, issue.inclusive === true ? 'at least' : 'more than'];
  if (issue.origin === 'string' || issue.origin === 'array') {
    if (String(limit) === '1') return 'is empty';
    const unit = issue.origin === 'string' ? 'characters' : 'entries';
    return `has ${(value as { length: number }).length} ${unit} and should have ${word} ${limit}`;
  }
  return `is ${quoted(value)} and should be ${word} ${limit}`;
}

/** The schemas of a section that go with the kind it says it is, as far as it has a kind. */
function ofItsKind(path: Path, value: unknown, schema: JsonSchema): JsonSchema[] {
  const kind = (valueAt(value, path) as { kind?: unknown } | null | undefined)?.kind;
  return schemasAt(schema, path)
    .flatMap(branches)
    .filter(({ properties }) => properties?.['kind'] === undefined || properties['kind'].const === kind);
}

/** Says what an unknown key was meant to be: a near word, a key of another kind of the same section, or nothing. */
function unknownKey(key: string, path: Path, value: unknown, schema: JsonSchema): string {
  const candidates = schemasAt(schema, path).flatMap(branches);
  const kind = (valueAt(value, path) as { kind?: unknown } | undefined)?.kind;
  const near = closestWord(
    key,
    ofItsKind(path, value, schema).flatMap(({ properties }) => Object.keys(properties ?? {})),
  );
  const elsewhere = candidates.filter(({ properties }) => properties?.[key] !== undefined);
  if (elsewhere.length > 0) {
    const others = elsewhere.map(({ properties }) => String(properties?.['kind']?.const));
    return `belongs to kind ${others.join(' or ')} — remove it, or change ${fieldName([...path, 'kind'])} (now ${String(kind)})`;
  }
  return near === undefined
    ? 'is not a key of the configuration — remove it'
    : `is not a key — did you mean ${near}?`;
}

/** The description of the field, for the half of a message that says how to mend it. */
function mend(path: Path, value: unknown, schema: JsonSchema): string {
  const own = ofItsKind(path.slice(0, -1), value, schema).map(
    ({ properties }) => properties?.[String(path.at(-1))],
  );
  const description = [...own, ...schemasAt(schema, path)].find(
    (found) => found?.description !== undefined,
  )?.description;
  return description === undefined ? '' : ` — give ${description}`;
}

/** A union that no branch of accepted: the first branch of the value's own type speaks for it. */
function unionIssue(issue: z.core.$ZodIssueInvalidUnion, path: Path, value: unknown): Issue[] {
  const nested = issue.errors.map((issues) =>
    issues.map((one) => ({ ...one, path: [...path, ...one.path] })),
  );
  const isSameType = (issues: readonly Issue[]): boolean =>
    issues.every(
      ({ code, path: at }) =>
        code !== 'invalid_type' || at.length > path.length || valueAt(value, at) === undefined,
    );
  const close = nested.find(
    (issues) => isSameType(issues) && issues.some(({ code }) => code !== 'invalid_value'),
  );
  return close ?? [];
}

function sentences(
  issue: Issue,
  value: unknown,
  schema: JsonSchema,
): { path: Path; key?: string; text: string }[] {
  const { path } = issue;
  const found = valueAt(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path, key, text: unknownKey(key, path, value, schema) }));
    case 'invalid_type':
      return [{ path, text: wrongType(issue.expected, shown(path, found)) + mend(path, value, schema) }];
    case 'invalid_value':
      return [{ path, text: oneOf(found, issue.values) }];
    case 'too_big':
    case 'too_small':
      return [{ path, text: bound(issue, found) + mend(path, value, schema) }];
    case 'invalid_union': {
      if ('options' in issue && Array.isArray(issue.options))
        return [{ path, text: oneOf(found, issue.options) }];
      const close = unionIssue(issue, path, value);
      if (close.length > 0) return close.flatMap((one) => sentences(one, value, schema));
      return [{ path, text: `is ${quoted(found)}${mend(path, value, schema)}` }];
    }
    default:
      return [
        { path, text: issue.message + (issue.message.includes(' — ') ? '' : mend(path, value, schema)) },
      ];
  }
}

/**
 * Turns what the schema found wrong into sentences a maintainer can act on:
 * `12:5 store.endpoint: is missing — give the address …`.
 *
 * @param value what was checked, to quote from
 */
export function describeIssues(
  issues: readonly Issue[],
  value: unknown,
  schema: JsonSchema,
  source: Pick<YamlSource, 'position' | 'keyPosition'>,
): string[] {
  const mistyped = new Set(
    issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => fieldName(path)),
  );
  return issues
    .filter(({ code, path }) => code === 'invalid_type' || !mistyped.has(fieldName(path)))
    .flatMap((issue) => sentences(issue, value, schema))
    .map(({ path, key, text }) => ({
      at: key === undefined ? source.position(path) : source.keyPosition(path, key),
      sentence: `${fieldName(key === undefined ? path : [...path, key])}: ${text}`,
    }))
    .map(({ at, sentence }) => `${at} ${sentence}`);
}
