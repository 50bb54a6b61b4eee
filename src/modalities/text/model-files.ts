import { z } from 'zod';
import { imbalanceStrategies } from '../../learning/imbalance.js';

/** The file of the settings and tasks. */
export const settingsFile = 'text.json';
/** The file of the numbers. */
export const weightsFile = 'text.safetensors';
/** The file of what labels mean. */
export const lexiconFile = 'text.lexicon.json';

/** What the file of the settings holds. */
export const settingsSchema = z.object({
  format: z.literal(1),
  imbalance: z.enum(imbalanceStrategies),
  minimumLength: z.number().int().nonnegative(),
  maximumLength: z.number().int().positive(),
  /** The weight of the vote of similar texts. */
  voteWeight: z.number().nonnegative(),
  /** Training records with a description. */
  documents: z.number().int().positive(),
  tasks: z.array(z.object({ name: z.string(), classes: z.array(z.string()).min(2) })).min(1),
});

/** What the file of labels holds: label and features; null where n-grams alone are looked at. */
export const lexiconSchema = z.array(z.tuple([z.string(), z.array(z.string())])).nullable();

/** What the text modality was trained with. */
export type TextSettings = Omit<z.infer<typeof settingsSchema>, 'format' | 'tasks'>;
