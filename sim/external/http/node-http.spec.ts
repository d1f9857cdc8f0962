/** node:http and node:https as clients: what axios, got, node-fetch and their like are made of. */
import http from 'node:http';
import https from 'node:https';
import { expect, test } from 'vitest';
import { currentContext } from '../../kernel/context.ts';
import { EPOCH_MS } from '../../kernel/world.ts';
import { queueBroker } from '../../brokers/queue/component.ts';
import type { Ports } from '../../component.ts';
import type { Entry } from '../../history/history.ts';
import { type Service, service } from '../../services/service.ts';
import { entriesOf, happened, play } from '../../world.fixture.ts';
import type { HttpRequest } from './component.ts';
import { calling, cards, URL_OF } from './http.fixture.ts';

/** Made when the module is loaded, as clients of APIs are. */
const shared = { keepAlive: true, maxSockets: 1 };
const agents = { 'http:': new http.Agent(shared), 'https:': new https.Agent(shared) };

interface Heard {
  readonly status: number | undefined;
  readonly text: string;
  /** The port of the client's end. */
  readonly from: number | undefined;
  /** Whose code heard it. */
  readonly by: string | undefined;
}

function ask(url: string, o: http.RequestOptions & { body?: string } = {}): Promise<Heard> {
  const { body, ...options } = o;
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      const from = answer.socket.localPort;
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, text, from, by: currentContext()?.moment.printed }));
    });
    asked.on('timeout', () => asked.destroy(new Error('given up')));
    asked.on('error', reject);
    asked.end(body);
  });
}

const post = { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'a' } };

test.each([URL_OF, URL_OF.replace('https', 'http')])('requests to %s', async (url) => {
  const { told, history } = await calling(async (tell) => {
    const { status, text } = await ask(`${url}/charges`, { ...post, body: '{"cents":5}' });
    tell([status, text]);
  });
  expect(told).toEqual([[201, '{"receipt":1,"cents":5}']]);
  expect(history).toEqual(['called charge a', 'applied charge a']);
});

test('http.get; a body that is announced by expect: 100-continue', async () => {
  const { told } = await calling(async (tell) => {
    tell(
      await new Promise((resolve) => http.get(`http://cards.example/v1/charges/1`, (got) => resolve(got.statusCode))),
    );
    const asked = http.request('http://cards.example/v1/notes', { method: 'PUT', headers: { expect: '100-continue' } });
    asked.on('continue', () => asked.end('at last'));
    tell(
      await new Promise((resolve) =>
        asked.on('response', (answer) => answer.on('data', (bytes: Buffer) => resolve(bytes.toString()))),
      ),
    );
  });
  expect(told).toEqual([200, 'noted at last']);
});

test('a time-out of the request is one in virtual time, and it was applied all the same', async () => {
  const { told, history } = await calling(
    async (tell) => {
      tell(await ask(`${URL_OF}/charges`, { ...post, body: '{"cents":5}', timeout: 2_000 }).catch(String));
      tell(Math.floor((Date.now() - EPOCH_MS) / 1000));
    },
    { faults: ['1st send of p1: charge on cards answers 30 s late'] },
  );
  expect(told).toEqual(['Error: given up', 2]);
  expect(history).toEqual(['called charge a', 'applied charge a']);
});

test('a connection that breaks is ECONNRESET', async () => {
  const { told } = await calling(
    async (tell) =>
      tell(await ask(`${URL_OF}/charges`, { ...post, body: '{}' }).catch((e: { code: string }) => e.code)),
    { faults: ['1st send of p1: answer of charge on cards is lost, applied'] },
  );
  expect(told).toEqual(['ECONNRESET']);
});

type Cards = ReturnType<typeof cards>;

test('an agent that a module made keeps connections for each process apart, and for each run', async () => {
  const one = async (): Promise<readonly string[]> => {
    const heard: string[] = [];
    const asking = (uses: { cards: Cards }): Service[] => [
      service('asking', uses, async () => {
        for (let n = 0; n < 2; n++) {
          const { from } = await ask(`http://cards.example/v1/charges/${n}`, { agent: agents['http:'] });
          heard.push(`${currentContext()?.actor.label} from ${from}`);
        }
      }).with({ instances: 2 }),
    ];
    const { record } = await calling(async () => undefined, { services: asking });
    expect(entriesOf(record, 'called').map(({ process }) => process)).toEqual(heard.map((each) => each.split(' ')[0]));
    return heard;
  };
  const heard = await one();
  expect(heard).toHaveLength(4);
  // Each process has one connection, and uses it twice.
  expect(new Set(heard.map((each) => each.split(' ')[0])).size).toBe(2);
  expect(new Set(heard).size).toBe(2);
  expect(await one()).toEqual(heard);
});

test('requests that wait for one connection belong to the code that made each', async () => {
  const uses = { mq: queueBroker('mq', { queues: { ids: {} } }), cards: cards() };
  const heard: string[] = [];
  const asking = service('asking', uses, ({ mq }) => {
    mq.consume<string>('ids', { prefetch: 3 }).subscribe(async ({ message, ack }) => {
      // All at one time.
      await new Promise((resolve) => setTimeout(resolve, EPOCH_MS + 1_000 - Date.now()));
      const { text, by } = await ask(`${URL_OF}/charges/${message.id}`, { agent: agents['https:'] });
      heard.push(`${text} for ${by}`);
      await ack();
    });
  });
  const items = ['p1', 'p2', 'p3'];
  const send = (id: string, { mq }: Ports<typeof uses>) => mq.publish({ key: 'ids' }, id, { id, type: 'Asked' });
  const record = await play({ uses, services: [asking], items, send });
  expect(heard.toSorted()).toEqual(items.map((id) => `{"id":"${id}"} for 1st delivery of Asked#${id} to asking`));
  const calls = entriesOf(record, 'called').map(({ causes, ...entry }) => {
    const cause = record.entries.find(({ n }) => causes.includes(n));
    const { params } = happened(entry as Entry).value as HttpRequest;
    return `${params['id']} by ${cause?.kind} ${(cause && (happened(cause).value as { id: string }))?.id}`;
  });
  expect(calls.toSorted()).toEqual(items.map((id) => `${id} by delivered ${id}`));
});
