import type { TreeData } from '../learning/trees/booster.js';
import { columnRows, museumFeature } from './property-columns.js';

/** Weights with which museums count alike, however many rows they have, that sum to `total`. */
function alike(museums: ArrayLike<number>, own: Float64Array, total: number): Float64Array {
  const mass = new Map<number, number>();
  own.forEach((weight, row) => mass.set(museums[row]!, (mass.get(museums[row]!) ?? 0) + weight));
  const perMuseum = total / [...mass.values()].filter((weight) => weight > 0).length;
  return own.map((weight, row) => (weight > 0 ? (weight / mass.get(museums[row]!)!) * perMuseum : 0));
}

/**
 * The rows once as they are and once more with the museum hidden, so that trees learn what to say of a museum they have not
 * met instead of sending it wherever their branches happen to lead. Among the hidden ones museums count alike, since the museum
 * to come is another museum and not another record of a known one.
 *
 * @param share total weight of the hidden rows relative to that of the others, ≥ 0; 0 adds none
 */
export function withMuseumDropout(data: TreeData, share: number): TreeData {
  const museum = data.features.find(({ name }) => name === museumFeature);
  if (share === 0 || museum === undefined) return data;
  const rows = [...data.labels.keys()];
  const own = data.weights ?? new Float64Array(data.rows).fill(1);
  const total = own.reduce((sum, weight) => sum + weight, 0);
  const features = columnRows(data.features, [...rows, ...rows]).map((column) => {
    // Code 0 is [NA].
    if (column.name === museumFeature) column.values.fill(0, data.rows);
    return column;
  });
  return {
    ...data,
    features,
    rows: 2 * data.rows,
    labels: Int32Array.from([...data.labels, ...data.labels]),
    weights: Float64Array.from([...own, ...alike(museum.values, own, share * total)]),
  };
}
