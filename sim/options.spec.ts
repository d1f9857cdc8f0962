/** Options that nobody knows are told where a component is made, with what was probably meant. */
import { expect, test } from 'vitest';
import { external, httpExternal, logBroker, queueBroker, tables } from '../index.ts';
import { kafka } from '../adapters/kafkajs.ts';
import { rabbit } from '../adapters/amqplib.ts';
import { EddyError } from './errors.ts';

const reply = (): { status: number; body: string } => ({ status: 200, body: '' });
const queues = { a: {} };
const topics = { a: { partitions: 1 } };
/** As who writes no types. */
const slip = (options: object): never => options as never;

test.each<[string, () => unknown]>([
  ['mq knows no `queus`; the nearest that it knows is `queues`', () => queueBroker('mq', slip({ queues, queus: {} }))],
  ['mq.a knows no `durble`', () => queueBroker('mq', { queues: { a: slip({ durble: false }) } })],
  [
    'mq.e knows no `binds`',
    () => queueBroker('mq', { queues, exchanges: { e: slip({ type: 'topic', bind: [], binds: [] }) } }),
  ],
  [
    'a binding of mq.e knows no `keys`',
    () => queueBroker('mq', { queues, exchanges: { e: { type: 'topic', bind: [slip({ queue: 'a', keys: '#' })] } } }),
  ],
  ['the alarm of mq knows no `abov`', () => queueBroker('mq', { queues, alarm: slip({ above: 1, abov: 1 }) })],
  ['log knows no `topic`', () => logBroker('log', slip({ topics, topic: {} }))],
  ['log.a knows no `retention`', () => logBroker('log', { topics: { a: slip({ partitions: 1, retention: 1 }) } })],
  ['db.t knows no `uniqe`', () => tables<{ t: { id: string } }>('db', { t: slip({ key: 'id', uniqe: [] }) })],
  ['mail.send knows no `idempotentby`', () => external('mail', { send: slip({ reply, idempotentby: reply }) })],
  [
    'cards.charge knows no `repl`',
    () => httpExternal('cards', 'https://a.test', { charge: slip({ on: 'GET /', repl: 1, reply }) }),
  ],
  ['kafka knows no `broker`', () => kafka('kafka', slip({ topics, broker: 1 }))],
  ['kafka.a knows no `replica`', () => kafka('kafka', { topics: { a: slip({ partitions: 1, replica: 1 }) } })],
  ['rabbit knows no `restart`', () => rabbit('rabbit', slip({ queues: ['a'], restart: true }))],
  ['rabbit.a knows no `maxlength`', () => rabbit('rabbit', { queues: { a: slip({ maxlength: 1 }) } })],
])('%s', (says, make) => {
  expect(make).toThrow(says);
  expect(make).toThrow(EddyError);
});

test('what else a call of an external system holds is its user’s', () => {
  const send = { reply, latencyMs: 5, tags: [], isMine: true };
  expect(() => external('mail', { send })).not.toThrow();
  expect(() => httpExternal('cards', 'https://a.test', { charge: { on: 'GET /', ...send } })).not.toThrow();
});
