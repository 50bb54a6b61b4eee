/** Texts that no description should be, but some are: blanks, control characters, lone surrogates, one character without end. */
export const hostileTexts = [
  '',
  ' \u0000\u00a0\n\t '.repeat(40),
  '\ud800 lone \udfff surrogates \ud83d and ŀl · l·l'.repeat(3),
  '<'.repeat(100_000),
  'a'.repeat(100_000),
] as const;
