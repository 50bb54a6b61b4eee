import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { isLacunaError, LacunaError } from '../../config/errors.js';
import { loadConfig } from '../../config/load-config.js';
import { boosterFromXGBoost } from '../../learning/trees/xgboost-read.js';
import { xgboostText } from '../../learning/trees/xgboost-write.js';
import { loadTabularModel, type TabularModel } from '../../modalities/tabular/model.js';
import type { ModelCard } from '../../models/card.js';
import { ModelRegistry, type Bundle } from '../../models/registry.js';
import { openProfile, withOutput } from '../context.js';
import type { GlobalOptions } from '../output.js';
import { cardReport, modelsTable } from '../model-report.js';
import { writeFileWhole, writeStandardOutput } from '../whole-file.js';

interface ExportOptions {
  readonly task: string;
  readonly output?: string;
}

/** The profile's models on disk. */
interface Shelf {
  readonly registry: ModelRegistry;
  readonly profile: string;
  /** Newest first; sound ones only. */
  readonly cards: readonly ModelCard[];
  /** Version in use; undefined when there is none. */
  readonly used: string | undefined;
}

async function openShelf({ config: file }: GlobalOptions): Promise<Shelf> {
  const config = await loadConfig(file, process.env);
  const { id: profile } = await openProfile(config);
  const registry = new ModelRegistry(config.models);
  return { registry, profile, cards: await registry.list(profile), used: await registry.used(profile) };
}

/** The bundle of the version told, by default the one in use. */
async function openBundle({ registry, profile, cards }: Shelf, version: string | undefined): Promise<Bundle> {
  if (version === undefined) return registry.current(profile);
  if (cards.every((card) => card.version !== version)) {
    throw new LacunaError(
      'NOT_FOUND',
      `There is no sound model ${version} of profile ${profile}: \`lacuna models\` lists them.`,
    );
  }
  return registry.open(profile, version);
}

/** The trees of a bundle; undefined when it was trained without. */
async function treesOf({ folder, card }: Bundle): Promise<TabularModel | undefined> {
  const isThere = card.modalities.some(({ modality }) => modality === 'tabular');
  return isThere ? loadTabularModel(path.join(folder, 'tabular'), card.tasks) : undefined;
}

function registerShow(program: Command): void {
  program
    .command('show')
    .argument('[version]', 'which model; the one in use unless told')
    .description('show what a model is, how it was made and how well it does')
    .addHelpText('after', '\nExamples:\n  lacuna models show\n  lacuna models show 0123456789abcdef --json')
    .action(
      withOutput(async (output, _, [version], globals) => {
        const shelf = await openShelf(globals);
        const bundle = await openBundle(shelf, version);
        const isUsed = bundle.card.version === shelf.used;
        const trees = await treesOf(bundle).catch((error: unknown) => {
          if (!isLacunaError(error, 'MODEL_INVALID')) throw error;
          output.note(error.message);
          return undefined;
        });
        const importance = Object.fromEntries(
          (trees?.tasks ?? []).map(({ task, booster }) => [task.name, booster.importance()]),
        );
        output.result({ card: bundle.card, folder: bundle.folder, isUsed, importance }, () =>
          cardReport(bundle, isUsed, importance),
        );
      }),
    );
}

function registerUse(program: Command): void {
  program
    .command('use')
    .argument('<version>', 'which model')
    .description('put a model to use, such as the one before a training that made things worse')
    .addHelpText('after', '\nExample:\n  lacuna models use 0123456789abcdef')
    .action(
      withOutput(async (output, _, [version], globals) => {
        const shelf = await openShelf(globals);
        const { card } = await openBundle(shelf, version);
        await shelf.registry.promote(shelf.profile, card.version);
        output.result({ version: card.version, before: shelf.used }, () => [
          `Model ${card.version} of ${card.trainedAt} is in use${
            shelf.used === undefined || shelf.used === card.version ? '' : ` in place of ${shelf.used}`
          }.`,
          'The next run examines every gap again, because a model that is not the one before may know better.',
        ]);
      }),
    );
}

function parseFormat(text: string): string {
  if (text !== 'xgboost') throw new InvalidArgumentError('The format is xgboost.');
  return text;
}

function registerExport(program: Command): void {
  program
    .command('export')
    .argument('[version]', 'which model; the one in use unless told')
    .description("write the trees that tell a task from museum and properties as XGBoost's own JSON")
    .requiredOption('--task <name>', 'the trees of this task')
    .option('-f, --format <format>', 'xgboost: what `xgboost.Booster.load_model` reads', parseFormat)
    .option('-o, --output <file>', 'where to write it, .gz compresses; standard output unless told')
    .addHelpText(
      'after',
      '\nExample:\n  lacuna models export --task place --format xgboost --output place.json',
    )
    .action(
      withOutput<ExportOptions>(async (output, { task, output: file }, [version], globals) => {
        const bundle = await openBundle(await openShelf(globals), version);
        const { card } = bundle;
        const known = (await treesOf(bundle))?.tasks ?? [];
        const trees = known.find((own) => own.task.name === task);
        if (trees === undefined) {
          const names = known.map((own) => own.task.name).join(', ');
          throw new LacunaError(
            'INPUT_INVALID',
            `Model ${card.version} has no trees for ${task}: ${names === '' ? 'it was trained without the tabular modality' : `name one of ${names}`}.`,
          );
        }
        const text = xgboostText(trees.booster, {
          lacuna_model: card.version,
          lacuna_profile: card.profile,
          lacuna_task: task,
          lacuna_classes: JSON.stringify(trees.task.classes),
        });
        // What is handed on under another's format must say the same there: it is read back before it is kept.
        const again = boosterFromXGBoost(text, { file: file ?? 'the model written' });
        if (JSON.stringify(again) !== JSON.stringify(trees.booster))
          throw new Error(`The trees for ${task} do not survive being written for XGBoost.`);
        if (file === undefined) {
          await writeStandardOutput(pieces(text), process.stdout);
          return;
        }
        await writeFileWhole(file, pieces(text));
        const { rounds, classes } = trees.booster;
        output.result(
          { file: path.resolve(file), version: card.version, task, rounds, classes: trees.task.classes },
          () => [
            `Wrote ${rounds * classes} trees for ${task} of model ${card.version} to ${file}.`,
            `Classes, in the order of the scores: ${trees.task.classes.join(', ')}.`,
          ],
        );
      }),
    );
}

/** Text as the file writers want it. */
async function* pieces(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

/** `lacuna models`: the trained models of the profile, which is in use, and what they are. */
export function register(program: Command): void {
  const models = program
    .command('models')
    .description('list the trained models, show one, put one to use, or hand its trees on')
    .addHelpText(
      'after',
      '\nExamples:\n  lacuna models\n  lacuna models show\n  lacuna models use 0123456789abcdef',
    )
    .action(
      withOutput(async (output, _, __, globals) => {
        const { cards, used, profile } = await openShelf(globals);
        const listed = cards.map((card) => ({ ...card, isUsed: card.version === used }));
        output.result({ profile, models: listed }, () =>
          cards.length === 0
            ? [`No model of profile ${profile} yet: \`lacuna train\` makes one.`]
            : [modelsTable(cards, used)],
        );
      }),
    );
  registerShow(models);
  registerUse(models);
  registerExport(models);
}
