/** A piece of HTML whose text has been escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, lists are joined, undefined and false leave nothing. */
export type Content = string | number | Markup | undefined | false | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that means itself in HTML, in elements and in quoted attributes. */
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character]!);

function written(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content.map(written).join('');
}

/** A template of HTML: what is filled in is escaped unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    strings.map((text, index) => text + (index < contents.length ? written(contents[index]) : '')).join(''),
  );
}

/** A table of figures: the first column names the row. `highlight` marks rows by index. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  { caption, highlight = [] }: { caption: string; highlight?: readonly number[] },
): Markup {
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name) => (name === '' ? html`<td></td>` : html`<th scope="col">${name}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells], index) =>
            html`<tr${highlight.includes(index) && new Markup(' class="chosen"')}><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Something a reader may open. */
export const disclosure = (summary: string, content: Content): Markup =>
  html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;

/** A drawing with its caption, and the numbers behind it. */
export function figure(drawing: Markup, caption: Content, numbers?: Markup): Markup {
  return html`<figure>
    ${drawing}
    <figcaption>${caption}</figcaption>
    ${numbers && disclosure('Numbers', numbers)}
  </figure>`;
}
