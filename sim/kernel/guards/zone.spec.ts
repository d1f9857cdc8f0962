import { afterEach, beforeEach, expect, test } from 'vitest';
import { inWorlds } from '../../simulate.ts';

const own = process.env['TZ'];
const hourOfEpoch = (): number => new Date(0).getHours();

beforeEach(() => {
  process.env['TZ'] = 'Asia/Tokyo';
});
afterEach(() => {
  if (own === undefined) delete process.env['TZ'];
  else process.env['TZ'] = own;
});

test('runs are in UTC wherever they are made, and all else in its own zone again', async () => {
  const inside = await inWorlds(async () => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    return [hourOfEpoch(), new Date(1970, 0, 1).getTime(), timeZone];
  });
  expect(inside).toEqual([0, 0, 'UTC']);
  expect(hourOfEpoch()).toBe(9);
});

test('where the machine says no zone, none is said afterwards', async () => {
  delete process.env['TZ'];
  await inWorlds(async () => expect(process.env['TZ']).toBe('UTC'));
  expect(process.env['TZ']).toBeUndefined();
});
