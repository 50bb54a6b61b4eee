import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';
import { isLoopback } from '../config/loopback.js';
import type { HttpConfig } from './settings.js';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares in a time that tells nothing of where, or at which length, the two differ. */
export function equalSecrets(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** The host of an authority, an IPv6 address without its brackets; empty when it is none. */
function hostName(authority: string): string {
  if (!URL.canParse(`http://${authority}`)) return '';
  return new URL(`http://${authority}`).hostname.replace(/^\[|\]$/g, '');
}

/**
 * Lets a request that changes something pass, or throws HttpProblem 401 or 403.
 *
 * With a token configured the request must bear it. Without one, writing is for this machine alone: the server has to be
 * bound to a loopback address, the Host asked for has to be one (a page that rebinds its name in DNS asks for its own), and
 * a browser's Origin has to be this server itself (a page elsewhere must not start runs behind its visitor's back).
 */
export function authoriseWrite(request: FastifyRequest, http: HttpConfig): void {
  if (http.token !== undefined) {
    const [scheme, given] = (request.headers.authorization ?? '').split(' ', 2);
    if (scheme?.toLowerCase() !== 'bearer' || given === undefined || !equalSecrets(given, http.token)) {
      throw new HttpProblem(
        401,
        'This needs the bearer token set as http.token: send it as "Authorization: Bearer …".',
        {
          headers: { 'www-authenticate': 'Bearer realm="Lacuna"' },
        },
      );
    }
    return;
  }
  if (!isLoopback(http.host)) {
    throw new HttpProblem(
      403,
      `Lacuna listens on ${http.host}, which others can reach, and has no token: set http.token in the configuration to allow this.`,
    );
  }
  const asked = request.headers.host ?? '';
  if (!isLoopback(hostName(asked))) {
    throw new HttpProblem(
      403,
      'Without http.token, runs are started and cancelled from this machine by its loopback address only.',
    );
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${asked}`) {
    throw new HttpProblem(403, 'A page from another address may not start or cancel runs.');
  }
}
