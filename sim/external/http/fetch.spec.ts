import { describe, expect, test } from 'vitest';
import { EPOCH_MS } from '../../kernel/world.ts';
import { type Service, service } from '../../services/service.ts';
import { entriesOf, happened } from '../../world.fixture.ts';
import { calling, cards, charge, failure, URL_OF } from './http.fixture.ts';

const atMs = (): number => Math.floor(Date.now() - EPOCH_MS);

describe('answers', () => {
  test('status, headers and body as the component replies', async () => {
    const { told, history } = await calling(async (tell) => {
      const answer = await charge('a');
      tell([answer.status, answer.ok, answer.headers.get('x-receipt'), answer.url, await answer.json()]);
    });
    expect(told).toEqual([[201, true, '1', `${URL_OF}/charges`, { receipt: 1, cents: 5 }]]);
    expect(history).toEqual(['called charge a', 'applied charge a']);
  });

  test('parameters, queries, text, no body, no route', async () => {
    const { told } = await calling(async (tell) => {
      tell(await (await fetch(`${URL_OF}/charges/c%201?full=yes`)).json());
      tell(await (await fetch(`${URL_OF}/notes`, { method: 'PUT', body: 'this' })).text());
      const gone = await fetch(`${URL_OF}/charges`, { method: 'DELETE' });
      tell([gone.status, await gone.text()]);
      const nowhere = await fetch(`${URL_OF}/nowhere`);
      tell([nowhere.status, await nowhere.json()]);
    });
    expect(told).toEqual([
      { id: 'c 1', full: 'yes' },
      'noted this',
      [204, ''],
      [
        404,
        {
          error:
            'cards has no route for GET /v1/nowhere; it has POST /charges, GET /charges/:id, PUT /notes, DELETE /charges',
        },
      ],
    ]);
  });

  test('bodies stream both ways', async () => {
    const { told } = await calling(async (tell) => {
      const parts = ['one ', 'two'].map((part) => new TextEncoder().encode(part));
      const body = new ReadableStream<Uint8Array>({
        pull: (into) => {
          const part = parts.shift();
          if (part) into.enqueue(part);
          else into.close();
        },
      });
      const answer = await fetch(`${URL_OF}/notes`, { method: 'PUT', body, duplex: 'half' } as RequestInit);
      let text = '';
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
        text += new TextDecoder().decode(chunk);
      tell(text);
    });
    expect(told).toEqual(['noted one two']);
  });

  test('a key that is known is answered alike and applied once; a refusal is not applied and not remembered', async () => {
    const { told, history } = await calling(async (tell) => {
      for (const cents of [-1, 5, 7]) {
        const answer = await charge('a', cents);
        tell([answer.status, await answer.json()]);
      }
    });
    expect(told).toEqual([
      [402, { error: 'declined' }],
      [201, { receipt: 1, cents: 5 }],
      [201, { receipt: 1, cents: 5 }],
    ]);
    expect(history).toEqual(['called charge a', 'called charge a', 'applied charge a', 'called charge a']);
  });

  test('a reply that throws is a 500, not applied', async () => {
    const { told, history } = await calling(async (tell) => {
      const answer = await fetch(`${URL_OF}/charges/broken`);
      tell([answer.status, await answer.json()]);
    });
    expect(told).toEqual([[500, { error: 'out of range' }]]);
    expect(history).toEqual(['called lookUp /v1/charges/broken']);
  });

  test.each(['nothing', 'text', 'early', 'big', 'code', 'split'])(
    'a reply that is none (%s) is a 500 that says so',
    async (id) => {
      const { told, history } = await calling(async (tell) => {
        const answer = await fetch(`${URL_OF}/charges/${id}`);
        tell([answer.status, await answer.json()]);
      });
      const error =
        'The reply of cards.lookUp is none: give { status, headers, body }, a status from 200 to 599, a body of JSON';
      expect(told).toEqual([[500, { error }]]);
      expect(history).toEqual([`called lookUp /v1/charges/${id}`]);
    },
  );

  test('other hosts are not there', async () => {
    const { told } = await calling(async (tell) => tell(await failure(fetch('https://mail.example/'))));
    expect(told).toEqual(['TypeError: fetch failed (ECONNREFUSED)']);
  });

  test('localhost is found by the port', async () => {
    const { told } = await calling(async (tell) => tell((await fetch('http://localhost:3001/charges/1')).status));
    expect(told).toEqual([200]);
  });
});

