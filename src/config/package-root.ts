import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  return findRoot(path.dirname(folder));
}

/** Absolute path of the installed package: where `queries/`, `ontology/` and `config.yaml` lie. */
export const packageRoot: string = findRoot(path.dirname(fileURLToPath(import.meta.url)));
