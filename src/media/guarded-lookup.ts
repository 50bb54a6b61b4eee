import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Code of the error a guarded lookup ends with when it refuses. */
export const privateAddressCode = 'LACUNA_PRIVATE_ADDRESS';

/** Resolves a host name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The operating system's resolver. */
export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/**
 * A DNS lookup that refuses hosts with a refused address, for the socket itself.
 *
 * Checking the name beforehand would not do: the name may resolve to another address when the socket connects
 * (DNS rebinding), so the check sits where the connection gets its address. One refused address refuses the host.
 *
 * @param isRefused says whether an address may not be connected to
 * @returns a function for the `lookup` option of node's sockets; its error has the code `privateAddressCode`
 */
export function guardedLookup(
  isRefused: (address: string) => boolean,
  resolve: Resolve = systemResolve,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const wanted = options.family === 4 || options.family === 6 ? options.family : 0;
        const addresses = found.filter(({ family }) => wanted === 0 || family === wanted);
        const refused = found.find(({ address }) => isRefused(address));
        const first = addresses[0];
        if (refused !== undefined) {
          const error = new Error(
            `${hostname} resolves to ${refused.address}, which is not a public address`,
          );
          callback(Object.assign(error, { code: privateAddressCode }), '', 0);
        } else if (first === undefined) {
          callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 0);
        } else if (options.all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '', 0);
      },
    );
  };
}
