import type { Query } from 'sparqljs';

/** A node of a parsed query: sparqljs types its patterns and expressions too loosely to walk them by their types. */
export type Node = Record<string, unknown>;

/** True for an object that is no array. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parameter a parsed term stands for (`graph` for `?_graph`), or undefined. */
export function parameterName(value: unknown): string | undefined {
  if (!isNode(value) || value['termType'] !== 'Variable') return undefined;
  const name = value['value'] as string;
  return name.startsWith('_') ? name.slice(1) : undefined;
}

/** Adds the name of every parameter below `value`. */
export function collectParameters(value: unknown, into: Set<string>): void {
  const name = parameterName(value);
  if (name !== undefined) into.add(name);
  else if (Array.isArray(value)) value.forEach((item) => collectParameters(item, into));
  else if (isNode(value) && value['termType'] === undefined)
    Object.values(value).forEach((item) => collectParameters(item, into));
}

/** Adds the variables of every VALUES block below `value`, joined by spaces. */
export function valuesBlocks(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) value.forEach((item) => valuesBlocks(item, into));
  if (!isNode(value) || value['termType'] !== undefined) return;
  if (value['type'] === 'values') into.add(rowVariables(value).join(' '));
  Object.values(value).forEach((item) => valuesBlocks(item, into));
}

/** The variables of a VALUES block, without `?`, as its first row names them. */
export function rowVariables(block: Node): string[] {
  const first = (block['values'] as Node[])[0] ?? {};
  return Object.keys(first).map((key) => key.slice(1));
}

/** Every SELECT, the query itself or one inside it, that has a LIMIT. */
export function limitedSelects(value: unknown): { limit: number }[] {
  if (Array.isArray(value)) return value.flatMap(limitedSelects);
  if (!isNode(value) || value['termType'] !== undefined) return [];
  const inside = Object.values(value).flatMap(limitedSelects);
  return value['limit'] === undefined ? inside : [value as { limit: number }, ...inside];
}

/** The names of a query's result columns, none for forms without. */
export function resultColumns(query: Query): string[] {
  if (query.queryType !== 'SELECT') return [];
  return query.variables.map((item) => ('variable' in item ? item.variable.value : item.value));
}
