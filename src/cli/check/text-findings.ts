import type { RecordModel } from '../../vocabulary/profile.js';
import type { Finding } from './finding.js';

/** Whether the profile has titles or record numbers read as descriptions, which give values away in most catalogues. */
export function textFindings({ text, label, identifier }: RecordModel): readonly Finding[] {
  const leaks = [
    ...(text.includes(label) ? ['titles (record.label)'] : []),
    ...(identifier !== undefined && text.includes(identifier) ? ['record numbers (record.identifier)'] : []),
  ];
  if (leaks.length === 0) return [];
  return [
    {
      check: 'descriptions',
      state: 'warning',
      text: `the profile has ${leaks.join(' and ')} read as descriptions: where the catalogue makes them from place and date, they give the values away`,
      mend: 'take them out of record.text, or strip what gives values away with record.strip',
    },
  ];
}
