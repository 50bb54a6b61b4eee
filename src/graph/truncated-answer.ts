import { LacunaError } from '../config/errors.js';

/** The store cut the rows at a limit of its own: ask for fewer at once. Code STORE_ANSWER. */
export class TruncatedAnswer extends LacunaError {
  constructor(message: string) {
    super('STORE_ANSWER', message);
  }
}
