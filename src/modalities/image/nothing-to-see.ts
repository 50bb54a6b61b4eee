/** Why nothing can be learnt from photographs. @param records that were to be learnt from */
export const nothingToSee = (records: number): string =>
  `no task has readable photographs of two classes among the ${records} training records; check photographs.rewrite`;
