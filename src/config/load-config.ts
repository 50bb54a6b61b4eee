import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LacunaError } from './errors.js';
import { substituteEnvironment, type Environment } from './environment.js';
import { configJsonSchema } from './json-schema.js';
import { describeIssues } from './problems.js';
import { resolvePaths } from './resolve-paths.js';
import { configSchema, type Config } from './schema/index.js';
import { parseYaml, type YamlSource } from './yaml-source.js';

export type { Config } from './schema/index.js';

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const message =
      code === 'ENOENT'
        ? `There is no configuration at ${file}. Write one with \`lacuna init\`, or name another with --config.`
        : code === 'EISDIR'
          ? `${file} is a folder. Name the file in it: --config ${path.join(file, 'config.yaml')}.`
          : cause instanceof TypeError
            ? `${file} is not UTF-8 text. Save it as UTF-8.`
            : `${file} cannot be read: ${(cause as Error).message}.`;
    throw new LacunaError('CONFIG_INVALID', message, { cause });
  }
}

function plainValue({ document }: YamlSource, name: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new LacunaError('CONFIG_INVALID', `${name}: ${(cause as Error).message}. Write the values out.`, {
      cause,
    });
  }
}

/** The `line:column` a problem begins with. */
function placeOf(problem: string): string {
  return problem.slice(0, problem.indexOf(' '));
}

function inFileOrder(problems: readonly string[]): string[] {
  const offset = (problem: string): number => {
    const [line = 0, column = 0] = placeOf(problem).split(':').map(Number);
    return line * 1e6 + column;
  };
  return [...problems].sort((a, b) => offset(a) - offset(b));
}

/**
 * Checks the text of a configuration.
 *
 * @param text YAML
 * @param file where it was read: paths in it start at its folder, messages name it
 * @param env values of `${NAME}`
 * @throws LacunaError CONFIG_INVALID with all problems, each `file:line:column field: what is wrong — how to mend it`
 */
export function parseConfig(text: string, file: string, env: Environment): Config {
  const name = path.basename(file);
  const source = parseYaml(name, text);
  const problems = substituteEnvironment(source, env);
  const value = plainValue(source, name);
  if (value === null) {
    throw new LacunaError(
      'CONFIG_INVALID',
      `${file} is empty. Write a configuration with \`lacuna init --force\`.`,
    );
  }
  const checked = configSchema.safeParse(value);
  if (!checked.success) {
    // What a value without its variable looks like to the schema says nothing new.
    const unreplaced = new Set(problems.map(placeOf));
    const found = describeIssues(checked.error.issues, value, configJsonSchema(), source);
    problems.push(...found.filter((problem) => !unreplaced.has(placeOf(problem))));
  }
  if (!checked.success || problems.length > 0) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    throw new LacunaError('CONFIG_INVALID', `${file} has ${count}:`, {
      problems: inFileOrder(problems).map((problem) => `${name}:${problem}`),
    });
  }
  return resolvePaths(checked.data, path.dirname(path.resolve(file)));
}

/**
 * Reads and checks `config.yaml`: `${NAME}` replaced from the environment, defaults filled in, paths made absolute.
 *
 * @throws LacunaError CONFIG_INVALID as parseConfig, and when the file is missing or unreadable
 */
export async function loadConfig(file: string, env: Environment = process.env): Promise<Config> {
  return parseConfig(await readText(file), file, env);
}
