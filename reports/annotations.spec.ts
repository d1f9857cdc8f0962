import fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotations } from './annotations.ts';
import { broken, caught, hostile, missed, POISON, sampleResult, sampleScenario } from './sample.fixture.ts';

test('what holds and what is caught needs no annotation', () => {
  expect(annotations(sampleResult([sampleScenario(), caught()]))).toEqual([]);
});

test('a failure, a miss, what is open and what differs have one each', () => {
  const diverged = { says: 'entry 3: a, b', at: 3, first: null, second: null };
  const scenarios = [broken(), missed(), sampleScenario({ scenario: 'open', verdict: 'unknown', diverged })];
  expect(annotations(sampleResult(scenarios, { verdict: 'fail', exitCode: 1 }))).toEqual([
    '::error title=payments correct%3A D1 no-loss::"p1" came to no end x%0A1st delivery of PaymentRequested#p1 to billing: crash after ack x%0Amq is silent from 100 ms to 2 s%0Anpx eddy repro eddy-report/repros/payments.json',
    '::error title=payments acks-late::missed: D1 did not fail in 1000 runs',
    '::error title=open correct%3A not deterministic::entry 3: a, b',
    '::warning title=open correct%3A inconclusive::never took effect: poison',
  ]);
});

test('no text ends its line or its title', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...POISON, ':', ',', '%') }));
  fc.assert(
    fc.property(text, (some) => {
      for (const line of annotations(hostile(some)))
        expect(line).toMatch(/^::(?:error|warning) title=(?:[^:,%\r\n]|%[0-9A-F]{2})*::(?:[^%\r\n]|%[0-9A-F]{2})*$/);
    }),
    { numRuns: 200 },
  );
});
