import { servers as known, type KnownServer } from '../test/stores/servers.js';

/** The triple stores that benchmarks know, by the name they are asked for with. */
export const servers: Readonly<Record<string, KnownServer>> = Object.fromEntries(
  known.map((server) => [server.kind, server]),
);

/** The stores named on the command line, else all; those that are not installed are said to be and left out. */
export function storesAsked(names: readonly string[], known: readonly string[]): string[] {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`No store is called ${unknown.join(', ')}: there are ${known.join(', ')}.`);
  return (names.length === 0 ? known : names).filter((name) => {
    const reason = servers[name]?.skip;
    if (reason !== undefined) process.stdout.write(`${reason}\n`);
    return reason === undefined;
  });
}
