/**
 * What a connection of amqplib does not tell by itself: whose code sent a frame, and when a handler takes up a message. amqplib
 * gathers what its channels send and writes it later, for all of them in one turn; a message that a handler keeps for later is
 * worked on when its content is read.
 */
import type { Message } from 'amqplib';
import { type Handed, handedIn } from '../../sim/brokers/handing.ts';
import { currentContext } from '../../sim/kernel/context.ts';
import { stamp } from '../../sim/network/origin.ts';
import { momentOf } from '../../sim/services/moment.ts';
import type { Process } from '../../sim/services/process.ts';

/** The parts of amqplib's own objects that are tapped; they are in no type of its. */
interface RawConnection {
  channels: ({ buffer: { write(chunk: Uint8Array, ...rest: unknown[]): boolean } } | null)[];
  freshChannel(channel: RawChannel, options: unknown): number;
}

interface RawChannel {
  accept(frame: { fields?: object }): unknown;
  get?(queue: string, options?: object): Promise<Message | false>;
  prependListener(event: 'delivery', heard: (message: Message) => void): unknown;
}

/** @param connection `ChannelModel.connection`, before it has opened a channel */
export function tap(connection: unknown, process: Process): void {
  const raw = connection as RawConnection;
  const fresh = raw.freshChannel.bind(raw);
  raw.freshChannel = (channel, options) => {
    const number = fresh(channel, options);
    const buffer = raw.channels[number]?.buffer;
    if (buffer) stampWrites(buffer, process);
    watchMessages(channel);
    return number;
  };
}

function stampWrites(buffer: { write(chunk: Uint8Array, ...rest: unknown[]): boolean }, process: Process): void {
  const write = buffer.write.bind(buffer);
  buffer.write = (chunk, ...rest) => {
    stamp(chunk, momentOf(process));
    return write(chunk, ...rest);
  };
}

function watchMessages(channel: RawChannel): void {
  /** By the fields of the method that announced the message, which the message keeps. */
  const announced = new WeakMap<object, Handed>();
  const arm = (message: Message): void => {
    const handed = announced.get(message.fields);
    if (handed) tellReading(message, handed);
  };
  const accept = channel.accept.bind(channel);
  channel.accept = (frame) => {
    const moment = currentContext()?.moment;
    const handed = moment && handedIn(moment);
    if (handed && frame.fields && 'deliveryTag' in frame.fields) announced.set(frame.fields, handed);
    return accept(frame);
  };
  channel.prependListener('delivery', arm);
  const get = channel.get?.bind(channel);
  if (!get) return;
  channel.get = (queue, options) =>
    get(queue, options).then((message) => {
      if (message) arm(message);
      return message;
    });
}

function tellReading(message: Message, { copy }: Handed): void {
  let { content } = message;
  Object.defineProperty(message, 'content', {
    configurable: true,
    enumerable: true,
    get: () => {
      copy.read();
      return content;
    },
    set: (value: Buffer) => {
      content = value;
    },
  });
}
