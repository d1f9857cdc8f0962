import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../properties/error.ts';
import { mutated } from '../properties/mutated.fixture.ts';
import type { CampaignResult } from '../properties/runner/result.ts';
import { readResult, writeJson } from './json.ts';
import { writeJunit } from './junit.ts';
import { writeMarkdown } from './markdown.ts';
import { writeOtlp } from './otlp.ts';
import { broken, caught, hostile, POISON, sampleResult, sampleScenario } from './sample.fixture.ts';
import { comparedWith } from './since.ts';

test('a result reads back as it was written', () => {
  const result = sampleResult([sampleScenario(), broken(POISON), caught()], { verdict: 'fail', exitCode: 1 });
  expect(readResult(writeJson(result))).toEqual(result);
  expect(writeJson(readResult(writeJson(result)))).toBe(writeJson(result));
  expect(writeJson(result)).toMatch(/^\{\n {2}"schema": 1,[^]*\}\n$/);
});

test('any text survives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readResult(writeJson(hostile(text)))).toEqual(hostile(text));
    }),
    { numRuns: 50 },
  );
});

test('big integers in payloads are written as text', () => {
  const result = sampleResult([], { scenarios: [{ ...broken(), assumes: [], failures: [] }] });
  const odd = { ...result, odd: 12n } as CampaignResult;
  expect(writeJson(odd)).toContain('"odd": "12"');
});

test('what an editor has put a mark in front of is read', () => {
  const result = sampleResult([sampleScenario()]);
  expect(readResult(`\uFEFF${writeJson(result)}`)).toEqual(result);
});

test('whatever reads as a result is rendered', () => {
  const result: unknown = JSON.parse(writeJson(sampleResult([broken(), caught()], { verdict: 'fail', exitCode: 1 })));
  fc.assert(
    fc.property(mutated(result), (changed) => {
      let read: CampaignResult;
      try {
        read = readResult(JSON.stringify(changed));
      } catch (error) {
        expect(error).toMatchObject({ code: 'EDDY_RESULT' });
        return;
      }
      for (const write of [writeJson, writeJunit, writeMarkdown, writeOtlp, comparedWith.bind(undefined, read)])
        write(read);
    }),
    { numRuns: 200 },
  );
});

describe('what is no result fails in one sentence', () => {
  const whole = JSON.parse(writeJson(sampleResult([broken()]))) as Record<string, unknown>;
  const with_ = (change: (scenario: Record<string, unknown>) => void): string => {
    const copy = structuredClone(whole);
    change((copy['scenarios'] as Record<string, unknown>[])[0] as Record<string, unknown>);
    return JSON.stringify(copy);
  };
  const deepen = (scenario: Record<string, unknown>): void => {
    const [failure] = scenario['failures'] as { workload: unknown[] }[];
    let deep: unknown = 0;
    for (let n = 0; n < 600; n++) deep = [deep];
    failure?.workload.unshift(deep);
  };
  test.each([
    ['', 'the text is not JSON'],
    ['null', 'it must be an object'],
    ['[]', 'it must be an object'],
    [JSON.stringify({ ...whole, schema: 2 }), 'schema must be 1'],
    [JSON.stringify({ ...whole, seed: '7' }), 'seed must be a number'],
    ['{"schema":1,"eddy":"0","seed":1e999}', 'seed must be a number'],
    [JSON.stringify({ ...whole, scenarios: {} }), 'scenarios must be a list'],
    [with_((one) => delete one['story']), 'scenarios[0].story must be a text'],
    [with_((one) => (one['verdict'] = 'fine')), 'scenarios[0].verdict must be "pass" or "fail" or "unknown"'],
    [with_((one) => (one['without'] = { a: 1 })), 'scenarios[0].without[0] must be a text'],
    [
      with_((one) => (one['diverged'] = { says: '', at: 0, first: null, second: 3 })),
      'diverged.second must be an object',
    ],
    [with_((one) => deepen(one)), 'scenarios[0].failures[0].workload[0] must be nested less than 500 levels deep'],
    [with_((one) => (one['failures'] = [{}])), 'scenarios[0].failures[0].scenario must be a text'],
  ])('%.40s', (text, sentence) => {
    expect(() => readResult(text)).toThrow(sentence);
    expect(() => readResult(text)).toThrow(EddyError);
  });

  test('whatever is taken out', () => {
    const paths = Object.keys(whole);
    for (const name of paths) {
      const { [name]: _, ...rest } = whole;
      expect(() => readResult(JSON.stringify(rest)), name).toThrow(EddyError);
    }
  });
});
