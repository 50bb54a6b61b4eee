import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import Fastify from 'fastify';
import { openApiDocument } from '../../src/daemon/openapi.js';
import { createServer } from '../../src/daemon/server.js';
import { FakeRuns } from './fake-runs.js';
import { MemoryStore } from './memory-store.js';
import { silentOverview } from './sample-overview.js';
import { config, profile, serve } from './serving.js';

const methods = ['get', 'post', 'put', 'patch', 'delete', 'options'] as const;
type Paths = Record<
  string,
  Record<string, { responses: Record<string, { content?: Record<string, { schema?: object }> }> }>
>;
const paths = openApiDocument.paths as unknown as Paths;

/** Checks values against the document's schemas, with the validator the routes use. */
async function validator(t: TestContext): Promise<(schema: object, value: unknown) => unknown> {
  const app = Fastify({ ajv: { customOptions: { allErrors: true, coerceTypes: false } } });
  t.after(() => app.close());
  let check: (schema: object, value: unknown) => unknown = () => undefined;
  app.get('/', (request) => {
    check = (schema, value) => {
      const resolved = JSON.parse(
        JSON.stringify(schema, (_key, part: unknown) => {
          const ref =
            typeof part === 'object' && part !== null && '$ref' in part ? String(part.$ref) : undefined;
          return ref === undefined
            ? part
            : openApiDocument.components.schemas[ref.split('/').at(-1) as 'Run'];
        }),
      ) as object;
      const validate = request.compileValidationSchema(resolved);
      return validate(value) ? undefined : validate.errors;
    };
    return {};
  });
  await app.inject('/');
  return check;
}

describe('the OpenAPI document', () => {
  it('names the routes there are, and no others', async (t) => {
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      methods.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const app = await createServer({
      config,
      store: new MemoryStore(''),
      runs: new FakeRuns(),
      profile,
      photographs: { read: () => Promise.reject(new Error('not asked')) },
      explanations: { explain: () => Promise.reject(new Error('not asked')) },
      overview: silentOverview,
      clock: () => new Date(),
    });
    t.after(() => app.close());
    const routes = documented.filter((route) => {
      const [method = '', path = ''] = route.split(' ');
      return app.hasRoute({ method: method, url: path.replace(/\{(\w+)\}/g, ':$1') });
    });
    assert.deepEqual(documented, routes);
    const count = app.printRoutes({ commonPrefix: false }).matchAll(/\((\w[\w, ]*)\)/g);
    const served = [...count]
      .flatMap(([, list = '']) => list.split(', '))
      .filter((method) => method !== 'HEAD');
    assert.equal(served.length, documented.length);
  });

  it('describes what the routes answer', async (t) => {
    const check = await validator(t);
    const { url, runs } = await serve(t);
    runs.start({ trigger: 'demand' });
    runs.end('failed');
    runs.change({ error: { code: 'STORE_UNREACHABLE', message: 'away' }, summary: { any: 'thing' } });
    const asked: [string, string, string, RequestInit][] = [
      ['/runs', 'get', '/runs', {}],
      ['/runs', 'post', '/runs', { method: 'POST' }],
      ['/runs', 'post', '/runs', { method: 'POST' }],
      ['/runs/{id}', 'get', '/runs/run-1', {}],
      ['/runs/{id}', 'delete', '/runs/none', { method: 'DELETE' }],
      ['/runs/{id}/cancel', 'post', '/runs/run-2/cancel', { method: 'POST' }],
      ['/runs/{id}/retract', 'post', '/runs/none/retract', { method: 'POST' }],
      ['/runs/{id}/retract', 'post', '/runs/run-1/retract', { method: 'POST' }],
      ['/healthz', 'get', '/healthz', {}],
      ['/overview', 'get', '/overview', {}],
      ['/sparql', 'get', '/sparql?query=nonsense', {}],
      ['/openapi.json', 'get', '/openapi.json', {}],
    ];
    for (const [path, method, address, init] of asked) {
      const answer = await fetch(url + address, init);
      const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
      const described = paths[path]?.[method]?.responses[String(answer.status)];
      assert.ok(described?.content?.[type], `${method} ${path} ${answer.status} ${type}`);
      const schema = described.content[type].schema ?? {};
      assert.equal(check(schema, await answer.json()), undefined, `${method} ${path} ${answer.status}`);
    }
    assert.notEqual(check({ $ref: '#/components/schemas/Run' }, { id: 'run-1' }), undefined);
  });
});
