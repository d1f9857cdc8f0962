/** result.json: all that a campaign leaves behind, written and read back. */
import { EddyError } from '../properties/error.ts';
import { type CampaignResult, RESULT_SCHEMA } from '../properties/runner/result.ts';
import { differenceFrom, type Shape } from './shape.ts';
import { laidOut } from './laid-out.ts';

const VERDICT: Shape = new Set(['pass', 'fail', 'unknown']);
const TEXTS: Shape = { each: 'string' };

const ENTRY: Shape = {
  fields: {
    n: 'number',
    timeUs: 'number',
    process: 'string',
    kind: 'string',
    'data?': 'anything',
    causes: { each: 'number' },
  },
};

const TWIN: Shape = {
  fields: {
    'without?': 'string',
    'seed?': 'number',
    verdict: new Set(['pass', 'unknown']),
    digest: 'string',
    partsAt: 'number',
    history: { each: ENTRY },
    entriesCut: 'number',
  },
};

const FOUND: Shape = {
  fields: {
    run: 'number',
    strategy: 'string',
    faults: TEXTS,
    items: 'number',
    'history?': { each: ENTRY },
    'entriesCut?': 'number',
    'evidence?': { each: 'number' },
    'slice?': { each: 'number' },
  },
};

const FAILURE: Shape = {
  fields: {
    scenario: 'string',
    variant: 'string',
    property: 'string',
    name: 'string',
    says: 'string',
    seed: 'number',
    token: 'string',
    'sends?': TEXTS,
    'file?': 'string',
    'scenarioFile?': 'string',
    'inTest?': { fields: { file: 'string', title: 'string' } },
    digest: 'string',
    faults: {
      each: {
        fields: { sentence: 'string', kind: 'string', needed: 'boolean', 'at?': 'string', 'milestone?': 'string' },
      },
    },
    workload: { each: 'anything' },
    found: FOUND,
    'cutShort?': 'boolean',
    outcome: new Set(['quiet', 'stuck', 'bound']),
    why: TEXTS,
    'thrown?': { each: { fields: { by: 'string', says: 'string', 'at?': 'string', times: 'number' } } },
    evidence: { each: 'number' },
    history: { each: ENTRY },
    entriesCut: 'number',
    'happened?': 'string',
    'slice?': { each: 'number' },
    'twin?': TWIN,
    neighbourhood: { fields: { runs: 'number', failed: 'number' } },
  },
};

const PROPERTY: Shape = {
  fields: {
    id: 'string',
    name: 'string',
    kind: new Set(['safety', 'liveness']),
    verdict: VERDICT,
    exercised: 'number',
    'says?': 'string',
  },
};

const CELL: Shape = {
  fields: {
    row: 'string',
    kind: 'string',
    cells: 'number',
    tried: 'number',
    failed: 'number',
    failing: { each: TEXTS },
  },
};

const MATRIX: Shape = {
  fields: {
    sites: 'number',
    cells: 'number',
    tried: 'number',
    notReached: 'number',
    notRun: 'number',
    noEffect: 'number',
    failed: 'number',
    table: { each: CELL },
    missed: { each: { fields: { sentences: TEXTS, cause: 'string' } } },
    pairs: { fields: { possible: 'number', tried: 'number', failed: 'number' } },
  },
};

const MAP_ROW: Shape = {
  fields: { seed: 'number', runs: 'number', failed: 'number', kinds: { fields: { '*': { each: 'number' } } } },
};

const SAVED: Shape = {
  fields: {
    file: 'string',
    property: 'string',
    name: 'string',
    verdict: new Set(['reproduced', 'fixed', 'moved', 'no-effect', 'stale', 'diverged']),
    says: TEXTS,
  },
};

const SCENARIO: Shape = {
  fields: {
    scenario: 'string',
    story: 'string',
    variant: 'string',
    expected: 'string',
    'because?': 'string',
    seed: 'number',
    verdict: VERDICT,
    'caught?': 'boolean',
    runs: 'number',
    'struck?': 'number',
    'digest?': 'string',
    properties: { each: PROPERTY },
    faults: { each: { fields: { kind: 'string', planned: 'number', reached: 'number', tookEffect: 'number' } } },
    assumes: TEXTS,
    without: { fields: { '*': 'string' } },
    failures: { each: FAILURE },
    'saved?': { each: SAVED },
    'matrix?': MATRIX,
    'unended?': { fields: { runs: 'number', says: 'string', token: 'string' } },
    'map?': { each: MAP_ROW },
    'diverged?': {
      fields: { says: 'string', at: 'number', first: { orNull: ENTRY }, second: { orNull: ENTRY } },
    },
  },
};

const RUNS_TO_CATCH: Shape = {
  fields: { median: 'number', low: 'number', high: 'number', p90: 'number', censored: 'number', seeds: 'number' },
};

const DETECTION: Shape = {
  fields: {
    seeds: 'number',
    caps: { fields: { guided: 'number', random: 'number' } },
    variants: {
      each: {
        fields: {
          scenario: 'string',
          variant: 'string',
          expected: 'string',
          caught: 'boolean',
          violated: TEXTS,
          guided: RUNS_TO_CATCH,
          random: RUNS_TO_CATCH,
          'sabotage?': 'string',
        },
      },
    },
    correct: {
      each: {
        fields: { scenario: 'string', runs: 'number', struck: 'number', falseAlarms: 'number', violated: TEXTS },
      },
    },
  },
};

const FAILURE_NAME: Shape = { fields: { scenario: 'string', variant: 'string', property: 'string', name: 'string' } };

const SINCE: Shape = {
  fields: {
    command: 'string',
    fresh: { each: FAILURE_NAME },
    gone: { each: FAILURE_NAME },
    changed: { each: { fields: { scenario: 'string', variant: 'string', before: 'string', now: 'string' } } },
  },
};

/** docs/result.schema.json says the same. */
export const RESULT: Shape = {
  fields: {
    schema: new Set([RESULT_SCHEMA]),
    eddy: 'string',
    seed: 'number',
    command: 'string',
    verdict: VERDICT,
    exitCode: 'number',
    scenarios: { each: SCENARIO },
    'detection?': DETECTION,
    'since?': SINCE,
  },
};

/** Two spaces, an entry a line, a line feed at the end; the same result gives the same bytes. */
export function writeJson(result: CampaignResult): string {
  return `${laidOut(result)}\n`;
}

/**
 * Reads what `writeJson` wrote. Unknown fields are kept: a later Eddy may have added them.
 *
 * @throws EddyError EDDY_RESULT when the text is no JSON, or no result of this schema
 */
export function readResult(text: string): CampaignResult {
  let value: unknown;
  try {
    // Editors may have put a mark in front.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new EddyError(
      'EDDY_RESULT',
      'Not a result of Eddy: the text is not JSON; give a result.json that Eddy wrote',
    );
  }
  const difference = differenceFrom(RESULT, value, '');
  if (difference === undefined) return value as CampaignResult;
  const at = difference.startsWith(' ') ? `it${difference}` : difference;
  throw new EddyError('EDDY_RESULT', `Not a result of Eddy: ${at}; give a result.json that Eddy wrote`, { at });
}
