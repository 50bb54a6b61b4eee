import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError, LacunaError } from '../../src/config/errors.js';
import { Lease } from '../../src/enrichment/lease.js';
import { rdfTerms } from '../../src/graph/prefixes.js';
import type { Change } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { lacuna } from '../../src/provenance/terms.js';
import { ClaimedGraph, predictionsGraph } from './claimed-graph.js';

const conflict = (error: unknown): boolean => isLacunaError(error, 'RUN_CONFLICT');

const fact = quad(
  namedNode('http://example.org/s'),
  namedNode('http://example.org/p'),
  literal('v'),
  namedNode(predictionsGraph),
);

const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function lapsingClaim(iri: string, until: string): Change {
  const [subject, graph] = [namedNode(iri), namedNode(predictionsGraph)];
  const insert = [
    quad(subject, rdfTerms('type'), lacuna('Lease'), graph),
    quad(subject, lacuna('claimedUntil'), literal(until), graph),
  ];
  return { insert, remove: [] };
}

test('who claims is named to the next one, and gives the graph back without a trace', async () => {
  const graph = new ClaimedGraph();
  const a = await Lease.claim(graph.claimant('A'));
  await assert.rejects(
    Lease.claim(graph.claimant('B')),
    (error) =>
      isLacunaError(error, 'RUN_CONFLICT') &&
      /run-A on host of A .* since 2026-01-01T00:00:00.000Z.*2026-01-01T00:02:00.000Z/.test(error.message),
  );
  await a.hold();
  await a.release();
  assert.equal(graph.quads.size, 0);
});

test('a claim that lapsed can be cleared away by another, and is never the one renewed', async () => {
  const graph = new ClaimedGraph();
  const b = await Lease.claim(graph.claimant('B'));
  graph.pass(130);
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const writes: string[] = [];
  graph.gate = async (holder, step) => {
    if (holder !== 'A' || step !== 'write') return;
    if (writes.push(step) === 1) await opened;
  };
  const claiming = Lease.claim(graph.claimant('A')).then(
    (lease) => lease,
    (error: unknown) => {
      assert.ok(conflict(error));
      return undefined;
    },
  );
  while (writes.length === 0) await tick();
  await b.hold();
  open();
  const a = await claiming;
  const holders = await Promise.all([
    a?.hold().then(
      () => 1,
      () => 0,
    ),
    b.hold().then(
      () => 1,
      () => 0,
    ),
  ]);
  assert.ok(holders.filter((one) => one === 1).length <= 1);
  assert.equal(a, undefined);
  await b.hold();
  await b.release();
  assert.equal(graph.quads.size, 0);
});

test('a claim of the same folder is taken over at once, and whoever had it finds out', async () => {
  const graph = new ClaimedGraph();
  const one = await Lease.claim(graph.claimant('same', { runId: 'run-1' }));
  const two = await Lease.claim(graph.claimant('same', { runId: 'run-2' }));
  assert.equal(one.isUncontested, false);
  assert.equal(two.isUncontested, true);
  graph.pass(119);
  await two.hold();
  await assert.rejects(one.hold(), conflict);
  await assert.rejects(one.hold(), conflict);
  await one.release();
  await two.release();
  assert.equal(graph.quads.size, 0);
});

test('a graph that another run had in between is lost, though that run has ended', async () => {
  const graph = new ClaimedGraph();
  const b = await Lease.claim(graph.claimant('B'));
  graph.pass(130);
  await (await Lease.claim(graph.claimant('A'))).release();
  await assert.rejects(b.hold(), conflict);
  await b.release();
  assert.equal(graph.quads.size, 0);
});

test('a claim that lapsed and nobody took is renewed', async () => {
  const graph = new ClaimedGraph();
  const a = await Lease.claim(graph.claimant('A'));
  graph.pass(1000);
  await a.hold();
  await assert.rejects(Lease.claim(graph.claimant('B')), conflict);
  assert.equal(graph.leases().length, 1);
  await a.release();
});

test('a write that takes longer than the graph is known to be ours is broken off and sent again', async () => {
  const graph = new ClaimedGraph();
  let sent = 0;
  let passed = 0;
  const claimant = graph.claimant('A');
  const write: typeof claimant.store.write = async (change, options) => {
    if (!change.insert.includes(fact)) return claimant.store.write(change, options);
    sent += 1;
    if (sent > 1) return claimant.store.write(change, options);
    await new Promise((_, reject) => {
      options!.signal!.addEventListener('abort', () => {
        reject(new LacunaError('CANCELLED', 'Cancelled.'));
      });
      setImmediate(() => {
        graph.pass(110);
        passed += 1;
      });
    });
  };
  const lease = await Lease.claim({ ...claimant, store: { ...claimant.store, write } });
  await lease.write({ insert: [fact], remove: [] });
  assert.deepEqual([sent, passed], [2, 1]);
  await lease.release();
  assert.equal(graph.quads.size, 1);
});

