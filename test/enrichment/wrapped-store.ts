import type { Store } from '../../src/graph/store.js';

/** A store that writes as told and is the given one in everything else. */
export function withWrite(store: Store, write: Store['write']): Store {
  return {
    profile: store.profile,
    name: store.name,
    select: (query, options) => store.select(query, options),
    ask: (query, options) => store.ask(query, options),
    answer: (query, accept, options) => store.answer(query, accept, options),
    write,
    close: () => store.close(),
  };
}
