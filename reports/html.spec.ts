import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeHtml } from './html.ts';
import { shell } from './html/shell.ts';
import { STYLE } from './html/style/style.ts';
import { entriesOf } from './html/app/data.ts';
import { columns } from './html/pack.ts';
import {
  broken,
  caught,
  hostile,
  missed,
  POISON,
  sampleFailure,
  sampleHistory,
  sampleResult,
  sampleScenario,
} from './sample.fixture.ts';

/** What a reader without scripts sees: the page without the raw text of scripts and style. */
function plainOf(page: string): string {
  return page
    .replace(/<style>[^<]*<\/style>/, '<style></style>')
    .replace(/<script([^>]*)>[^]*?<\/script>/g, '<script$1></script>');
}

/** The page's tags with their attributes, as a browser's tokenizer would see them. */
function tagsOf(page: string): readonly string[] {
  return plainOf(page).match(/<[/!a-z](?:"[^"]*"|[^">])*>/gi) ?? [];
}

/** Names of elements and attributes, without the values: no data may change these. */
function skeletonOf(page: string): readonly string[] {
  return tagsOf(page).map((tag) => tag.replace(/"[^"]*"/g, '""'));
}

const failed = { verdict: 'fail', exitCode: 1 } as const;

describe('no text of data becomes markup', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'script', '`', '=', ' ', '\n', '<!--', ']]>') }),
    fc.constant(POISON),
  );

  test('the elements and their attributes are those of the same page with harmless data', () => {
    const harmless = skeletonOf(writeHtml(hostile('x')));
    expect(harmless.length).toBeGreaterThan(400);
    fc.assert(
      fc.property(
        text.filter((some) => some !== ''),
        (some) => {
          // An empty file name means that nothing was saved, which is another page.
          expect(skeletonOf(writeHtml(hostile(some)))).toEqual(harmless);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('there is one script that runs, ours, and no handler', () => {
    const page = writeHtml(hostile(POISON));
    const scripts = tagsOf(page).filter((tag) => /^<script/i.test(tag));
    expect(scripts.filter((tag) => !tag.includes('type="application/octet-stream"'))).toEqual(['<script>']);
    expect(page.match(/<\/script/gi)).toHaveLength(scripts.length);
    expect(page).not.toContain('<img');
    expect(skeletonOf(page).filter((tag) => / on\w+=/.test(tag))).toEqual([]);
    expect(page).not.toMatch(/[\p{Cs}\u202e]/u);
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  test('nothing is fetched', () => {
    const page = writeHtml(hostile('https://example.com/x.js'));
    expect(tagsOf(page).filter((tag) => /\b(?:src|href)="(?!#)/.test(tag))).toEqual([]);
    expect(page).toContain('default-src &#39;none&#39;');
  });
});

test('elements close in order', () => {
  const page = writeHtml(sampleResult([broken(POISON), caught(), missed()], failed));
  const open: string[] = [];
  for (const tag of tagsOf(page).slice(1)) {
    const [, slash, name] = /^<(\/?)([a-z0-9]+)/i.exec(tag) ?? [];
    if (name === 'meta' || tag.endsWith('/>')) continue;
    if (slash === '') open.push(name ?? '');
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
});

test('ids are unique, and every link has its target', () => {
  const page = plainOf(
    writeHtml(sampleResult([broken(), sampleScenario({ variant: 'correct!' }), caught(), missed()], failed)),
  );
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('payments-acks-first-D1');
  const links = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  expect(links.length).toBeGreaterThan(8);
});

test('the same result gives the same bytes', () => {
  const make = (): string => writeHtml(sampleResult([broken(), caught()], failed));
  expect(make()).toBe(make());
});

test('what a reader needs is there without a script', () => {
  const page = plainOf(writeHtml(sampleResult([broken(), caught(), missed()], failed)));
  for (const text of [
    '<h1>Failed</h1>',
    '1 variant fails; 1 wrong variant missed; 1 wrong variant caught; 3000 runs in all',
    '<dt>Seed</dt><dd><code>7</code></dd>',
    'npx eddy run payments --seed 7',
    'npx eddy repro eddy-report/repros/payments.json',
    'npm run -s eddy -- repro eddy-report/repros/payments.json',
    'caught after 14 runs by D1',
    'missed: D1 did not fail in 1000 runs',
    'queues are durable',
    '<code>clock-skew</code>: nothing reads a clock',
    '<strong>What happened:</strong> billing/0 acked and crashed x.',
    '<strong>Nobody caught:</strong> TypeError: x (billing.ts:1) in billing.',
    'PaymentRequested p1 delivered from payments (redelivered)',
    '<span class="tag proof">evidence</span>',
  ])
    expect(page).toContain(text);
});

test('a failure with no history, no fault and nothing saved is still a page', () => {
  const failure = sampleFailure({ history: [], faults: [], token: '', workload: [], evidence: [] });
  const { file: _, ...unsaved } = failure;
  const page = writeHtml(sampleResult([{ ...broken(), failures: [unsaved] }], failed));
  expect(page).toContain('No history was kept');
  expect(page).toContain('No fault at all');
  expect(page).toContain('Nothing was saved that replays it');
});

test('of a long history the evidence, its causes and the faults stay without a script', () => {
  const history = Array.from({ length: 5_000 }, (_, n) => ({
    n,
    timeUs: n,
    process: 'a/0',
    kind: n === 3_000 ? 'fault' : 'x',
    data: { at: `place ${n};` },
    causes: n === 2_500 ? [2_400] : [],
  }));
  const failure = sampleFailure({ history, evidence: [2_500], entriesCut: 11 });
  const page = plainOf(writeHtml(sampleResult([{ ...broken(), failures: [failure] }], failed)));
  for (const n of [0, 2_400, 2_500, 4_999]) expect(page).toContain(`place ${n};`);
  expect(page).toContain('4951 entries more not shown here');
});

test('program and style are at most 120 KB, and end no element of the page', () => {
  expect(Buffer.byteLength(shell() + STYLE)).toBeLessThanOrEqual(120 * 1024);
  expect(shell()).not.toMatch(/<\/script|<!--/i);
  expect(STYLE).not.toContain('<');
});

test('histories survive the packing', () => {
  const history = sampleHistory(POISON.replace(/\ud800/g, ''));
  const odd = { n: 40, timeUs: 7, process: 'x', kind: 'y', data: null, causes: [3, 1] };
  const all = [...history, odd];
  expect(entriesOf(JSON.parse(JSON.stringify(columns(all))) as ReturnType<typeof columns>)).toEqual(all);
});
