import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isLacunaError, LacunaError } from '../config/errors.js';
import { writing } from '../config/writing.js';
import { modelCardSchema, type DraftCard, type ModelCard } from './card.js';

/** A bundle on disk: one training's models, their card and where they lie. */
export interface Bundle {
  readonly folder: string;
  readonly card: ModelCard;
}

const mend = 'train again with `lacuna train`, or restore the folder from a backup';

async function digestFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => name !== 'card.json')
    .sort();
  const digests: Record<string, string> = {};
  for (const name of files) {
    digests[name] = createHash('sha256').update(await readFile(path.join(folder, name))).digest('hex');
  }
  return digests;
}

/**
 * The version names what decides a prediction: the models' bytes, the classes, the calibration and the thresholds.
 * Training again on the same data with the same seed gives the same version, and so the same statement IRIs.
 */
function versionOf(card: DraftCard, files: Readonly<Record<string, string>>): string {
  const { profile, tasks, decider, calibration, familiarity } = card;
  return createHash('sha256')
    .update(JSON.stringify({ profile, tasks, decider, calibration, familiarity, files }))
    .digest('hex')
    .slice(0, 16);
}

/** Versions are read from elsewhere too, and become names of folders. */
function isVersion(text: string): boolean {
  return modelCardSchema.shape.version.safeParse(text).success;
}

/** The version a `current.json` names; undefined when it is damaged. */
function versionNamedBy(text: string): string | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

/** Trained bundles on disk: `<root>/<profile>/<version>/`, and `<root>/<profile>/current.json` naming the one in use. */
export class ModelRegistry {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** An empty folder beside the bundles to save models into; `commit` moves it into place. @throws LacunaError STATE_UNWRITABLE */
  async stage(profile: string): Promise<string> {
    const folder = path.join(this.#root, profile);
    return writing('the folder of models', async () => {
      await mkdir(folder, { recursive: true });
      return mkdtemp(path.join(folder, '.staged-'));
    });
  }

  /** Throws away what `stage` gave. */
  async discard(staged: string): Promise<void> {
    await rm(staged, { recursive: true, force: true });
  }

  /**
   * Fixes version and digests, writes the card and makes the bundle visible in one rename. A sound bundle of the same
   * version stays as it is; a damaged one is replaced, so that training again mends it. Throws STATE_UNWRITABLE.
   */
  async commit(staged: string, draft: DraftCard): Promise<Bundle> {
    const files = await digestFiles(staged);
    const version = versionOf(draft, files);
    const folder = path.join(this.#root, draft.profile, version);
    if (existsSync(folder)) {
      try {
        const there = await this.open(draft.profile, version);
        await this.discard(staged);
        return there;
      } catch (error) {
        if (!isLacunaError(error, 'MODEL_INVALID')) throw error;
        await rm(folder, { recursive: true });
      }
    }
    const card: ModelCard = { version, ...draft, files };
    await writing(`${this.#named(folder)}/card.json`, async () => {
      await writeFile(path.join(staged, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
      await rename(staged, folder);
    });
    return { folder, card };
  }

  /** Makes `version` the one that `current` returns. @throws LacunaError STATE_UNWRITABLE; the one before stays then. */
  async promote(profile: string, version: string): Promise<void> {
    await this.open(profile, version);
    const target = this.#pointer(profile);
    await writing(this.#named(target), async () => {
      await writeFile(`${target}.new`, `${JSON.stringify({ version })}\n`);
      await rename(`${target}.new`, target);
    });
  }

  /**
   * The promoted bundle, verified. Throws MODEL_MISSING when nothing has been trained for the profile, MODEL_INVALID when
   * the bundle is damaged.
   */
  async current(profile: string): Promise<Bundle> {
    const pointer = this.#pointer(profile);
    let text: string;
    try {
      text = await readFile(pointer, 'utf8');
    } catch (cause) {
      throw new LacunaError(
        'MODEL_MISSING',
        `No model has been trained for profile "${profile}": run \`lacuna train\` first.`,
        { cause },
      );
    }
    const version = versionNamedBy(text);
    if (version === undefined) {
      throw new LacunaError('MODEL_INVALID', `${this.#named(pointer)} names no version: ${mend}.`);
    }
    return this.open(profile, version);
  }

  /** The version that `promote` put to use, sound or not; undefined when there is none. */
  async used(profile: string): Promise<string | undefined> {
    const text = await readFile(this.#pointer(profile), 'utf8').catch(() => '');
    return versionNamedBy(text);
  }

  #pointer(profile: string): string {
    return path.join(this.#root, profile, 'current.json');
  }

  /** Whether there is a bundle of that version, sound or not. */
  holds(profile: string, version: string): boolean {
    return isVersion(version) && existsSync(path.join(this.#root, profile, version));
  }

  /**
   * Opens one bundle and checks every file against its digest. Throws MODEL_INVALID naming the damaged file by its path in
   * the models folder.
   */
  async open(profile: string, version: string): Promise<Bundle> {
    const folder = path.join(this.#root, profile, version);
    const file = path.join(folder, 'card.json');
    let parsed: unknown;
    try {
      parsed = JSON.parse(await readFile(file, 'utf8'));
    } catch (cause) {
      throw new LacunaError('MODEL_INVALID', `The model card ${this.#named(file)} cannot be read: ${mend}.`, {
        cause,
      });
    }
    const checked = modelCardSchema.safeParse(parsed);
    if (!checked.success) {
      const problems = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new LacunaError('MODEL_INVALID', `The model card ${this.#named(file)} is damaged: ${mend}.`, {
        problems,
      });
    }
    const found = await digestFiles(folder);
    const problems = [...new Set([...Object.keys(checked.data.files), ...Object.keys(found)])]
      .filter((name) => checked.data.files[name] !== found[name])
      .map((name) => `${this.#named(path.join(folder, name))} ${found[name] === undefined ? 'is missing' : 'differs from its digest'}`);
    if (problems.length > 0) {
      throw new LacunaError('MODEL_INVALID', `Model ${version} is damaged: ${mend}.`, { problems });
    }
    return { folder, card: checked.data };
  }

  /** A file as messages name it: they are shown over HTTP too, which where the folder lies does not concern. */
  #named(file: string): string {
    return path.relative(this.#root, file).split(path.sep).join('/');
  }

  /** Cards of every bundle of the profile, newest first; unreadable ones are left out. */
  async list(profile: string): Promise<ModelCard[]> {
    const entries = await readdir(path.join(this.#root, profile), { withFileTypes: true }).catch(() => []);
    const cards: ModelCard[] = [];
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
      const bundle = await this.open(profile, entry.name).catch(() => undefined);
      if (bundle !== undefined) cards.push(bundle.card);
    }
    return cards.sort((a, b) => b.trainedAt.localeCompare(a.trainedAt));
  }
}
