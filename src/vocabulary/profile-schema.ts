import { z } from 'zod';
import { sourceSchema } from '../config/schema/source.js';
import { iriProblem, isAbsoluteIri } from './iri.js';

/** Prefix to namespace, as a profile declares them. */
export type Prefixes = Readonly<Record<string, string>>;

/** Writes a shortened IRI out in full; a text without a declared prefix comes back unchanged. */
export function expandIri(text: string, prefixes: Prefixes): string {
  const namespace = namespaceOf(text, prefixes);
  return namespace === undefined ? text : `${namespace}${text.slice(text.indexOf(':') + 1)}`;
}

function namespaceOf(text: string, prefixes: Prefixes): string | undefined {
  const prefix = /^([^:]*):/.exec(text)?.[1];
  return prefix !== undefined && Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
}

/** Says what is wrong with a profile's IRI and how to mend it, or undefined when it is absolute once written out. */
export function profileIriProblem(text: string, prefixes: Prefixes): string | undefined {
  const namespace = namespaceOf(text, prefixes);
  // A prefix that stands for no IRI is told once, where it is declared.
  if (namespace !== undefined && !isAbsoluteIri(namespace)) return undefined;
  const problem = iriProblem(expandIri(text, prefixes));
  if (problem !== undefined) {
    return `the IRI "${text}" ${problem}. Write it out in full (http://…) or with a declared prefix (prefix:name)`;
  }
  const [scheme = ''] = text.split(':', 1);
  if (namespace !== undefined || /^(https?|urn|info|ark|doi|tag)$/i.test(scheme)) return undefined;
  return `the prefix "${scheme}:" of "${text}" is not declared. Declare it under prefixes, or write the IRI out in full`;
}

const languageTag = /^[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/;
const shortName = /^[A-Za-z][A-Za-z0-9_-]*$/;

const label = z
  .string()
  .refine((text) => text.trim() !== '', { message: 'the text is empty. Write a label, or remove the line' });
const labels = z
  .record(
    z
      .string()
      .regex(languageTag, { message: 'the key is no language tag. Use one such as en, es, fr, it, ca' }),
    label,
  )
  .refine((all) => Object.keys(all).length > 0, {
    message: 'there is no label. Give at least one, e.g. { en: Velvet }',
  });
const name = z.string().regex(shortName, {
  message: 'the name may hold letters, digits, - and _ and must begin with a letter',
});

const pattern = z.string().superRefine((text, context) => {
  const problem = patternProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

function patternProblem(text: string): string | undefined {
  try {
    if (!new RegExp(text, 'giu').test('')) return undefined;
  } catch (error) {
    return `${(error as Error).message}. Mend the regular expression`;
  }
  return 'the regular expression matches where there is nothing, between any two letters. Let it match one character or more';
}

/**
 * The schema of a profile file. It follows the file's `prefixes`, so that an IRI is checked, and given back, written out
 * in full.
 */
export function profileSchema(prefixes: Prefixes) {
  const iri = z.string().transform((text, context) => {
    const problem = profileIriProblem(text, prefixes);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, input: text });
    return expandIri(text, prefixes);
  });
  const iris = z.array(iri);
  const taskClass = z.strictObject({
    id: name,
    concept: iri,
    labels,
    facet: iri.optional(),
    alsoKnownAs: iris.default([]),
    rest: iris.optional(),
    aliases: z.array(label).default([]),
  });
  const task = z.strictObject({
    name,
    labels,
    predicate: iri,
    subject: z.enum(['production', 'object']),
    kind: z.enum(['single-label', 'multi-label']),
    minimumLabelCount: z.int().min(1).default(30),
    classes: z.array(taskClass).min(2, { message: 'a task needs at least two classes to choose from' }),
  });
  return z.strictObject({
    id: name,
    labels,
    prefixes: z.record(name, z.string()).default({}),
    record: z.strictObject({
      objectClass: iri,
      produced: iri,
      text: iris,
      strip: z.array(pattern).default([]),
      representation: iri,
      contentUrl: iri,
      label: iri,
      identifier: iri.optional(),
      valueLinks: iris.default([]),
      valueLabels: iris.default([]),
    }),
    sources: z.array(sourceSchema).default([]),
    tasks: z.array(task).min(1, { message: 'the profile has no task' }),
  });
}
