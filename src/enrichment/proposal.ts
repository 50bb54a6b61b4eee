import type { CollectionRecord, ModalityName } from '../modalities/case.js';
import type { Task } from '../vocabulary/profile.js';
import type { TaskJudgement } from './predictor.js';

/** Where predictions go and what their IRIs begin with. */
export interface PublisherSettings {
  readonly predictionsGraph: string;
  /** Keeps what is replaced or taken back; absent = it is dropped. */
  readonly historyGraph?: string | undefined;
  readonly namespace: string;
  /** IRIs of agents that are known already, by modality. */
  readonly agents: Readonly<Partial<Record<ModalityName, string>>>;
}

/** A judgement that is to be published. */
export interface Proposal {
  readonly record: CollectionRecord;
  readonly task: Task;
  readonly judgement: TaskJudgement;
}

/** IRI of what lacks the property. */
export function subjectOf({ record, task }: Pick<Proposal, 'record' | 'task'>): string {
  return task.subject === 'production' ? record.production : record.object;
}
