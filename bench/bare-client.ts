import { randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { digestAuthorization, digestChallenge, type DigestChallenge } from '../src/graph/digest-auth.js';
import type { Auth } from '../src/graph/protocol-store.js';

const form = 'application/x-www-form-urlencoded';

/**
 * The barest client a triple store can have: form POST over kept connections, the body drained and thrown away. It parses
 * nothing, checks nothing but the status, and retries nothing but a closed connection: what it takes is the store's own time.
 */
export class BareClient {
  readonly #auth: Auth;
  readonly #agent: Agent;
  #challenge: DigestChallenge | undefined;
  #count = 0;

  /** `inFlight` = connections. */
  constructor(auth: Auth, inFlight: number) {
    this.#auth = auth;
    this.#agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  }

  /** Posts a body, an encoded form unless told, and returns how many bytes came back. Rejects on any status but 2xx. */
  async post(url: string, body: string | Buffer, accept: string, type = form): Promise<number> {
    let response = await this.#send(url, body, accept, type);
    if (response.statusCode === 401 && this.#auth.kind === 'digest') {
      this.#challenge = digestChallenge(response.headers['www-authenticate'] ?? '');
      this.#count = 0;
      response.resume();
      response = await this.#send(url, body, accept, type);
    }
    let bytes = 0;
    let excerpt = '';
    const isGood = response.statusCode !== undefined && response.statusCode < 300;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (!isGood && excerpt.length < 500) excerpt += chunk.toString();
    }
    if (!isGood) throw new Error(`${url} answered ${String(response.statusCode)}: ${excerpt}`);
    return bytes;
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  #authorization(url: string): string | undefined {
    const auth = this.#auth;
    if (auth.kind === 'basic')
      return `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
    if (auth.kind === 'bearer') return `Bearer ${auth.token}`;
    if (auth.kind !== 'digest' || this.#challenge === undefined) return undefined;
    this.#count += 1;
    const { user, password } = auth;
    const cnonce = randomBytes(16).toString('hex');
    const uri = new URL(url).pathname;
    return digestAuthorization(this.#challenge, {
      user,
      password,
      method: 'POST',
      uri,
      count: this.#count,
      cnonce,
    });
  }

  #send(url: string, body: string | Buffer, accept: string, type: string): Promise<IncomingMessage> {
    const authorization = this.#authorization(url);
    const headers = {
      accept,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      ...(authorization === undefined ? {} : { authorization }),
    };
    return new Promise((resolve, reject) => {
      const sending = request(url, { method: 'POST', agent: this.#agent, headers }, resolve);
      sending.once('error', (error: NodeJS.ErrnoException) => {
        // A server may close a connection that was kept: then another is opened.
        const isClosed = sending.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (isClosed) this.#send(url, body, accept, type).then(resolve, reject);
        else reject(error);
      });
      sending.end(body);
    });
  }
}
