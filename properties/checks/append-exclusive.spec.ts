import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendExclusive } from './append-exclusive.ts';
import { es, judged, shown, type Told } from './history.fixture.ts';

const check = appendExclusive(es.appended, { read: es.read });

const based = appendExclusive(es.appended, { basedOn: ({ event }) => event.by });

/** A command that reads at one time and appends at another. */
const command = (told: Told, process: string) => {
  const by = { process, causes: [told.delivered(process)] };
  return {
    reads: (version: number) => told.read('acc', version, by),
    appends: (version: number) => told.appended('acc', version, 1, by),
  };
};

describe('fails', () => {
  test('when a version is there twice', () => {
    const verdict = judged(appendExclusive(es.appended), (told) => {
      told.appended('acc', 1);
      told.appended('other', 1);
      told.appended('acc', 2);
      told.appended('acc', 1);
      told.appended('acc', 2);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'event appended to es: version 1 of "acc" came twice',
    });
    expect(shown(verdict)).toEqual([0, 3]);
  });

  test('when another command has appended since it read', () => {
    const verdict = judged(check, (told) => {
      const [one, two] = [command(told, 'a/0'), command(told, 'a/1')];
      one.reads(0);
      one.appends(1);
      one.reads(1);
      two.reads(1);
      two.appends(2);
      one.appends(3);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'event appended to es: version 3 of "acc" was decided on version 1, but version 2 was there',
    });
    expect(shown(verdict)).toEqual([4, 6, 7]);
  });

  test('when two commands of one process begin the same stream', () => {
    const verdict = judged(check, (told) => {
      const [one, two] = [command(told, 'a/0'), command(told, 'a/0')];
      one.reads(0);
      two.reads(0);
      one.appends(1);
      two.appends(2);
    });
    expect(shown(verdict)).toEqual([3, 4, 5]);
  });

  test('when another command comes between its own two appends', () => {
    const verdict = judged(check, (told) => {
      const [one, two] = [command(told, 'a/0'), command(told, 'a/1')];
      one.reads(0);
      one.appends(1);
      two.appends(2);
      one.appends(3);
    });
    expect(shown(verdict)).toEqual([3, 4, 5]);
  });

  test('when the event itself says that it was decided on an older version', () => {
    const verdict = judged(based, (told) => {
      told.appended('acc', 1, 0);
      told.appended('acc', 2, 1);
      told.appended('acc', 3, 1, { process: 'a/1' });
    });
    expect(shown(verdict)).toEqual([1, 2]);
  });
});

describe('passes', () => {
  test('when each append stands behind what was read, however many there are in one go', () => {
    const verdict = judged(check, (told) => {
      const [one, two] = [command(told, 'a/0'), command(told, 'a/1')];
      one.reads(0);
      one.appends(1);
      one.appends(2);
      two.reads(0);
      two.reads(2);
      two.appends(3);
      one.reads(3);
      one.appends(4);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('what was read of another stream is no base', () => {
    const verdict = judged(check, (told) => {
      const by = { causes: [told.delivered('m1')] };
      told.read('other', 0, by);
      told.appended('acc', 1, 1);
      told.appended('acc', 2, 1, by);
      told.appended('acc', 3, 1);
      told.appended('acc', 4, 1, by);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });
});

describe('an event that says what it was decided on', () => {
  test('may be one of several of one append, and be the first of a stream that counts from 0', () => {
    const verdict = judged(based, (told) => {
      told.appended('acc', 0, -1);
      told.appended('acc', 1, 0);
      told.appended('acc', 2, 0);
      told.appended('acc', 3, 2);
      told.appended('acc', 4);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 5 });
  });

  test('cannot be decided on itself', () => {
    const verdict = judged(based, (told) => told.appended('acc', 1, 1));
    expect(verdict).toMatchObject({
      says: expect.stringContaining('decided on version 1, but version 0 was there') as string,
    });
    expect(shown(verdict)).toEqual([0]);
  });

  test('goes on with its own append alone', () => {
    const tell = (base: number, process: string) =>
      judged(based, (told) => {
        told.appended('acc', 1, 0);
        told.appended('acc', 2, 0);
        told.appended('acc', 3, base, { process });
      }).verdict;
    expect([tell(0, 'reader/0'), tell(1, 'reader/0'), tell(0, 'a/1'), tell(2, 'a/1')]).toEqual([
      'pass',
      'fail',
      'fail',
      'pass',
    ]);
  });

  test('and that throws says nothing', () => {
    const throwing = appendExclusive(es.appended, {
      basedOn: () => {
        throw new TypeError('poison');
      },
    });
    const verdict = judged(throwing, (told) => told.appended('acc', 1));
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('fails exactly when a command appends behind something that it has not read', () => {
  const step = fc.record({
    who: fc.nat(2),
    stream: fc.constantFrom('acc', 'other'),
    does: fc.constantFrom('read', 'append'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const lengths = new Map<string, number>();
      const known = new Map<string, number>();
      let lost = false;
      const verdict = judged(check, (told) => {
        const causes = [0, 1, 2].map((who) => [told.delivered(`m${who}`)]);
        for (const { who, stream, does } of steps) {
          const by = { process: `a/${who}`, causes: causes[who] ?? [] };
          const length = lengths.get(stream) ?? 0;
          const mine = `${who} ${stream}`;
          if (does === 'read') {
            told.read(stream, length, by);
            known.set(mine, length);
            continue;
          }
          lost ||= (known.get(mine) ?? length) !== length;
          told.appended(stream, length + 1, 1, by);
          lengths.set(stream, length + 1);
          if (known.has(mine)) known.set(mine, length + 1);
        }
      });
      const appends = steps.filter(({ does }) => does === 'append').length;
      expect(verdict.verdict).toBe(lost ? 'fail' : appends > 0 ? 'pass' : 'unknown');
    }),
  );
});

test('says unknown when nothing was appended', () => {
  expect(judged(check, (told) => told.read('acc', 0))).toEqual({
    verdict: 'unknown',
    why: 'no event appended to es in this run',
  });
});
