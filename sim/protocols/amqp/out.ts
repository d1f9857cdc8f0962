/** Methods, and methods with content, as the bytes of their frames. */
import type { Content } from './assembler.ts';
import { bodyFrames, FRAME, frame } from './codec/frames.ts';
import { type Arguments, writeMethod } from './codec/method.ts';
import type { MethodName } from './codec/methods.ts';
import { writeHeader } from './codec/properties.ts';

export function methodFrame<N extends MethodName>(channel: number, name: N, args: Partial<Arguments<N>>): Buffer {
  return frame(FRAME.method, channel, writeMethod(name, args));
}

/** All frames of a message in one piece. */
export function contentFrames<N extends MethodName>(
  channel: number,
  [name, args]: readonly [name: N, args: Partial<Arguments<N>>],
  { properties, body }: Content,
  frameMax: number,
): Buffer {
  const header = writeHeader({ bodySize: body.length, properties });
  return Buffer.concat([
    methodFrame(channel, name, args),
    frame(FRAME.header, channel, header),
    ...bodyFrames(channel, body, frameMax),
  ]);
}
