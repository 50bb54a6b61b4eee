import { SaxesParser } from 'saxes';

/** Where a text stops being XML, and why. */
export interface XmlProblem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Finds the first place where an RDF/XML file is no XML; the RDF parser tells what is wrong there, not where. */
export function xmlProblem(chunks: Iterable<Uint8Array>): XmlProblem | undefined {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const decoder = new TextDecoder();
  let problem: XmlProblem | undefined;
  parser.on('error', ({ message }) => {
    problem ??= { line: parser.line, column: parser.column, message: message.replace(/^\d+:\d+: /, '') };
  });
  for (const chunk of chunks) {
    parser.write(decoder.decode(chunk, { stream: true }));
    if (problem !== undefined) return problem;
  }
  parser.close();
  return problem;
}
