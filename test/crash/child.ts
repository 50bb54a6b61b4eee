/*
 * A process that is killed: it loads what it needs, says that it is ready, and waits for an order on standard input. Then
 * it opens the store and does one step of a daemon's life, under a run id that is given, and says how that ended. `--import injector.js` makes it say every write point on the way, and die at one if the order says so.
 */
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ClassicLevel } from 'classic-level';
import { isLacunaError } from '../../src/config/errors.js';
import type { RunRequest } from '../../src/enrichment/run-state.js';
import { Enrichment } from '../../src/enrichment/run.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { openProtocolStore, type Auth } from '../../src/graph/protocol-store.js';
import { tunedProfile, type StoreProfile } from '../../src/graph/store-profiles.js';
import { systemClock, type RetryClock } from '../../src/graph/retry.js';
import type { Change, Store } from '../../src/graph/store.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import { smallSource } from '../enrichment/small-source.js';
import { around, sending, tell } from './injector.js';
import { standInPredictor, type ModelName } from './stand-in-model.js';

/** Where the child finds its graph: in the embedded store of its folder, or behind a server. */
export type ChildStore =
  | { readonly kind: 'embedded'; readonly files: string }
  | {
      readonly kind: 'server';
      readonly profile: StoreProfile;
      readonly endpoint: string;
      readonly updateEndpoint: string;
      readonly auth: Auth;
    };

/** What a child is to do. */
export interface Order {
  readonly folder: string;
  readonly store: ChildStore;
  /** Given ready-made, as reading it takes a tenth of the child's time. */
  readonly profile: Profile;
  readonly model: ModelName;
  /** What its run is to do; an enrichment unless told. */
  readonly request?: RunRequest | undefined;
  /** When its run was asked for, which is in the run's id; milliseconds since 1970. */
  readonly plannedAt: number;
  /** What the clock says when it begins; milliseconds since 1970. */
  readonly now: number;
  /** By how much waits between two attempts are shortened; 1 unless given. */
  readonly haste?: number | undefined;
  /** A write point to die at. */
  readonly dieAt?: string | undefined;
}

/** What a child says, a line each. */
export type Message =
  | { readonly ready: true }
  | { readonly point: string }
  | { readonly ended: string; readonly error?: string | undefined };

const predictions = 'http://example.org/predictions';

/** A clock on which waiting before another attempt takes a part of its time only. */
const hasty = (haste: number): RetryClock => ({
  ...systemClock,
  monotonic: () => systemClock.monotonic() * haste,
  sleep: (ms, signal) => systemClock.sleep(ms / haste, signal),
});

async function openStore({ folder, store, haste = 1 }: Order): Promise<Store> {
  if (store.kind === 'server') {
    return openProtocolStore({
      ...store,
      timeoutMs: 30_000,
      writableGraphs: [predictions],
      userAgent: 'Lacuna tests',
      clock: hasty(haste),
    });
  }
  return openEmbeddedStore({
    files: [store.files],
    log: path.join(folder, 'predictions.nq'),
    writableGraphs: [predictions],
  });
}

/** The methods of a store that change nothing in it. */
const reading = ['select', 'ask', 'answer', 'close', 'expect', 'health', 'onHealth'];

const isOfClaims = ({ insert, remove }: Change): boolean =>
  [...insert, ...remove].every(({ subject }) => subject.value.includes('/lease/'));

/** The store, with points around whatever changes it; `write` names those around writes of anything but claims. */
function watched(store: Store, write: string): Store {
  return new Proxy(store, {
    get: (target, key) => {
      // Small batches, so that a small collection takes many writes.
      if (key === 'profile')
        return tunedProfile(target.profile, { recordsPerRequest: 4, triplesPerWrite: 150 });
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      const method = (value as (...parameters: unknown[]) => Promise<unknown>).bind(target);
      if (reading.includes(String(key))) return method;
      return (...parameters: unknown[]) => {
        const name = key !== 'write' ? `store ${String(key)}` : write;
        const isClaim = key === 'write' && isOfClaims(parameters[0] as Change);
        return sending(isClaim ? 'claim written' : name, () => method(...parameters));
      };
    },
  });
}

// LevelDB writes its files in native code.
type Operation = { readonly type: 'put' | 'del' };
const isLedger = ({ location }: ClassicLevel): boolean => path.basename(location) === 'ledger';
for (const [method, nameOf] of [
  ['open', (level: ClassicLevel) => (isLedger(level) ? 'ledger opened' : 'statuses opened')],
  [
    'batch',
    (level: ClassicLevel, operations: readonly Operation[]) => {
      if (isLedger(level)) return 'ledger written';
      return operations.every(({ type }) => type === 'del') ? 'statuses forgotten' : 'statuses written';
    },
  ],
] as const) {
  const methods = ClassicLevel.prototype as unknown as Record<
    string,
    (this: ClassicLevel, ...all: unknown[]) => Promise<unknown>
  >;
  const original = methods[method]!;
  methods[method] = function (this: ClassicLevel, ...parameters) {
    const name = nameOf(this, parameters[0] as readonly Operation[]);
    return around(name, () => original.apply(this, parameters));
  };
}

async function perform(order: Order): Promise<{ ended: string; error?: string | undefined }> {
  const { profile } = order;
  const opened = await openStore(order);
  const store = watched(opened, order.request?.kind === 'republish' ? 'lost quads written' : 'store write');
  const offset = order.now - performance.now();
  let isPlanning = true;
  const enrichment = new Enrichment({
    source: smallSource(store, profile),
    publishing: { predictionsGraph: predictions, namespace: 'http://example.org/lacuna/', agents: {} },
    thresholds: {},
    rereadAfterDays: 30,
    stateFolder: path.join(order.folder, 'state'),
    loadPredictor: () => standInPredictor(order.model, profile.tasks),
    photographFailures: () => [],
    now: () => new Date(isPlanning ? order.plannedAt : offset + performance.now()),
    randomSuffix: () => order.model,
  });
  const planned = (await enrichment.interrupted()) ?? enrichment.plan(order.request ?? { trigger: 'demand' });
  isPlanning = false;
  const { state, error } = await enrichment.run(planned, { progress: () => undefined });
  await opened.close();
  return { ended: state, error: error?.message };
}

tell({ ready: true } satisfies Message);
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  if (order.dieAt !== undefined) process.env['LACUNA_DIE_AT'] = order.dieAt;
  const outcome = await perform(order).catch((error: unknown) => {
    if (!isLacunaError(error, 'STORE_UNREACHABLE')) throw error;
    return { ended: 'not started', error: error.message };
  });
  tell(outcome satisfies Message);
  break;
}
process.exit(0);
