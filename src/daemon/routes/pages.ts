import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../../config/package-root.js';

const files = [
  { url: '/', file: 'overview.html', type: 'text/html; charset=utf-8' },
  { url: '/overview.css', file: 'overview.css', type: 'text/css; charset=utf-8' },
  { url: '/overview.js', file: 'overview.js', type: 'text/javascript; charset=utf-8' },
  { url: '/lacuna.svg', file: 'lacuna.svg', type: 'image/svg+xml' },
] as const;

/** Nothing from outside, nothing inline, nobody's frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Adds the overview page at `/` with its style, script and icon, as they lie in `src/web/`; read once, at start. */
export async function addPages(app: FastifyInstance): Promise<void> {
  for (const { url, file, type } of files) {
    const bytes = await readFile(path.join(packageRoot, 'src/web', file));
    app.get(url, (_request, reply) =>
      reply
        .type(type)
        .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' })
        .send(bytes),
    );
  }
}
