import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReport } from '../../../src/learning/report/build-report.js';
import { disclosure, html, Markup, table } from '../../../src/learning/report/page/markup.js';
import { reportPage } from '../../../src/learning/report/page/page.js';
import { verdictOf } from '../../../src/learning/report/page/summary.js';
import {
  fromConfidence,
  listed,
  percentInterval,
  pValue,
  signed,
} from '../../../src/learning/report/page/words.js';
import { sampleEvaluation } from './sample-evaluation.js';

const madeAt = new Date('2026-03-02T12:00:00Z');
const single = buildReport([sampleEvaluation()], { madeAt, seed: 7 });
const several = buildReport([sampleEvaluation(), sampleEvaluation('held-out museums')], {
  madeAt,
  seed: 7,
  against: sampleEvaluation('test records', 'fedcba9876543210'),
});

/** With all white space alike, as HTML takes it. */
const flat = (text: string): string => text.replaceAll(/[ \n]+/g, ' ').replaceAll(/ ?([<>]) ?/g, '$1');
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('markup', () => {
  test('escapes what is filled in, and joins lists', () => {
    const name = '<b title="x">&\'';
    assert.equal(
      html`<p class="${name}">${[name, 1, false, undefined, new Markup('<i>')]}</p>`.text,
      '<p class="&lt;b title=&quot;x&quot;&gt;&amp;&#39;">&lt;b title=&quot;x&quot;&gt;&amp;&#39;1<i></p>',
    );
  });

  test('tables name their rows and mark the chosen ones', () => {
    const { text } = table(
      ['', 'n'],
      [
        ['a<', '1'],
        ['b', '2'],
      ],
      { caption: 'C', highlight: [1] },
    );
    assert.match(text, /<tr><th scope="row">a&lt;<\/th><td>1<\/td><\/tr><tr class="chosen">/);
    assert.match(flat(disclosure('s', 't').text), /<summary>s<\/summary>t/);
  });
});

test('descriptions that were learnt from are told, and that none was', () => {
  const page = (same: number, near: number): string => {
    const evaluation = { ...sampleEvaluation(), duplicates: { described: 1234, same, near } };
    return flat(reportPage(buildReport([evaluation], { madeAt, seed: 7 }), ''));
  };
  assert.match(
    page(2, 3),
    /5 of the 1,234 descriptions measured on were learnt from: 2 in the same words, 3 in nearly the same/,
  );
  assert.match(page(0, 0), /None of the 1,234 descriptions measured on was learnt from/);
  assert.doesNotMatch(flat(reportPage(single, '')), /descriptions measured on/);
});

describe('words', () => {
  test('say numbers as a person would', () => {
    assert.equal(listed(['a', 'b', 'c']), 'a, b and c');
    assert.equal(signed(-0.0123), '−1.2');
    assert.equal(pValue(0.0004), '< 0.001');
    assert.equal(percentInterval({ low: 0.755, high: 0.841 }), '76 to 84\u00a0%');
  });

  test('say from which confidence is published, in museums that training knows and in others', () => {
    const words = (known: number | null, unknown: number | null): string | undefined =>
      fromConfidence({ known, unknown })?.replaceAll('\u00a0', ' ');
    assert.equal(words(0.54, 0.54), 'from a confidence of 54 %');
    assert.equal(words(0.54, null), 'from a confidence of 54 %, in unknown museums never');
    assert.equal(words(0.54, 0.8), 'from a confidence of 54 %, in unknown museums from 80 %');
    assert.equal(words(null, 0.8), 'in unknown museums alone, from a confidence of 80 %');
    assert.equal(words(null, null), undefined);
  });
});

