import { createHash } from 'node:crypto';
import path from 'node:path';
import { LacunaError } from '../config/errors.js';
import { photographAddress } from '../graph/photograph-address.js';
import type { Readable } from '../graph/lanes.js';
import type { Bindings } from '../graph/store.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { literal, namedNode } from '../graph/terms.js';
import type { OverlayFormat } from '../modalities/image/occlusion/overlay.js';
import type { PhotographExplainer, SavedModel } from '../modalities/image/occlusion/photograph-explainer.js';
import { strongestPlace } from '../modalities/image/occlusion/place-in-words.js';
import type { ModelRegistry } from '../models/registry.js';
import { modelIri } from '../provenance/iris.js';
import type { Profile, Task } from '../vocabulary/profile.js';

/** A prediction, by what it is about. */
export interface ExplainedProperty {
  /** IRI of the object. */
  readonly record: string;
  /** Name of the task. */
  readonly task: string;
}

/** Which parts of its photograph carried what the image modality says of a property. */
export interface PhotographExplanation extends ExplainedProperty {
  readonly statement: string;
  /** What it says: the decision, or an opinion that may differ from it. */
  readonly value: { readonly concept: string; readonly label: string };
  /** As published. */
  readonly confidence: number;
  /** IRI of the image node that decided. */
  readonly photograph: string;
  /** Version of the model. */
  readonly model: string;
  readonly encoder: string;
  /**
   * Log-odds that the value loses where a cell is covered, rows from the top, over what the encoder sees of the photograph;
   * negative where it gains.
   */
  readonly cells: readonly (readonly number[])[];
  /** Log-odds of the value on this photograph alone, before calibration. */
  readonly logOdds: number;
  /** Where the largest loss is, in words, such as “upper left”; absent where nothing alone speaks for the value. */
  readonly strongest?: string | undefined;
}

/** An explanation that can be drawn. */
export interface DrawnExplanation {
  readonly explanation: PhotographExplanation;
  /** Changes with the explanation and the photograph. */
  readonly tag: string;
  draw(format: OverlayFormat): Promise<Buffer>;
}

/** Explains predictions by their photographs. */
export interface PhotographExplanations {
  /**
   * Looks up what the image modality says of a property, and at the photograph anew, with the model that said it.
   *
   * @throws LacunaError INPUT_INVALID when the profile has no such task; NOT_FOUND when nothing is published of it, the image
   *   modality says nothing, or its photograph is gone; MODEL_MISSING when its model is not on this machine; whatever
   *   `PhotographExplainer.explain` and the store throw
   */
  explain(property: ExplainedProperty, signal?: AbortSignal): Promise<DrawnExplanation>;
}

/** What explanations are made from. */
export interface ExplanationParts {
  readonly store: Readable;
  readonly profile: Pick<Profile, 'id' | 'record' | 'tasks'>;
  readonly graphs: { readonly read: readonly string[]; readonly predictions: string };
  /** IRI below which models are minted. */
  readonly namespace: string;
  readonly registry: ModelRegistry;
  readonly explainer: Pick<PhotographExplainer, 'explain'>;
}

function taskOf({ tasks }: ExplanationParts['profile'], name: string): Task {
  const task = tasks.find((known) => known.name === name);
  if (task !== undefined) return task;
  const names = tasks.map((known) => known.name).join(', ');
  throw new LacunaError('INPUT_INVALID', `The profile has no task "${name}"; it has ${names}.`);
}

/** The class a value is of, and its label. */
function classOf(task: Task, concept: string): { id: string; label: string } {
  const found = task.classes.find((known) => known.concept === concept);
  if (found !== undefined) {
    return { id: found.id, label: found.labels['en'] ?? Object.values(found.labels)[0] ?? found.id };
  }
  throw new LacunaError(
    'NOT_FOUND',
    `<${concept}>, which is published, is no value of ${task.name} in the profile any more: run \`lacuna enrich\` again.`,
  );
}

/** The statement of the image modality among those about a property. */
function byImage(rows: readonly Bindings[], { record, task }: ExplainedProperty): Bindings {
  const said = rows.find((row) => row['modality']?.value === 'image');
  if (said !== undefined) return said;
  const others = [...new Set(rows.map((row) => row['modality']?.value ?? ''))].sort().join(', ');
  throw new LacunaError(
    'NOT_FOUND',
    rows.length === 0
      ? `Nothing is published of ${task} for <${record}>.`
      : `What is published of ${task} for <${record}> does not rest on photographs, but on: ${others}.`,
  );
}

/** Explains predictions by occlusion; see `PhotographExplainer`. */
export class OcclusionExplanations implements PhotographExplanations {
  readonly #parts: ExplanationParts;

  constructor(parts: ExplanationParts) {
    this.#parts = parts;
  }

  async explain(property: ExplainedProperty, signal?: AbortSignal): Promise<DrawnExplanation> {
    const { store, profile, graphs, explainer } = this.#parts;
    const task = taskOf(profile, property.task);
    const query = bindTemplate(await loadTemplate('photograph-statements'), {
      predictions: namedNode(graphs.predictions),
      record: namedNode(property.record),
      task: literal(property.task),
    });
    const said = byImage(await store.select(query, { signal }), property);
    const [statement, concept, photograph] = ['statement', 'value', 'used'].map((name) => said[name]!.value);
    const { id, label } = classOf(task, concept!);
    const saved = await this.#model(said['model']?.value, statement!);
    const url = await photographAddress(store, profile.record, photograph!, graphs.read, { signal });
    if (url === undefined)
      throw new LacunaError(
        'NOT_FOUND',
        `The photograph <${photograph!}> that decided is in no museum graph any more.`,
      );
    const decision = { url, task: task.name, classId: id };
    const { map, encoder, digest, draw } = await explainer.explain(saved, decision, signal);
    const explanation: PhotographExplanation = {
      record: property.record,
      task: task.name,
      statement: statement!,
      value: { concept: concept!, label },
      confidence: Number(said['score']!.value),
      photograph: photograph!,
      model: saved.version,
      encoder,
      ...map,
      strongest: strongestPlace(map.cells),
    };
    const tag = createHash('sha256')
      .update(JSON.stringify([explanation, digest]))
      .digest('base64url');
    return { explanation, tag, draw };
  }

  /** The model that made a statement; another would explain what it does not say. */
  async #model(iri: string | undefined, statement: string): Promise<SavedModel> {
    const { registry, profile, namespace } = this.#parts;
    const start = modelIri(namespace, 'x').slice(0, -1);
    const version = iri?.startsWith(start) === true ? iri.slice(start.length) : undefined;
    if (version === undefined || !registry.holds(profile.id, version)) {
      const which = iri === undefined ? 'a model it does not name' : `model ${version ?? `<${iri}>`}`;
      throw new LacunaError(
        'MODEL_MISSING',
        `<${statement}> was made by ${which}, which is not among the models on this machine: copy it into the models ` +
          'folder, or run `lacuna enrich` with the model in use.',
      );
    }
    const { folder, card } = await registry.open(profile.id, version);
    return { folder: path.join(folder, 'image'), version, tasks: card.tasks };
  }
}
