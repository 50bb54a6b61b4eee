import type { Readable } from './lanes.js';
import type { Bindings, RequestOptions } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import type { TemplateValues } from './template.js';
import { literal } from './terms.js';

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
 * the graph; a key with more rows than a page gets a page as large as it needs.
 */
export async function* keysetPages(
  store: Readable,
  { template, values, key, pageSize }: PagedQuery,
  options: RequestOptions,
): AsyncGenerator<readonly Bindings[]> {
  const loaded = await loadTemplate(template);
  let last = '';
  let limit = pageSize;
  for (;;) {
    const bound = { ...values, last: literal(last), pageSize: literal(String(limit)) };
    const rows = await store.select(bindTemplate(loaded, bound), options);
    const isLastPage = rows.length < limit;
    const final = rows.at(-1)?.[key]?.value;
    // The last key of a full page may have more rows than fitted: it is left for the next page.
    const whole = isLastPage ? rows : rows.filter((row) => row[key]?.value !== final);
    if (whole.length > 0) {
      yield whole;
      last = whole.at(-1)?.[key]?.value ?? last;
      limit = pageSize;
    } else {
      limit *= 2;
    }
    if (isLastPage) return;
  }
}
