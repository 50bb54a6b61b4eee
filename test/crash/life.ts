import assert from 'node:assert/strict';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import type { Habitat } from './habitat.js';
import type { Ending, Nursery } from './mortal.js';
import type { ModelName } from './stand-in-model.js';

/** One thing that a child is told to do, once or as often as it takes. */
export interface Step {
  readonly name: string;
  readonly model: ModelName;
}

/** What children do one after the other: each step begins with what the one before has left. */
export const steps: readonly Step[] = [
  { name: 'first run', model: 'first' },
  { name: 'run with another model', model: 'second' },
];

/** What an undisturbed child has done of a step. */
export interface Undisturbed {
  readonly step: Step;
  readonly contents: readonly string[];
  readonly points: readonly string[];
  /** How long it took from when it began to write to its end. */
  readonly milliseconds: number;
}

function difference(found: readonly string[], expected: readonly string[]): object {
  const [has, should] = [new Set(found), new Set(expected)];
  return {
    lost: expected.filter((line) => !has.has(line)).slice(0, 5),
    added: found.filter((line) => !should.has(line)).slice(0, 5),
    duplicated: found.length - has.size,
  };
}

/** A child's way through the steps in a habitat, and what it should leave behind. */
export class Life {
  readonly #habitat: Habitat;
  readonly #nursery: Nursery;
  readonly #profile: Profile;
  readonly undisturbed: readonly Undisturbed[];
  readonly #surroundings: readonly string[];

  private constructor(
    habitat: Habitat,
    nursery: Nursery,
    profile: Profile,
    undisturbed: readonly Undisturbed[],
    surroundings: readonly string[],
  ) {
    this.#habitat = habitat;
    this.#nursery = nursery;
    this.#profile = profile;
    this.undisturbed = undisturbed;
    this.#surroundings = surroundings;
  }

  /** Lives once undisturbed, which is what every other life is compared with. */
  static async watch(habitat: Habitat, nursery: Nursery): Promise<Life> {
    await habitat.reset();
    const surroundings = await habitat.surroundings();
    const silknow = await loadProfile('silknow');
    const profile = {
      ...silknow,
      tasks: silknow.tasks.filter(({ name }) => name === 'place' || name === 'technique'),
    };
    const undisturbed: Undisturbed[] = [];
    for (const step of steps) {
      const { ended, error, points, milliseconds } = await nursery.send({
        ...habitat,
        profile,
        model: step.model,
      });
      assert.equal(ended, 'completed', error);
      const contents = await habitat.contents();
      assert.ok(contents.length > 500, `${step.name} has left only ${contents.length} quads`);
      // Without blank nodes, graphs with the same lines are isomorphic, and no others are.
      assert.deepEqual(
        contents.filter((line) => /_:|BlankNode/.test(line)),
        [],
      );
      undisturbed.push({ step, contents, points, milliseconds });
    }
    return new Life(habitat, nursery, profile, undisturbed, surroundings);
  }

  /**
   * Lives once more: each step is begun again until a child completes it, and compared with the undisturbed one then.
   * `send` sends one child to its step, which may be killed, or lose its store; attempts count from 1.
   */
  async relive(send: (past: Undisturbed, attempt: number) => Promise<Ending>): Promise<void> {
    await this.#habitat.reset();
    for (const past of this.undisturbed) {
      for (let isDone = false, attempt = 1; !isDone; attempt += 1) {
        const { ended, error } = await send(past, attempt);
        isDone = ended === 'completed';
        const isToGoOn = ended === undefined || ended === 'parked' || ended === 'not started';
        assert.ok(isDone || isToGoOn, `${past.step.name} ${String(ended)}: ${String(error)}`);
      }
      assert.deepEqual(
        difference(await this.#habitat.contents(), past.contents),
        { lost: [], added: [], duplicated: 0 },
        past.step.name,
      );
    }
  }

  /** Sends a child to a step, to be killed at a write point or by `onBegun`, or to end it. */
  send(
    { step }: Undisturbed,
    how: { dieAt?: string | undefined; haste?: number; onBegun?: (kill: () => void) => void } = {},
  ): Promise<Ending> {
    const { dieAt, haste, onBegun } = how;
    const order = { ...this.#habitat, profile: this.#profile, model: step.model, dieAt, haste };
    return this.#nursery.send(order, onBegun);
  }

  /** Asserts that nothing has changed that was not Lacuna's to change. */
  async assertSurroundings(): Promise<void> {
    assert.deepEqual(difference(await this.#habitat.surroundings(), this.#surroundings), {
      lost: [],
      added: [],
      duplicated: 0,
    });
  }
}
