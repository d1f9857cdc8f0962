import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeJunit } from './junit.ts';
import { broken, caught, cutOff, hostile, missed, POISON, sampleResult, sampleScenario } from './sample.fixture.ts';

const FORBIDDEN = /[\p{Cs}\p{Cc}\ufffe\uffff]/u;

/** What is not well-formed about it: a scanner of the XML that we write, strict where XML is. */
function troubleWith(xml: string): string | undefined {
  if (FORBIDDEN.test(xml.replace(/[\n\t]/g, ''))) return 'a forbidden character';
  const open: string[] = [];
  let rest = xml.replace(/^<\?xml [^>]*\?>\n/, '');
  while (rest !== '') {
    const text = /^[^<]+/.exec(rest)?.[0] ?? '';
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text)) return `a bare & in ${text}`;
    rest = rest.slice(text.length);
    const tag = /^<(\/?)([\w-]+)((?: [\w-]+="(?:[^"<&]|&(?:amp|lt|gt|quot|apos|#\d+);)*")*)(\/?)>/.exec(rest);
    if (!tag) return rest === '' ? undefined : `no tag at ${rest.slice(0, 40)}`;
    rest = rest.slice(tag[0].length);
    if (tag[1] === '/' && open.pop() !== tag[2]) return `</${tag[2]}> closes something else`;
    if (tag[1] === '' && tag[4] === '') open.push(tag[2] ?? '');
    if (open.length === 0 && rest.trim() !== '') return `after the root: ${rest.slice(0, 40)}`;
    if (open.length === 0) return undefined;
  }
  return `open: ${open.join()}`;
}

test('the scanner finds what is wrong', () => {
  for (const bad of ['<a>', '<a></b>', '<a b="<"/>', '<a>&</a>', '<a/><b/>', '<a>\u0001</a>', '<a b=c/>'])
    expect(troubleWith(bad), bad).toMatch(/.+/);
  expect(troubleWith('<a b="&lt;"><c/>x</a>\n')).toBeUndefined();
});

test('any text leaves it well-formed', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...POISON) }),
    fc.constant(POISON),
  );
  fc.assert(
    fc.property(text, (some) => {
      expect(troubleWith(writeJunit(hostile(some)))).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

describe('cases', () => {
  test('a property each; what fails says why and how to see it again', () => {
    const xml = writeJunit(sampleResult([broken()], { verdict: 'fail', exitCode: 1 }));
    expect(xml).toContain('<testsuite name="payments correct" tests="2" failures="1" errors="0" skipped="1">');
    expect(xml).toContain('<testcase name="D1 no-loss" classname="payments.correct">');
    expect(xml).toContain('<failure message="&quot;p1&quot; came to no end x" type="D1 no-loss">');
    expect(xml).toContain('happened: billing/0 acked and crashed x');
    expect(xml).toContain('threw: TypeError: x (billing.ts:1) in billing');
    expect(xml).toContain('replay: npx eddy repro eddy-report/repros/payments.json');
    expect(xml).toContain('<skipped message="never"/>');
  });

  test('a wrong variant that time cut off is skipped', () => {
    const xml = writeJunit(sampleResult([sampleScenario(), cutOff()], { verdict: 'unknown', exitCode: 2 }));
    expect(xml).toContain('<testsuite name="payments acks-late" tests="1" failures="0" errors="0" skipped="1">');
    expect(xml).toContain('<skipped message="inconclusive"/>');
  });

  test('a wrong variant that is caught passes, one that is missed fails', () => {
    const xml = writeJunit(sampleResult([sampleScenario(), caught(), missed()], { verdict: 'fail', exitCode: 1 }));
    expect(xml).toContain('<testcase name="caught by D1" classname="payments.acks-first"/>');
    expect(xml).toMatch(/<testcase name="caught by D1" classname="payments.acks-late">\s*<failure/);
    expect(xml).toContain('<testsuites name="eddy Failed" tests="4" failures="1"');
  });

  test('a wrong variant that was asked for by name fails as any code', () => {
    const xml = writeJunit(sampleResult([caught()], { verdict: 'fail', exitCode: 1 }));
    expect(xml).toMatch(/<testcase name="D1 no-loss" classname="payments.acks-first">\s*<failure/);
  });

  test('runs that differ fail, and so does a verdict that no property explains', () => {
    const diverged = { says: 'entry 3 differs', at: 3, first: null, second: null };
    const scenarios = [sampleScenario({ diverged }), sampleScenario({ scenario: 'orders', verdict: 'fail' })];
    const xml = writeJunit(sampleResult(scenarios, { verdict: 'fail', exitCode: 3 }));
    expect(xml).toMatch(/name="deterministic" classname="payments.correct">\s*<failure message="entry 3 differs"/);
    expect(xml).toMatch(/name="verdict" classname="orders.correct">\s*<failure/);
  });
});
