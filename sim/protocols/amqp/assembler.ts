/**
 * Puts the frames of one channel together: a method, and where it has content a header and as many bodies as it takes.
 * Source: AMQP 0-9-1 specification, 4.2.6; RabbitMQ, rabbit_command_assembler (what it says of frames out of order).
 */
import { type Frame, FRAME } from './codec/frames.ts';
import { type Method, readMethod } from './codec/method.ts';
import { BASIC, shapeOf } from './codec/methods.ts';
import { type ContentHeader, type Properties, readHeader } from './codec/properties.ts';
import type { EddyError } from '../../errors.ts';
import { refusal } from '../../brokers/queue/refusal.ts';

export interface Content {
  readonly properties: Properties;
  readonly body: Uint8Array;
}

/** What a frame has completed. `content` stands beside a method that has some. */
export interface Command {
  readonly method: Method;
  readonly content: Content | undefined;
  /** The body is larger than the broker takes: it was not kept. */
  readonly tooLarge?: number;
}

const NO_BODY = new Uint8Array(0);

export class Assembler {
  #method: Method | undefined;
  #header: ContentHeader | undefined;
  #parts: Uint8Array[] = [];
  #left = 0;

  constructor(readonly bodyMax: number) {}

  /** @throws EddyError EDDY_UNEXPECTED_FRAME for a frame out of order, and what its parts throw */
  take({ type, payload }: Frame): Command | undefined {
    if (this.#method && this.#header) return this.#body(this.#method, this.#header, type, payload);
    if (this.#method) return this.#content(this.#method, type, payload);
    if (type !== FRAME.method) throw unexpected('expected method frame, got non method frame instead');
    const method = readMethod(payload);
    if (!shapeOf(method.name).hasContent) return { method, content: undefined };
    this.#method = method;
    return undefined;
  }

  #content(method: Method, type: number, payload: Uint8Array): Command | undefined {
    if (type !== FRAME.header) {
      throw unexpected(`expected content header for class ${BASIC}, got non content header frame instead`);
    }
    const header = readHeader(payload);
    this.#header = header;
    this.#left = header.bodySize;
    return header.bodySize === 0 ? this.#done(method, header) : undefined;
  }

  #body(method: Method, header: ContentHeader, type: number, payload: Uint8Array): Command | undefined {
    if (type !== FRAME.body) throw unexpected('expected content body, got non content body frame instead');
    this.#left -= payload.length;
    if (this.#left < 0) throw unexpected('the content body is longer than its header said');
    // The client may use its buffer again: what is kept is a copy.
    if (header.bodySize <= this.bodyMax) this.#parts.push(Uint8Array.from(payload));
    return this.#left === 0 ? this.#done(method, header) : undefined;
  }

  #done(method: Method, { bodySize, properties }: ContentHeader): Command {
    const [first = NO_BODY] = this.#parts;
    const body = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first;
    this.#method = undefined;
    this.#header = undefined;
    this.#parts = [];
    const command = { method, content: { properties, body } };
    return bodySize > this.bodyMax ? { ...command, tooLarge: bodySize } : command;
  }
}

function unexpected(says: string): EddyError {
  return refusal('UNEXPECTED_FRAME', says);
}
