import { z } from 'zod';
import { configSchema } from './schema/index.js';

/** The part of JSON Schema (draft 7) that describes the configuration. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** The JSON Schema of `config.yaml` for editors; `ontology/config.schema.json` is this, written out. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { title: 'Lacuna configuration', ...schema } as JsonSchema;
}

/** The schemas a value may follow: the branches of a union, else the schema alone. */
export function branches(schema: JsonSchema): readonly JsonSchema[] {
  return schema.oneOf ?? schema.anyOf ?? [schema];
}

function step(schema: JsonSchema, key: PropertyKey): JsonSchema[] {
  return branches(schema).flatMap(({ properties, additionalProperties, items }) => {
    if (typeof key === 'number') return items === undefined ? [] : [items];
    const own = properties?.[String(key)];
    if (own !== undefined) return [own];
    return typeof additionalProperties === 'object' ? [additionalProperties] : [];
  });
}

/** What the schema says of the value at a path, in every branch that has it; nearest description first. */
export function schemasAt(schema: JsonSchema, path: readonly PropertyKey[]): readonly JsonSchema[] {
  return path.reduce<readonly JsonSchema[]>((found, key) => found.flatMap((one) => step(one, key)), [schema]);
}
