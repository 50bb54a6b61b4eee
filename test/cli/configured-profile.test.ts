import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configuredProfile } from '../../src/cli/configured-profile.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';

const profile = await loadProfile('silknow');
const on = { enabled: true, threshold: 'auto' } as const;
const off = { ...on, enabled: false };

test('tasks are left out, and minimum label counts replaced, as the configuration says', () => {
  const { tasks } = configuredProfile(profile, { depiction: off, place: { ...on, minimumLabelCount: 7 } });
  assert.deepEqual(
    tasks.map(({ name }) => name),
    ['place', 'timespan', 'technique', 'material'],
  );
  assert.equal(tasks[0]!.minimumLabelCount, 7);
  assert.equal(tasks[1]!.minimumLabelCount, profile.tasks[1]!.minimumLabelCount);
});

test('all that does not fit is named at once', () => {
  const everythingOff = Object.fromEntries(profile.tasks.map(({ name }) => [name, off]));
  assert.throws(
    () => configuredProfile(profile, { ...everythingOff, banana: on }),
    (error: { code: string; problems: string[] }) => {
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.equal(error.problems.length, 2);
      assert.match(
        error.problems[0]!,
        /^tasks.banana: profile silknow has no such task — its tasks are place, /,
      );
      assert.match(error.problems[1]!, /every task is switched off/);
      return true;
    },
  );
});
