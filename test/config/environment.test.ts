import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { substitute } from '../../src/config/environment.js';
import { assertProblem, parsed, problemsOf, smallest } from './problems-of.js';

const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/);
const plain = fc.string({ unit: 'binary' }).filter((text) => !text.includes('${') && !text.endsWith('$'));

suite('environment variables', () => {
  test('any values stand where their references stood, verbatim, and are not looked at again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plain, variable)),
        plain,
        fc.infiniteStream(fc.string({ unit: 'binary' })),
        (parts, end, values) => {
          const env: Record<string, string> = {};
          for (const [, name] of parts) env[name] ??= `${values.next().value ?? ''}\${${name}}`;
          const text = parts.map(([before, name]) => `${before}\${${name}}`).join('') + end;
          const expected = parts.map(([before, name]) => before + env[name]!).join('') + end;
          assert.deepEqual(substitute(text, env), { text: expected, problems: [] });
        },
      ),
    );
  });

  test('text without a reference is left as it is', () => {
    fc.assert(
      fc.property(plain, (text) => {
        assert.deepEqual(substitute(text, { A: 'x' }), { text, problems: [] });
      }),
    );
  });

  test('every missing variable is named, once per place', () => {
    fc.assert(
      fc.property(fc.array(variable, { minLength: 1 }), (names) => {
        const { problems } = substitute(names.map((name) => `\${${name}}`).join(' '), {});
        assert.equal(problems.length, names.length);
        for (const [index, name] of names.entries())
          assert.ok(problems[index]!.includes(` ${name} is not set`));
      }),
    );
  });

  test('a name that any object has is not taken for a variable', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      assert.equal(substitute(`\${${name}}`, {}).problems.length, 1, name);
    }
  });

  test('a secret in the configuration arrives whole, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (password) => {
        const store = {
          kind: 'sparql',
          endpoint: 'http://127.0.0.1/',
          auth: { kind: 'digest', user: 'u', password: '${SECRET}' },
        };
        const text = smallest.replace(/^store: .*$/m, `store: ${JSON.stringify(store)}`);
        const config = parsed(text, { SECRET: password });
        assert.equal(
          config.store.kind === 'sparql' && config.store.auth.kind === 'digest' && config.store.auth.password,
          password,
        );
      }),
    );
  });

  test('a reference alone and unquoted may be a number or a truth value; quoted it is text', () => {
    const env = { PORT: '8181', ON: 'true' };
    const config = parsed(`${smallest}\nhttp:\n  port: \${PORT}\nschedule:\n  enabled: \${ON}`, env);
    assert.equal(config.http.port, 8181);
    assert.equal(config.schedule.enabled, true);
    assertProblem(
      `${smallest}\nhttp: { port: "\${PORT}" }`,
      /http.port: is "8181" and should be a number/,
      env,
    );
  });

  test('malformed references are refused, keys are left alone', () => {
    assertProblem(
      `${smallest}\nmodels: "\${not a name}"`,
      /^config.yaml:5:9 \$\{not a name\} is not a reference — write/,
    );
    assertProblem(`${smallest}\nmodels: "\${OPEN"`, /is not a reference/, { OPEN: 'x' });
    assert.match(problemsOf(`${smallest}\n"\${KEY}": 1`, { KEY: 'models' })[0]!, /\$\{KEY\}: is not a key/);
  });

  test('the place of a missing variable is the place of its value', () => {
    assertProblem(
      `${smallest}\n${stringify({ state: '/srv/${WHERE}' })}`,
      /^config.yaml:5:8 the environment variable WHERE is not set/,
    );
  });
});