describe('under faults', () => {
  test.each([
    ['answer of charge on cards is lost, applied', ['called charge a', 'applied charge a']],
    ['answer of charge on cards is lost, not applied', []],
    ['disconnect from cards before charge on cards', []],
    ['disconnect from cards between charge on cards and its answer', ['called charge a', 'applied charge a']],
  ])('%s: fetch fails as it does when a socket breaks', async (fault, expected) => {
    const { told, history } = await calling(async (tell) => tell(await failure(charge('a'))), {
      faults: [`1st send of p1: ${fault}`],
    });
    expect(told[0]).toMatch(/^TypeError: fetch failed \((UND_ERR_SOCKET|ECONNRESET)\)$/);
    expect(history).toEqual(expected);
  });

  test('an error of the server is a 503, not applied', async () => {
    const { told, history } = await calling(async (tell) => tell((await charge('a')).status), {
      faults: ['1st send of p1: charge on cards fails'],
    });
    expect(told).toEqual([503]);
    expect(history).toEqual([]);
  });

  test('refusing: ECONNREFUSED', async () => {
    const { told, history } = await calling(async (tell) => tell(await failure(charge('a'))), {
      faults: ['cards is refusing from 0 s to 1 s'],
    });
    expect(told).toEqual(['TypeError: fetch failed (ECONNREFUSED)']);
    expect(history).toEqual([]);
  });

  test('silent: no answer until it is over, and a signal gives up before', async () => {
    const { told } = await calling(
      async (tell) => {
        tell(await failure(charge('a', 5, { signal: AbortSignal.timeout(500) })));
        tell(atMs() - 500 < 10);
        tell((await charge('b')).status);
        tell(atMs() >= 20_000);
      },
      { faults: ['cards is silent from 0 s to 20 s'] },
    );
    expect(told).toEqual(['TimeoutError: The operation was aborted due to timeout', true, 201, true]);
  });

  test('slow: the answer is late; who gives up meanwhile has charged all the same', async () => {
    const { told, history } = await calling(
      async (tell) => tell(await failure(charge('a', 5, { signal: AbortSignal.timeout(1_000) }))),
      { faults: ['1st send of p1: charge on cards answers 5 s late'] },
    );
    expect(String(told[0])).toMatch(/^TimeoutError/);
    expect(history).toEqual(['called charge a', 'applied charge a']);
  });

  test('a connection that cannot be made is given up after 10 s, an answer after 300 s', async () => {
    const cut = await calling(
      async (tell) => {
        tell(await failure(charge('a')));
        tell(atMs() - 10_000 < 10);
      },
      { faults: ['network between workload and cards is cut from 0 s to 60 s'] },
    );
    expect(cut.told).toEqual(['TypeError: fetch failed (UND_ERR_CONNECT_TIMEOUT)', true]);
    const silent = await calling(
      async (tell) => {
        tell(await failure(charge('a')));
        tell(atMs() - 300_000 < 10);
      },
      { faults: ['cards is silent from 0 s to 400 s'] },
    );
    expect(silent.told).toEqual(['TypeError: fetch failed (UND_ERR_HEADERS_TIMEOUT)', true]);
  });
});

test('a call belongs to the code that made it', async () => {
  const { record } = await calling(async () => {
    await Promise.all([charge('a'), charge('b')]);
  });
  for (const entry of entriesOf(record, 'called', 'applied')) {
    expect(happened(entry)).toMatchObject({ component: 'cards', channels: ['charge'] });
    expect(entry.process).toBe('workload');
  }
  expect(record.outcome).toBe('quiet');
});

test('each process keeps connections of its own', async () => {
  const asking = (uses: { cards: ReturnType<typeof cards> }): readonly Service[] => [
    service('asking', uses, async () => {
      for (let n = 0; n < 2; n++) await (await fetch(`${URL_OF}/charges/${n}`)).text();
    }).with({ instances: 2 }),
  ];
  const { record } = await calling(async () => undefined, { services: asking });
  const callers = entriesOf(record, 'called').map(({ process }) => process);
  expect(callers.toSorted()).toEqual(['asking/0', 'asking/0', 'asking/1', 'asking/1']);
});

test('over a half-open connection nothing comes, and the caller finds out in the end', async () => {
  const { told, history } = await calling(
    async (tell) => {
      tell(await failure(charge('a')));
      tell(atMs() < 70_000);
    },
    { faults: ['1st send of p1: half-open connection to cards before charge on cards'] },
  );
  expect(String(told[0])).toMatch(/^TypeError: fetch failed/);
  expect(told[1]).toBe(true);
  expect(history).toEqual([]);
});

test('the same run again has the same digest, however many went before', async () => {
  const work = async (): Promise<void> => {
    await Promise.all([charge('a'), charge('b')].map(async (each) => (await each).text()));
    await failure(charge('c', 5, { signal: AbortSignal.timeout(1) }));
  };
  const digests = new Set<string>();
  for (let n = 0; n < 4; n++) digests.add((await calling(work)).record.digest);
  expect(digests.size).toBe(1);
});

test('a selector hands out the request, whatever its reply looks at', () => {
  const { called } = cards();
  const path = called('drop').by((request) => request.path);
  const cents = called('charge').by(({ body }) => `${body.cents}`);
  expect([path.says, cents.says]).toEqual(['call of cards.drop tried', 'call of cards.charge tried']);
});
