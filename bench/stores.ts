import { servers as known, type KnownServer } from '../test/stores/servers.js';

/** The triple stores that benchmarks measure over HTTP, by the name they are asked for with. */
export const servers: ReadonlyMap<string, KnownServer> = new Map(
  known.map((server) => [server.kind, server]),
);

/** The stores named on the command line, else all; those that are not installed are said to be and left out. */
export function storesAsked(names: readonly string[]): string[] {
  const all = [...servers.keys(), 'embedded'];
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new Error(`No store is called ${unknown.join(', ')}: there are ${all.join(', ')}.`);
  return (names.length === 0 ? all : names).filter((name) => {
    const reason = servers.get(name)?.skip;
    if (reason !== undefined) process.stdout.write(`${name}: ${reason}\n`);
    return reason === undefined;
  });
}
