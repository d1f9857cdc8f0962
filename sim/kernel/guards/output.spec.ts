import fs from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { run, tiny } from '../../spec-world.ts';

afterEach(() => void vi.restoreAllMocks());

/** What comes to the stream that is meant, and what code inside a run is told. */
async function writing(fd: 1 | 2, work: () => unknown): Promise<{ out: string; told: unknown }> {
  const parts: string[] = [];
  const spy = vi.spyOn(fd === 1 ? process.stdout : process.stderr, 'write').mockImplementation((part) => {
    parts.push(Buffer.from(part as Uint8Array).toString());
    return true;
  });
  let told: unknown;
  await run([tiny(async () => void (told = await work()))]);
  spy.mockRestore();
  return { out: parts.join(''), told };
}

test('what is written to the descriptors of output goes to the streams, within the step', async () => {
  const bytes = Buffer.from('<bytes>');
  expect(await writing(1, () => [fs.writeSync(1, 'tëxt'), fs.writeSync(1, bytes, 1, 5)])).toEqual({
    out: 'tëxtbytes',
    told: [5, 5],
  });
  const order: unknown[] = [];
  const { out } = await writing(2, async () => {
    setTimeout(() => order.push('next step'), 1);
    fs.write(2, bytes, 0, 7, null, (error, written) => order.push(error, written));
    bytes.fill('x');
    await new Promise<void>((resolve) => fs.fsync(2, () => resolve()));
    order.push('flushed');
  });
  expect(out).toBe('<bytes>');
  expect(order).toEqual([null, 7, 'flushed', 'next step']);
});

test('other descriptors are refused where they settle later', async () => {
  const { told } = await writing(1, () => {
    try {
      fs.write(99, 'text', () => {});
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  });
  expect(told).toBe('EDDY_UNCONTROLLED');
});
