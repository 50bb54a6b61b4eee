#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { codeVersion } from './code-version.js';
import { register as registerCheck } from './commands/check.js';
import { register as registerExport } from './commands/export.js';
import { register as registerInit } from './commands/init.js';
import { exitCodes } from './exit-codes.js';
import { reportFailure } from './output.js';

const commands = [registerInit, registerCheck, registerExport];

function addGlobalOptions(command: Command): void {
  command
    .option('-c, --config <file>', 'configuration to use (default: ./config.yaml)')
    .option('--json', 'print results and failures as JSON')
    .option('-q, --quiet', 'show no progress and no remarks')
    .option('-v, --verbose', 'show the stack of a failure');
}

async function createProgram(json: boolean): Promise<Command> {
  const program = new Command('lacuna')
    .description(
      'Fills the gaps in cultural-heritage knowledge graphs with predictions that carry their provenance.',
    )
    .version(await codeVersion())
    .exitOverride()
    .showHelpAfterError('(--help lists what there is)')
    .configureHelp({ showGlobalOptions: true });
  if (json) program.configureOutput({ writeErr: () => undefined });
  addGlobalOptions(program);
  for (const register of commands) register(program);
  return program;
}

async function main(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const verbose = args.includes('--verbose') || args.includes('-v') || process.env['DEBUG'] !== undefined;
  try {
    const program = await createProgram(json);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? usageFailure(error, json) : reportFailure(error, { json, verbose });
  }
}

/** Commander has already said what is wrong, unless it was asked for JSON. */
function usageFailure(error: CommanderError, json: boolean): number {
  if (error.exitCode === exitCodes.success) return exitCodes.success;
  if (json)
    process.stderr.write(
      `${JSON.stringify({ error: { code: 'USAGE', message: error.message, problems: [] } }, null, 2)}\n`,
    );
  return exitCodes.usage;
}

await main(process.argv.slice(2));
