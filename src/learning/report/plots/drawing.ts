import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escaped, Markup } from '../page/markup.js';

/** The one part of a drawn element that is needed; the DOM's own types are a browser's. */
interface Drawn {
  readonly outerHTML: string;
}

const { document } = parseHTML('<!doctype html><html></html>') as unknown as { document: unknown };

/** Colours of the page's style sheet, for light and dark alike. */
export const colours = {
  ink: 'var(--ink)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  paper: 'var(--card)',
  good: 'var(--good)',
} as const;

/** The colour of a modality. */
export const modalityColour = (modality: string): string => `var(--${modality}, var(--accent))`;

/** Options of every plot whose x axis is a share. */
export const shareAxis = { domain: [0, 1], tickFormat: (share: number) => `${Math.round(100 * share)}` };

/**
 * Draws a plot as SVG with a title and a description for those who cannot see it. Width and height are in the drawing's
 * own units; the page scales it.
 */
export function draw(title: string, description: string, options: Plot.PlotOptions): Markup {
  const svg = Plot.plot({
    document,
    className: 'plot',
    style: { fontSize: '12px', fontFamily: 'inherit', overflow: 'visible' },
    ...options,
  }) as unknown as Drawn;
  const told = escaped(`${title}. ${description}`);
  const head = `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`;
  return new Markup(
    svg.outerHTML
      // The page has the plots' few rules once; Plot repeats them in each.
      .replace(/<style>[^]*?<\/style>/, head)
      // Plot names its groups, which have no role that could bear a name.
      .replaceAll(/(<g\b[^>]*?) aria-label="([^"]*)"/g, (_, group: string, name: string) =>
        name.includes('axis') ? `${group} class="axis"` : group,
      )
      .replace('<svg', `<svg role="img" aria-label="${told}"`),
  );
}
