import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeMarkdown } from './markdown.ts';
import { mdBlock, mdCode, mdText } from './markdown-text.ts';
import { broken, caught, hostile, missed, POISON, sampleResult, sampleScenario } from './sample.fixture.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('|', '\\', '`', '<', '@', '\n', '\r', 'a', ' ', '*', '[', '&') }),
  fc.constant(POISON),
);

test('rows keep their columns, whatever names hold', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const lines = writeMarkdown(hostile(text)).split('\n');
      const start = lines.indexOf('| --- | --- | --- | --- | ---: |');
      const rows = lines.slice(start - 1, start + 5);
      for (const row of rows) expect(row.match(/\|/g), row).toHaveLength(6);
      expect(lines[start + 5]).toBe('');
    }),
    { numRuns: 200 },
  );
});

describe('text in Markdown', () => {
  test('is inert', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = mdText(text).replaceAll('@<!-- -->', '');
        expect(shown).not.toMatch(/[<>|`$@\p{Cc}]/u);
        expect(shown).not.toMatch(/(?<!\\)[*_[\]]/);
      }),
      { numRuns: 300 },
    );
  });

  test('in code keeps its fence closed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const code = mdCode(text);
        const fence = /^`+/.exec(code)?.[0] ?? '';
        const inner = code.slice(fence.length, -fence.length);
        expect(code).not.toContain('\n');
        expect(inner.match(/`+/g)?.map((run) => run.length) ?? []).not.toContain(fence.length);
        const block = mdBlock(text, 'json').split('\n');
        const last = block.at(-1) ?? '';
        expect(block.slice(1, -1).some((line) => line.trim().startsWith(last))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

test('a failure tells what it takes and how to see it again', () => {
  const text = writeMarkdown(sampleResult([broken()], { verdict: 'fail', exitCode: 1 }));
  expect(text).toContain('# Eddy: Failed');
  expect(text).toContain('| payments | correct | pass | fails | 1000 |');
  expect(text).toContain('Nobody caught: TypeError: x (billing.ts:1) in billing.');
  expect(text).toContain('- `1st delivery of PaymentRequested#p1 to billing: crash after ack x` **needed**');
  expect(text).toContain(
    'Workload: 1 item. Found in run 14 by singles. Of 20 runs of this plan under other seeds, 13 fail too.',
  );
  expect(text).toContain('```sh\nnpx eddy repro eddy-report/repros/payments.json\n```');
  expect(text).toContain('"transactionId":"p1"');
});

test('a catch is a line in the table, a miss is explained', () => {
  const text = writeMarkdown(sampleResult([sampleScenario(), caught(), missed()], { verdict: 'fail', exitCode: 1 }));
  expect(text).toContain('| payments | acks-first | caught by D1 | caught after 14 runs by D1 | 1000 |');
  expect(text).not.toContain('## payments (acks-first)');
  expect(text).toContain('## payments (acks-late): missed: D1 did not fail in 1000 runs\n\nit acks late');
});

test('runs without an end are told, also where all holds', () => {
  const unended = { runs: 121, says: '121 of 1000 runs went on until a bound', token: 'eddy1.x' };
  const text = writeMarkdown(sampleResult([sampleScenario({ unended }), { ...caught(), unended }]));
  expect(text.match(/runs without an end\n\n121 of 1000 runs went on until a bound\./g)).toHaveLength(1);
});

test('an inconclusive campaign says what never took effect', () => {
  const text = writeMarkdown(
    sampleResult([sampleScenario({ verdict: 'unknown' })], { verdict: 'unknown', exitCode: 2 }),
  );
  expect(text).toContain('# Eddy: Inconclusive');
  expect(text).toContain('Faults that never took effect: poison');
});
