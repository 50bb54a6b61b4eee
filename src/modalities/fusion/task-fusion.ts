import type { Booster } from '../../learning/trees/booster.js';
import type { FusionInputs } from './columns.js';
import type { LinearPool } from './linear-pool.js';

/** One task's fusion. */
export interface TaskFusion {
  readonly inputs: FusionInputs;
  /** Parameters that were searched for this task. */
  readonly parameters: Readonly<Record<string, number>>;
  /** One or a committee, whose log-odds are averaged, which steadies what few rows teach. */
  readonly ensembles: readonly Booster[];
  /** Whose log-odds are averaged with those of the trees, half and half; the published way has none. */
  readonly pool?: LinearPool | undefined;
}
