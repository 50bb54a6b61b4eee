import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { instantOf, timeSplit } from '../../../src/learning/splits/time.js';
import { splitRecord } from './split-records.js';

const ratios = { train: 0.6, validation: 0.2, test: 0.2 };
const property = 'http://purl.org/dc/terms/modified';

describe('a date in the graph', () => {
  test('is read in every form XML Schema has, in UTC where no zone is given', () => {
    const instants = [
      ['2020', Date.UTC(2020)],
      ['2020-05', Date.UTC(2020, 4)],
      ['2020-05-07', Date.UTC(2020, 4, 7)],
      ['2020-05-07T10:20:30', Date.UTC(2020, 4, 7, 10, 20, 30)],
      ['2020-05-07T10:20:30.5Z', Date.UTC(2020, 4, 7, 10, 20, 30, 500)],
      ['2020-05-07T01:00:00+02:00', Date.UTC(2020, 4, 6, 23)],
      ['2020-05-07+02:00', Date.UTC(2020, 4, 6, 22)],
      ['-0044-03-15', Date.UTC(-44, 2, 15)],
    ] as const;
    for (const [text, instant] of instants) assert.equal(instantOf(text), instant, text);
    for (const text of ['', 'yesterday', '7/5/2020', '2020-13-01', '20', 'c. 1750']) {
      assert.equal(instantOf(text), undefined, text);
    }
  });
});

describe('a split by time', () => {
  const dated = fc.array(fc.option(fc.nat({ max: 40 }), { nil: undefined }), {
    minLength: 60,
    maxLength: 200,
  });

  test('never learns from what is newer than what it is measured on', () => {
    fc.assert(
      fc.property(dated, (days) => {
        fc.pre(new Set(days).size > 10);
        const records = days.map((day, index) =>
          splitRecord(`o${index}`, {
            dates: day === undefined ? [] : [`2020-01-01T00:${String(day).padStart(2, '0')}:00Z`],
          }),
        );
        const splits = timeSplit(records, ratios, property);
        const daysOf = (wanted: string): number[] =>
          days.filter((day, index) => day !== undefined && splits.get(`o${index}`) === wanted) as number[];
        assert.ok(Math.max(...daysOf('train')) < Math.min(...daysOf('validation')));
        assert.ok(Math.max(...daysOf('validation')) < Math.min(...daysOf('test')));
        const count = days.filter((day) => day !== undefined).length;
        const most = Math.max(...days.map((day) => days.filter((other) => other === day).length));
        assert.ok(Math.abs(daysOf('test').length - 0.2 * count) <= most);
        days.forEach((day, index) => {
          if (day === undefined) assert.equal(splits.get(`o${index}`), 'train');
        });
      }),
    );
  });

  test('takes the newest of several dates', () => {
    const records = ['2001', '2002', '2003', '2004', '2005'].map((date) =>
      splitRecord(date, { dates: [date] }),
    );
    const old = splitRecord('old', { dates: ['1990', '2010-01-01', 'no date'] });
    assert.equal(timeSplit([...records, old], ratios, property).get('old'), 'test');
  });

  test('says when there are no dates, or none that can be read', () => {
    const refusal = (dates: string[], words: RegExp): void => {
      const records = Array.from({ length: 9 }, (_, index) => splitRecord(`o${index}`, { dates }));
      assert.throws(
        () => timeSplit(records, ratios, property),
        (error) => isLacunaError(error, 'INPUT_INVALID') && words.test(error.message),
      );
    };
    refusal([], /None of 9 records has a date in <http:\/\/purl.org\/dc\/terms\/modified>: name/);
    refusal(['long ago'], /"long ago" is no xsd:date/);
    refusal(['2020-01-01'], /1 different ones, .*validation and test would be empty/);
  });
});
