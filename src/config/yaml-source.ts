import { LineCounter, isMap, isScalar, parseDocument, type Document, type Node } from 'yaml';
import { LacunaError } from './errors.js';

// One slip makes the parser stumble over everything after it; only the first few errors mean something.
const listedErrors = 3;

/** A parsed YAML file that can tell where each of its values stands. */
export interface YamlSource {
  readonly document: Document.Parsed;
  /** `12:5`: line and column, from 1, of the value at a path; of the nearest value around it when there is none. */
  position(path: readonly PropertyKey[]): string;
  /** `12:5` of a key in the map at a path. */
  keyPosition(path: readonly PropertyKey[], key: string): string;
  /** `12:5` of an offset in the text. */
  positionOf(offset: number): string;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | undefined)?.range?.[0];
}

/**
 * Parses one YAML 1.2 document.
 *
 * @param name how messages call the file
 * @throws LacunaError CONFIG_INVALID with the first syntax errors: line, column and the line itself
 */
export function parseYaml(name: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const positionOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  if (document.errors.length > 0) {
    const problems = document.errors
      .slice(0, listedErrors)
      .map(
        ({ pos, message }) =>
          `${name}:${positionOf(pos[0])} ${message.trim().replace(/ at line \d+, column \d+:/, ':')}`,
      );
    throw new LacunaError('CONFIG_INVALID', `${name} is not valid YAML. Correct it and start again.`, {
      problems,
    });
  }
  const position = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length--) {
      const offset = startOf(document.getIn(path.slice(0, length), true));
      if (offset !== undefined) return positionOf(offset);
    }
    return positionOf(0);
  };
  return {
    document,
    position,
    keyPosition(path, key) {
      const map = path.length === 0 ? document.contents : document.getIn(path, true);
      const pair = isMap(map)
        ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined;
      const offset = startOf(pair?.key);
      return offset === undefined ? position(path) : positionOf(offset);
    },
    positionOf,
  };
}
