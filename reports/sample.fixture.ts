/** Results made by hand for the specs of this room. */
import type {
  CampaignResult,
  EntryResult,
  FailureResult,
  PropertyResult,
  ScenarioResult,
} from '../properties/runner/result.ts';

export const POISON = '</script><img src=x onerror=alert(1)>\u0000\ud800"\'|`\n::error::%0A\u202e]]>--><!--';

const value = (text: string): unknown => ({ type: 'PaymentRequested', id: 'p1', body: text, parsed: false });
const about = { lineage: 'PaymentRequested#p1', redelivered: true, service: 'billing' };

/** A payment whose consumer acks, then crashes; the text is in its payload. */
export function sampleHistory(text = 'x'): readonly EntryResult[] {
  const on = (component: string, channel: string): object => ({ component, channels: [channel], value: value(text) });
  const entries: readonly (readonly [string, string, unknown, ...number[]])[] = [
    ['billing/0', 'started', { service: 'billing', instance: 0, incarnation: 1 }],
    ['workload', 'sent', { item: 'p1', nth: 1 }],
    ['workload/0', 'published', on('mq', 'payments'), 1],
    ['billing/0', 'delivered', { ...on('mq', 'payments'), about }, 2],
    ['billing/0', 'acked', on('mq', 'payments'), 3],
    ['billing/0', 'fault', { sentence: `crash after ack ${text}`, kind: 'crash' }, 3],
    ['billing/0', 'crashed', { death: 'process', why: 'fault' }, 3],
    ['mq', 'outage', { component: 'mq', availability: 'refusing' }],
    ['mq', 'healed', { component: 'mq', availability: 'up' }],
    ['billing/0.2', 'started', { service: 'billing', instance: 0, incarnation: 2 }],
    ['billing/0.2', 'inserted', { ...on('db', 'charges'), about: { key: text } }, 3],
  ];
  return entries.map(([process, kind, data, ...causes], n) => ({
    n,
    timeUs: n * n * 9_177,
    process,
    kind,
    data,
    causes,
  }));
}

/** The same run as it was found: a second consumer charged the card, too. */
function foundHistory(text: string): readonly EntryResult[] {
  const data = { component: 'db', channels: ['charges'], value: value(text), about: { key: `${text} again` } };
  const second = { n: 11, timeUs: 1_200_000, process: 'billing/1', kind: 'inserted', data, causes: [2] };
  return [...sampleHistory(text), second];
}

export function sampleFailure(over: Partial<FailureResult> = {}, text = 'x'): FailureResult {
  return {
    scenario: 'payments',
    variant: 'correct',
    property: 'D1',
    name: 'no-loss',
    says: `"p1" came to no end ${text}`,
    seed: 7,
    token: 'eddy1.abc',
    file: 'eddy-report/repros/payments.json',
    digest: '00ff00ff00ff00ff',
    faults: [
      {
        sentence: `1st delivery of PaymentRequested#p1 to billing: crash after ack ${text}`,
        kind: 'crash',
        needed: true,
      },
      { sentence: 'mq is silent from 100 ms to 2 s', kind: 'outage', needed: false },
    ],
    workload: [{ transactionId: 'p1', note: text }],
    found: {
      run: 14,
      strategy: 'singles',
      faults: [text, 'mq is silent from 100 ms to 2 s'],
      items: 5,
      history: foundHistory(text),
      entriesCut: 40,
      evidence: [10, 11],
      slice: [1, 2, 3, 10, 11],
    },
    outcome: 'quiet',
    why: [],
    evidence: [2, 4],
    history: sampleHistory(text),
    entriesCut: 0,
    happened: `billing/0 acked and crashed ${text}`,
    thrown: [{ by: 'billing', says: `TypeError: ${text}`, at: 'billing.ts:1', times: 1 }],
    slice: [1, 2, 3, 4],
    twin: {
      without: `1st delivery of PaymentRequested#p1 to billing: crash after ack ${text}`,
      verdict: 'pass',
      digest: '11ff00ff00ff00ff',
      partsAt: 5,
      history: sampleHistory(text)
        .slice(10)
        .map((entry) => ({ ...entry, n: 5, timeUs: 400_000, process: 'billing/0' })),
      entriesCut: 2,
    },
    neighbourhood: { runs: 20, failed: 13 },
    ...over,
  };
}

