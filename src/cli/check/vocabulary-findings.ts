import type { RequestOptions } from '../../graph/store.js';
import type { VocabularyLookup } from '../../graph/vocabulary-lookup.js';
import type { Profile } from '../../vocabulary/profile.js';
import type { Thesaurus } from '../../vocabulary/thesaurus.js';
import type { Finding } from './finding.js';

const check = 'vocabularies';

/** Where the profile's vocabularies are read: in the store, in the sources, in vocabulary.files, or nowhere. */
export async function vocabularyFindings(
  parts: { vocabulary: VocabularyLookup; profile: Profile; thesaurus: Thesaurus },
  options: RequestOptions,
): Promise<readonly Finding[]> {
  const { vocabulary, profile, thesaurus } = parts;
  const where = await vocabulary.located(options);
  const asked = where.asked.join(', ');
  if (where.place === 'store') {
    return [{ check, state: 'ok', text: `read from the store, which knows concepts of ${profile.id}` }];
  }
  if (where.place === 'sources') {
    return [{ check, state: 'ok', text: `read from ${asked}; the store knows no concept of ${profile.id}` }];
  }
  if (vocabulary.hasSources) throw vocabulary.nowhere(where);
  if (thesaurus.size > 0) {
    const text = `read from vocabulary.files alone; the store knows no concept of ${profile.id}`;
    return [{ check, state: 'ok', text }];
  }
  return [
    {
      check,
      state: 'warning',
      text: `none: ${asked} knows no concept of ${profile.id}, so values are recognised by the profile alone`,
      mend: 'load the thesaurus into the store, or name its file under "sources" of the profile or vocabulary.files',
    },
  ];
}
