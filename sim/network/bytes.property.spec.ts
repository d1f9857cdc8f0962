import net from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { converse, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 20 });

test('any bytes in any chunks arrive whole and in order in both directions, whatever is cut where', async () => {
  let cuts = 0;
  await fc.assert(
    fc.asyncProperty(chunks, chunks, fc.integer(), async (there, back, seed) => {
      const received: Uint8Array[] = [];
      const host = echo('echo', {
        session: (wire) => {
          for (const bytes of back) wire.send(bytes);
          wire.end();
          return { receive: () => {} };
        },
      });
      const sink = echo('sink', {
        ports: [8],
        session: () => ({ receive: (bytes) => received.push(Buffer.from(bytes)) }),
      });
      const read: Buffer[] = [];
      const client = talking(host, (at) => void net.connect(at).on('data', (bytes: Buffer) => read.push(bytes)));
      const writer = talking(
        sink,
        (at) => {
          const socket = net.connect(at);
          for (const bytes of there) socket.write(bytes);
          socket.end();
        },
        'writer',
      );
      await converse([client, writer], [], seed);
      expect(Buffer.concat(read).equals(Buffer.concat(back))).toBe(true);
      expect(Buffer.concat(received).equals(Buffer.concat(there))).toBe(true);
      cuts += read.length - back.length;
    }),
    { numRuns: 60 },
  );
  expect(cuts).toBeGreaterThan(20);
});
