import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../config/package-root.js';
import { writing } from '../config/writing.js';
import { reportPage } from '../learning/report/page/page.js';
import type { Report } from '../learning/report/report-schema.js';
import { writeFileWhole } from './whole-file.js';

/** Where a report was written. */
export interface ReportFiles {
  readonly html: string;
  readonly json: string;
}

/** The two files of a report: `place` names the page when it ends with .html, else a folder that they go into. */
export function reportFiles(place: string, { evaluations }: Report): ReportFiles {
  const { model, split } = evaluations[0]!;
  const html = /\.html?$/i.test(place) ? place : path.join(place, `${model.version}-${split}.html`);
  return { html, json: html.replace(/\.html?$/i, '.json') };
}

async function* whole(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}

/**
 * Writes a report as a self-contained page and as JSON beside it. Files that are there are replaced.
 *
 * @throws LacunaError INPUT_INVALID when there can be no such file, STATE_UNWRITABLE when the disk refuses it
 */
export async function writeReport(place: string, report: Report): Promise<ReportFiles> {
  const style = await readFile(path.join(packageRoot, 'src', 'web', 'report.css'), 'utf8');
  const files = reportFiles(place, report);
  const folder = path.dirname(path.resolve(files.html));
  await writing(folder, async () => mkdir(folder, { recursive: true }));
  await writeFileWhole(files.html, whole(reportPage(report, style)));
  await writeFileWhole(files.json, whole(`${JSON.stringify(report, null, 1)}\n`));
  return files;
}
