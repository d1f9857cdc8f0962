/**
 * Until a connection is open: start, start-ok, tune, tune-ok, open, open-ok. Pure: it is given methods and answers methods.
 * Sources: AMQP 0-9-1 specification, 2.2.4; RabbitMQ, rabbit_reader (what is negotiated, and its reply texts),
 * "Authentication Failure Notifications".
 */
import { plainTable, type Table, tableOf } from '../../brokers/queue/topology/table.ts';
import { ByteReader, textOf } from './codec/bytes.ts';
import { readTable } from './codec/fields.ts';
import { FRAME_MIN_SIZE } from './codec/frames.ts';
import type { Arguments, Method } from './codec/method.ts';
import type { MethodName } from './codec/methods.ts';
import type { EddyError } from '../../errors.ts';
import { refusal } from '../../brokers/queue/refusal.ts';

export interface Access {
  /** Who may log in; default: the user guest, with any password. */
  readonly mayLogIn?: ((user: string, password: string) => boolean) | undefined;
  /** Default: `/` alone. */
  readonly virtualHosts?: readonly string[] | undefined;
}

export const TUNE = { channelMax: 2047, frameMax: 131_072, heartbeat: 60 } as const;

/** The client property by which an adapter says so. */
export const TELLS_READING = 'eddy-tells-reading';

export type Reply = { [N in MethodName]: readonly [name: N, args: Partial<Arguments<N>>] }[MethodName];

const CAPABILITIES = [
  'publisher_confirms',
  'exchange_exchange_bindings',
  'basic.nack',
  'consumer_cancel_notify',
  'connection.blocked',
  'consumer_priorities',
  'authentication_failure_close',
  'per_consumer_qos',
  'direct_reply_to',
];

export function start(version: string): Reply {
  const capabilities = Object.fromEntries(CAPABILITIES.map((name) => [name, true]));
  const serverProperties = tableOf({
    capabilities,
    cluster_name: 'rabbit@eddy',
    platform: 'Eddy',
    product: 'RabbitMQ',
    version,
  });
  return [
    'connection.start',
    {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties,
      mechanisms: Buffer.from('PLAIN AMQPLAIN'),
      locales: Buffer.from('en_US'),
    },
  ];
}

export class Handshake {
  #expects: 'connection.start-ok' | 'connection.tune-ok' | 'connection.open' | 'nothing' = 'connection.start-ok';
  channelMax: number = TUNE.channelMax;
  frameMax: number = TUNE.frameMax;
  heartbeat: number = TUNE.heartbeat;
  user = '';
  /** What the client calls itself. */
  clientName = '';
  /** What the client says that it can do. */
  capabilities: Readonly<Record<string, unknown>> = {};

  /** The client is one of Eddy's adapters, which see it when the body of a message is read. */
  tellsReading = false;

  constructor(readonly access: Access = {}) {}

  get isDone(): boolean {
    return this.#expects === 'nothing';
  }

  /**
   * @throws EddyError EDDY_CHANNEL_ERROR for a method that does not come next; ACCESS_REFUSED, NOT_ALLOWED for what is not
   * granted
   */
  take(method: Method): Reply | undefined {
    if (method.name !== this.#expects) {
      throw refusal('CHANNEL_ERROR', `unexpected method in connection state ${this.#stateName}`);
    }
    switch (method.name) {
      case 'connection.start-ok':
        return this.#logIn(method.args);
      case 'connection.tune-ok':
        return this.#tune(method.args);
      case 'connection.open':
        return this.#open(method.args);
      default:
        return undefined;
    }
  }

  /** As RabbitMQ names it. */
  get #stateName(): string {
    const names = { 'connection.start-ok': 'starting', 'connection.tune-ok': 'tuning', 'connection.open': 'opening' };
    return this.#expects === 'nothing' ? 'running' : names[this.#expects];
  }

  #logIn({ clientProperties, mechanism, response }: Arguments<'connection.start-ok'>): Reply {
    const { capabilities, connection_name: name, [TELLS_READING]: tells } = plainTable(clientProperties);
    if (typeof name === 'string') this.clientName = name;
    this.tellsReading = tells === true;
    if (typeof capabilities === 'object' && capabilities !== null) this.capabilities = { ...capabilities };
    const { user, password } = credentials(mechanism, response);
    const { mayLogIn = (name: string) => name === 'guest' } = this.access;
    if (!mayLogIn(user, password)) {
      throw refusal(
        'ACCESS_REFUSED',
        `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
      );
    }
    this.user = user;
    this.#expects = 'connection.tune-ok';
    return ['connection.tune', TUNE];
  }

  #tune({ channelMax, frameMax, heartbeat }: Arguments<'connection.tune-ok'>): undefined {
    checkLimit('channel_max', channelMax, 1, TUNE.channelMax);
    checkLimit('frame_max', frameMax, FRAME_MIN_SIZE, TUNE.frameMax);
    this.channelMax = channelMax;
    this.frameMax = frameMax;
    this.heartbeat = heartbeat;
    this.#expects = 'connection.open';
    return undefined;
  }

  #open({ virtualHost }: Arguments<'connection.open'>): Reply {
    const { virtualHosts = ['/'] } = this.access;
    if (!virtualHosts.includes(virtualHost)) {
      throw refusal('NOT_ALLOWED', `vhost ${virtualHost} not found`);
    }
    this.#expects = 'nothing';
    return ['connection.open-ok', {}];
  }
}

function credentials(mechanism: string, response: Uint8Array): { user: string; password: string } {
  if (mechanism === 'PLAIN') {
    const [, user, password] = textOf(response).split('\0');
    if (user === undefined || password === undefined) throw badResponse(mechanism);
    return { user, password };
  }
  if (mechanism === 'AMQPLAIN') {
    const fields = plainTable(bareTable(response));
    const { LOGIN: user, PASSWORD: password } = fields;
    if (typeof user !== 'string' || typeof password !== 'string') throw badResponse(mechanism);
    return { user, password };
  }
  throw refusal('COMMAND_INVALID', `unknown authentication mechanism '${mechanism}'`);
}

/** A table without its length before it. */
function bareTable(bytes: Uint8Array): Table {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return readTable(new ByteReader(Buffer.concat([length, bytes])));
}

function badResponse(mechanism: string): EddyError {
  return refusal('SYNTAX_ERROR', `response to ${mechanism} is no user and password`);
}

/** 0 asks for no limit, which is more than the broker's. */
function checkLimit(name: string, value: number, least: number, most: number): void {
  if (value !== 0 && value < least) {
    throw refusal('NOT_ALLOWED', `negotiated ${name} = ${value} is lower than the minimum allowed value (${least})`);
  }
  if (value === 0 || value > most) {
    throw refusal('NOT_ALLOWED', `negotiated ${name} = ${value} is higher than the maximum allowed value (${most})`);
  }
}
