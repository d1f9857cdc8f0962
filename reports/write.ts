/** Puts the reports into a folder. A reader of the folder never meets half a file. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EddyError } from '../properties/error.ts';
import type { CampaignResult } from '../properties/runner/result.ts';
import { writeHtml } from './html.ts';
import { writeJson } from './json.ts';
import { writeJunit } from './junit.ts';
import { writeMarkdown } from './markdown.ts';
import { writeOtlp } from './otlp.ts';

const TRACES = 'traces.otlp.json';

export interface Written {
  readonly html: string;
  readonly json: string;
  readonly junit: string;
  readonly markdown: string;
  /** Where something failed the campaign. */
  readonly traces?: string;
}

/**
 * Writes index.html, result.json, junit.xml and summary.md, and traces.otlp.json where something failed; one that an earlier
 * campaign left there goes. The paths are `join(outDir, name)`.
 *
 * @throws EddyError EDDY_OUT when the folder or a file cannot be written
 */
export function writeReports(result: CampaignResult, outDir: string): Written {
  const put = (name: string, text: string): string => {
    const path = join(outDir, name);
    const temporary = `${path}.${process.pid}.tmp`;
    attempt(path, () => {
      try {
        writeFileSync(temporary, text);
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    });
    return path;
  };
  attempt(outDir, () => mkdirSync(outDir, { recursive: true }));
  const traces = writeOtlp(result);
  if (traces === undefined) attempt(outDir, () => rmSync(join(outDir, TRACES), { force: true }));
  return {
    // First: what the others show can be rendered again from it.
    json: put('result.json', writeJson(result)),
    junit: put('junit.xml', writeJunit(result)),
    markdown: put('summary.md', writeMarkdown(result)),
    ...(traces !== undefined && { traces: put(TRACES, traces) }),
    html: put('index.html', writeHtml(result)),
  };
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new EddyError(
      'EDDY_OUT',
      `The report cannot be written to ${path} (${code}): give a folder that can be with --out`,
      {
        path,
        code,
      },
    );
  }
}
