import path from 'node:path';
import type { SparseMatrix } from '../../learning/sparse-matrix.js';
import { readSafetensors, type Tensor } from '../../models/safetensors.js';
import type { LearnableTask } from '../case.js';
import { matchTasks, modelInvalid, readModelBytes, readModelJson } from '../model-file.js';
import type { TextHead } from './heads.js';
import { lexiconFile, lexiconSchema, settingsFile, settingsSchema, weightsFile } from './model-files.js';
import { TextModel } from './model.js';
import { blockNames, bucketCount, characterBlock, wordBlock } from './n-grams.js';
import type { Vocabulary } from './vocabulary.js';

/** Reads what `TextModel.save` wrote. Throws LacunaError MODEL_INVALID naming the damaged file. */
export async function loadTextModel(folder: string, tasks: readonly LearnableTask[]): Promise<TextModel> {
  const {
    format: _format,
    tasks: saved,
    ...settings
  } = await readModelJson(folder, settingsFile, settingsSchema);
  const wanted = matchTasks(path.join(folder, settingsFile), saved, tasks);
  const file = path.join(folder, weightsFile);
  const { tensors } = readSafetensors(await readModelBytes(folder, weightsFile), file);

  function get<Data extends Tensor['data']>(
    name: string,
    type: abstract new (...args: never[]) => Data,
    length?: number,
  ): Data {
    const data = tensors.get(name)?.data;
    if (!(data instanceof type)) throw modelInvalid(file, `has no tensor "${name}" of the right type`);
    if (length !== undefined && data.length !== length) {
      throw modelInvalid(file, `has a tensor "${name}" of ${data.length} elements where ${length} belong`);
    }
    return data;
  }
  const indices = (name: string, limit: number): Int32Array => {
    const data = get(name, Int32Array);
    if (data.some((value, at) => value < 0 || value >= limit || (at > 0 && value <= data[at - 1]!))) {
      throw modelInvalid(file, `has a tensor "${name}" that is not ascending within 0..${limit - 1}`);
    }
    return data;
  };

  const within = (name: string, limit: number, length?: number): Int32Array => {
    const data = get(name, Int32Array, length);
    if (data.some((value) => value < 0 || value >= limit)) {
      throw modelInvalid(file, `has a tensor "${name}" with numbers outside 0..${limit - 1}`);
    }
    return data;
  };

  const buckets = blockNames.map((name) => indices(`${name}.buckets`, bucketCount));
  const width = buckets.reduce((sum, { length }) => sum + length, 0);
  const vocabulary: Vocabulary = { buckets, idf: get('idf', Float32Array, width) };
  const lexicon = await readModelJson(folder, lexiconFile, lexiconSchema);
  const grams = buckets[wordBlock]!.length + buckets[characterBlock]!.length;
  const starts = get('texts.starts', Int32Array);
  const columns = within('texts.columns', grams);
  if (
    starts[0] !== 0 ||
    starts.at(-1) !== columns.length ||
    starts.some((start, at) => start < (starts[at - 1] ?? 0))
  ) {
    throw modelInvalid(file, 'has a tensor "texts.starts" that does not divide "texts.columns" into rows');
  }
  const texts: SparseMatrix = {
    rows: starts.length - 1,
    width: grams,
    starts,
    columns,
    values: get('texts.values', Float32Array, columns.length),
  };
  const heads = saved.map((task): TextHead => {
    const learnt = indices(`tasks.${task.name}.classes`, task.classes.length);
    const rows = indices(`tasks.${task.name}.voters`, texts.rows);
    return {
      task,
      learnt,
      weights: get(`tasks.${task.name}.weights`, Float32Array, width * learnt.length),
      bias: get(`tasks.${task.name}.bias`, Float32Array, learnt.length),
      voters: {
        rows,
        labels: within(`tasks.${task.name}.votes`, learnt.length, rows.length),
        weights: get(`tasks.${task.name}.voteWeights`, Float32Array, rows.length),
      },
    };
  });
  return new TextModel(
    settings,
    vocabulary,
    texts,
    heads.filter(({ task }) => wanted.has(task.name)),
    lexicon === null ? undefined : new Map(lexicon),
  );
}
