import type { CollectionSource } from '../../src/enrichment/read-collection.js';
import type { Store } from '../../src/graph/store.js';
import { LabelGrouper } from '../../src/vocabulary/grouping.js';
import type { Profile } from '../../src/vocabulary/profile.js';
import { emptyThesaurus } from '../../src/vocabulary/thesaurus.js';

/** How a small collection in a store is read: its museums' graphs, without a thesaurus. */
export function smallSource(store: Store, profile: Profile, understanding = 'as ever'): CollectionSource {
  return {
    store,
    profile,
    grouper: new LabelGrouper(profile, emptyThesaurus),
    graphs: ['http://example.org/graph/*'],
    maximumTextLength: 20_000,
    understanding,
  };
}
