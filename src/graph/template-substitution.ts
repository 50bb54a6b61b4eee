import type { Term } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { collectParameters, isNode, parameterName, rowVariables } from './template-syntax.js';
import type { Node } from './template-syntax.js';

/** What the parameters of a template stand for; rows by the variables of their VALUES block. */
export interface Bound {
  readonly scalars: ReadonlyMap<string, Term>;
  readonly lists: ReadonlyMap<string, readonly Term[]>;
  readonly rows: ReadonlyMap<string, readonly Node[]>;
}

function only<T>(values: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  const value = values.get(name);
  return value === undefined ? new Map() : new Map([[name, value]]);
}

// One operand per value of the list it mentions: `NOT EXISTS { ?s ?_missing ?v }` becomes one NOT EXISTS per predicate.
function expandOperand(operand: unknown, bound: Bound): unknown[] {
  const mentioned = new Set<string>();
  collectParameters(operand, mentioned);
  const list = [...mentioned].find((name) => bound.lists.has(name));
  if (list === undefined) return [substitute(operand, bound)];
  const values = only(bound.lists, list).get(list) ?? [];
  return values.flatMap((value) =>
    expandOperand(operand, {
      ...bound,
      lists: without(bound.lists, list),
      scalars: new Map(bound.scalars).set(list, value),
    }),
  );
}

function without<T>(values: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  const copy = new Map(values);
  copy.delete(name);
  return copy;
}

function operands(node: unknown): unknown[] {
  if (isNode(node) && node['type'] === 'operation' && node['operator'] === '||')
    return (node['args'] as unknown[]).flatMap(operands);
  return [node];
}

function isRepeated(node: Node, bound: Bound): boolean {
  if (node['type'] !== 'operation') return false;
  const operator = node['operator'];
  if (operator !== '||' && operator !== 'notexists' && operator !== 'exists') return false;
  return operands(node).some((operand) => {
    if (!isNode(operand) || (operand['operator'] !== 'notexists' && operand['operator'] !== 'exists'))
      return false;
    const mentioned = new Set<string>();
    collectParameters(operand, mentioned);
    return [...mentioned].some((name) => bound.lists.has(name));
  });
}

/**
 * A copy of a parsed query with its parameters replaced: terms for terms, lists inside `IN (…)`, rows in VALUES, one EXISTS or
 * NOT EXISTS operand per term of a list.
 *
 * @throws LacunaError INPUT_INVALID when a list stands elsewhere, or every list of a condition is empty.
 */
export function substitute(value: unknown, bound: Bound): unknown {
  const name = parameterName(value);
  if (name !== undefined) {
    const term = bound.scalars.get(name);
    if (term !== undefined) return term;
    throw new LacunaError(
      'INPUT_INVALID',
      `?_${name} takes a list, which only fits in IN (…), EXISTS or NOT EXISTS.`,
    );
  }
  if (Array.isArray(value))
    return value.map((item: unknown) =>
      Array.isArray(item) ? expandTuple(item, bound) : substitute(item, bound),
    );
  if (!isNode(value) || value['termType'] !== undefined) return value;
  if (value['type'] === 'values')
    return { ...value, values: bound.rows.get(rowVariables(value).join(' ')) ?? value['values'] };
  if (isRepeated(value, bound)) {
    const repeated = operands(value).flatMap((operand) => expandOperand(operand, bound));
    if (repeated.length === 0)
      throw new LacunaError('INPUT_INVALID', 'Every list of the condition is empty: nothing is asked for.');
    return repeated.reduce((left, right) => ({ type: 'operation', operator: '||', args: [left, right] }));
  }
  // The expression of COUNT(*) is a Wildcard instance the generator recognises by its class: keep it.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, bound)]));
}

// An array inside an array is the tuple of an IN (…), the one place where a list stands as it is.
function expandTuple(tuple: readonly unknown[], bound: Bound): unknown[] {
  return tuple.flatMap((item) => [
    ...(bound.lists.get(parameterName(item) ?? '') ?? [substitute(item, bound)]),
  ]);
}
