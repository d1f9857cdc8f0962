/** Who waits for whom, and who is refused when they wait in a circle. */
import { describe, expect, test } from 'vitest';
import { Waits } from './waits.ts';

/** Waits as `a>b`: what was told to whom, in order. */
function told(choices: readonly number[], ...happenings: readonly string[]): { log: string[]; asked: number[] } {
  const log: string[] = [];
  const asked: number[] = [];
  const left = [...choices];
  const waits = new Waits<string>((options) => {
    asked.push(options);
    return left.shift() ?? 0;
  });
  for (const each of happenings) {
    const [owner = '', on] = each.split('>');
    if (on === undefined) waits.over(owner);
    else
      waits.add(
        owner,
        on,
        () => log.push(`${owner} again`),
        () => log.push(`${owner} refused`),
      );
  }
  return { log, asked };
}

describe('a circle', () => {
  test('is refused to whoever closes it, who then waits for nobody', () => {
    expect(told([], 'a>b', 'b>a', 'a', 'b')).toEqual({ log: ['b refused'], asked: [2] });
    expect(told([], 'a>b', 'b>c', 'c>a', 'b')).toEqual({ log: ['c refused', 'a again'], asked: [3] });
  });

  test('or, as the server may, to another one in it, and whoever closed it waits on', () => {
    expect(told([1], 'a>b', 'b>a', 'a')).toEqual({ log: ['a refused', 'b again'], asked: [2] });
    expect(told([1], 'a>b', 'b>c', 'c>a').log).toEqual(['a refused']);
    expect(told([2], 'a>b', 'b>c', 'c>a').log).toEqual(['b refused']);
  });

  test('is none where somebody in it waits for another', () => {
    expect(told([], 'a>b', 'b>c', 'a>c', 'd>a')).toEqual({ log: [], asked: [] });
  });

  test('is found behind a wait that leads elsewhere', () => {
    expect(told([], 'a>x', 'a>b', 'b>a').log).toEqual(['b refused']);
  });
});

describe('when one is over', () => {
  test('those who waited for it are tried again, who has waited longest first', () => {
    expect(told([], 'a>c', 'b>c', 'c')).toEqual({ log: ['a again', 'b again'], asked: [2] });
    expect(told([1], 'a>c', 'b>c', 'c').log).toEqual(['b again', 'a again']);
  });

  test('it waits for nobody any more, and the others wait on', () => {
    expect(told([], 'a>b', 'c>d', 'a', 'b', 'd')).toEqual({ log: ['c again'], asked: [] });
    expect(told([], 'b').log).toEqual([]);
  });
});
