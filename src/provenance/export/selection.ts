import { literal, namedNode } from '../../graph/terms.js';
import type { TemplateValues } from '../../graph/template.js';
import { modelIri, runIri } from '../iris.js';

/** Which predictions to export; what is absent leaves none out. */
export interface ExportSelection {
  /** Name of a task. */
  readonly task?: string | undefined;
  /** Version of a model, or its IRI. */
  readonly model?: string | undefined;
  /** Id of a run, or its IRI. */
  readonly run?: string | undefined;
  /** IRI of the object predicted for. */
  readonly record?: string | undefined;
  /** Lowest confidence, 0 to 1. */
  readonly minimumConfidence?: number | undefined;
}

/** True when nothing is left out. */
export function isEverything({ task, model, run, record, minimumConfidence }: ExportSelection): boolean {
  return [task, model, run, record, minimumConfidence].every((value) => value === undefined);
}

/**
 * What the template `select-statements` takes for a selection.
 *
 * @param namespace IRI below which models and runs are minted.
 * @throws LacunaError INPUT_INVALID when a version or id cannot stand in an IRI.
 */
export function selectionValues(selection: ExportSelection, namespace: string): TemplateValues {
  const { task = '', model = '', run = '', record = '', minimumConfidence = 0 } = selection;
  const iriOf = (name: string, mint: (namespace: string, name: string) => string): string =>
    name === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(name) ? name : mint(namespace, name);
  return {
    task: literal(task),
    model: literal(iriOf(model, modelIri)),
    run: literal(iriOf(run, runIri)),
    record: literal(record),
    minimum: literal(String(minimumConfidence), namedNode('http://www.w3.org/2001/XMLSchema#decimal')),
  };
}
