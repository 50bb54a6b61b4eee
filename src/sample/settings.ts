import { sampleNamespace } from './names.js';

/** The configuration that runs Lacuna on the sample collection; paths are relative to its own folder. */
export const sampleConfig = `# Lacuna on its generated sample collection. Every setting is explained in the config.yaml that \`lacuna init\` writes.
profile: silknow

store:
  kind: embedded
  files:
    - ./data/*.nq.gz

graphs:
  read: ["${sampleNamespace}graph/*"]
  predictions: ${sampleNamespace}predictions

vocabulary:
  files:
    - ./vocabulary/sample-thesaurus.ttl

provenance:
  namespace: ${sampleNamespace}lacuna/

# The sample is small: a class is learnt from ten records on.
tasks:
  place: { enabled: true, threshold: auto, minimumLabelCount: 10 }
  timespan: { enabled: true, threshold: auto, minimumLabelCount: 10 }
  technique: { enabled: true, threshold: auto, minimumLabelCount: 10 }
  material: { enabled: true, threshold: auto, minimumLabelCount: 10 }
  depiction: { enabled: false }

modalities:
  image: { enabled: true, encoder: built-in, imbalance: focal }
  text: { enabled: true, encoder: built-in, imbalance: rescaling, minimumLength: 20, maximumLength: 20000 }
  tabular: { enabled: true }
  fusion: { enabled: true }

training:
  seed: 1
  # A few hundred validation records cannot promise more for every property.
  targetPrecision: 0.7
  split: { kind: random, train: 0.6, validation: 0.2, test: 0.2 }

photographs:
  # The addresses are invented; the photographs lie beside this file.
  rewrite:
    - { from: "${sampleNamespace}photographs/", to: "./photographs/" }
  userAgent: "Lacuna/0.1 (sample collection)"
  concurrency: 4
  timeoutSeconds: 20
  maximumBytes: 50000000
  maximumPixels: 100000000
  allowPrivateAddresses: false

models: ./models
state: ./state

schedule:
  enabled: false
  cron: "0 3 * * *"
  timezone: Europe/Madrid

http:
  host: 127.0.0.1
  port: 8080
`;

/** What the folder says of itself. */
export const sampleReadme = `This collection is generated.

Its museums, records, descriptions and photographs were invented by a program (src/sample of Lacuna) from a seed. They stand
for nothing in the world. Accuracies measured on them say nothing of how well Lacuna does on real collections.

data/          one graph per museum, N-Quads, in the SILKNOW model; every object names the virtual loom as its dct:source
vocabulary/    a small thesaurus with the labels of the classes and a few narrower concepts
photographs/   woven by a virtual loom; a few are missing or spoilt on purpose
truth.tsv.gz   what belongs in the gaps (object, task, class). No real collection has such a file: it exists because
               the records are generated, and nothing but the demonstration's closing count reads it
config.yaml    the configuration that runs Lacuna here
`;
