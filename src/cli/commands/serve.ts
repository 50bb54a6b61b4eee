import { InvalidArgumentError, type Command } from 'commander';
import { withContext } from '../context.js';
import { createWorkshop } from '../enrichment.js';
import { serveUntilStopped } from '../serving.js';

interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new InvalidArgumentError('give a port from 0 to 65535; 0 takes any free one.');
  }
  return value;
}

/** `lacuna serve`: answers over HTTP and keeps the schedule until it is stopped. */
export function register(program: Command): void {
  program
    .command('serve')
    .description('answer over HTTP and start runs on schedule, until stopped')
    .option('--port <n>', 'port to listen on, instead of http.port; 0 takes any free one', portNumber)
    .option('--host <address>', 'address to listen on, instead of http.host')
    .addHelpText('after', '\nExample:\n  lacuna serve --port 8080')
    .action(
      withContext<ServeOptions>(
        (context, output, options) => serveUntilStopped(context, createWorkshop(context), output, options),
        { awaitsStore: true },
      ),
    );
}
