import type { ProtocolKind } from '../../src/config/schema/store.js';
import { smallConfiguration, tabularAlone } from '../cli/small-configuration.js';

/** What the environment holds for `authOf`. */
export const passwords = { STORE_PASSWORD: 'se:cret' };

/** How the configuration tells the limited user of a server. */
export function authOf(kind: ProtocolKind): string {
  return kind === 'virtuoso'
    ? '{ kind: digest, user: lacuna, password: "${STORE_PASSWORD}" }'
    : '{ kind: none }';
}

/** What differs between configurations. */
export interface Settings {
  readonly endpoint: string;
  /** Where this kind of store has it unless given. */
  readonly updateEndpoint?: string;
  readonly predictions: string;
}

/** A configuration of the command line for a small collection in a server; more of it can follow. */
export function configuration({ endpoint, updateEndpoint, predictions }: Settings, auth: string): string {
  const update = updateEndpoint === undefined ? '' : `updateEndpoint: "${updateEndpoint}",`;
  const store = `{ kind: auto, endpoint: "${endpoint}", ${update} auth: ${auth}, timeoutSeconds: 30, leaseSeconds: 10 }`;
  return smallConfiguration(store, predictions) + tabularAlone;
}
