/*
 * The process that runs a network. ONNX Runtime keeps the thread it is called on busy and may take its process down with
 * it, so it has one of its own. It ends when the process that asks does.
 */
import type * as Runtime from 'onnxruntime-node';
import { isScaledByBatch } from './dynamic-quantisation.js';
import type { Feed, Feeds, InferenceReply, InferenceRequest, Network } from './inference-messages.js';
import { pooled } from './pooling.js';

interface Opened {
  readonly network: Network;
  readonly session: Runtime.InferenceSession;
  /** True for a network that takes one input at a time, or says of it something else in other company. */
  readonly isSingle: boolean;
}

async function loadRuntime(): Promise<typeof Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new Error(
      `onnxruntime-node cannot be loaded; it is installed with \`npm ci\` (${(error as Error).message})`,
      { cause: error },
    );
  }
}

function named(kind: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new Error(`it has no ${kind} "${name}"; its ${kind}s are ${names.map((one) => `"${one}"`).join(', ')}`);
}

async function open(network: Network, threads: number): Promise<Opened> {
  const { InferenceSession } = await loadRuntime();
  const session = await InferenceSession.create(network.file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Threads that wait sleep: going round in circles takes a quarter more of the processor, which others have use for.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  for (const input of network.inputs) named('input', input, session.inputNames);
  const unfed = session.inputNames.find((input) => !network.inputs.includes(input));
  if (unfed !== undefined) throw new Error(`it wants an input "${unfed}" too, which it would not be given`);
  named('output', network.output, session.outputNames);
  const [batch] = session.inputMetadata.find(({ name }) => name === network.inputs[0])?.shape ?? [];
  if (typeof batch === 'number' && batch !== 1)
    throw new Error(`it takes exactly ${batch} inputs at a time; export it with a free first dimension`);
  return { network, session, isSingle: batch === 1 || (await isScaledByBatch(network.file)) };
}

async function runOnce({ network, session }: Opened, { tensors, lengths }: Feeds): Promise<Float32Array> {
  const { Tensor } = await loadRuntime();
  const tensorOf = ({ data, dims }: Feed): Runtime.Tensor =>
    data instanceof Float32Array ? new Tensor('float32', data, dims) : new Tensor('int64', data, dims);
  const feeds = Object.fromEntries(Object.entries(tensors).map(([name, feed]) => [name, tensorOf(feed)]));
  const answers = await session.run(feeds, [network.output]);
  const answer = answers[network.output]!;
  if (!(answer.data instanceof Float32Array))
    throw new Error(`its output "${network.output}" is ${answer.type}, and should be float32`);
  return pooled(answer.data, answer.dims, network.pooling, lengths);
}

/** The part of a batch that belongs to one input. */
function single({ tensors, lengths }: Feeds, one: number): Feeds {
  const own = ({ dims: [batch = 1, ...rest], data }: Feed): Feed => {
    const length = data.length / batch;
    return { dims: [1, ...rest], data: data.slice(one * length, (one + 1) * length) };
  };
  return {
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, feed]) => [name, own(feed)])),
    ...(lengths === undefined ? {} : { lengths: lengths.slice(one, one + 1) }),
  };
}

async function run(opened: Opened, feeds: Feeds): Promise<Float32Array> {
  if (!opened.isSingle) return runOnce(opened, feeds);
  const [batch = 0] = Object.values(feeds.tensors)[0]?.dims ?? [];
  const rows: Float32Array[] = [];
  for (let one = 0; one < batch; one++) rows.push(await runOnce(opened, single(feeds, one)));
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

let opened: Opened | undefined;

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  try {
    if (request.kind === 'run') return { kind: 'rows', data: await run(opened!, request.feeds) };
    opened = await open(request.network, request.threads);
    return { kind: 'opened' };
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message };
  }
}

// Ctrl-C reaches the whole group; the process that asks decides what is still to be done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (request: InferenceRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});
