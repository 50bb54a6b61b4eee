import type { OutgoingHttpHeaders } from 'node:http';
import { PassThrough } from 'node:stream';

/**
 * Stands in for Node's response while the query engine's HTTP handler writes: status and headers are kept until the first
 * bytes are known to be an answer, so that an error still can become an error.
 *
 * The handler writes 200 before it asks the store, and on a failure half-way it closes an incomplete answer with a sentence
 * in plain words. Here such an answer breaks off instead: a reader must never take half a result for a whole one.
 */
export class CapturedResponse extends PassThrough {
  statusCode = 200;
  contentType = 'application/octet-stream';

  /** Resolves when the answer is complete or more than the buffer holds; rejects when it breaks off. */
  readonly settled = new Promise<void>((resolve, reject) => {
    this.once('finish', resolve).once('full', resolve).once('error', reject).once('close', resolve);
  });

  writeHead(status: number, headers: OutgoingHttpHeaders): this {
    this.statusCode = status;
    const type = headers['content-type'];
    if (typeof type === 'string') this.contentType = type;
    return this;
  }

  override write(...parts: unknown[]): boolean {
    const more = super.write(...(parts as [unknown]));
    if (!more) this.emit('full');
    return more;
  }

  override end(...parts: unknown[]): this {
    const [text] = parts;
    if (this.statusCode === 200 && text !== undefined && typeof text !== 'function') {
      this.destroy(new Error('The answer could not be completed.'));
      return this;
    }
    return super.end(...(parts as []));
  }
}
