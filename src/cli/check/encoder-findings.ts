import type { Config } from '../../config/load-config.js';
import { openPretrainedEncoder } from '../../modalities/image/encoders/pretrained-encoder.js';
import type { Finding } from './finding.js';

/** Whether a configured pretrained encoder is there, is what it says, and runs. @throws LacunaError CONFIG_INVALID when not */
export async function encoderFindings({ modalities }: Config): Promise<readonly Finding[]> {
  const { enabled, encoder } = modalities.image;
  if (!enabled || encoder === 'built-in') return [];
  const opened = await openPretrainedEncoder(encoder);
  return [
    { check: 'image encoder', state: 'ok', text: `${opened.describe().encoder}; looked at a grey picture` },
  ];
}
