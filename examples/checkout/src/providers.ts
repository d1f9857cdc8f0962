/** The providers of card payments and mails, over HTTP. Both do a thing once for each idempotency key. */

const TIMEOUT_MS = 10_000;

export interface CardApi {
  charge(key: string, cents: number): Promise<void>;
}

export interface MailApi {
  send(key: string, to: string, text: string): Promise<void>;
}

export function cardApi(url: string): CardApi {
  return { charge: (key, cents) => post(`${url}/charges`, key, { cents }) };
}

export function mailApi(url: string): MailApi {
  return { send: (key, to, text) => post(`${url}/mails`, key, { to, text }) };
}

async function post(url: string, key: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`POST ${url} was answered with ${response.status}`);
}
