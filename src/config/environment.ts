import { Scalar, parse, visit } from 'yaml';
import type { YamlSource } from './yaml-source.js';

/** The environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{([^}]*)\}?/g;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces every `${NAME}` in a text by the environment variable NAME. A value that was put in is not looked at again,
 * so a secret may hold `${` itself.
 *
 * @returns the text, and a problem for each reference that is malformed or whose variable is missing
 */
export function substitute(text: string, env: Environment): { text: string; problems: string[] } {
  const problems: string[] = [];
  const replaced = text.replace(reference, (whole: string, name: string) => {
    if (!whole.endsWith('}') || !variableName.test(name)) {
      problems.push(`${whole} is not a reference — write \${NAME}, with letters, digits and _ in the name`);
      return whole;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined)
      problems.push(`the environment variable ${name} is not set — set it before you start Lacuna`);
    return value ?? whole;
  });
  return { text: replaced, problems };
}

/**
 * Replaces `${NAME}` in every string of a document, in place; keys are left alone. A value that is nothing but
 * references and is not quoted is read as YAML afterwards, so that `port: ${PORT}` is a number.
 *
 * @returns a problem `line:column text` for each reference that cannot be replaced
 */
export function substituteEnvironment(source: YamlSource, env: Environment): string[] {
  const found: string[] = [];
  visit(source.document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const { text, problems } = substitute(node.value, env);
      found.push(...problems.map((problem) => `${source.positionOf(node.range?.[0] ?? 0)} ${problem}`));
      const isBare = node.type === Scalar.PLAIN && node.value.replace(reference, '') === '';
      node.value = isBare && problems.length === 0 ? bareValue(text) : text;
    },
  });
  return found;
}

/** A number or truth value where the text is one, else the text. */
function bareValue(text: string): string | number | boolean {
  if (!/^(?:true|false|-?\d+(?:\.\d+)?)$/.test(text)) return text;
  return parse(text) as number | boolean;
}
