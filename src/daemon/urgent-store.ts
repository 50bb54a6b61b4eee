import type { Store } from '../graph/store.js';

/** The store as visitors and health checks ask it: they are told at once when it is away, and nobody waits for it. */
export function urgently(store: Store): Store {
  return {
    ...(store.health === undefined ? {} : { health: () => store.health!() }),
    name: store.name,
    profile: store.profile,
    select: (query, options) => store.select(query, { ...options, urgent: true }),
    ask: (query, options) => store.ask(query, { ...options, urgent: true }),
    answer: (query, accept, options) => store.answer(query, accept, { ...options, urgent: true }),
    write: (change, options) => store.write(change, { ...options, urgent: true }),
    close: () => store.close(),
  };
}
