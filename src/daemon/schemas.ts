import { runPhases } from '../enrichment/run-phases.js';
import { runKinds, runTriggers } from '../enrichment/run-state.js';

/**
 * JSON schemas of what the HTTP interface takes and gives. The routes validate with them and the OpenAPI document publishes
 * them, so the two cannot differ. Written in the subset that JSON Schema draft 7 and 2020-12 share.
 */
const time = { type: 'string', format: 'date-time' } as const;
const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;

const condition = { type: 'string', minLength: 1, maxLength: 2000 } as const;

/** Which predictions a retraction takes back. */
const retractedSchema = {
  type: 'object',
  description: 'With kind retract: the predictions to take back, those that meet every condition.',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    run: { ...condition, description: 'Id of a run, or its IRI.' },
    model: { ...condition, description: 'Version of a model, or its IRI.' },
    task: { ...condition, description: 'Name of a task.' },
    record: { ...condition, description: 'IRI of an object.' },
  },
} as const;

/** Body of POST /runs. */
export const runRequestSchema = {
  type: 'object',
  description: 'What the run is to do; an empty object means everything the configuration enables.',
  additionalProperties: false,
  properties: {
    kind: {
      type: 'string',
      enum: ['enrich', 'retract', 'republish', 'reconcile'],
      description:
        'enrich (unless told): fill gaps; retract: take predictions back; republish: write again what the graph has lost; reconcile: put right where the graph differs from the journals, or with dryRun only say where.',
    },
    retract: retractedSchema,
    tasks: {
      type: 'array',
      description: 'Names of the tasks to predict.',
      items: { type: 'string', minLength: 1, maxLength: 100 },
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
    },
    records: {
      type: 'array',
      description: 'IRIs of the objects to examine.',
      items: { type: 'string', minLength: 1, maxLength: 2000 },
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
    },
    limit: { type: 'integer', minimum: 1, description: 'At most this many records with a gap.' },
    dryRun: { type: 'boolean', description: 'Say what would be written, write nothing.' },
    reexamine: {
      type: 'boolean',
      description: 'Read and examine every record, even where nothing seems to have changed.',
    },
  },
} as const;

/** Body of POST /runs/{id}/retract. */
export const retractRunSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { dryRun: { type: 'boolean', description: 'Say what would be taken back, write nothing.' } },
} as const;

/** A run, as RunState. */
export const runSchema = {
  type: 'object',
  required: ['id', 'state', 'trigger', 'startedAt', 'progress'],
  properties: {
    id: text,
    state: { type: 'string', enum: runPhases },
    trigger: { type: 'string', enum: runTriggers },
    request: {
      type: 'object',
      description: 'What was asked for.',
      properties: { kind: { type: 'string', enum: runKinds } },
    },
    startedAt: time,
    endedAt: time,
    progress: {
      type: 'object',
      required: ['done', 'total', 'label'],
      properties: { done: count, total: count, label: text },
    },
    summary: { description: 'What the run did: counts, skips with their reasons, records that failed.' },
    counts: {
      type: 'object',
      description: 'What a run that is no enrichment did: how many of what.',
      additionalProperties: count,
    },
    differences: {
      type: 'array',
      description: 'Some of what a reconciliation found, at most ten of each kind.',
      items: {
        type: 'object',
        required: ['kind', 'graph', 'subject', 'property', 'there', 'expected'],
        properties: {
          kind: { type: 'string', enum: ['missing', 'altered', 'foreign'] },
          graph: text,
          subject: text,
          property: text,
          there: { type: 'array', items: text, description: 'Values as N-Triples writes them.' },
          expected: { type: 'array', items: text },
        },
      },
    },
    waiting: {
      type: 'object',
      description: 'The store is being left alone; the run goes on when it answers.',
      required: ['since', 'reason'],
      properties: { since: time, reason: text },
    },
    error: { type: 'object', required: ['code', 'message'], properties: { code: text, message: text } },
  },
} as const;

/** Query of GET /runs. */
export const runPageSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: {
      type: 'string',
      pattern: '^([1-9]\\d{0,2}|1000)$',
      default: '100',
      description: 'At most so many runs, 1 to 1000.',
    },
    before: {
      type: 'string',
      pattern: '^[\\w-]{1,100}$',
      description: 'Only runs older than this one: `next` of the page before.',
    },
  },
} as const;

/** Answer of GET /runs. */
export const runListSchema = {
  type: 'object',
  required: ['runs'],
  properties: {
    runs: { type: 'array', items: runSchema },
    next: { ...text, description: 'There are older runs: ask for those `before` this one.' },
  },
} as const;

/** Answer of GET /healthz. */
export const healthSchema = {
  type: 'object',
  required: ['status', 'store', 'schedule'],
  properties: {
    status: {
      type: 'string',
      enum: ['ok', 'stale', 'failing', 'degraded'],
      description:
        'stale: the schedule asked for a run that has not completed; failing: the store does not answer; degraded: it has failed so often that nothing is sent to it for a while.',
    },
    store: {
      type: 'object',
      required: ['name', 'kind', 'reachable'],
      properties: {
        name: text,
        kind: { ...text, description: 'The triple store, for people: Virtuoso.' },
        reachable: { type: 'boolean' },
        problem: text,
        circuit: { type: 'string', enum: ['closed', 'half-open', 'open'] },
        failures: { ...count, description: 'Requests that failed in a row.' },
        since: { ...time, description: 'When the circuit last changed.' },
        lastError: text,
      },
    },
    schedule: {
      type: 'object',
      required: ['enabled'],
      properties: { enabled: { type: 'boolean' }, next: time, missed: time },
    },
    currentRun: text,
    lastRun: {
      type: 'object',
      required: ['id', 'state', 'startedAt'],
      properties: { id: text, state: { type: 'string', enum: runPhases }, startedAt: time, endedAt: time },
    },
    lastSuccess: time,
    secondsSinceLastSuccess: count,
  },
} as const;

