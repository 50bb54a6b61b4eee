import { isLacunaError } from '../../config/errors.js';
import type { ModelCard } from '../../models/card.js';
import type { ModelRegistry } from '../../models/registry.js';
import type { Finding } from './finding.js';

const check = 'model';
const millisecondsPerDay = 24 * 60 * 60 * 1000;

function cardText({ version, trainedAt, data, modalities, codeVersion }: ModelCard, now: Date): string {
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(trainedAt)) / millisecondsPerDay));
  const age = days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
  const kinds = modalities.map(({ modality }) => modality).join(', ');
  return `${version}, trained ${age} on ${data.records} records (${kinds}; Lacuna ${codeVersion})`;
}

/** Which model is in use and how old it is; its files are compared with their digests. */
export async function modelFindings(
  registry: ModelRegistry,
  profile: string,
  now: Date,
): Promise<readonly Finding[]> {
  try {
    const { card } = await registry.current(profile);
    return [{ check, state: 'ok', text: cardText(card, now) }];
  } catch (error) {
    if (!isLacunaError(error, 'MODEL_MISSING')) throw error;
    return [{ check, state: 'warning', text: error.message }];
  }
}
