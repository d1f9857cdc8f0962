/**
 * The client's end of a simulated connection: to code that uses it a `net.Socket`, and after `secure()` a `tls.TLSSocket`.
 *
 * Its events come in the context that the bytes were pushed in. It takes one chunk at a time: the next one arrives when
 * its reader has read the one before, so that two deliveries never run together. Its own buffers have the same size on every Node.
 *
 * Not modelled: certificates (every peer is trusted), Unix domain sockets, Nagle's algorithm and keep-alive probes.
 */
import { Duplex } from 'node:stream';
import type { Moment } from '../kernel/context.ts';
import { contextOf, momentOf } from '../services/moment.ts';
import type { Process } from '../services/process.ts';
import type { ClientEnd, Endpoints, Line } from './end.ts';
import { endedByPeer, socketError } from './errors.ts';
import { IdleTimer } from './idle-timer.ts';
import type { Network } from './network.ts';
import { originOf } from './origin.ts';
import { readTarget } from './target.ts';

/** The one name of Node's API that this room may not call: on a socket it is no timer of the machine. */
const IDLE = 'setTimeout';

const WRITE_BUFFER_BYTES = 16_384;

export interface SocketOptions {
  readonly allowHalfOpen?: boolean;
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}

/** What a stream calls when a chunk is dealt with. */
type Done = (error?: Error | null) => void;

export class SimulatedSocket extends Duplex implements ClientEnd {
  connecting = false;
  isReferenced = true;
  bytesRead = 0;
  timeout: number | undefined;
  encrypted: true | undefined;
  authorized = false;
  authorizationError: undefined;
  alpnProtocol: string | false = false;
  servername: string | undefined;
  remoteFamily: 'IPv4' | undefined;
  localFamily: 'IPv4' | undefined;
  readonly #network: Network;
  readonly #of: Process;
  #host = '';
  #line: Line | undefined;
  #at: Endpoints | undefined;
  #written = 0;
  /** A write that waits for the connection, or for the line to pass it on. */
  #waiting: { readonly bytes: Uint8Array; readonly moment: Moment; readonly done: Done } | undefined;
  #done: Done | undefined;
  /** Whose code wrote what the stream still keeps, in order. */
  readonly #writers: Moment[] = [];
  readonly #idle: IdleTimer;
  #hasEnded = false;
  #isHard = false;

  constructor(network: Network, of: Process, options: SocketOptions = {}) {
    super({
      allowHalfOpen: options.allowHalfOpen === true,
      readableHighWaterMark: 1,
      writableHighWaterMark: WRITE_BUFFER_BYTES,
      emitClose: false,
      ...(options.signal && { signal: options.signal }),
    });
    this.#network = network;
    this.#of = of;
    this.#idle = new IdleTimer(of, () => this.emit('timeout'));
    if (options.timeout) this[IDLE](options.timeout);
  }

  connect(...args: unknown[]): this {
    const { host, port, path, heard } = readTarget(args);
    if (heard) this.once('connect', heard);
    // A socket that was closed may connect again.
    if (this.destroyed) (this as unknown as { _undestroy(): void })._undestroy();
    this.connecting = true;
    this.#hasEnded = false;
    this.#writers.length = 0;
    this.#host = host;
    if (path === undefined) {
      this.#network.dial({ process: this.#of, moment: momentOf(this.#of), host, port, client: this });
    } else process.nextTick(() => this.fail(socketError('ENOENT', 'connect', { address: path })));
    return this;
  }

