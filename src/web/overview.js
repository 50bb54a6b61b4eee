/* global AbortController, document, fetch, location, performance, setTimeout, URL, URLSearchParams */
// The overview page: fetches what the server knows and writes it into the document. Nothing is loaded from elsewhere.

const pollMs = 2000;
const moreRows = 200;

/**
 * Makes an element. Children that are strings become text, never markup.
 * @param {string} tag element name, with a class behind a dot: `p.quiet`
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function element(tag, attributes = {}, ...children) {
  const [name = 'div', className] = tag.split('.');
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** @param {string} id */
function place(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

const number = new Intl.NumberFormat('en');
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** @param {number} count @param {string} noun */
function counted(count, noun) {
  return `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * A share in words; something is never called nothing, nor nearly all called all.
 * @param {number} part @param {number} whole
 */
function percent(part, whole) {
  if (whole === 0) return '0 %';
  const exact = (100 * part) / whole;
  if (exact > 0 && exact < 1) return 'under 1 %';
  if (exact < 100 && exact > 99) return 'over 99 %';
  return `${Math.round(exact)} %`;
}

/**
 * Fetches JSON; a problem (RFC 9457) becomes an Error with its detail.
 * @param {string} url @param {RequestInit} [init]
 */
async function ask(url, init) {
  const response = await fetch(url, init);
  const body = await response.json();
  if (response.ok) return body;
  throw new Error(body.detail ?? `${response.status} ${response.statusText}`);
}

/** @param {unknown} error */
function notice(error) {
  return element('p.notice', { role: 'alert' }, error instanceof Error ? error.message : String(error));
}

// ---- coverage

/** @param {{property: string, total: number, known: number, filled: number, open: number}} coverage */
function coverageBar({ property, total, known, filled, open }) {
  const parts = [
    { name: 'known', count: known, said: 'recorded by the museum' },
    { name: 'filled', count: filled, said: 'filled by a prediction' },
    { name: 'open', count: open, said: 'still open' },
  ];
  const said = parts.map((part) => `${percent(part.count, total)} ${part.said}`).join(', ');
  const stack = element('div.stack', { role: 'img', 'aria-label': `${property}: ${said}`, title: said });
  for (const { name, count } of parts) {
    const piece = element(`span.${name}`);
    piece.style.width = `${total === 0 ? 0 : (100 * count) / total}%`;
    stack.append(piece);
  }
  return element(
    'div.property',
    {},
    element('h3', {}, property),
    stack,
    element(
      'p',
      {},
      `${percent(known, total)} known → `,
      element('strong', {}, `${percent(known + filled, total)} with predictions`),
      ` · ${counted(filled, 'gap')} filled, ${number.format(open)} still open`,
    ),
  );
}

/** @param {{title: string, records: number, museums: number, remarks: string[], coverage: {filled: number}[]}} overview */
function showFigures({ title, records, museums, remarks, coverage }) {
  document.title = `${title} · Lacuna`;
  place('title').textContent = title;
  place('remarks').replaceChildren(...remarks.map((remark) => element('p.remark', {}, remark)));
  const filled = coverage.reduce((sum, property) => sum + property.filled, 0);
  const figures = /** @type {[string, number][]} */ ([
    ['records', records],
    ['museums', museums],
    ['gaps filled by predictions', filled],
  ]);
  place('figures').replaceChildren(
    ...figures.map(([name, value]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, number.format(value))),
    ),
  );
}

// ---- examples

/** @param {{modality: string, label: string, confidence: number}} opinion */
function opinionLine({ modality, label, confidence }) {
  const bar = element('span.share', { 'aria-hidden': 'true' });
  bar.style.width = `${100 * confidence}%`;
  return element(
    'li.opinion',
    {},
    element('span', {}, modality),
    element('span', {}, label),
    element('span', {}, percent(confidence, 1)),
    element('span.track', { 'aria-hidden': 'true' }, bar),
  );
}

/**
 * Reasons, each once, the strongest first; a modality's own before what fusion makes of it.
 * @param {{modality: string, feature: string, weight: number}[]} evidence
 */
function evidenceList(evidence) {
  const features = [...new Set(evidence.map(({ feature }) => feature))];
  const lines = features.map((feature) => {
    const { modality, weight } = /** @type {any} */ (evidence.find((reason) => reason.feature === feature));
    return element(
      'li',
      {},
      element('span', {}, modality),
      element('span', {}, feature),
      element('span', {}, weight > 0 ? 'for' : 'against'),
    );
  });
  return element('ul.evidence', {}, ...lines);
}

/** @param {{coverage: number, values: {label: string}[]}} set */
function setLine({ coverage, values }) {
  const names = values.map((value) => value.label).join(', ');
  return element('p.set', {}, `With ${percent(coverage, 1)} probability one of: ${names}`);
}

/**
 * The photograph in grey, coloured where it speaks for or against a value.
 * @param {string} title of the record
 * @param {string} query names the prediction
 * @param {{value: {label: string}, strongest?: string}} explanation
 */
async function photographFigure(title, query, { value, strongest }) {
  const where = strongest
    ? `What speaks most for “${value.label}” is in the part: ${strongest}.`
    : `No part of it speaks for “${value.label}” alone.`;
  const picture = /** @type {HTMLImageElement} */ (
    element('img', {
      src: `/photographs/why.webp?${query}`,
      alt: `The photograph of ${title} that was looked at, in grey, with what speaks for “${value.label}” in orange and what speaks against it in blue. ${where}`,
      width: '336',
      height: '336',
    })
  );
  await picture.decode();
  return element(
    'figure.seen',
    {},
    picture,
    element(
      'figcaption',
      {},
      element(
        'ul.legend',
        {},
        element('li', {}, element('span.swatch for'), ` speaks for “${value.label}”`),
        element('li', {}, element('span.swatch against'), ' speaks against it'),
      ),
      element(
        'p',
        {},
        `${where} Each part was covered in turn and the model asked again: the more that took from its certainty, the stronger the colour. Where all is of one colour, it is the whole that counts.`,
      ),
    ),
  );
}

/**
 * A button that asks which parts of the photograph carried what the image modality says. `leave` stops asking.
 * @param {string} title of the record
 * @param {string} record IRI @param {string} task
 */
function photographAsker(title, record, task) {
  const query = new URLSearchParams({ record, task }).toString();
  const button = /** @type {HTMLButtonElement} */ (
    element('button.small', { type: 'button' }, 'Show where in the photograph')
  );
  const box = element('div', { 'aria-live': 'polite' }, button);
  let asking = new AbortController();
  button.addEventListener('click', async () => {
    asking = new AbortController();
    const { signal } = asking;
    const looking = element('p.quiet', {}, 'Looking at the photograph…');
    box.replaceChildren(looking);
    try {
      const explanation = await ask(`/photographs/why?${query}`, { signal });
      box.replaceChildren(await photographFigure(title, query, explanation));
    } catch (error) {
      box.replaceChildren(...(signal.aborted ? [button] : [notice(error), button]));
    }
  });
  return { box, leave: () => asking.abort() };
}

/** @param {any} prediction @param {{object: string, label: string}} record */
function predictionDetails(prediction, record) {
  const { task, label, confidence, modality, explanation, model, madeAt, set, opinions, evidence } =
    prediction;
  const why = element('div.why');
  if (set) why.append(setLine(set));
  if (opinions.length > 0)
    why.append(element('p', {}, 'Who says what'), element('ul', {}, ...opinions.map(opinionLine)));
  if (evidence.length > 0) why.append(element('p', {}, 'What weighed most'), evidenceList(evidence));
  const modalities = [modality, ...opinions.map((/** @type {{modality: string}} */ one) => one.modality)];
  const asker = modalities.includes('image') ? photographAsker(record.label, record.object, task) : undefined;
  if (asker) why.append(asker.box);
  const origin = [model && `Model ${model}`, madeAt && moment.format(new Date(madeAt))]
    .filter(Boolean)
    .join(', ');
  why.append(element('p.how', {}, [explanation, origin && `${origin}.`].filter(Boolean).join(' ')));
  const details = /** @type {HTMLDetailsElement} */ (
    element(
      'details',
      {},
      element(
        'summary',
        {},
        element('span', {}, label),
        element('span.percentage', {}, percent(confidence, 1)),
      ),
      why,
    )
  );
  details.addEventListener('toggle', () => {
    if (!details.open) asker?.leave();
  });
  return details;
}

/** @param {any} record */
function recordCard({ object, label, museum, photograph, known, predictions }) {
  const picture = photograph
    ? element('img', {
        src: `/photographs?node=${encodeURIComponent(photograph)}`,
        alt: `Photograph of ${label}`,
        loading: 'lazy',
        width: '640',
        height: '480',
      })
    : noPhotograph('No photograph');
  picture.addEventListener('error', () =>
    picture.replaceWith(noPhotograph('The photograph cannot be reached')),
  );
  const values = element(
    'dl.values',
    {},
    ...predictions.map((/** @type {any} */ prediction) =>
      element(
        'div',
        {},
        element('dt', {}, prediction.property),
        element('dd', {}, predictionDetails(prediction, { object, label })),
      ),
    ),
    ...known.map((/** @type {{property: string, values: {label: string}[]}} */ { property, values: found }) =>
      element(
        'div',
        {},
        element('dt', {}, property),
        element('dd', {}, found.map((value) => value.label).join('; ')),
      ),
    ),
  );
  return element(
    'article.record',
    {},
    picture,
    element('div', {}, element('h3', {}, label), element('p.quiet museum', {}, museum), values),
  );
}

/** @param {string} text */
function noPhotograph(text) {
  return element('div.no-photograph', {}, text);
}

async function showOverview() {
  const bars = place('coverage-bars');
  const examples = place('examples');
  try {
    const overview = await ask('/overview');
    showFigures(overview);
    bars.replaceChildren(...overview.coverage.map(coverageBar));
    examples.replaceChildren(
      ...(overview.examples.length > 0
        ? overview.examples.map(recordCard)
        : [element('p', {}, 'There are no predictions yet. Start a run: POST /runs, or "lacuna enrich".')]),
    );
    const box = /** @type {HTMLTextAreaElement} */ (place('query-text'));
    if (box.value === '') box.value = overview.query;
  } catch (error) {
    bars.replaceChildren(notice(error));
  }
  bars.removeAttribute('aria-busy');
  examples.removeAttribute('aria-busy');
}

// ---- last run

const tones = /** @type {Record<string, string>} */ ({
  completed: 'good',
  failed: 'bad',
  cancelled: 'bad',
  parked: 'bad',
});
const triggers = /** @type {Record<string, string>} */ ({
  demand: 'on demand',
  schedule: 'by the schedule',
  startup: 'at the start of the service',
});

/** @param {{state: string}} run */
function isUnderWay({ state }) {
  return !(state in tones);
}

/** @param {any} run */
function runHead({ state, trigger, startedAt, endedAt }) {
  const when = endedAt
    ? `ended ${moment.format(new Date(endedAt))}, started ${triggers[trigger] ?? trigger}`
    : `started ${moment.format(new Date(startedAt))} ${triggers[trigger] ?? trigger}`;
  return element('p', {}, element(`span.badge ${tones[state] ?? 'busy'}`, {}, state), when);
}

/** @param {any} summary */
function taskTable({ recordsExamined, tasks, written }) {
  const columns = /** @type {[string, string][]} */ ([
    ['gaps', 'gaps'],
    ['published', 'published'],
    ['alreadyPublished', 'already there'],
    ['unchanged', 'unchanged'],
    ['abstained', 'too unsure'],
    ['nothingToGoOn', 'nothing to go on'],
    ['rejectedByCurator', 'rejected by curators'],
    ['failed', 'failed'],
  ]);
  // What is nought for every property says nothing, and a phone has little room.
  const shown = columns.filter(
    ([key]) =>
      key === 'gaps' || key === 'published' || Object.values(tasks).some((counts) => counts[key] > 0),
  );
  const head = element('tr', {}, element('th', { scope: 'col' }, 'property'));
  head.append(...shown.map(([, name]) => element('th.number', { scope: 'col' }, name)));
  const rows = Object.entries(tasks).map(([task, counts]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, task),
      ...shown.map(([key]) => element('td.number', {}, number.format(counts[key] ?? 0))),
    ),
  );
  const said = `${counted(recordsExamined ?? 0, 'record')} examined, ${counted(written?.predictions ?? 0, 'prediction')} written.`;
  return element(
    'div.scroll',
    { tabindex: '0', role: 'region', 'aria-label': 'What became of the gaps' },
    element(
      'table',
      {},
      element('caption', {}, said),
      element('thead', {}, head),
      element('tbody', {}, ...rows),
    ),
  );
}

/** @param {{reason: string, count: number, examples: string[]}[]} skips */
function skipList(skips) {
  const total = skips.reduce((sum, { count }) => sum + count, 0);
  return element(
    'details',
    {},
    element('summary', {}, `${counted(total, 'thing')} left out, or set right on the way`),
    element(
      'ul.skips',
      {},
      ...skips.map(({ reason, count, examples }) =>
        element(
          'li',
          { title: examples.join('\n') },
          element('strong', {}, number.format(count)),
          ` ${reason.replaceAll('-', ' ')}`,
        ),
      ),
    ),
  );
}

/** @param {any} run */
function runParts(run) {
  const parts = [runHead(run)];
  if (isUnderWay(run)) {
    const { done, total, label } = run.progress;
    const bar = total > 0 ? { value: String(done), max: String(total) } : {};
    parts.push(
      element('p', {}, total > 0 ? `${label}: ${number.format(done)} of ${number.format(total)}` : label),
      element('progress', { ...bar, 'aria-label': label }),
    );
  }
  if (run.error) parts.push(notice(new Error(run.error.message)));
  if (run.summary?.tasks) parts.push(taskTable(run.summary));
  if (run.summary?.skips?.length > 0) parts.push(skipList(run.summary.skips));
  return parts;
}

/** Shows the latest run, follows it while it is under way, and reads the overview anew when it ends. */
async function followRuns() {
  const box = place('run');
  let following = '';
  for (;;) {
    let shown = '';
    try {
      const { runs } = await ask('/runs?limit=1');
      const [run] = runs;
      box.replaceChildren(...(run ? runParts(run) : [element('p', {}, 'No run yet.')]));
      shown = run && isUnderWay(run) ? run.id : '';
    } catch (error) {
      box.replaceChildren(notice(error));
    }
    if (following !== '' && shown !== following) await showOverview();
    following = shown;
    if (following === '') return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

// ---- query

/** @param {{type: string, value: string, 'xml:lang'?: string} | undefined} term */
function cell(term) {
  if (!term) return element('td');
  if (term.type === 'uri' && /^https?:/.test(term.value)) {
    const short = term.value.split(/[/#]/).filter(Boolean).at(-1) ?? term.value;
    return element(
      'td.name',
      {},
      element('a', { href: term.value, title: term.value, rel: 'noreferrer' }, short),
    );
  }
  const language = term['xml:lang'];
  return element(term.value.length > 60 ? 'td.prose' : 'td', language ? { lang: language } : {}, term.value);
}

/** @param {any} answer @param {number} ms */
function answerTable(answer, ms) {
  if (typeof answer.boolean === 'boolean') return element('p', {}, answer.boolean ? 'Yes.' : 'No.');
  const { vars } = answer.head;
  const { bindings } = answer.results;
  const shown = bindings.slice(0, moreRows);
  const said =
    counted(bindings.length, 'row') +
    ` in ${number.format(Math.round(ms))} ms` +
    (shown.length < bindings.length ? `, the first ${moreRows} shown` : '');
  const head = element(
    'tr',
    {},
    ...vars.map((/** @type {string} */ name) => element('th', { scope: 'col' }, name)),
  );
  const rows = shown.map((/** @type {Record<string, any>} */ row) =>
    element('tr', {}, ...vars.map((/** @type {string} */ name) => cell(row[name]))),
  );
  return element(
    'div.scroll',
    { tabindex: '0', role: 'region', 'aria-label': 'Answer' },
    element(
      'table',
      {},
      element('caption', {}, said),
      element('thead', {}, head),
      element('tbody', {}, ...rows),
    ),
  );
}

/** @param {SubmitEvent | KeyboardEvent} event */
async function runQuery(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (place('query-form'));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  const text = /** @type {HTMLTextAreaElement} */ (place('query-text')).value;
  const before = performance.now();
  button.disabled = true;
  place('answer').replaceChildren(element('p.quiet', {}, 'Asking…'));
  try {
    const response = await fetch('/sparql', {
      method: 'POST',
      headers: { accept: 'application/sparql-results+json, text/turtle' },
      body: new URLSearchParams({ query: text }),
    });
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok) throw new Error((await response.json()).detail);
    const shown = type.includes('json')
      ? answerTable(await response.json(), performance.now() - before)
      : element('pre.scroll', {}, await response.text());
    place('answer').replaceChildren(shown);
  } catch (error) {
    place('answer').replaceChildren(notice(error));
  } finally {
    button.disabled = false;
  }
}

place('endpoint').textContent = new URL('/sparql', location.href).href;
place('query-form').addEventListener('submit', (event) => void runQuery(/** @type {SubmitEvent} */ (event)));
place('query-text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void runQuery(event);
});
void showOverview();
void followRuns();
