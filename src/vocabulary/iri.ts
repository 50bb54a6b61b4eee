/*
 * RFC 3987 as one expression whose alternatives exclude each other, so a match costs one pass. The strict mode of the
 * validate-iri package backtracks exponentially on a long path that ends in a forbidden character, and its lighter mode
 * lets through what a store refuses.
 */
const wide = String.raw`\u{A0}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFEF}\u{10000}-\u{1FFFD}\u{20000}-\u{2FFFD}\u{30000}-\u{3FFFD}\u{40000}-\u{4FFFD}\u{50000}-\u{5FFFD}\u{60000}-\u{6FFFD}\u{70000}-\u{7FFFD}\u{80000}-\u{8FFFD}\u{90000}-\u{9FFFD}\u{A0000}-\u{AFFFD}\u{B0000}-\u{BFFFD}\u{C0000}-\u{CFFFD}\u{D0000}-\u{DFFFD}\u{E1000}-\u{EFFFD}`;
const privateUse = String.raw`\u{E000}-\u{F8FF}\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}`;
const name = String.raw`A-Za-z0-9\-._~!$&'()*+,;=${wide}`;
const escape = '%[0-9A-Fa-f]{2}';
const authority = String.raw`(?:(?:[${name}:]|${escape})*@)?(?:\[[0-9A-Fa-f:.]+\]|(?:[${name}]|${escape})+)(?::[0-9]*)?`;
const path = `(?:[${name}:@/]|${escape})*`;
const query = String.raw`(?:\?(?:[${name}:@/?${privateUse}]|${escape})*)?`;
const fragment = `(?:#(?:[${name}:@/?]|${escape})*)?`;
const hierarchical = new RegExp(String.raw`^//${authority}(?:/${path})?${query}${fragment}$`, 'u');
const opaque = new RegExp(`^(?!//)(?=.)${path}${query}${fragment}$`, 'u');
const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/;

/**
 * Says what keeps a text from being an absolute IRI (RFC 3987) that every store accepts, or undefined when nothing does.
 * The answer completes the sentence "the IRI …".
 */
export function iriProblem(text: string): string | undefined {
  if (text === '') return 'is empty';
  const start = scheme.exec(text);
  if (start === null) return 'is relative: it has no scheme such as http:';
  const rest = text.slice(start[0].length);
  const web = /^https?$/i.test(start[1] ?? '');
  if (hierarchical.test(rest)) return undefined;
  if (web) return /^\/\/[^/?#]/.test(rest) ? forbidden(rest) : 'has no host after http://';
  return opaque.test(rest) ? undefined : forbidden(rest);
}

function forbidden(rest: string): string {
  const odd = /[\s<>"{}|\\^`[\]\p{Cc}\p{Cs}]|%(?![0-9A-Fa-f]{2})/u.exec(rest);
  if (odd === null) return 'does not follow RFC 3987';
  return `holds ${JSON.stringify(odd[0])}, which must be percent-encoded`;
}

/** True when `iriProblem` finds nothing. */
export function isAbsoluteIri(text: string): boolean {
  return iriProblem(text) === undefined;
}

const getty = /^vocab\.getty\.edu\/(?:page\/)?(aat|tgn|ulan)\/(\d+)/;
const geonames = /^(?:sws\.)?geonames\.org\/(\d+)(?:\/|$)/;

/**
 * What two spellings of one IRI have in common, for comparing and never for writing: http and https, `www.`, letter case
 * of the host and a trailing slash do not count; Getty pages and GeoNames documents count as the thing they describe.
 */
export function iriKey(iri: string): string {
  const found = /^https?:\/\/([^/?#]*)(.*)$/is.exec(iri);
  if (found === null) return iri;
  const host = (found[1] ?? '').toLowerCase().replace(/^www\./, '');
  const key = `${host}${found[2] ?? ''}`.replace(/\/+$/, '');
  const vocabulary = getty.exec(key);
  if (vocabulary !== null) return `vocab.getty.edu/${vocabulary[1]}/${vocabulary[2]}`;
  const feature = geonames.exec(key);
  return feature === null ? key : `geonames.org/${feature[1]}`;
}

/**
 * Mends an address by percent-encoding what an IRI may not hold (spaces, brackets in the path, quotes, a lone `%`), as a
 * browser would; an address that is an IRI already comes back unchanged. What cannot be mended (a relative address,
 * half of a surrogate pair) comes back as it was, for `iriProblem` to name.
 */
export function mendedIri(address: string): string {
  if (isAbsoluteIri(address)) return address;
  const mended = address
    .replace(/[\s<>"{}|\\^`[\]\p{Cc}]/gu, (character) => encodeURIComponent(character))
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
  return isAbsoluteIri(mended) ? mended : address;
}
