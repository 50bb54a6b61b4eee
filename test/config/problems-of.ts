import assert from 'node:assert/strict';
import { LacunaError } from '../../src/config/errors.js';
import { parseConfig, type Config } from '../../src/config/load-config.js';

/** A configuration with nothing but what has no default. */
export const smallest = [
  'profile: silknow',
  'store: { kind: embedded, files: [data/*.nq] }',
  'graphs: { read: ["http://example.org/graph/*"], predictions: "http://example.org/predictions" }',
  'provenance: { namespace: "http://example.org/lacuna/" }',
].join('\n');

/** Checks a text as `/collection/config.yaml`. */
export function parsed(text: string, env: Record<string, string> = {}): Config {
  return parseConfig(text, '/collection/config.yaml', env);
}

/** The problems of a text that must have some. */
export function problemsOf(text: string, env: Record<string, string> = {}): readonly string[] {
  try {
    parsed(text, env);
  } catch (error) {
    assert.ok(error instanceof LacunaError, String(error));
    assert.equal(error.code, 'CONFIG_INVALID');
    return error.problems;
  }
  assert.fail('the configuration was accepted');
}

/** Asserts that a text has exactly one problem, and that it is this one. */
export function assertProblem(text: string, expected: RegExp, env: Record<string, string> = {}): void {
  const problems = problemsOf(text, env);
  assert.equal(problems.length, 1, problems.join('\n'));
  assert.match(problems[0]!, expected);
}
