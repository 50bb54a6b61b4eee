import { InvalidArgumentError, Option, type Command } from 'commander';
import { LacunaError } from '../../config/errors.js';
import { rejectionPages, type Rejection } from '../../provenance/rejection.js';
import { oneIri } from '../arguments.js';
import { withContext } from '../context.js';
import { executeRun } from '../run-command.js';
import { rejectionsTable } from '../tables.js';

interface RejectOptions {
  readonly record: string;
  readonly task: string;
  readonly value?: string;
  readonly by: string;
  readonly reason?: string;
  readonly dryRun?: true;
}

type WithdrawOptions = Partial<Pick<RejectOptions, 'record' | 'task' | 'value' | 'dryRun'>>;

function parseText(text: string): string {
  if (text.trim() !== '') return text.trim();
  throw new InvalidArgumentError('It is empty.');
}

const record = (): Option => new Option('--record <iri>', 'the object').argParser(oneIri);
const task = (): Option => new Option('--task <name>', 'the property, by the name of its task');
const value = (what: string): Option => new Option('--value <iri>', what).argParser(oneIri);

function registerReject(program: Command): void {
  program
    .command('reject')
    .description('say that a value is wrong: it is taken back and never proposed again')
    .addOption(record().makeOptionMandatory())
    .addOption(task().makeOptionMandatory())
    .addOption(value('concept that is wrong; the value that is published unless told'))
    .addOption(new Option('--by <name>', 'who says so').argParser(parseText).makeOptionMandatory())
    .addOption(new Option('--reason <text>', 'why').argParser(parseText))
    .option('--dry-run', 'say what would go, write nothing')
    .addHelpText(
      'after',
      '\nExample:\n  lacuna review reject --record http://data.silknow.org/object/1 --task technique --by "Maria Soler" --reason "a weft cannot be seen"',
    )
    .action(
      withContext<RejectOptions>(async (context, output, { dryRun, ...rejecting }) => {
        const review = { action: 'reject', ...rejecting } as const;
        await executeRun(context, output, { trigger: 'demand', kind: 'review', review, dryRun });
      }),
    );
}

function registerWithdraw(program: Command): void {
  program
    .command('withdraw')
    .argument('[rejection]', 'its IRI, as `lacuna review list` shows it', oneIri)
    .description('take a rejection back, so that the value may be proposed again')
    .addOption(record())
    .addOption(task())
    .addOption(value('the rejected value; may be left out when there is only one'))
    .option('--dry-run', 'write nothing')
    .addHelpText(
      'after',
      '\nExample:\n  lacuna review withdraw --record http://data.silknow.org/object/1 --task technique',
    )
    .action(
      withContext<WithdrawOptions>(async (context, output, { dryRun, ...described }, [rejection]) => {
        if ((rejection === undefined) === (Object.keys(described).length === 0)) {
          throw new LacunaError(
            'INPUT_INVALID',
            'Say which rejection to withdraw: either its IRI, or --record and --task.',
          );
        }
        const review = { action: 'withdraw', rejection, ...described } as const;
        await executeRun(context, output, { trigger: 'demand', kind: 'review', review, dryRun });
      }),
    );
}

function registerList(program: Command): void {
  program
    .command('list')
    .description('list the rejections')
    .addHelpText('after', '\nExample:\n  lacuna review list --json')
    .action(
      withContext(async ({ config, profile, store }, output) => {
        const reading = { store, graph: config.graphs.predictions, pageSize: store.profile.pageSize };
        const rejections: Rejection[] = [];
        for await (const page of rejectionPages(reading, { signal: output.signal }))
          rejections.push(...page.map(({ rejection }) => rejection));
        const classes = new Map(
          profile.tasks.flatMap((known) =>
            known.classes.map(({ concept, labels }) => [`${known.name} ${concept}`, labels['en']]),
          ),
        );
        output.result({ rejections }, () =>
          rejections.length === 0
            ? ['No value is rejected.']
            : [
                rejectionsTable(
                  rejections,
                  (each) => classes.get(`${each.task} ${each.value}`) ?? each.value,
                ),
              ],
        );
      }),
    );
}

/** `lacuna review`: what curators reject. */
export function register(program: Command): void {
  const review = program
    .command('review')
    .description("curators' decisions on predictions: reject a value, list the rejections, withdraw one")
    .addHelpText(
      'after',
      '\nExamples:\n  lacuna review reject --record http://data.silknow.org/object/1 --task technique --by "Maria Soler"\n  lacuna review list',
    );
  registerReject(review);
  registerList(review);
  registerWithdraw(review);
}
