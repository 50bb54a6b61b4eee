type Known = Readonly<Record<string, readonly string[]>>;

/**
 * Forgets the classes that fewer than `minimum` of the records have, in any task (Rei et al. 2024: 150). Records stay as
 * they are where nothing is forgotten.
 */
export function withoutRareClasses<R extends { readonly known: Known }>(
  records: readonly R[],
  minimum: number,
): R[] {
  const keyOf = (task: string, id: string): string => JSON.stringify([task, id]);
  const counts = new Map<string, number>();
  for (const { known } of records) {
    for (const [task, classes] of Object.entries(known)) {
      for (const id of classes) counts.set(keyOf(task, id), (counts.get(keyOf(task, id)) ?? 0) + 1);
    }
  }
  const isKept = (task: string, id: string): boolean => counts.get(keyOf(task, id))! >= minimum;
  return records.map((record) => {
    const entries = Object.entries(record.known);
    if (entries.every(([task, classes]) => classes.every((id) => isKept(task, id)))) return record;
    const kept = entries.map(([task, classes]) => [task, classes.filter((id) => isKept(task, id))] as const);
    return { ...record, known: Object.fromEntries(kept.filter(([, classes]) => classes.length > 0)) };
  });
}

/** The records that have a known class in at least one task (Rei et al. 2024 leave the others out). */
export function labelledOnly<R extends { readonly known: Known }>(records: readonly R[]): R[] {
  return records.filter(({ known }) => Object.values(known).some(({ length }) => length > 0));
}
