import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { packageRoot } from '../../config/package-root.js';
import { withOutput } from '../context.js';

const schemaName = 'config.schema.json';

async function writeNew(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const message =
      code === 'EEXIST'
        ? `${file} is there already. Keep it, or replace it with --force.`
        : `${file} cannot be written: ${(cause as Error).message}.`;
    throw new LacunaError('INPUT_INVALID', message, { cause });
  }
}

/** The commented configuration that comes with Lacuna, pointing at the schema beside it. */
export async function configTemplate(): Promise<string> {
  const text = await readFile(path.join(packageRoot, 'config.yaml'), 'utf8');
  return text.replace(/(\$schema=)\S+/, `$1./${schemaName}`);
}

/** `lacuna init`: writes a configuration to start from. */
export function register(program: Command): void {
  program
    .command('init')
    .description('write a commented config.yaml to start from')
    .argument('[folder]', 'where to write it', '.')
    .option('-f, --force', 'replace a config.yaml that is there')
    .addHelpText('after', '\nExample:\n  lacuna init my-collection')
    .action(
      withOutput<{ force?: boolean }>(async (output, { force = false }, [folder = '.']) => {
        const config = path.resolve(folder, 'config.yaml');
        const schema = path.resolve(folder, schemaName);
        await mkdir(path.dirname(config), { recursive: true });
        await writeNew(config, await configTemplate(), force);
        await writeNew(schema, await readFile(path.join(packageRoot, 'ontology', schemaName), 'utf8'), true);
        output.result({ config, schema }, () => [
          `Wrote ${config}`,
          `Wrote ${schema}, by which an editor completes and checks it`,
          `Next: say in it where your records are, then run  lacuna check --config ${path.relative('.', config)}`,
        ]);
      }),
    );
}
