import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, frame } from './frames.ts';

/** The bytes in pieces that end at these places. */
function cut(bytes: Buffer, ends: readonly number[]): Buffer[] {
  const places = [0, ...ends.map((end) => end % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

test('frames come out as they were, in whatever pieces they arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.array(fc.nat(500)), (payloads, ends) => {
      const reader = new FrameReader();
      const read = cut(Buffer.concat(payloads.map(frame)), ends).flatMap((piece) => reader.push(piece).frames);
      expect(read.map((bytes) => [...bytes])).toEqual(payloads.map((bytes) => [...bytes]));
    }),
  );
});

test('the size of a frame may arrive byte by byte', () => {
  const reader = new FrameReader();
  const pieces = [...frame(Buffer.from('ab'))].map((byte) => reader.push(Buffer.of(byte)).frames.map(String));
  expect(pieces).toEqual([[], [], [], [], [], ['ab']]);
});

test.each([-1, 101])('a size of %i is refused after the frames before it, and nothing follows', (size) => {
  const reader = new FrameReader(100);
  const announced = Buffer.alloc(4);
  announced.writeInt32BE(size);
  const read = reader.push(Buffer.concat([frame(Buffer.from('whole')), announced]));
  expect(read.frames.map(String)).toEqual(['whole']);
  expect(read.refused).toMatch(`${size} bytes`);
  expect(reader.push(frame(Buffer.from('more')))).toEqual({ frames: [], refused: read.refused });
});

test('a broker takes requests of 100 MiB and none larger', () => {
  const sizeOf = (size: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(size);
    return bytes;
  };
  expect(new FrameReader().push(sizeOf(104_857_600))).toEqual({ frames: [] });
  expect(new FrameReader().push(sizeOf(104_857_601)).refused).toBeDefined();
});
