import crypto from 'node:crypto';
import { promisify } from 'node:util';
import zlib, { gunzip, gzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { inWorlds } from '../../simulate.ts';
import { run, tiny } from '../../spec-world.ts';

/** What code inside a run gives back. */
async function inside<T>(work: () => T | Promise<T>): Promise<T> {
  const given: T[] = [];
  await run([tiny(async () => void given.push(await work()))]);
  expect(given).toHaveLength(1);
  return given[0] as T;
}

const TEXT = 'text '.repeat(100);

const PAIRS = [
  ['gzip', 'gunzip'],
  ['gzip', 'unzip'],
  ['deflate', 'inflate'],
  ['deflateRaw', 'inflateRaw'],
  ['brotliCompress', 'brotliDecompress'],
] as const;

test.each(PAIRS)('%s and %s give inside what their Sync forms give', async (pack, unpack) => {
  const [packed, text] = await inside(async () => {
    const bytes = await promisify(zlib[pack])(TEXT);
    return [bytes, String(await promisify(zlib[unpack])(bytes))] as const;
  });
  expect(packed).toEqual(zlib[`${pack}Sync`](TEXT));
  expect(text).toBe(TEXT);
});

test('the callback comes behind the running code, within the step', async () => {
  const order = await inside(async () => {
    const told: string[] = [];
    setTimeout(() => told.push('next step'), 1);
    gzip(TEXT, { level: 9 }, (error, bytes) => {
      told.push(`${error} ${bytes.equals(zlib.gzipSync(TEXT, { level: 9 }))}`);
    });
    told.push('running');
    await new Promise((done) => setTimeout(done, 2));
    return told;
  });
  expect(order).toEqual(['running', 'null true', 'next step']);
});

test('bytes that are none go to the callback, wrong arguments are thrown', async () => {
  const told = await inside(async () => {
    const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;
    const thrown = (call: () => void): unknown => {
      try {
        return call();
      } catch (error) {
        return codeOf(error);
      }
    };
    return [
      await promisify(gunzip)(Buffer.from('no gzip')).catch(codeOf),
      await new Promise((done) => gunzip(zlib.gzipSync(TEXT), { maxOutputLength: 3 }, (error) => done(codeOf(error)))),
      thrown(() => gzip(5 as never, () => {})),
      thrown(() => gzip(TEXT, { level: 99 }, () => {})),
      thrown(() => gzip(TEXT, undefined as never)),
    ];
  });
  expect(told).toEqual([
    'Z_DATA_ERROR',
    'ERR_BUFFER_TOO_LARGE',
    'ERR_INVALID_ARG_TYPE',
    'ERR_OUT_OF_RANGE',
    'ERR_INVALID_ARG_TYPE',
  ]);
});

test('what is thrown in the callback crashes who made the call', async () => {
  const record = await run([
    tiny(() => {
      gzip(TEXT, () => {
        throw new RangeError('in the callback');
      });
    }),
  ]);
  expect(JSON.stringify(record.entries)).toContain('RangeError');
});

test('outside it works on its threads while guards are in place', async () => {
  await inWorlds(async () => {
    const order: string[] = [];
    const real = promisify(gzip)(TEXT).then((bytes) => order.push(String(zlib.gunzipSync(bytes).length)));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    order.push('first');
    await real;
    expect(order).toEqual(['first', String(TEXT.length)]);
  });
});

test.each(['pbkdf2', 'scrypt', 'hkdf'] as const)('crypto.%s gives inside what its Sync form gives', async (name) => {
  const args = {
    pbkdf2: ['password', 'salt', 10, 16, 'sha256'],
    scrypt: ['password', 'salt', 16],
    hkdf: ['sha256', 'key', 'salt', 'info', 16],
  }[name];
  type Derive = (...args: unknown[]) => Buffer;
  const derived = await inside(() => {
    const derive = promisify(crypto[name] as (...args: unknown[]) => void) as (...args: unknown[]) => Promise<unknown>;
    return derive(...args);
  });
  expect(Buffer.from(derived as Buffer)).toEqual(Buffer.from((crypto[`${name}Sync`] as Derive)(...args)));
});

test('WebAssembly is compiled within the step', async () => {
  // The shortest module there is.
  const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const order = await inside(async () => {
    const told: string[] = [];
    setTimeout(() => told.push('next step'), 1);
    const module = await WebAssembly.compile(bytes);
    const { instance } = await WebAssembly.instantiate(bytes);
    told.push(`${module instanceof WebAssembly.Module} ${instance instanceof WebAssembly.Instance}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return told;
  });
  expect(order).toEqual(['true true', 'next step']);
});

test('what is signed, and verified, for a callback is what is signed at once', async () => {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('ed25519');
  const bytes = Buffer.from(TEXT);
  const [signed, isTrue, order] = await inside(async () => {
    const told: string[] = [];
    setTimeout(() => told.push('next step'), 1);
    const signature = await promisify(crypto.sign)(null, bytes, privateKey);
    told.push('signed');
    return [signature, await promisify(crypto.verify)(null, bytes, publicKey, signature), [...told]] as const;
  });
  expect([signed, isTrue, order]).toEqual([crypto.sign(null, bytes, privateKey), true, ['signed']]);
});
