import { IriValidationStrategy, validateIri } from 'validate-iri';
import { z } from 'zod';

/** Schema of a path; `resolvePaths` makes it absolute. */
export const filePath = z.string().min(1);

const isAbsoluteIri = (text: string): boolean =>
  validateIri(text, IriValidationStrategy.Pragmatic) === undefined;
/** Schema of an absolute IRI. */
export const iri = z.string().refine(isAbsoluteIri, {
  error: 'is not an absolute IRI (such as http://example.org/predictions)',
});
/** Schema of the IRI of a named graph, or of many by a trailing `*`. */
export const graphPattern = z
  .string()
  .refine((text) => isAbsoluteIri(text.replace(/\*$/, '')) && !/\*./.test(text), {
    error: 'is not an absolute IRI; one * is allowed, at its end',
  });
const holdsNoCredentials = (text: string): boolean => !URL.canParse(text) || new URL(text).username === '';
/** Schema of an http or https address without credentials. */
export const address = z
  .url({ protocol: /^https?$/, error: 'is not an http or https address' })
  .refine(holdsNoCredentials, { error: 'holds a user name — put user and password under auth' });
