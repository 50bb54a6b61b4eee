#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { codeVersion } from './code-version.js';
import { exitCodes } from './exit-codes.js';
import { reportFailure } from './output.js';

interface CommandFile {
  register(program: Command): void;
}

/** Loaded when named on the command line, all of them for --help: some bring libraries that take a second to load. */
const commands: Readonly<Record<string, () => Promise<CommandFile>>> = {
  demo: () => import('./commands/demo.js'),
  init: () => import('./commands/init.js'),
  check: () => import('./commands/check.js'),
  gaps: () => import('./commands/gaps.js'),
  tune: () => import('./commands/tune.js'),
  train: () => import('./commands/train.js'),
  compare: () => import('./commands/compare.js'),
  evaluate: () => import('./commands/evaluate.js'),
  enrich: () => import('./commands/enrich.js'),
  retract: () => import('./commands/retract.js'),
  why: () => import('./commands/why.js'),
  review: () => import('./commands/review.js'),
  republish: () => import('./commands/republish.js'),
  reconcile: () => import('./commands/reconcile.js'),
  serve: () => import('./commands/serve.js'),
  runs: () => import('./commands/runs.js'),
  query: () => import('./commands/query.js'),
  export: () => import('./commands/export.js'),
  models: () => import('./commands/models.js'),
  schema: () => import('./commands/schema.js'),
};

async function registerCommands(program: Command, args: readonly string[]): Promise<void> {
  const named = Object.keys(commands).filter((name) => args.includes(name));
  const isHelp = named.length === 0 || args.includes('help');
  for (const [name, load] of Object.entries(commands)) {
    if (isHelp || named.includes(name)) (await load()).register(program);
  }
}

async function createProgram(args: readonly string[], json: boolean): Promise<Command> {
  const program = new Command('lacuna')
    .description(
      'Fills the gaps in cultural-heritage knowledge graphs with predictions that carry their provenance.',
    )
    .version(await codeVersion())
    .option('-c, --config <file>', 'configuration to use (default: ./config.yaml)')
    .option('--json', 'print results and failures as JSON')
    .option('-q, --quiet', 'show no progress and no remarks')
    .option('-v, --verbose', 'show the stack of a failure')
    .exitOverride()
    .showHelpAfterError('(--help lists what there is)')
    .configureHelp({ showGlobalOptions: true });
  if (json) program.configureOutput({ writeErr: () => undefined });
  await registerCommands(program, args);
  return program;
}

/** Commander has already said what is wrong, unless it was asked for JSON. */
function usageFailure({ exitCode, message }: CommanderError, json: boolean): number {
  if (exitCode === exitCodes.success) return exitCodes.success;
  if (json)
    process.stderr.write(`${JSON.stringify({ error: { code: 'USAGE', message, problems: [] } }, null, 2)}\n`);
  return exitCodes.usage;
}

async function main(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const verbose = args.includes('--verbose') || args.includes('-v') || process.env['DEBUG'] !== undefined;
  try {
    const program = await createProgram(args, json);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? usageFailure(error, json) : reportFailure(error, { json, verbose });
  }
}

await main(process.argv.slice(2));
