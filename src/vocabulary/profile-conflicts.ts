import { classSpellings } from './class-spellings.js';
import { iriKey } from './iri.js';
import { expandIri, profileIriProblem } from './profile-schema.js';
import type { Prefixes } from './profile-schema.js';

/** Something wrong at a place of the file; `path` as in `['tasks', 0, 'name']`. */
export interface ProfileProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Unchecked = Readonly<Record<string, unknown>>;

/**
 * Finds what no single field shows: prefixes that are no namespace, tasks with one name or predicate, classes of a task
 * with one id, one IRI or one spelling. Works on the raw file, so that these are reported together with what the schema
 * finds; parts that have the wrong type are passed over.
 */
export function profileConflicts(raw: unknown, prefixes: Prefixes): ProfileProblem[] {
  const tasks = objects(field(raw, 'tasks'));
  return [
    ...prefixProblems(prefixes),
    ...duplicates(tasks, 'name', (task) => texts(task, 'name'), ['tasks'], 'task', identity),
    ...duplicates(
      tasks,
      'predicate',
      (task) => texts(task, 'predicate'),
      ['tasks'],
      'task',
      (text) => iriKey(expandIri(text, prefixes)),
    ),
    ...tasks.flatMap((task, index) => classConflicts(task, ['tasks', index, 'classes'], prefixes)),
  ];
}

function prefixProblems(prefixes: Prefixes): ProfileProblem[] {
  return Object.entries(prefixes).flatMap(([prefix, namespace]) => {
    const problem = profileIriProblem(namespace, {});
    return problem === undefined ? [] : [{ path: ['prefixes', prefix], message: problem }];
  });
}

function classConflicts(task: Unchecked, path: readonly PropertyKey[], prefixes: Prefixes): ProfileProblem[] {
  const classes = objects(task['classes']);
  const iriFields = ['concept', 'facet', 'alsoKnownAs'] as const;
  const ids = duplicates(classes, 'id', (one) => texts(one, 'id'), path, 'class', identity);
  if (ids.length > 0) return ids;
  return [
    ...sharedIris(classes, iriFields, path, prefixes),
    ...duplicates(classes, 'labels', spellingsOf, path, 'class', identity),
  ];
}

/** One IRI may stand in several fields of one class (a facet in place of a concept) but not in two classes. */
function sharedIris(
  classes: readonly Unchecked[],
  fields: readonly string[],
  path: readonly PropertyKey[],
  prefixes: Prefixes,
): ProfileProblem[] {
  const owners = new Map<string, string>();
  return classes.flatMap((one, index) =>
    fields.flatMap((name) =>
      texts(one, name).flatMap((text) => {
        const key = iriKey(expandIri(text, prefixes));
        const id = String(one['id']);
        const owner = owners.get(key) ?? id;
        owners.set(key, owner);
        if (owner === id) return [];
        const message = `"${text}" belongs to class "${owner}" already. An IRI can mean one class of a task only`;
        return [{ path: [...path, index, name], message }];
      }),
    ),
  );
}

function duplicates(
  items: readonly Unchecked[],
  name: string,
  valuesOf: (item: Unchecked) => readonly string[],
  path: readonly PropertyKey[],
  kind: 'task' | 'class',
  keyOf: (value: string) => string,
): ProfileProblem[] {
  const owners = new Map<string, number>();
  return items.flatMap((item, index) =>
    valuesOf(item).flatMap((value) => {
      const owner = owners.get(keyOf(value)) ?? index;
      owners.set(keyOf(value), owner);
      if (owner === index) return [];
      const first = items[owner]?.[kind === 'task' ? 'name' : 'id'];
      const message = `"${value}" is used by ${kind} ${owner + 1} ("${String(first)}") already. Give each ${kind} its own`;
      return [{ path: [...path, index, name], message }];
    }),
  );
}

function spellingsOf(one: Unchecked): readonly string[] {
  const labels = one['labels'];
  const written = typeof labels === 'object' && labels !== null ? Object.values(labels as Unchecked) : [];
  const names = [one['id'], ...written, ...list(one['aliases'])].filter((text) => typeof text === 'string');
  return [...classSpellings({ id: names[0] ?? '', labels: {}, aliases: names })];
}

function identity(text: string): string {
  return text;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Unchecked)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objects(value: unknown): readonly Unchecked[] {
  return list(value).map((item) => (typeof item === 'object' && item !== null ? (item as Unchecked) : {}));
}

function texts(item: Unchecked, name: string): readonly string[] {
  const value = item[name];
  return [value, ...list(value)].filter((text) => typeof text === 'string');
}
