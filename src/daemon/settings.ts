/** The part of the configuration that the daemon reads; names as in `config.yaml`. */
export interface DaemonConfig {
  readonly graphs: {
    readonly read: readonly string[];
    readonly predictions: string;
    readonly history?: string | undefined;
  };
  readonly provenance: { readonly namespace: string };
  readonly photographs: { readonly maximumPixels: number };
  readonly schedule: ScheduleConfig;
  readonly http: HttpConfig;
}

/** When runs start by themselves. `cron` has five fields, or six with seconds first. */
export interface ScheduleConfig {
  readonly enabled: boolean;
  readonly cron: string;
  readonly timezone: string;
}

/** Where the daemon listens (port 0 = any free port) and what it takes to start or cancel runs. */
export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly token?: string | undefined;
}

/** Bounds on what a visitor may ask of the SPARQL endpoint. */
export interface SparqlLimits {
  readonly timeoutMs: number;
  /** Queries answered at a time. */
  readonly concurrency: number;
  /** Queries that may wait; more are turned away with 503. */
  readonly waiting: number;
}

/** Bounds that suit one machine and a handful of consumers. */
export const defaultSparqlLimits: SparqlLimits = { timeoutMs: 60_000, concurrency: 4, waiting: 32 };
