import type { Config } from '../../config/load-config.js';
import { openPretrainedEncoder } from '../../modalities/image/encoders/pretrained-encoder.js';
import { openTextEncoder } from '../../modalities/text/encoded/text-encoder.js';
import type { Finding } from './finding.js';

/** Whether a configured pretrained encoder of photographs is there, is what it says, and runs. @throws LacunaError CONFIG_INVALID when not */
export async function imageEncoderFindings({ modalities }: Config): Promise<readonly Finding[]> {
  const { enabled, encoder } = modalities.image;
  if (!enabled || encoder === 'built-in') return [];
  const opened = await openPretrainedEncoder(encoder);
  return [
    { check: 'image encoder', state: 'ok', text: `${opened.describe().encoder}; looked at a grey picture` },
  ];
}

/** The same of texts. */
export async function textEncoderFindings({ modalities }: Config): Promise<readonly Finding[]> {
  const { enabled, encoder } = modalities.text;
  if (!enabled || encoder === 'built-in') return [];
  const opened = await openTextEncoder(encoder);
  return [{ check: 'text encoder', state: 'ok', text: `${opened.describe().encoder}; read a word` }];
}
