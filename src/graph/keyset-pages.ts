import type { Readable } from './lanes.js';
import type { Bindings, RequestOptions } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import type { TemplateValues } from './template.js';
import { literal } from './terms.js';
import { TruncatedAnswer } from './truncated-answer.js';

/** A query that is sorted by one column's text and takes `last` and `pageSize`. */
export interface PagedQuery {
  /** Name of the template in `queries/`. */
  readonly template: string;
  /** What the template takes besides `last` and `pageSize`. */
  readonly values: TemplateValues;
  /** Column the rows are sorted by, without `?`. */
  readonly key: string;
  /** Rows asked for at once. */
  readonly pageSize: number;
}

/**
 * Runs a sorted query page by page: rows of one key never straddle two pages. Memory is one page, whatever the size of
 * the graph; a key with more rows than a page gets a page as large as it needs. Where the store cuts a page, pages are half
 * as large from there on.
 *
 * @throws TruncatedAnswer when the rows of one key are more than the store gives at once.
 */
export async function* keysetPages(
  store: Readable,
  { template, values, key, pageSize }: PagedQuery,
  options: RequestOptions,
): AsyncGenerator<readonly Bindings[]> {
  const loaded = await loadTemplate(template);
  let last = '';
  let size = pageSize;
  let limit = size;
  let cut: { at: number; error: TruncatedAnswer } | undefined;
  for (;;) {
    const bound = { ...values, last: literal(last), pageSize: literal(String(limit)) };
    let rows: readonly Bindings[];
    try {
      rows = await store.select(bindTemplate(loaded, bound), options);
    } catch (error) {
      if (!(error instanceof TruncatedAnswer) || limit < 2) throw error;
      cut = { at: limit, error };
      limit = Math.ceil(limit / 2);
      size = Math.min(size, limit);
      continue;
    }
    const isLastPage = rows.length < limit;
    const final = rows.at(-1)?.[key]?.value;
    // The last key of a full page may have more rows than fitted: it is left for the next page.
    const whole = isLastPage ? rows : rows.filter((row) => row[key]?.value !== final);
    if (whole.length > 0) {
      yield whole;
      last = whole.at(-1)?.[key]?.value ?? last;
      limit = size;
    } else if (!isLastPage) {
      if (cut !== undefined && limit + 1 >= cut.at) throw cut.error;
      limit = Math.min(limit * 2, cut === undefined ? Infinity : cut.at - 1);
    }
    if (isLastPage) return;
  }
}
