import type { ProtocolKind } from '../config/schema/store.js';

/** How one kind of store wants to be asked and written to. Measured figures stand in docs/stores.md. */
export interface StoreProfile {
  readonly kind: 'embedded' | ProtocolKind;
  /** For people: "Virtuoso". */
  readonly title: string;
  /** Rows of a listing asked for at once. */
  readonly pageSize: number;
  /** Records whose context is read in one request. */
  readonly recordsPerRequest: number;
  /** Requests under way at once when reading. */
  readonly requestsInFlight: number;
  /** Triples in one update, insertions and removals together. */
  readonly triplesPerWrite: number;
  /** An update as a form's field, or as the body itself where the server that carries the store limits the size of forms. */
  readonly updateBody: 'form' | 'direct';
  /** Media types of SPARQL results to ask for, best first; the next one is asked for when an answer in the first is no XML or JSON. */
  readonly resultTypes: readonly [string, ...string[]];
  /** Whether a query that names no graph sees every named graph: measured of Virtuoso, Fuseki, Oxigraph and RDF4J. */
  readonly defaultGraphIsUnion: boolean;
}

/** What a configuration may set of a profile, for a store that is larger, smaller or tuned. */
export type ProfileOverrides = {
  readonly [Key in 'pageSize' | 'recordsPerRequest' | 'requestsInFlight' | 'triplesPerWrite']?:
    StoreProfile[Key] | undefined;
};

const xml = 'application/sparql-results+xml';
const json = 'application/sparql-results+json';

// Where the store writes both alike: JSON takes us half the time of XML to read.
const jsonFirst = [json, xml] as const;

/** A store we know nothing of: sizes that every store measured so far accepts. */
const cautious = {
  kind: 'sparql',
  title: 'SPARQL 1.1 store',
  pageSize: 5000,
  recordsPerRequest: 200,
  requestsInFlight: 2,
  // Virtuoso refuses more than 4,989 triples in one block; the run, the model and the agents come on top of these.
  triplesPerWrite: 4000,
  updateBody: 'form',
  // Virtuoso writes XML several times faster than JSON; XML cannot carry control characters.
  resultTypes: [xml, json],
  // Queries for stores where it is none find the same where it is one, only later.
  defaultGraphIsUnion: false,
} as const satisfies StoreProfile;

/** The profile of every kind of store. */
export const storeProfiles: Readonly<Record<StoreProfile['kind'], StoreProfile>> = {
  sparql: cautious,
  embedded: {
    ...cautious,
    kind: 'embedded',
    title: 'embedded store',
    pageSize: 50_000,
    defaultGraphIsUnion: true,
  },
  virtuoso: {
    ...cautious,
    kind: 'virtuoso',
    title: 'Virtuoso',
    // A prediction's twenty triples end in three full stops, so these are far from its limit; larger writes are faster.
    triplesPerWrite: 24_000,
    defaultGraphIsUnion: true,
  },
  fuseki: { ...cautious, kind: 'fuseki', title: 'Apache Jena Fuseki', resultTypes: jsonFirst },
  oxigraph: { ...cautious, kind: 'oxigraph', title: 'Oxigraph', resultTypes: jsonFirst },
  rdf4j: {
    ...cautious,
    kind: 'rdf4j',
    title: 'RDF4J',
    resultTypes: jsonFirst,
    triplesPerWrite: 8000,
    updateBody: 'direct',
    defaultGraphIsUnion: true,
  },
  graphdb: {
    ...cautious,
    kind: 'graphdb',
    title: 'GraphDB',
    updateBody: 'direct',
    defaultGraphIsUnion: true,
  },
  // QLever pays for every update anew, so few large ones.
  qlever: {
    ...cautious,
    kind: 'qlever',
    title: 'QLever',
    resultTypes: jsonFirst,
    defaultGraphIsUnion: true,
  },
};

/** A store in a few words, for people: "Virtuoso at http://127.0.0.1:8890/sparql". */
export function storeInWords({
  name,
  profile,
}: {
  readonly name: string;
  readonly profile: StoreProfile;
}): string {
  return profile.kind === 'embedded' ? name : `${profile.title} at ${name}`;
}

/** A profile with what the configuration sets in place of what was measured. */
export function tunedProfile(profile: StoreProfile, overrides: ProfileOverrides): StoreProfile {
  const set = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  return { ...profile, ...set };
}

/** The last segment of an address's path replaced, when it is one of `from`. */
function sibling(endpoint: URL, from: readonly string[], to: string): string | undefined {
  const segments = endpoint.pathname.split('/');
  if (!from.includes(segments.at(-1) ?? '')) return undefined;
  const address = new URL(endpoint);
  address.pathname = [...segments.slice(0, -1), to].join('/');
  address.search = '';
  return address.href;
}

/**
 * Where a store of this kind takes updates when its query service is at `endpoint`: Virtuoso's `/sparql-auth` (only with
 * credentials), Fuseki's and Oxigraph's `…/update`, RDF4J's and GraphDB's `…/repositories/ID/statements`; else the same
 * address.
 *
 * @param endpoint a valid http or https address
 */
export function updateEndpointOf(
  kind: StoreProfile['kind'],
  endpoint: string,
  { hasCredentials }: { readonly hasCredentials: boolean },
): string {
  const url = new URL(endpoint);
  const inferred = (): string | undefined => {
    switch (kind) {
      case 'virtuoso':
        return hasCredentials ? sibling(url, ['sparql'], 'sparql-auth') : undefined;
      case 'fuseki':
        return sibling(url, ['sparql', 'query'], 'update');
      case 'oxigraph':
        return sibling(url, ['query'], 'update');
      case 'rdf4j':
      case 'graphdb':
        return /\/repositories\/[^/]+$/.test(url.pathname)
          ? `${url.origin}${url.pathname}/statements`
          : undefined;
      default:
        return undefined;
    }
  };
  return inferred() ?? endpoint;
}
