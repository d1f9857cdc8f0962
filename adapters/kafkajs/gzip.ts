/**
 * kafkajs compresses on other threads, which finish when they will. Inside a run its gzip codec does it within the step; other
 * codecs are the user's own. Source: kafkajs, src/protocol/message/compression.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { currentContext } from '../../sim/kernel/context.ts';

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const WITHIN_STEP: Codec = {
  compress: async ({ buffer }) => gzipSync(buffer),
  decompress: async (buffer) => gunzipSync(buffer),
};

let isInPlace = false;

export function compressInStep(): void {
  if (isInPlace) return;
  isInPlace = true;
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const codecs = CompressionCodecs as Record<number, () => Codec>;
  const own = codecs[CompressionTypes.GZIP];
  codecs[CompressionTypes.GZIP] = () => (currentContext() || !own ? WITHIN_STEP : own());
}
