import { describe, expect, test } from 'vitest';
import type { FailureResult, TwinResult } from '../../properties/runner/result.ts';
import { expectedFailureLines, failureLines } from './failure-text.ts';
import { paintOf } from './paint.ts';
import { aFailure } from '../../cli/testing.fixture.ts';

const plain = paintOf(false);
const around = { seed: 7, replay: 'eddy repro f.json', report: 'eddy-report/index.html' };
const large = aFailure({
  says: 'x\n'.repeat(2000),
  outcome: 'stuck',
  why: ['billing waits for ever'],
  evidence: Array.from({ length: 50 }, (_, n) => n),
  history: Array.from({ length: 90 }, (_, n) => ({
    n,
    timeUs: n * 10,
    process: 'billing/0',
    kind: n % 3 === 0 ? 'fault' : 'inserted',
    data: { note: 'long '.repeat(500) },
    causes: n > 0 ? [n - 1] : [],
  })),
  entriesCut: 4000,
  faults: Array.from({ length: 40 }, (_, n) => ({ sentence: `fault ${n}`, kind: 'crash', needed: n % 2 === 0 })),
});

describe('a failure on the terminal', () => {
  test('says what broke, how, and how to see it again', () => {
    expect(failureLines(aFailure(), around, plain)).toEqual([
      '✗ payments (correct) violates I1 charged-once',
      '  expected  charged-once holds in every run that the fault model allows',
      '  actual    2 rows for p1',
      '  happened  mq was silent, and billing/0 inserted c1',
      '  seed      7 (found in run 12 by singles)',
      '          0.000 ms  billing/0     started {"service":"billing"}',
      '  ⚡      0.010 ms  mq            fault mq is silent',
      '  ▶       0.020 ms  billing/0     inserted {"id":"c1"}',
      '  needed    mq is silent from 0 s to 1 s',
      '  workload  1 item',
      '  twin      without the fault it holds; from entry 1 on it goes on with billing/0: stopped (done)',
      '  nearby    14 of 20 runs of this plan under other seeds fail too',
      '  replay    eddy repro f.json',
      '  report    eddy-report/index.html',
    ]);
  });

  test('shows what a broker dropped without a word, and why; not what it was told to drop', () => {
    const drop = (n: number, reason: string, declared: boolean) => ({
      n,
      timeUs: n * 10,
      process: 'mq',
      kind: 'dropped',
      data: { component: 'mq', channels: ['retry'], value: {}, about: { lineage: `Paid#p${n}`, reason, declared } },
      causes: [],
    });
    const lines = failureLines(
      aFailure({ evidence: [], history: [drop(1, 'cycle', false), drop(2, 'maxlen', true)] }),
      around,
      plain,
    );
    expect(lines.filter((line) => line.includes('dropped'))).toEqual([
      '  ⚡      0.010 ms  mq            dropped mq.retry: Paid#p1, cycle',
    ]);
  });

  test('shows what a handler had done that a fault struck, and nothing of other handlers', () => {
    const entry = (n: number, kind: string, causes: readonly number[]) => ({
      n,
      timeUs: n * 10,
      process: 'billing/0',
      kind,
      data: { note: `${n}` },
      causes,
    });
    const history = [
      entry(0, 'published', []),
      entry(1, 'delivered', [0]),
      entry(2, 'delivered', [0]),
      entry(3, 'acked', [1]),
      entry(4, 'acked', [2]),
      entry(5, 'fault', [1]),
      entry(6, 'inserted', [2]),
    ];
    const lines = failureLines(aFailure({ evidence: [0], history }), around, plain);
    const shown = lines.flatMap((line) => /ms  billing\/0 +(\w+ \S+)/.exec(line)?.[1] ?? []);
    expect(shown).toEqual([
      'published {"note":"0"}',
      'delivered {"note":"1"}',
      'acked {"note":"3"}',
      'fault {"note":"5"}',
    ]);
  });

  test('says what nobody caught, and where', () => {
    const thrown = [
      { by: 'billing', says: 'TypeError: no note', at: 'billing.ts:12', times: 4 },
      { by: 'workload', says: 'Error: \u001b[2J', times: 1 },
    ];
    expect(failureLines(aFailure({ thrown }), around, plain)).toContain(
      '  threw     TypeError: no note (billing.ts:12) in billing, 4 times; Error: \\u001b[2J in workload',
    );
  });

  test('fits in 25 lines, and in 6 when it was expected, however large it is', () => {
    const thrown = [{ by: 'billing', says: 'TypeError: no\n'.repeat(400), times: 3 }];
    expect(failureLines(large, around, plain)).toHaveLength(25);
    expect(failureLines({ ...large, thrown }, around, plain)).toHaveLength(25);
    expect(expectedFailureLines(large, 'eddy repro f.json', plain)).toHaveLength(6);
  });

  test('says of one that is expected, too, that its shrinking was cut short', () => {
    const cut = (cutShort: boolean): boolean =>
      expectedFailureLines({ ...aFailure(), cutShort }, 'eddy repro f.json', plain).some((line) =>
        line.includes('shrinking was cut short'),
      );
    expect([cut(true), cut(false)]).toEqual([true, false]);
  });

  test('holds no line break or escape sequence from data', () => {
    const hostile = aFailure({ says: '\u001b[2J\n', happened: '\u001b[2J\n', scenario: '\u009b', name: '\r' });
    const lines = [...failureLines(hostile, around, plain), ...expectedFailureLines(hostile, '\u0007', plain)];
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  });

  test('a story that is too long keeps its end', () => {
    const story = `${'billing/0 crashed, '.repeat(60)}and billing/1 inserted c2`;
    const told = failureLines(aFailure({ happened: story }), around, plain).find((line) => line.includes('happened'));
    expect(told?.replaceAll('billing/0 crashed, ', '')).toMatch(/^ {2}happened {2}…, and billing\/1 inserted c2$/);
    expect(told?.length).toBeLessThan(620);
  });

  test('says which run does not fail, and what it does instead', () => {
    const { twin } = aFailure();
    const twinOf = (o: object, faults = aFailure().faults): string | undefined =>
      failureLines(aFailure({ twin: { ...(twin as TwinResult), ...o }, faults }), around, plain).find((line) =>
        line.startsWith('  twin'),
      );
    const [fault] = aFailure().faults;
    const two = [{ sentence: 'x', kind: 'crash', needed: true }, ...(fault ? [fault] : [])];
    expect(twinOf({}, two)).toContain('without mq is silent from 0 s to 1 s it holds');
    expect(twinOf({ without: undefined, seed: 9 })).toContain('under seed 9 it holds');
    expect(twinOf({ verdict: 'unknown' })).toContain('without the fault it does not fail');
    expect(twinOf({ history: [] })).toContain('from entry 1 on it ends');
    expect(failureLines({ ...aFailure(), twin: undefined } as FailureResult, around, plain).join()).not.toContain(
      'twin',
    );
  });

  test('an expected one names the property, the faults that it needs, and the command', () => {
    expect(expectedFailureLines(aFailure(), 'eddy repro f.json', plain)).toEqual([
      '    I1 charged-once: 2 rows for p1',
      '    happened  mq was silent, and billing/0 inserted c1',
      '    needed    mq is silent from 0 s to 1 s',
      '    replay  eddy repro f.json',
    ]);
  });
});
