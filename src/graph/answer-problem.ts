import { LacunaError } from '../config/errors.js';
import { TruncatedAnswer } from './truncated-answer.js';

/** What is known of a response before its body counts as an answer. */
export interface ResponseFacts {
  readonly endpoint: string;
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Beginning of the body when the status is no success, else empty. */
  readonly excerpt: string;
  /** Whether the request read or wrote. */
  readonly action: 'query' | 'update';
}

/** The store takes less at once than was sent: send it in halves. Code STORE_ANSWER. */
export class TooLarge extends LacunaError {
  constructor(message: string) {
    super('STORE_ANSWER', message);
  }
}

// SP031 and SQ199 are what Virtuoso says of thousands of VALUES rows. SP030 is its code for every query it cannot compile;
// our updates are sound, so there it can only be their size.
const tooLarge = {
  query: /SP031|SQ199/,
  update: /SP030|SP031|SQ199|too many|too large|too long|exceed|stack overflow|unable to parse form content/i,
};

function oneLine(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}

function refusal({ endpoint, status, header, excerpt, action }: ResponseFacts): LacunaError {
  const scheme = header('www-authenticate')?.split(/\s/)[0];
  const offered = scheme === undefined ? '' : ` It asks for ${scheme} authentication.`;
  const right =
    action === 'update'
      ? 'grant the user the right to update the predictions graph'
      : 'grant the user the right to query';
  return new LacunaError(
    'STORE_REFUSED',
    `${endpoint} refuses the ${action} (HTTP ${String(status)}).${offered} Check store.auth (kind, user, password or token)${action === 'update' ? ' and store.updateEndpoint' : ''}; if they are right, ${right}.${excerpt === '' ? '' : ` It says: ${oneLine(excerpt)}`}`,
  );
}

/**
 * Says what is wrong with a response, or undefined when its body may be read as the answer. 200 is not success by
 * itself: Virtuoso tells of cut rows and of time-outs in headers, proxies send their own pages.
 *
 * Statuses worth retrying (429, 502, 503, 504) are the caller's business before it asks here.
 */
export function answerProblem(facts: ResponseFacts): LacunaError | undefined {
  const { endpoint, status, header, action } = facts;
  // Virtuoso repeats the query behind its message; words in it are not the store's.
  const [excerpt = ''] = facts.excerpt.split('SPARQL query:');
  const said = oneLine(excerpt);
  if (header('x-sql-state') === 'S1TAT') {
    return new LacunaError(
      'STORE_ANSWER',
      `${endpoint} ran out of time and sent a part of the answer only. Raise MaxQueryExecutionTime, or ask for less at once.`,
    );
  }
  if (status >= 200 && status < 300) {
    const limit = header('x-sparql-maxrows');
    if (limit === undefined) return undefined;
    return new TruncatedAnswer(
      `${endpoint} cut the answer at ${limit} rows. Raise ResultSetMaxRows, or ask for smaller pages.`,
    );
  }
  if (status === 401 || status === 403) return refusal(facts);
  if (/SR186/.test(excerpt) || /SPARQL_UPDATE|No permission|permission denied|access denied/i.test(excerpt)) {
    return new LacunaError(
      'STORE_REFUSED',
      `${endpoint} does not let this user ${action === 'update' ? 'write' : 'read'}. In Virtuoso: set store.auth, and store.updateEndpoint to /sparql-auth; GRANT SPARQL_UPDATE TO "user"; DB.DBA.RDF_GRAPH_USER_PERMS_SET('<graph>', 'user', 3). It says: ${said}`,
    );
  }
  if (status === 413 || (status >= 400 && tooLarge[action].test(excerpt))) {
    return new TooLarge(`${endpoint} takes less at once than it was sent (HTTP ${String(status)}): ${said}`);
  }
  if (status >= 300 && status < 400) {
    return new LacunaError(
      'STORE_ANSWER',
      `${endpoint} has moved to ${header('location') ?? 'another address'}. Set store.endpoint to the new address.`,
    );
  }
  if (status === 400 && action === 'update') {
    // Our updates are sound: this is Fuseki's way to say that a dataset is read-only.
    return new LacunaError(
      'STORE_REFUSED',
      `${endpoint} takes no updates: ${said || 'no explanation'}. Set store.updateEndpoint to the address of its update service; in Fuseki, allow updates of the dataset (--update).`,
    );
  }
  if (status === 400)
    return new LacunaError('INPUT_INVALID', `${endpoint} does not understand the ${action}: ${said}`);
  if (status === 404 || status === 405) {
    return new LacunaError(
      'STORE_ANSWER',
      `${endpoint} is no SPARQL ${action} endpoint (HTTP ${String(status)}). Correct ${action === 'update' ? 'store.updateEndpoint (when it is not set, store.endpoint)' : 'store.endpoint'}.`,
    );
  }
  return new LacunaError(
    'STORE_ANSWER',
    `${endpoint} failed (HTTP ${String(status)}): ${said || 'no explanation'}`,
  );
}
