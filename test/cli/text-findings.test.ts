import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textFindings } from '../../src/cli/check/text-findings.js';
import { loadProfile } from '../../src/vocabulary/load-profile.js';

const { record } = await loadProfile('silknow');

test('titles and record numbers that are read as descriptions are warned of, and are not unless asked for', () => {
  assert.deepEqual(textFindings(record), []);
  const [finding, ...others] = textFindings({
    ...record,
    text: [...record.text, record.label, record.identifier!],
  });
  assert.deepEqual(others, []);
  assert.equal(finding?.state, 'warning');
  assert.match(finding.text, /titles \(record\.label\) and record numbers \(record\.identifier\)/);
});