export function sampleProperty(over: Partial<PropertyResult> = {}): PropertyResult {
  return { id: 'D1', name: 'no-loss', kind: 'safety', verdict: 'pass', exercised: 900, ...over };
}

export function sampleScenario(over: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    scenario: 'payments',
    story: 'Charges cards.',
    variant: 'correct',
    expected: 'pass',
    seed: 7,
    verdict: 'pass',
    runs: 1000,
    digest: 'abcdef0123456789',
    properties: [sampleProperty(), sampleProperty({ id: 'I1', name: 'charged-once' })],
    faults: [
      { kind: 'crash', planned: 100, reached: 90, tookEffect: 80 },
      { kind: 'poison', planned: 10, reached: 5, tookEffect: 0 },
    ],
    assumes: ['queues are durable'],
    without: { 'clock-skew': 'nothing reads a clock' },
    failures: [],
    ...over,
  };
}

/** The right variant breaks D1. */
export function broken(text = 'x'): ScenarioResult {
  const says = `lost ${text}`;
  return sampleScenario({
    verdict: 'fail',
    properties: [
      sampleProperty({ verdict: 'fail', says }),
      sampleProperty({ id: 'I1', verdict: 'unknown', says: 'never' }),
    ],
    failures: [sampleFailure({}, text)],
  });
}

/** A wrong variant that D1 catches. */
export function caught(text = 'x'): ScenarioResult {
  const variant = 'acks-first';
  return {
    ...broken(text),
    variant,
    expected: 'D1',
    because: `it acks first ${text}`,
    caught: true,
    failures: [sampleFailure({ variant }, text)],
  };
}

export function missed(): ScenarioResult {
  return sampleScenario({ variant: 'acks-late', expected: 'D1', because: 'it acks late', caught: false });
}

/** Time was up before it was caught. */
export function cutOff(): ScenarioResult {
  const { digest: _, ...cut } = missed();
  return { ...cut, verdict: 'unknown' };
}

export function sampleResult(scenarios: readonly ScenarioResult[], over: Partial<CampaignResult> = {}): CampaignResult {
  return {
    schema: 1,
    eddy: '0.1.0',
    seed: 7,
    command: 'run payments --seed 7',
    verdict: 'pass',
    exitCode: 0,
    scenarios,
    ...over,
  };
}

/** The same result with this text wherever a result holds free text, names and ids among it. */
export function hostile(text: string): CampaignResult {
  const names = { scenario: text, variant: text };
  const failure = sampleFailure(
    { ...names, property: text, name: text, token: text, file: text, why: [text], outcome: 'stuck' },
    text,
  );
  const entry: EntryResult = {
    n: 99,
    timeUs: 9_000_000,
    process: text,
    kind: text,
    data: { [text]: text, component: text },
    causes: [0],
  };
  const scenario = sampleScenario({
    ...names,
    story: text,
    because: text,
    verdict: 'fail',
    digest: text,
    properties: [sampleProperty({ id: text, name: `${text}!`, verdict: 'fail', says: text })],
    faults: [{ kind: text, planned: 1, reached: 1, tookEffect: 0 }],
    assumes: [text],
    without: { [text]: text },
    unended: { runs: 4, says: text, token: text },
    failures: [{ ...failure, digest: text, history: [...failure.history, entry] }],
    diverged: { says: text, at: 3, first: entry, second: null },
  });
  const open = {
    ...scenario,
    verdict: 'unknown' as const,
    failures: [],
    properties: [sampleProperty({ id: text, verdict: 'unknown', says: text })],
  };
  const wrong = { ...scenario, expected: text, caught: true };
  return sampleResult([scenario, open, wrong, { ...wrong, caught: false }], {
    command: text,
    eddy: text,
    verdict: 'fail',
    exitCode: 1,
  });
}
