/** What PostgreSQL did, recorded by `npm run conformance -- postgres --record`, is among what the store allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { misfitOf } from './model.ts';
import { sequenceOf } from './sequence.ts';
import { printStep, readTrace, type Trace } from './trace.ts';

const FOLDER = join(import.meta.dirname, 'traces');
const tracesIn = (file: string): Trace[] => readFileSync(join(FOLDER, file), 'utf8').trim().split('\n').map(readTrace);

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const traces = tracesIn(file);

  test('the model allows all that the server did', () => {
    for (const trace of traces) {
      const misfit = misfitOf(trace);
      const told = misfit && [...trace.steps.slice(0, misfit.step + 1).map(printStep), misfit.expected];
      expect(told, `seed ${trace.seed}`).toBe(undefined);
    }
  });

  test('at each level statements wait, and are refused in each way', () => {
    const said = new Set(
      traces.flatMap(({ levels, steps }) =>
        steps.flatMap(({ client, answers }) =>
          client in answers
            ? Object.entries(answers).map(([of, answer]) => `${levels[Number(of)]} ${answer}`)
            : `${levels[client]} waits`,
        ),
      ),
    );
    for (const level of ['read committed', 'repeatable read', 'serializable']) {
      const refusals = ['EDDY_UNIQUE_VIOLATION', 'EDDY_TX_ABORTED', 'waits', 'rolled back'];
      if (level !== 'read committed') refusals.push('EDDY_SERIALIZATION');
      for (const refusal of refusals) expect(said).toContain(`${level} ${refusal}`);
    }
    expect(said).toContain('read committed EDDY_DEADLOCK');
    expect(said).not.toContain('read committed EDDY_SERIALIZATION');
  });

  test('a server that does otherwise is told from it', () => {
    const [trace] = traces;
    if (!trace) throw new Error('there is no trace');
    for (const at of trace.steps.keys()) {
      const steps = trace.steps.map((step, n) =>
        n === at ? { ...step, answers: { ...step.answers, 0: 'other' } } : step,
      );
      expect(misfitOf({ ...trace, steps })?.step).toBe(at);
    }
    expect(misfitOf({ ...trace, rows: 'other' })?.step).toBe(trace.steps.length);
  });
});

test('a sequence is a function of its seed', () => {
  expect(sequenceOf(1)).toEqual(sequenceOf(1));
  expect(sequenceOf(1)).not.toEqual(sequenceOf(2));
});
