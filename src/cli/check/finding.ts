import pc from 'picocolors';
import { isLacunaError } from '../../config/errors.js';

/** What one check found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** How to mend it. */
  readonly mend?: string;
  readonly details?: readonly string[];
}

const marks = { ok: pc.green('✓'), warning: pc.yellow('!'), problem: pc.red('✗') } as const;

/** A finding as the lines a person reads. */
export function findingLines({ check, state, text, mend, details = [] }: Finding): string[] {
  return [
    `${marks[state]} ${check}: ${text.replaceAll('\n', '\n    ')}`,
    ...details.map((detail) => `    • ${detail.replaceAll('\n', '\n      ')}`),
    ...(mend === undefined ? [] : [`    → ${mend}`]),
  ];
}

/** A problem finding from a failure. */
export function failedFinding(check: string, error: unknown): Finding {
  if (!isLacunaError(error)) return { check, state: 'problem', text: (error as Error).message };
  const details = error.problems.filter((problem) => !error.message.includes(problem));
  return { check, state: 'problem', text: error.message, details };
}

/** The findings of a check; a LacunaError it throws becomes its finding. */
export async function attempt(
  check: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!isLacunaError(error) || error.code === 'CANCELLED') throw error;
    return [failedFinding(check, error)];
  }
}
