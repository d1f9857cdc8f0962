/** One broker's copy of a partition: what stands where, also behind holes and after cuts. */
import { describe, expect, test } from 'vitest';
import { record } from './bench.fixture.ts';
import { Replica } from './replica.ts';
import { sizeOf } from './size.ts';

/** One whose entries stand at these offsets; an epoch begins at each offset of `epochs`, the first at 0. */
function replica(offsets: readonly number[], epochs: readonly number[] = []): Replica {
  const made = new Replica(0);
  for (const offset of offsets)
    made.append({
      ...record(`m${offset}`),
      offset,
      timeUs: 0,
      leaderEpoch: epochs.filter((start) => start <= offset).length,
    });
  made.highWatermark = made.end;
  return made;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const offsets = (entries: readonly { readonly offset: number }[]): number[] => entries.map(({ offset }) => offset);

describe('a fetch', () => {
  const each = 70 + sizeOf(record('m0'));

  test('takes what fits, and one at least', () => {
    const log = replica(upTo(5));
    const fetched = (records: number, bytes: number): number[] => offsets(log.slice(1, 4, { records, bytes }));
    expect(fetched(9, 1e6)).toEqual([1, 2, 3]);
    expect([fetched(0, 1e6), fetched(2, 1e6)]).toEqual([[], [1, 2]]);
    expect([1, each, each + 1, 2 * each, 2 * each + 1, 3 * each].map((bytes) => fetched(9, bytes).length)).toEqual([
      1, 1, 1, 2, 2, 3,
    ]);
    expect(offsets(log.slice(5, 9, { records: 9, bytes: 1e6 }))).toEqual([]);
  });

  test('goes on behind what it was shown, or behind all that there is', () => {
    const log = replica([0, 2, 3, 7]);
    const read = (from: number, end: number, most: number): unknown[] => {
      const { records, nextOffset } = log.read(from, end, most, 'read_uncommitted');
      return [offsets(records), nextOffset];
    };
    expect([read(0, 8, 2), read(1, 8, 2), read(0, 3, 9)]).toEqual([
      [[0, 2], 3],
      [[2, 3], 4],
      [[0, 2], 3],
    ]);
    expect([read(4, 6, 9), read(7, 8, 9), read(8, 8, 9), read(9, 8, 9)]).toEqual([
      [[], 6],
      [[7], 8],
      [[], 8],
      [[], 9],
    ]);
  });
});

test('an offset is found where holes are', () => {
  const log = replica([2, 4, 5, 9, 12]);
  expect(upTo(15).map((offset) => log.indexOf(offset))).toEqual([0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5]);
  expect(new Replica(0).indexOf(3)).toBe(0);
});

test('an epoch ends where the next one begins, or where the log does', () => {
  const log = replica(upTo(9), [0, 3, 5]);
  log.append({ ...record('m'), offset: 9, timeUs: 0, leaderEpoch: 7 });
  expect([0, 1, 2, 3, 4, 7, 8].map((epoch) => log.endOfEpoch(epoch))).toEqual([
    { epoch: -1, end: 0 },
    { epoch: 1, end: 3 },
    { epoch: 2, end: 5 },
    { epoch: 3, end: 9 },
    { epoch: 3, end: 9 },
    { epoch: 7, end: 10 },
    { epoch: 7, end: 10 },
  ]);
});

describe('a cut', () => {
  test('at the end takes entries and epochs away, and nothing where nothing stands', () => {
    const log = replica(upTo(6), [0, 3]);
    expect([log.truncateTo(6), log.end]).toEqual([[], 6]);
    expect([offsets(log.truncateTo(3)), log.end, log.highWatermark, log.epochs.length]).toEqual([[3, 4, 5], 3, 3, 1]);
    log.highWatermark = 1;
    log.truncateTo(2);
    expect([log.end, log.highWatermark, log.logStart]).toEqual([2, 1, 0]);
  });

  test('at the beginning moves the start, and the end where that lies behind it', () => {
    const log = replica(upTo(4));
    expect([log.removeBefore(0), log.logStart]).toEqual([[], 0]);
    expect([offsets(log.removeBefore(2)), log.logStart, log.end, log.highWatermark]).toEqual([[0, 1], 2, 4, 4]);
    expect([offsets(log.removeBefore(6)), log.logStart, log.end, log.highWatermark]).toEqual([[2, 3], 6, 6, 6]);
    log.truncateTo(5);
    expect([log.logStart, log.end]).toEqual([5, 5]);
  });

  test('in the middle takes out what goes below an offset', () => {
    const log = replica(upTo(6));
    log.takeOut(4, ({ offset }) => offset % 2 === 0);
    expect([offsets(log.entries), log.cleanedBelow, log.end]).toEqual([[1, 3, 4, 5], 4, 6]);
  });
});

test('a follower that has nothing begins where its leader’s log does', () => {
  const leader = replica(upTo(6), [0, 2, 4]);
  leader.removeBefore(3);
  const follower = replica([0]);
  follower.startAt(leader);
  expect([follower.logStart, follower.end, follower.highWatermark, follower.entries, follower.cleanedBelow]).toEqual([
    3,
    3,
    3,
    [],
    3,
  ]);
  expect(follower.epochs).toEqual([
    { epoch: 1, start: 0 },
    { epoch: 2, start: 2 },
  ]);
});
