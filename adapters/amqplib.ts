/**
 * RabbitMQ for code that uses amqplib: `rabbit('mq', { queues: ['payments'] })`. `connect()` is the library's own, over a simulated
 * socket; code that connects by itself (`amqplib.connect('amqp://mq')`, the callback API too) reaches the same broker.
 */
import {
  type ChannelModel,
  connect,
  type Options,
  type RecoveringChannelModel,
  type RecoveryOptions,
  type SocketOptions,
} from 'amqplib';
import type { BrokerSeen, Component, Exchange, Identify, QueueOptions } from '../index.ts';
import { brokerSeen } from '../sim/brokers/seen.ts';
import type { BrokerShape } from '../sim/brokers/queue/broker.ts';
import { checkTopology } from '../sim/brokers/queue/component.ts';
import type { Profile } from '../sim/brokers/queue/profile.ts';
import { QueueRuntime } from '../sim/brokers/queue/runtime.ts';
import { makeable } from '../sim/component.ts';
import { checkOptions, type Names } from '../sim/options.ts';
import { TELLS_READING } from '../sim/protocols/amqp/handshake.ts';
import { AmqpSession } from '../sim/protocols/amqp/session.ts';
import type { Process } from '../sim/services/process.ts';
import { tap } from './amqplib/taps.ts';

/** What stands on the broker before any client comes. */
export interface RabbitOptions<Q extends string> {
  /**
   * Names for selectors. The queues are there from the start, as if left by an earlier deployment, and take the properties with
   * which a client first declares them; as a record with options they are as it says. Clients may declare others.
   */
  queues?: readonly Q[] | Record<Q, QueueOptions<NoInfer<Q>>>;
  /** Exchanges that are there from the start, bound to queues that are. */
  exchanges?: Record<string, Exchange<NoInfer<Q>>>;
  identify?: Identify;
  /** The version of RabbitMQ; default: 4.2. */
  profile?: Profile;
  /** A memory alarm: publishers wait while the broker holds more messages than `above`. */
  alarm?: { above: number };
  /**
   * Whether a search restarts the broker, which then loses what was not published with `persistent: true`; default: no, since
   * amqplib's messages are not persistent unless they say so. A fault sentence restarts it in any case.
   */
  restarts?: boolean;
}

/** Its password and virtual host do not matter; without a URL the broker's own name is connected to. */
export interface RabbitPort {
  connect(url?: string | Options.Connect, socketOptions?: SocketOptions): Promise<ChannelModel>;
  connect(url: string | Options.Connect | undefined, socketOptions: Recovering): Promise<RecoveringChannelModel>;
}

type Recovering = SocketOptions & { recovery: RecoveryOptions | true };

const OPTIONS: Names<RabbitOptions<string>> = {
  queues: true,
  exchanges: true,
  identify: true,
  profile: true,
  alarm: true,
  restarts: true,
};

const PORTS = [5672, 5671];

/** A broker that behaves as RabbitMQ does, reached by amqplib of the user's own version. */
export function rabbit<Q extends string>(
  name: string,
  o: RabbitOptions<Q> = {},
): Component<RabbitPort> & BrokerSeen<Q> {
  checkOptions(name, o, OPTIONS);
  const shape = shapeOf(o);
  checkTopology(name, shape);
  return makeable(
    { name, ...brokerSeen<Q>(name) },
    (simulation) => {
      const runtime = new QueueRuntime<RabbitPort>(name, shape, o.identify, simulation, (_, process) =>
        portOf(name, process),
      );
      runtime.listen((wire) => new AmqpSession(runtime, wire, { mayLogIn: () => true }), PORTS);
      return runtime;
    },
    ['ack-lost'],
  );
}

function shapeOf({ queues, exchanges, profile, alarm, restarts }: RabbitOptions<string>): BrokerShape {
  const names = isList(queues) ? queues : [];
  return {
    queues: isList(queues) ? Object.fromEntries(names.map((name) => [name, {}])) : (queues ?? {}),
    provided: names,
    ...(exchanges && { exchanges }),
    ...(profile && { profile }),
    ...(alarm && { alarm }),
    ...(restarts && { restarts }),
  };
}

const isList = (value: unknown): value is readonly string[] => Array.isArray(value);

function portOf(name: string, process: Process): RabbitPort {
  const tapped = (model: ChannelModel): void => tap(model.connection, process);
  const open = async (
    url: string | Options.Connect = `amqp://${name}`,
    o: SocketOptions | Recovering = {},
  ): Promise<ChannelModel | RecoveringChannelModel> => {
    const given = { ...o, clientProperties: { ...o.clientProperties, [TELLS_READING]: true } };
    const { recovery, ...plain } = given as SocketOptions & { recovery?: RecoveryOptions | boolean };
    if (isOn(recovery)) return connect(url, { ...plain, recovery: recovering(recovery, tapped) });
    const model = await connect(url, plain);
    tapped(model);
    return model;
  };
  return Object.freeze({ connect: open as RabbitPort['connect'] });
}

/** As amqplib decides it: what comes from a configuration may say no, too. */
function isOn(recovery: RecoveryOptions | boolean | undefined): recovery is RecoveryOptions | true {
  return recovery === true || (Boolean(recovery) && (recovery as { enabled?: boolean }).enabled !== false);
}

/** amqplib's own reconnects make further connections: each is tapped before its user's `setup` sees it. */
function recovering(given: RecoveryOptions | true, tapped: (model: ChannelModel) => void): RecoveryOptions {
  const { setup, ...rest } = given === true ? {} : given;
  return {
    ...rest,
    setup: async (model: ChannelModel) => {
      tapped(model);
      if (!setup) return;
      if (setup.length < 2) await (setup as (model: ChannelModel) => Promise<void>)(model);
      else {
        await new Promise<void>((resolve, reject) => {
          void setup(model, (error?: Error) => (error ? reject(error) : resolve()));
        });
      }
    },
  };
}
