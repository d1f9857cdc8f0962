import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeHtml } from './html.ts';
import {
  broken,
  caught,
  hostile,
  missed,
  POISON,
  sampleFailure,
  sampleResult,
  sampleScenario,
} from './sample.fixture.ts';

/** The page's tags with their attributes, as a browser's tokenizer would see them; the raw text of ours is left out. */
function tagsOf(page: string): readonly string[] {
  const bare = page
    .replace(/<style>[^<]*<\/style>/, '<style></style>')
    .replace(/<script>\n[^]*?<\/script>/, '<script></script>');
  return bare.match(/<[/!a-z](?:"[^"]*"|[^">])*>/gi) ?? [];
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
    expect(harmless.length).toBeGreaterThan(500);
    fc.assert(
      fc.property(
        text.filter((some) => some !== ''),
        (some) => {
          // An empty file name means that nothing was saved, which is another page.
          expect(skeletonOf(writeHtml(hostile(some)))).toEqual(harmless);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('there is one script, ours, and no handler', () => {
    const page = writeHtml(hostile(POISON));
    expect(page.match(/<script/gi)).toHaveLength(1);
    expect(page.match(/<\/script/gi)).toHaveLength(1);
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
  const page = writeHtml(sampleResult([broken(), sampleScenario({ variant: 'correct!' }), caught(), missed()], failed));
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('payments-acks-first');
  expect(ids).toContain('payments-acks-first-D1-at-5');
  const links = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  expect(links.length).toBeGreaterThan(20);
});

test('the same result gives the same bytes', () => {
  const make = (): string => writeHtml(sampleResult([broken(), caught()], failed));
  expect(make()).toBe(make());
});

describe('what stands open', () => {
  const isOpen = (page: string, id: string): boolean => page.includes(`<details class="failure" id="${id}" open>`);

  test('trouble does, a catch does not', () => {
    const page = writeHtml(sampleResult([broken(), caught()], failed));
    expect(isOpen(page, 'payments-correct-D1')).toBe(true);
    expect(page).toContain('id="payments-acks-first-D1"');
    expect(isOpen(page, 'payments-acks-first-D1')).toBe(false);
  });

  test('a catch does when it is why the campaign failed', () => {
    expect(isOpen(writeHtml(sampleResult([caught()], failed)), 'payments-acks-first-D1')).toBe(true);
    expect(isOpen(writeHtml(sampleResult([caught()])), 'payments-acks-first-D1')).toBe(false);
  });
});

test('what a reader needs is there', () => {
  const page = writeHtml(sampleResult([broken(), caught(), missed()], failed));
  for (const text of [
    '<h1>Failed</h1>',
    '1 variant fails; 1 wrong variant missed; 1 wrong variant caught; 3000 runs in all',
    'npx eddy run payments --seed 7',
    'npx eddy repro eddy-report/repros/payments.json',
    'npm run -s eddy -- repro eddy-report/repros/payments.json',
    'caught after 14 runs by D1',
    'missed: D1 did not fail in 1000 runs',
    'queues are durable',
    '<code>clock-skew</code>: nothing reads a clock',
    '<strong>What happened:</strong> billing/0 acked and crashed x.',
    'Passing twin: without',
    'Of 20 runs of this plan under other seeds, 13 fail too.',
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
