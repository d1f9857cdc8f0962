/**
 * The client's end of a simulated connection, when the client is outside: what comes on its real socket is written on the
 * simulated one, and the other way round. So silence, cuts, half-open connections and slow readers are what they are in a run.
 */
import type { Socket } from 'node:net';
import type { Pace } from '../../sim/kernel/pace.ts';
import type { ClientEnd, Line } from '../../sim/network/end.ts';
import type { Process } from '../../sim/services/process.ts';
import type { Clients } from './clients.ts';

/** A client that does not read is sent no more beyond this. */
const BACKLOG_MAX = 1024 * 1024;

export interface Around {
  readonly pace: Pace;
  readonly clients: Clients;
  /** Hears of an error of the endpoint's own. */
  failed(error: unknown): void;
}

export class TcpEnd implements ClientEnd {
  readonly isReferenced = true;
  #line: Line | undefined;
  #isGone = false;
  #hasFailed = false;
  #wants = true;
  /** The process dies, so that its connection breaks: nobody starts it again but the client itself. */
  readonly #dies = (): void => this.fail();

  constructor(
    readonly socket: Socket,
    readonly process: Process,
    readonly around: Around,
  ) {
    process.closers.add(this.#dies);
    socket.setNoDelay(true);
    socket.on('error', () => {
      this.#hasFailed = true;
    });
    socket.on('close', () => around.pace.enter(() => this.#leaves()));
  }

  /** The endpoint hears the client from here on. */
  connected(line: Line): void {
    const { socket } = this;
    this.#line = line;
    if (this.#isGone) {
      line.clientLeaves(true);
      return;
    }
    socket.on('data', (bytes) => this.#enter(() => this.#hears(bytes)));
    socket.on('end', () => this.#enter(() => line.clientEnds()));
    socket.on('drain', () => this.#enter(() => this.#drained()));
  }

  introduced(name: string): void {
    this.around.clients.rename(this.process, name);
  }

  arrive(bytes: Uint8Array): boolean {
    this.socket.write(bytes);
    this.#wants = this.socket.writableLength <= BACKLOG_MAX;
    return this.#wants;
  }

  finish(): void {
    this.socket.end();
  }

  fail(): void {
    this.#hasFailed = true;
    this.socket.resetAndDestroy();
  }

  written(): void {
    this.socket.resume();
  }

  #hears(bytes: Buffer): void {
    if (this.#line?.clientWrites(bytes, this.process.work) === false) this.socket.pause();
  }

  #drained(): void {
    if (this.#wants) return;
    this.#wants = true;
    this.#line?.clientWants();
  }

  #leaves(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const { process, around } = this;
    process.closers.delete(this.#dies);
    around.clients.left(process);
    this.#line?.clientLeaves(this.#hasFailed);
  }

  /** An error of the endpoint's own costs this connection, and nobody else. */
  #enter(work: () => void): void {
    this.around.pace.enter(() => {
      try {
        work();
      } catch (error) {
        this.around.failed(error);
        this.fail();
      }
    });
  }
}