test('a write that was broken off is not sent again when another has the graph by then', async () => {
  const graph = new ClaimedGraph();
  const claimant = graph.claimant('A');
  let rival: Promise<Lease> | undefined;
  const write: typeof claimant.store.write = async (change, options) => {
    if (!change.insert.includes(fact)) return claimant.store.write(change, options);
    await new Promise((_, reject) => {
      options!.signal!.addEventListener('abort', () => {
        rival = Lease.claim(graph.claimant('B'));
        rival.then(() => {
          reject(new LacunaError('CANCELLED', 'Cancelled.'));
        }, reject);
      });
      setImmediate(() => {
        graph.pass(121);
      });
    });
  };
  const lease = await Lease.claim({ ...claimant, store: { ...claimant.store, write } });
  await assert.rejects(lease.write({ insert: [fact], remove: [] }), conflict);
  await lease.release();
  await (await rival!).release();
  assert.equal(graph.quads.size, 0);
});

test('an acknowledgement that comes after the claim has lapsed is no claim', async () => {
  const graph = new ClaimedGraph();
  let writes = 0;
  graph.gate = async (_holder, step) => {
    if (step === 'write' && (writes += 1) === 1) graph.pass(130);
  };
  await assert.rejects(Lease.claim(graph.claimant('A')), conflict);
  assert.equal(graph.quads.size, 0);
});

test('time that passes before the store says what time it is counts', async () => {
  const graph = new ClaimedGraph();
  let looks = 0;
  graph.gate = async (_holder, step) => {
    // The store's answer takes long to arrive: its time was true when it was asked.
    if (step === 'claims' && (looks += 1) === 1) graph.pass(100);
  };
  const a = await Lease.claim(graph.claimant('A'));
  let asked = 0;
  graph.gate = async () => {
    asked += 1;
  };
  graph.pass(10);
  await a.hold();
  assert.ok(asked > 0);
  await a.release();
});

test('a machine that slept asks the store, though its monotonic clock stood still', async () => {
  const graph = new ClaimedGraph();
  const b = await Lease.claim(graph.claimant('B'));
  graph.wall += 300_000;
  graph.storeTime += 300_000;
  const a = await Lease.claim(graph.claimant('A'));
  await assert.rejects(b.hold(), conflict);
  await a.release();
});

test('what goes wrong between a claim and the look after it leaves no claim', async () => {
  for (const error of [
    new LacunaError('STORE_UNREACHABLE', 'away'),
    new LacunaError('CANCELLED', 'Cancelled.'),
  ]) {
    const graph = new ClaimedGraph();
    let looks = 0;
    graph.gate = async (_holder, step) => {
      if (step === 'time' && (looks += 1) === 2) throw error;
    };
    await assert.rejects(Lease.claim(graph.claimant('A')), error);
    assert.equal(graph.quads.size, 0);
  }
});

test('a claim whose end cannot be read stands, and is named', async () => {
  const graph = new ClaimedGraph();
  await graph.store('X').write(lapsingClaim('http://example.org/lacuna/lease/odd', 'tomorrow'));
  await assert.rejects(
    Lease.claim(graph.claimant('A')),
    (error) =>
      isLacunaError(error, 'RUN_CONFLICT') && error.message.includes('<http://example.org/lacuna/lease/odd>'),
  );
});

test('a run that leaves something unsettled leaves a lapsed claim, until another has had the graph', async () => {
  const graph = new ClaimedGraph();
  const leave = async (): Promise<void> =>
    (await Lease.claim(graph.claimant('A'))).release({ unsettled: true });
  await leave();
  assert.equal(graph.leases().length, 1);
  const again = await Lease.claim(graph.claimant('A'));
  assert.equal(again.isUncontested, true);
  await again.release({ unsettled: true });
  await (await Lease.claim(graph.claimant('B'))).release();
  assert.equal(graph.leases().length, 0);
  const after = await Lease.claim(graph.claimant('A'));
  assert.equal(after.isUncontested, false);
  await after.release();
});

test('a renewal that meets a claimant goes on, for the claimant sees it', async () => {
  const graph = new ClaimedGraph();
  const a = await Lease.claim(graph.claimant('A'));
  graph.pass(110);
  await graph.store('X').write(lapsingClaim('http://example.org/lacuna/lease/x', '2026-01-02T00:00:00.000Z'));
  await a.hold();
  await a.release();
  assert.equal(graph.leases().length, 1);
});

test('however requests interleave and time passes, two never hold the graph at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.array(fc.nat({ max: 70 }), { maxLength: 4 })), {
        minLength: 2,
        maxLength: 4,
      }),
      async (scheduler, plans) => {
        const graph = new ClaimedGraph();
        graph.gate = (holder, step) => scheduler.schedule(Promise.resolve(), `${holder} ${step}`);
        const writing = new Set<string>();
        const work = plans.map(async ([, waits], index) => {
          const name = `claimant ${index}`;
          try {
            const lease = await Lease.claim(graph.claimant(name));
            for (const seconds of [0, ...waits]) {
              await scheduler.schedule(Promise.resolve(), `${name} waits ${seconds}`);
              // A write under way would be broken off if time passed: that is another test's business.
              if (writing.size === 0) graph.pass(seconds);
              await lease.hold();
              writing.add(name);
              assert.equal(writing.size, 1, [...writing].join(' and '));
              // Nobody may come to hold it while this one is sure of it, whatever else happens meanwhile.
              await scheduler.schedule(Promise.resolve(), `${name} writes`);
              writing.delete(name);
            }
            await lease.release();
          } catch (error) {
            writing.delete(name);
            if (!conflict(error)) throw error;
          }
        });
        const all = Promise.all(work);
        await scheduler.waitFor(all);
      },
    ),
    { numRuns: 300 },
  );
});
