import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mentionsOf } from '../../../src/modalities/text/mentions.js';
import { tokenise } from '../../../src/modalities/text/n-grams.js';
import { meaningsOf, soleMention } from '../../../src/modalities/vocabulary/sole-mention.js';
import { labels, smallLexicon, vocabularyTasks } from './small-vocabulary.js';

const taskOf = (name: string) => vocabularyTasks.find((task) => task.name === name)!;
const answer = (text: string, task: string): string | undefined =>
  soleMention({ mentions: mentionsOf(tokenise(text), smallLexicon) }, meaningsOf(taskOf(task)))?.classId;

test('the one class that is mentioned is the answer, in any language and however often', () => {
  assert.equal(answer('a piece of damasco, damassé and damasco', 'technique'), 'damask');
  assert.equal(answer('a piece of damasco and of terciopelo', 'technique'), undefined);
  assert.equal(answer('a piece of cloth', 'technique'), undefined);
  assert.equal(answer('Venezia la bella', 'place'), 'IT');
  assert.equal(answer('crêpe de Lyon', 'place'), undefined, 'a longer label that is something else');
});

test('centuries and years count where classes are centuries, and one that no class has speaks against all', () => {
  assert.equal(answer('woven c. 1745', 'timespan'), 'XVIII');
  assert.equal(answer('XVIIIe siècle, about 1745', 'timespan'), 'XVIII');
  assert.equal(answer('s. XVII', 'timespan'), 'XVII');
  assert.equal(answer('woven in 1745, bought in 1912', 'timespan'), undefined);
  assert.equal(answer('woven in 1912', 'timespan'), undefined);
  assert.equal(answer('damasco of 1745', 'technique'), 'damask', 'times say nothing of techniques');
});

test('labels of a class that name several centuries, or none, tell no time', () => {
  const task = taskOf('timespan');
  const changed = (en: string) => ({
    ...task,
    classes: task.classes.map((one) => ({ ...one, labels: { ...one.labels, en } })),
  });
  assert.equal(meaningsOf(changed('16th century')).tellsTimes, false);
  assert.equal(meaningsOf(changed('in 1745')).tellsTimes, false);
  assert.equal(meaningsOf(task).tellsTimes, true);
  assert.equal(meaningsOf(taskOf('place')).tellsTimes, false);
});

test('never is there an answer where two classes are mentioned, always where one is', () => {
  const filler = fc.constantFrom('flowers', 'with a border', 'of silk', 'and', 'la', 'de', '12 cm', '!');
  for (const [task, classes] of Object.entries(labels)) {
    const named = fc.constantFrom(
      ...Object.entries(classes as Record<string, readonly string[]>).flatMap(([id, own]) =>
        own.map((label) => ({ id, label })),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(filler, fc.option(named, { nil: undefined })), { maxLength: 6 }),
        (parts) => {
          const text = parts.map(([before, one]) => `${before} ${one?.label ?? ''} ;`).join(' ');
          const ids = new Set(parts.flatMap(([, one]) => one?.id ?? []));
          assert.equal(answer(text, task), ids.size === 1 ? [...ids][0] : undefined, text);
        },
      ),
    );
  }
});
