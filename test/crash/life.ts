import assert from 'node:assert/strict';
import path from 'node:path';
import { withoutLeases } from '../../src/provenance/export/export-pages.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import { difference, facts } from '../stores/facts.js';
import { journalled, timeless } from './facts.js';
import type { Habitat } from './habitat.js';
import type { Order } from './child.js';
import type { Ending, Nursery } from './mortal.js';
import type { ModelName } from './stand-in-model.js';

/** One thing that a child is told to do, once or as often as it takes. */
export interface Step {
  readonly name: string;
  readonly model: ModelName;
  /** What its run is to do; an enrichment unless told. */
  readonly request?: Order['request'];
  /** Somebody empties the writable graphs before it. */
  readonly losesGraph?: true;
}

/** What children do one after the other: each step begins with what the one before has left. */
const steps: readonly Step[] = [
  { name: 'first run', model: 'first' },
  {
    name: 'taking a task back',
    model: 'first',
    request: { trigger: 'demand', kind: 'retract', retract: { task: 'place' } },
  },
  { name: 'doing it again', model: 'first' },
  { name: 'run with another model', model: 'second' },
  {
    name: 'publishing again',
    model: 'second',
    request: { trigger: 'demand', kind: 'republish' },
    losesGraph: true,
  },
];

const birth = Date.UTC(2026, 2, 1, 3);
const day = 86_400_000;
const minute = 60_000;
const same = { lost: [], added: [] };

/** How an undisturbed child has done a step. */
export interface Undisturbed {
  readonly step: Step;
  /** What it left in the writable graphs. */
  readonly facts: readonly string[];
  readonly points: readonly string[];
  /** How long it took from when it began to write to its end. */
  readonly milliseconds: number;
}

/** How a child is sent to its step. */
export interface Fate {
  readonly dieAt?: string | undefined;
  readonly haste?: number | undefined;
  /** Told when the child begins to write. */
  readonly onBegun?: (kill: () => void) => void;
}

/** A child's way through the steps in a habitat, and what it should leave behind. */
export class Life {
  readonly #habitat: Habitat;
  readonly #nursery: Nursery;
  readonly #profile: Profile;
  readonly #surroundings: readonly string[];
  readonly #undisturbed: Undisturbed[] = [];

  private constructor(habitat: Habitat, nursery: Nursery, profile: Profile, surroundings: readonly string[]) {
    this.#habitat = habitat;
    this.#nursery = nursery;
    this.#profile = profile;
    this.#surroundings = surroundings;
  }

  /** Lives once undisturbed, which is what every other life is compared with. */
  static async watch(habitat: Habitat, nursery: Nursery): Promise<Life> {
    const silknow = await loadProfile('silknow');
    const tasks = silknow.tasks.filter(({ name }) => name === 'place' || name === 'technique');
    await habitat.reset();
    const surroundings = facts(await habitat.surroundings());
    const life = new Life(habitat, nursery, { ...silknow, tasks }, surroundings);
    for (const step of steps) {
      if (step.losesGraph) await habitat.loseGraph();
      const { ended, error, points, milliseconds } = await life.#send(step, 1, {});
      assert.equal(ended, 'completed', error);
      const quads = await habitat.contents();
      assert.ok(quads.length > 200, `${step.name} has left only ${quads.length} quads`);
      const blank = quads.filter((quad) =>
        [quad.subject, quad.object].some((term) => term.termType === 'BlankNode'),
      );
      assert.deepEqual(blank, [], 'without blank nodes, isomorphic graphs are equal sets');
      life.#undisturbed.push({ step, facts: facts(quads), points, milliseconds });
      life.#assertJournals(step, facts(quads));
    }
    life.#assertSense();
    return life;
  }

  /** The steps as an undisturbed child has done them. */
  get undisturbed(): readonly Undisturbed[] {
    return this.#undisturbed;
  }

  /**
   * Lives once more: each step is begun again until a child completes it, and compared with the undisturbed one then.
   * `send` sends one child to its step, which may be killed, or lose its store; attempts count from 1. The life ends early
   * when `isOver` says of the steps that are left that nothing is to be learnt from them.
   */
  async relive(
    send: (past: Undisturbed, attempt: number, go: (fate: Fate) => Promise<Ending>) => Promise<Ending>,
    isOver: (left: readonly Undisturbed[]) => boolean,
  ): Promise<void> {
    await this.#habitat.reset();
    let before: readonly string[] = [];
    for (const [index, past] of this.#undisturbed.entries()) {
      if (isOver(this.#undisturbed.slice(index))) return;
      if (past.step.losesGraph) await this.#habitat.loseGraph();
      for (let isDone = false, attempt = 1; !isDone; attempt += 1) {
        const { ended, error } = await send(past, attempt, (fate) => this.#send(past.step, attempt, fate));
        isDone = ended === 'completed';
        const isToGoOn = ended === undefined || ended === 'parked' || ended === 'not started';
        assert.ok(isDone || isToGoOn, `${past.step.name} ${String(ended)}: ${String(error)}`);
      }
      const found = facts(withoutLeases(await this.#habitat.contents()));
      assert.deepEqual(difference(timeless(found), timeless(past.facts)), same, past.step.name);
      this.#assertJournals(past.step, found);
      // What is published again says when it was published first.
      if (past.step.losesGraph) assert.deepEqual(difference(found, before), same, past.step.name);
      before = found;
    }
  }

  /** Asserts that nothing has changed that was not Lacuna's to change. */
  async assertSurroundings(): Promise<void> {
    const found = facts(await this.#habitat.surroundings());
    assert.deepEqual(difference(found, this.#surroundings), same);
  }

  /** Asserts that what a task lost by being taken back is predicted again, and that a lost graph is the one it was. */
  #assertSense(): void {
    const about = (lines: readonly string[]): string[] =>
      lines.filter((line) => /<\S+#(?:object|predicate|subject)> /.test(line));
    const [first, takenBack, again, another, published] = this.#undisturbed.map(({ facts: left }) => left);
    assert.ok(takenBack!.length < first!.length, 'nothing was taken back');
    assert.deepEqual(difference(about(again!), about(first!)), same);
    assert.deepEqual(difference(published!, another!), same);
  }

  /** Every step begins a day after the one before, every attempt at it some minutes later than the last. */
  #send(step: Step, attempt: number, { dieAt, haste, onBegun }: Fate): Promise<Ending> {
    const plannedAt = birth + steps.indexOf(step) * day;
    const { folder, store } = this.#habitat;
    const when = { plannedAt, now: plannedAt + attempt * 10 * minute };
    const { model, request } = step;
    const order = { folder, store, profile: this.#profile, model, request, ...when, dieAt, haste };
    return this.#nursery.send(order, onBegun);
  }

  /** The journals are what a lost graph is rebuilt from: they hold what is in it, and leave nothing in doubt. */
  #assertJournals({ name }: Step, found: readonly string[]): void {
    const { facts: told, pending } = journalled(path.join(this.#habitat.folder, 'state'));
    assert.equal(pending, 0, `${name}: changes were noted that were neither marked nor taken up again`);
    assert.deepEqual(difference(told, found), same, `${name}: the journals amount to something else`);
  }
}
