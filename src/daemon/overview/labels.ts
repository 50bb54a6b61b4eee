import type { Labels, Task } from '../../vocabulary/profile.js';

/** The English label, else any. */
export function englishFirst(labels: Labels): string | undefined {
  return labels['en'] ?? Object.values(labels)[0];
}

/** The property's name for readers, with a capital letter. */
export function propertyName(task: Task): string {
  const name = englishFirst(task.labels) ?? task.name;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The label of a concept that is one of the task's answers; undefined for any other IRI. */
export function conceptLabel(task: Task, iri: string): string | undefined {
  const found = task.classes.find(
    ({ concept, facet, alsoKnownAs }) => concept === iri || facet === iri || alsoKnownAs.includes(iri),
  );
  return found && (englishFirst(found.labels) ?? found.id);
}

/** Last segment of an IRI, for want of a label. */
export function tail(iri: string): string {
  return iri.split(/[/#]/).filter(Boolean).at(-1) ?? iri;
}
