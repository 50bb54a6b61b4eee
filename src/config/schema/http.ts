import { z } from 'zod';
import { isLoopback } from '../loopback.js';
import { whole } from './fields.js';

/** Schema of where the daemon listens. */
export const http = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('the address to listen on'),
    port: whole.min(0).max(65_535).default(8080).describe('a port in 0..65535; 0 takes any free one'),
    token: z
      .string()
      .min(16)
      .exactOptional()
      .describe('a secret of 16 characters or more, from ${AN_ENVIRONMENT_VARIABLE}'),
  })
  .superRefine(({ host, token }, context) => {
    if (token !== undefined || isLoopback(host)) return;
    context.addIssue({
      code: 'custom',
      path: ['token'],
      message: `is missing, and ${host} can be reached by others — give a secret of 16 characters or more, or listen on 127.0.0.1`,
    });
  });
