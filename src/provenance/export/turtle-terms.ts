import type { Quad, Term } from '@rdfjs/types';

/** Prefixes of an export in Turtle or TriG. */
export const prefixes: Readonly<Record<string, string>> = {
  dcterms: 'http://purl.org/dc/terms/',
  ecrm: 'http://erlangen-crm.org/current/',
  lacuna: 'https://w3id.org/lacuna/ontology#',
  mls: 'http://www.w3.org/ns/mls#',
  prov: 'http://www.w3.org/ns/prov#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  schema: 'http://schema.org/',
  silk: 'http://data.silknow.org/ontology/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
const localName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function escaped(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- these are what must be written as an escape
    /["\\\u0000-\u001f\u007f]/g,
    (character) =>
      escapes[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function iriText(iri: string): string {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.startsWith(namespace) ? iri.slice(namespace.length) : '';
    if (localName.test(local)) return `${prefix}:${local}`;
  }
  // eslint-disable-next-line no-control-regex -- none of these may stand in an IRI
  return `<${iri.replace(/[<>"{}|^`\\\u0000-\u0020]/g, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)}>`;
}

/** An IRI, a blank node or a literal as Turtle writes it, shortened with the export's prefixes. */
export function turtleTerm(term: Term): string {
  if (term.termType === 'BlankNode') return `_:${term.value}`;
  if (term.termType !== 'Literal') return iriText(term.value);
  const text = `"${escaped(term.value)}"`;
  if (term.language !== '') return `${text}@${term.language}`;
  const datatype = iriText(term.datatype.value);
  return datatype === 'xsd:string' ? text : `${text}^^${datatype}`;
}

/** Predicates and objects of one subject, as they stand between it and its full stop. */
export function predicateObjects(quads: readonly Quad[], indent: string): string {
  const objects = new Map<string, string[]>();
  for (const { predicate, object } of quads) {
    const name = turtleTerm(predicate);
    const verb = name === 'rdf:type' ? 'a' : name;
    objects.set(verb, [...(objects.get(verb) ?? []), turtleTerm(object)]);
  }
  return [...objects].map(([name, values]) => `${name} ${values.join(', ')}`).join(` ;\n${indent}`);
}
