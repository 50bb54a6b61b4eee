/**
 * Told how far a long piece of work is. `done` and `total` count the same unit (records, rounds, files); a `total` of 0 is
 * not known yet. `label` says in words what is being done.
 */
export type Progress = (label: string, done: number, total: number) => void;

/** Says nothing. */
export const silent: Progress = () => undefined;
