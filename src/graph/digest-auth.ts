import { createHash } from 'node:crypto';

/** The part of a `WWW-Authenticate: Digest` challenge that an answer needs (RFC 7616, section 3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess';
  /** False for servers of RFC 2069, which know no `qop`. */
  readonly hasQop: boolean;
}

/** What one request adds to a challenge. */
export interface DigestRequest {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** Request target: path and query. */
  readonly uri: string;
  /** How many requests were made with this nonce, this one included. */
  readonly count: number;
  /** Client nonce, unpredictable. */
  readonly cnonce: string;
}

const algorithms = ['SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess'] as const;

// A comma parts two challenges when a scheme and a parameter's name follow; inside quotes it never does.
const oneChallenge = /(?:"(?:[^"\\]|\\.)*"|[^",]|,(?!\s*[A-Za-z][A-Za-z0-9-]*\s+[A-Za-z]))+/g;

function splitChallenges(header: string): string[] {
  return header.match(oneChallenge) ?? [];
}

function parameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
    found.set((match[1] ?? '').toLowerCase(), value);
  }
  return found;
}

/**
 * Picks the strongest Digest challenge this client can answer out of a `WWW-Authenticate` header: SHA-256 before MD5.
 *
 * @returns undefined when there is none: another scheme, an unknown algorithm, or only `qop=auth-int`.
 */
export function digestChallenge(header: string): DigestChallenge | undefined {
  const challenges = splitChallenges(header).flatMap((part): DigestChallenge[] => {
    const match = /^\s*Digest\s+(.*)$/is.exec(part);
    if (match === null) return [];
    const given = parameters(match[1] ?? '');
    const wanted = (given.get('algorithm') ?? 'MD5').toLowerCase();
    const algorithm = algorithms.find((item) => item.toLowerCase() === wanted);
    const qop = given
      .get('qop')
      ?.split(',')
      .map((item) => item.trim().toLowerCase());
    const nonce = given.get('nonce');
    if (algorithm === undefined || nonce === undefined || (qop !== undefined && !qop.includes('auth')))
      return [];
    return [
      {
        realm: given.get('realm') ?? '',
        nonce,
        opaque: given.get('opaque'),
        algorithm,
        hasQop: qop !== undefined,
      },
    ];
  });
  return algorithms.flatMap((name) => challenges.filter(({ algorithm }) => algorithm === name))[0];
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * The `Authorization` header that answers a Digest challenge with `qop=auth` (RFC 7616, section 3.4; RFC 2069 when the
 * server names no qop). User and password are hashed as UTF-8.
 */
export function digestAuthorization(challenge: DigestChallenge, request: DigestRequest): string {
  const { algorithm, realm, nonce, opaque, hasQop } = challenge;
  const { user, password, method, uri, cnonce } = request;
  const hash = (text: string): string =>
    createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
      .update(text, 'utf8')
      .digest('hex');
  const count = request.count.toString(16).padStart(8, '0');
  const secret = hash(`${user}:${realm}:${password}`);
  const first = algorithm.endsWith('-sess') ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const second = hash(`${method}:${uri}`);
  const response = hasQop
    ? hash(`${first}:${nonce}:${count}:${cnonce}:auth:${second}`)
    : hash(`${first}:${nonce}:${second}`);
  const fields = [
    `username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `algorithm=${algorithm}`,
    `response=${quoted(response)}`,
    ...(hasQop ? ['qop=auth', `nc=${count}`] : []),
    ...(hasQop || algorithm.endsWith('-sess') ? [`cnonce=${quoted(cnonce)}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${fields.join(', ')}`;
}