describe('the page', () => {
  const pages = [single, several].map((report) => flat(reportPage(report, ':root{}')));

  for (const [index, page] of pages.entries()) {
    test(`asks nobody for anything and has no script, ${index}`, () => {
      assert.equal(count(page, /<script/g), 0);
      assert.equal(count(page, /(?:src|href)="(?!#|data:)/g), 0);
      assert.equal(count(page, /url\((?!#)/g), 0);
      assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
    });

    test(`every link leads somewhere, no name is given twice, ${index}`, () => {
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      assert.deepEqual(
        ids.filter((id, at) => ids.indexOf(id) !== at),
        [],
      );
      for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(target), target);
    });

    test(`every drawing says what it shows, and nothing is left undefined, ${index}`, () => {
      const drawings = count(page, /<svg /g);
      assert.ok(drawings > 15, `${drawings} drawings`);
      assert.equal(count(page, /<svg role="img" aria-label="[^"]+"/g), drawings);
      assert.equal(count(page, /<svg [^>]*><title>[^<]+<\/title><desc>[^<]*<\/desc>/g), drawings);
      assert.equal(count(page, /NaN|undefined|Infinity|\[object/g), 0);
    });
  }

  test('repeats what the museums remark on their data', () => {
    assert.match(pages[0]!, /<p class="warning">Drawn by chance\.<\/p>/);
  });

  test('escapes what comes from the model', () => {
    assert.match(pages[0]!, /Words &amp; &lt;n-grams&gt;/);
  });

  test('says how many truths the sets hold, where there are sets', () => {
    const [first] = pages as [string];
    assert.equal(count(first, /<caption>[^<]*: the set [^<]*should hold the truth of 90\u00a0%/g), 1);
    assert.match(first, /what would be published/);
    assert.match(first, /records have no set/);
  });

  test('says what holds, and for what nothing is published', () => {
    assert.match(pages[0]!, /For<strong>technique<\/strong>it publishes nothing/);
    assert.match(pages[0]!, /publishes nothing<\/p>/);
    assert.match(pages[0]!, /<dd>What is shown: no labels<\/dd>/);
    assert.match(pages[0]!, /Published from a confidence of 50\u00a0%, in unknown museums never \(dot\)/);
  });

  test('puts several evaluations side by side and compares two models', () => {
    assert.match(pages[1]!, /<th scope="col">held-out museums<\/th>/);
    assert.match(pages[1]!, /fedcba9876543210/);
    const compared = pages[1]!.slice(pages[1]!.indexOf('id="comparison"'));
    assert.match(compared, /<th scope="row">country<\/th>/);
    assert.match(compared, /Better beyond chance|No task differs/);
    assert.ok(!compared.includes('<th scope="row">place</th>'));
    assert.ok(!pages[0]!.includes('side-by-side'));
  });

  test('is the same for the same report', () => {
    assert.ok(flat(reportPage(single, ':root{}')) === pages[0]);
  });
});

test('a promise holds, holds within chance, does not, or is not made', () => {
  const { tasks } = single.evaluations[0]!;
  const [place, technique] = tasks as [(typeof tasks)[0], (typeof tasks)[0]];
  const fusion = place.modalities[1]!;
  const measured = (precision: number, high: number): typeof place => ({
    ...place,
    modalities: [
      {
        ...fusion,
        promise: {
          ...fusion.promise,
          selection: { answered: 50, coverage: 0.5, precision, interval: { low: 0, high } },
        },
      },
    ],
  });
  assert.equal(verdictOf(measured(0.8, 0.9), 0.8), 'holds');
  assert.equal(verdictOf(measured(0.79, 0.85), 0.8), 'unsure');
  assert.equal(verdictOf(measured(0.7, 0.79), 0.8), 'broken');
  assert.equal(verdictOf(technique, 0.8), 'abstains');
});

test('of a task without a known value nothing is claimed, not even that nothing is published', () => {
  const evaluation = sampleEvaluation();
  const [unknown] = evaluation.tasks;
  const modalities = evaluation.modalities.map((one) => ({
    ...one,
    tasks: one.tasks.filter(({ task }) => task !== unknown!.name),
  }));
  const report = buildReport([{ ...evaluation, modalities }], { madeAt, seed: 7 });
  assert.equal(verdictOf(report.evaluations[0]!.tasks[0]!, 0.8), 'unmeasured');
  const page = flat(reportPage(report, ''));
  assert.match(page, /could not be measured, for no value is known/);
  assert.match(page, /No value is known, so nobody can tell here how much of what it publishes is right/);
});
