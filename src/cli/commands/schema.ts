import type { Command } from 'commander';
import { configJsonSchema } from '../../config/json-schema.js';

/** `lacuna schema`: the JSON Schema of config.yaml, for editors. */
export function register(program: Command): void {
  program
    .command('schema', { hidden: true })
    .description('print the JSON Schema of config.yaml')
    .addHelpText('after', '\nExample:\n  lacuna schema > config.schema.json')
    .action(() => {
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
}
