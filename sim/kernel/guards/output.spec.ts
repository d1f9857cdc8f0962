import fs, { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { inWorlds } from '../../simulate.ts';
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

test('parts of what is written, and other encodings, are what Node makes of them', async () => {
  const bytes = Buffer.from('<bytes>');
  // Its declaration does not know the form with an object; what stands there inside a run is asked there.
  const writeSync = (...args: unknown[]): number => (fs.writeSync as (...args: unknown[]) => number)(...args);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 1, 5);
  const { out, told } = await writing(1, () => [
    writeSync(1, bytes, { offset: 1 }),
    writeSync(1, bytes, { length: 2 }),
    fs.writeSync(1, bytes, 5),
    fs.writeSync(1, view),
    fs.writeSync(1, 'c3a9', null, 'hex'),
    fs.writeSync(1, 'é', 0),
  ]);
  expect({ out, told }).toEqual({ out: 'bytes><bs>byteséé', told: [6, 2, 2, 5, 2, 2] });
});

test('without a callback, and on the other stream, too', async () => {
  expect((await writing(1, () => fs.write(1, 'text', () => {}))).out).toBe('text');
  expect((await writing(2, () => fs.writeSync(2, 'text'))).out).toBe('text');
  expect((await writing(2, () => (fs.write as unknown as (fd: number, text: string) => void)(2, 'text'))).out).toBe(
    'text',
  );
});

test('code outside any world writes to files while guards are in place', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'eddy-output-')), 'file');
  await inWorlds(async () => {
    const fd = fs.openSync(path, 'w');
    await new Promise((resolve) => fs.write(fd, 'text', resolve));
    await new Promise((resolve) => fs.fsync(fd, resolve));
    fs.writeSync(fd, ' again');
    fs.closeSync(fd);
  });
  expect(fs.readFileSync(path, 'utf8')).toBe('text again');
  fs.rmSync(dirname(path), { recursive: true });
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
  const flushed = await writing(1, () => {
    try {
      return fs.fsync(99, () => {});
    } catch (error) {
      return (error as { data: { api: string } }).data.api;
    }
  });
  expect(flushed.told).toBe('fs.fsync');
});
