import { createHash } from 'node:crypto';
import type { ModelCard } from '../models/card.js';
import type { Task } from '../vocabulary/profile.js';
import type { PublisherSettings } from './proposal.js';

/** What decides beside a record's own inputs. */
export interface Judging {
  readonly card: Pick<ModelCard, 'version' | 'tasks'>;
  /** Configured thresholds; absent = the model's own. */
  readonly thresholds: Readonly<Record<string, number | undefined>>;
  readonly publishing: PublisherSettings;
}

/** Confidences from which a task is published; null = never. */
export interface Thresholds {
  /** In museums that training knows. */
  readonly known: number | null;
  /** In all others. */
  readonly foreign: number | null;
}

/** Thresholds by task name; a configured one counts in every museum. */
export function effectiveThresholds(
  tasks: readonly Pick<Task, 'name'>[],
  { card, thresholds }: Pick<Judging, 'card' | 'thresholds'>,
): Map<string, Thresholds> {
  return new Map(
    tasks.map(({ name }) => {
      const own = card.tasks.find((task) => task.name === name);
      const configured = thresholds[name];
      const known = configured ?? own?.threshold ?? null;
      return [name, { known, foreign: configured ?? own?.foreignThreshold ?? null }];
    }),
  );
}

/**
 * Digest of what the outcome of a task depends on beside the record, by task name: the model, the threshold, the classes'
 * concepts, and where and in whose name is published.
 */
export function judgesOf(tasks: readonly Task[], judging: Judging): Map<string, string> {
  const { card } = judging;
  const { predictionsGraph, namespace, agents } = judging.publishing;
  const publishing = { predictionsGraph, namespace, agents };
  const thresholds = effectiveThresholds(tasks, judging);
  return new Map(
    tasks.map(({ name, predicate, subject, classes }) => {
      const concepts = classes.map(({ id, concept }) => [id, concept]);
      const parts = [card.version, thresholds.get(name), publishing, predicate, subject, concepts];
      return [name, createHash('sha256').update(JSON.stringify(parts)).digest('base64url')];
    }),
  );
}