const valueSchema = {
  type: 'object',
  required: ['label'],
  properties: { label: text, iri: text },
} as const;

const predictionSchema = {
  type: 'object',
  required: [
    'task',
    'property',
    'label',
    'concept',
    'confidence',
    'modality',
    'explanation',
    'opinions',
    'evidence',
  ],
  properties: {
    task: text,
    property: text,
    label: text,
    concept: text,
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    modality: { ...text, description: 'Which modality decided.' },
    explanation: text,
    model: text,
    madeAt: text,
    set: {
      type: 'object',
      description: 'Values among which the true one is with the probability `coverage`, likeliest first.',
      required: ['coverage', 'values'],
      properties: {
        coverage: { type: 'number', minimum: 0, maximum: 1 },
        values: {
          type: 'array',
          items: {
            type: 'object',
            required: ['label', 'concept'],
            properties: { label: text, concept: text },
          },
        },
      },
    },
    opinions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['modality', 'label', 'confidence'],
        properties: {
          modality: text,
          label: text,
          confidence: { type: 'number', minimum: 0, maximum: 1 },
          explanation: text,
        },
      },
    },
    evidence: {
      type: 'array',
      items: {
        type: 'object',
        required: ['modality', 'feature', 'weight'],
        properties: { modality: text, feature: text, weight: { type: 'number' } },
      },
    },
  },
} as const;

/** Answer of GET /overview. */
export const overviewSchema = {
  type: 'object',
  required: ['title', 'takenAt', 'records', 'museums', 'remarks', 'coverage', 'examples', 'query'],
  properties: {
    title: text,
    takenAt: time,
    predictionsGraph: text,
    records: count,
    museums: count,
    remarks: { type: 'array', items: text, description: 'What the graphs remark on themselves.' },
    query: { type: 'string', description: 'A SPARQL query to begin with.' },
    coverage: {
      type: 'array',
      items: {
        type: 'object',
        required: ['task', 'property', 'total', 'known', 'filled', 'open'],
        properties: { task: text, property: text, total: count, known: count, filled: count, open: count },
      },
    },
    examples: {
      type: 'array',
      items: {
        type: 'object',
        required: ['object', 'label', 'museum', 'known', 'predictions'],
        properties: {
          object: text,
          label: text,
          museum: text,
          photograph: { type: 'string', description: 'IRI of the image node, for GET /photographs.' },
          known: {
            type: 'array',
            items: {
              type: 'object',
              required: ['property', 'values'],
              properties: { property: text, values: { type: 'array', items: valueSchema } },
            },
          },
          predictions: { type: 'array', items: predictionSchema },
        },
      },
    },
  },
} as const;

/** Every error. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    code: { type: 'string', description: 'Stable code of the kind of failure.' },
    problems: { type: 'array', items: text, description: 'Every problem found, when there were several.' },
  },
} as const;

/** The query of GET /export. Every value is a text, as addresses have no numbers. */
export const exportQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    format: {
      type: 'string',
      enum: ['nq', 'trig', 'ttl', 'nt', 'ttl12', 'csv'],
      description: 'Instead of Accept. ttl12: Turtle 1.2 with annotations; csv: a table for curators.',
    },
    history: {
      type: 'string',
      enum: ['true', 'false'],
      description:
        'true: instead of the predictions, what was replaced or taken back, whole, as nq, trig, ttl or nt.',
    },
    task: { type: 'string', description: 'Only the predictions of this task.' },
    model: { type: 'string', description: 'Only those of this model, by version or IRI.' },
    run: { type: 'string', description: 'Only those of this run, by id or IRI.' },
    minimumConfidence: {
      type: 'string',
      pattern: '^(0?\\.\\d+|0|1|1\\.0+)$',
      description: 'Only those at least as sure as this, 0 to 1.',
    },
    language: { type: 'string', pattern: '^[A-Za-z]{2,3}$', description: 'csv: language of the labels.' },
    bom: { type: 'string', enum: ['true', 'false'], description: 'csv: begin with a byte order mark.' },
  },
} as const;

/** The query of GET /photographs/why. */
export const explanationQuerySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['record', 'task'],
  properties: {
    record: { type: 'string', minLength: 1, maxLength: 2000, description: 'IRI of the object.' },
    task: { type: 'string', minLength: 1, maxLength: 100, description: 'Name of the task.' },
  },
} as const;

/** Answer of GET /photographs/why. */
export const explanationSchema = {
  type: 'object',
  required: [
    'record',
    'task',
    'statement',
    'value',
    'confidence',
    'photograph',
    'model',
    'encoder',
    'cells',
    'logOdds',
  ],
  properties: {
    record: text,
    task: text,
    statement: { ...text, description: 'IRI of what the image modality says.' },
    value: {
      type: 'object',
      required: ['concept', 'label'],
      properties: { concept: text, label: text },
    },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    photograph: { ...text, description: 'IRI of the image node that decided.' },
    model: { ...text, description: 'Version of the model that said it, and was asked again.' },
    encoder: text,
    cells: {
      type: 'array',
      description:
        'What the value loses in log-odds where a cell of the square that the encoder sees is covered, rows from the top; negative where it gains.',
      items: { type: 'array', items: { type: 'number' } },
    },
    logOdds: {
      type: 'number',
      description: 'Log-odds of the value on this photograph alone, before calibration.',
    },
    strongest: {
      ...text,
      description:
        'Where the largest loss is, such as “upper left”; absent where no part alone speaks for the value.',
    },
  },
} as const;
