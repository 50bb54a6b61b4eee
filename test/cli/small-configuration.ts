/**
 * A configuration for a collection below `http://example.org/`, for place and technique learnt from few labels; more of it
 * can follow.
 *
 * @param store as YAML.
 */
export function smallConfiguration(store: string, predictions = 'http://example.org/predictions'): string {
  return `profile: silknow
store: ${store}
graphs: { read: ["http://example.org/graph/*"], predictions: "${predictions}" }
provenance: { namespace: "http://example.org/lacuna/" }
tasks:
  place: { minimumLabelCount: 5, threshold: 0.3 }
  technique: { minimumLabelCount: 5, threshold: 0.3 }
  timespan: { enabled: false }
  material: { enabled: false }
  depiction: { enabled: false }
`;
}

/** The part of a configuration that leaves only the modality that learns at once. */
export const tabularAlone = 'modalities: { image: { enabled: false }, text: { enabled: false } }\n';
