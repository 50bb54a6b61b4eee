export type {
  CategoricalColumn,
  FeatureColumn,
  FeatureDescription,
  NumericColumn,
  TreeData,
} from './columns.js';
export { trainBoosterInWorker, type WorkerTrainingOptions } from './in-worker.js';
export { Booster, type BoosterJSON, type FeatureImportance } from './model.js';
export type { TreeParams } from './params.js';
export { boosterFromJSON } from './stored.js';
export { trainBooster, type TrainBoosterOptions } from './train.js';
