import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { generateSample } from '../../sample/index.js';
import { wholeNumber } from '../arguments.js';
import { openContext, withOutput } from '../context.js';
import { demonstrate } from '../demonstration.js';
import { serveUntilStopped } from '../serving.js';

interface DemoOptions {
  readonly folder: string;
  readonly records: number;
  readonly port: number;
  readonly serve: boolean;
}

const seed = 1;

/** `lacuna demo`: the whole of it on a generated collection. */
export function register(program: Command): void {
  program
    .command('demo')
    .description('generate a sample collection, fill its gaps, and serve the result')
    .option('--folder <folder>', 'where the sample is kept; one that is there is used again', 'demo')
    .option('--records <n>', 'how many records to generate', wholeNumber(200), 1200)
    .option('--port <n>', 'port to serve on; 0 = any free one', wholeNumber(0), 8080)
    .option('--no-serve', 'stop when the gaps are filled')
    .addHelpText('after', '\nExample:\n  lacuna demo --folder /tmp/demo --port 0')
    .action(
      withOutput<DemoOptions>(async (output, { folder, records, port, serve }) => {
        const config = path.resolve(folder, 'config.yaml');
        if (existsSync(config)) {
          output.note(
            `1/5  The sample collection in ${folder} is used again (delete the folder to start afresh).`,
          );
        } else {
          output.note(`1/5  Generating a sample collection of ${records} records in ${folder} …`);
          await generateSample(path.resolve(folder), { seed, records, progress: output.progress });
        }
        const context = await openContext(config, {
          env: process.env,
          progress: output.progress,
          onNotice: (text) => output.note(text),
        });
        try {
          const workshop = await demonstrate(context, output, path.resolve(folder));
          if (serve) await serveUntilStopped(context, workshop, output, { port, orAnyPort: true });
        } finally {
          await context.store.close();
        }
      }),
    );
}
