import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { branches, configJsonSchema, schemasAt, type JsonSchema } from '../../src/config/json-schema.js';
import { packageRoot } from '../../src/config/package-root.js';
import { protocolKinds } from '../../src/config/schema/store.js';

test('the published schema is the one configurations are checked by', async () => {
  const published: unknown = JSON.parse(
    await readFile(path.join(packageRoot, 'ontology', 'config.schema.json'), 'utf8'),
  );
  assert.deepEqual(
    published,
    JSON.parse(JSON.stringify(configJsonSchema())),
    'run `npm run schema` to write ontology/config.schema.json again',
  );
});

function undescribed(schema: JsonSchema, name: string): string[] {
  return branches(schema).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, child]) => [
      ...(child.description === undefined && child.properties === undefined && child.const === undefined
        ? [`${name}${key}`]
        : []),
      ...undescribed(child, `${name}${key}.`),
    ]),
  );
}

test('an editor can explain every key', () => {
  assert.deepEqual(undescribed(configJsonSchema(), ''), []);
});

test('a path leads through every branch of a union', () => {
  const kinds = schemasAt(configJsonSchema(), ['store', 'kind']).flatMap(
    (schema) => schema.enum ?? [schema.const],
  );
  assert.deepEqual(kinds, ['embedded', 'auto', ...protocolKinds]);
  assert.deepEqual(schemasAt(configJsonSchema(), ['nothing', 'there']), []);
});