  /** TLS from here on: nothing of it is on the wire, and the peer is trusted. `heard` is called when it is agreed. */
  secure(options: { readonly servername?: string; readonly host?: string }, heard?: () => void): this {
    this.encrypted = true;
    this.servername = options.servername ?? options.host;
    if (heard) this.once('secureConnect', heard);
    if (this.connecting) this.once('connect', () => this.#handshake());
    else this.#handshake();
    return this;
  }

  #handshake(): void {
    this.#network.roundTrip(this.#of, momentOf(this.#of), () => {
      if (this.destroyed) return;
      this.authorized = true;
      this.emit('secureConnect');
      this.emit('secure');
    });
  }

  connected(line: Line, at: Endpoints): void {
    if (this.destroyed) {
      line.clientLeaves(false);
      return;
    }
    this.#line = line;
    this.#at = at;
    this.connecting = false;
    this.remoteFamily = 'IPv4';
    this.localFamily = 'IPv4';
    this.#idle.touch();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.emit('lookup', null, at.remoteAddress, 4, this.#host);
    this.emit('connect');
    this.emit('ready');
    if (waiting) this.#pass(waiting.bytes, waiting.moment, waiting.done);
  }

  arrive(bytes: Uint8Array): boolean {
    this.bytesRead += bytes.length;
    this.#idle.touch();
    return this.push(bytes);
  }

  finish(): void {
    this.#hasEnded = true;
    this.push(null);
    // As Node: an end that nobody reads is noticed if nothing is left to be read.
    if (this.readableLength === 0) this.read(0);
  }

  fail(error: Error): void {
    this.connecting = false;
    this.destroy(error);
  }

  written(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  override _read(): void {
    this.#line?.clientWants();
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (this.#hasEnded && !this.allowHalfOpen && this.writableEnded) return this.#writeAfterEnd(rest.at(-1));
    // What the stream keeps comes to `_write` in the context of whatever came before it.
    if (this.writableLength > 0 || this.writableCorked > 0) this.#writers.push(momentOf(this.#of));
    return (super.write as (...args: unknown[]) => boolean)(chunk, ...rest);
  }

  #writeAfterEnd(heard: unknown): false {
    const error = endedByPeer();
    if (typeof heard === 'function') process.nextTick(heard as Done, error);
    this.destroy(error);
    return false;
  }

  override end(...args: unknown[]): this {
    const [chunk, encoding] = args;
    const heard = args.find((arg) => typeof arg === 'function');
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') {
      if (typeof encoding === 'string') this.write(chunk, encoding);
      else this.write(chunk);
    }
    return heard ? super.end(heard as () => void) : super.end();
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    const writer = this.#writers.shift();
    const moment = originOf(bytes) ?? writer ?? momentOf(this.#of);
    if (this.#line) this.#pass(bytes, moment, done);
    else this.#waiting = { bytes, moment, done };
  }

  #pass(bytes: Uint8Array, moment: Moment, done: Done): void {
    this.#written += bytes.length;
    this.#idle.touch();
    if (this.#line?.clientWrites(bytes, moment) !== false) done();
    else this.#done = done;
  }

  override _final(done: Done): void {
    if (this.connecting) {
      this.once('connect', () => this._final(done));
      return;
    }
    this.#line?.clientEnds();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.connecting = false;
    this.#idle.stop();
    this.#line?.clientLeaves(this.#isHard);
    this.#line = undefined;
    const pending = this.#waiting?.done ?? this.#done;
    this.#waiting = undefined;
    this.#done = undefined;
    pending?.(error ?? socketError('ECANCELED', 'write'));
    done(error);
    process.nextTick(() => this.emit('close', error !== null));
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Closes with RST. */
  resetAndDestroy(): this {
    this.#isHard = true;
    return this.destroy();
  }

  /** In virtual time. */
  [IDLE](timeoutMs: number, heard?: () => void): this {
    this.timeout = timeoutMs;
    if (heard) {
      if (timeoutMs === 0) this.removeListener('timeout', heard);
      else this.once('timeout', heard);
    }
    this.#idle.set(timeoutMs * 1000, contextOf(this.#of));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.isReferenced = true;
    return this;
  }

  unref(): this {
    this.isReferenced = false;
    return this;
  }

  address(): { address: string; family: string; port: number } | Record<string, never> {
    return this.#at ? { address: this.#at.localAddress, family: 'IPv4', port: this.#at.localPort } : {};
  }

  get pending(): boolean {
    return !this.#line;
  }

  get readyState(): string {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get bytesWritten(): number {
    return this.#written + this.writableLength;
  }

  get bufferSize(): number {
    return this.writableLength;
  }

  get remoteAddress(): string | undefined {
    return this.#at?.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#at?.remotePort;
  }

  get localAddress(): string | undefined {
    return this.#at?.localAddress;
  }

  get localPort(): number | undefined {
    return this.#at?.localPort;
  }

  getPeerCertificate(): object {
    return this.encrypted ? { subject: { CN: this.servername }, issuer: { CN: this.servername } } : {};
  }

  getCertificate(): object {
    return {};
  }

  getCipher(): { name: string; standardName: string; version: string } {
    return { name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' };
  }

  getProtocol(): string {
    return 'TLSv1.3';
  }

  getSession(): undefined {
    return undefined;
  }

  isSessionReused(): boolean {
    return false;
  }

  setServername(name: string): void {
    this.servername = name;
  }

  setMaxSendFragment(): boolean {
    return true;
  }

  disableRenegotiation(): void {}
}
