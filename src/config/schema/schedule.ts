import cron from 'node-cron';
import { z } from 'zod';

const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** Schema of when runs start by themselves. */
export const schedule = z.strictObject({
  enabled: z.boolean().default(false).describe('true for runs that start by themselves'),
  cron: z
    .string()
    .superRefine((expression, context) => {
      const reasons = cron.validateDetailed(expression).errors.map(({ message }) => message);
      if (reasons.length > 0) {
        context.addIssue({ code: 'custom', message: `is not a cron expression: ${reasons.join('; ')}` });
      }
    })
    .default('0 3 * * *')
    .describe('a cron expression: minute, hour, day of the month, month, weekday'),
  timezone: z
    .string()
    .refine(isTimezone, { error: 'is not a time zone' })
    .default('UTC')
    .describe('an IANA time zone such as Europe/Madrid'),
});
