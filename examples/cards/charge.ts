/** Production code: charges a card over HTTP, and knows nothing of Eddy. */
import { defer, lastValueFrom, retry } from 'rxjs';

export interface Payment {
  readonly paymentId: string;
  readonly cents: number;
}

const API = process.env['CARDS_URL'] ?? 'https://cards.example';

async function post(payment: Payment, key: string): Promise<string> {
  const answer = await fetch(`${API}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(payment),
    signal: AbortSignal.timeout(3_000),
  });
  if (!answer.ok) throw new Error(`cards: ${answer.status}`);
  const { receipt } = (await answer.json()) as { receipt: string };
  return receipt;
}

/** Tries three times, half a second apart. The key is the payment's own, so that the provider knows a charge that it has made. */
export function charge(payment: Payment): Promise<string> {
  return lastValueFrom(defer(() => post(payment, payment.paymentId)).pipe(retry({ count: 2, delay: 500 })));
}

/** The same, but each attempt is a new one to the provider. */
export function chargeAnew(payment: Payment): Promise<string> {
  return lastValueFrom(defer(() => post(payment, crypto.randomUUID())).pipe(retry({ count: 2, delay: 500 })));
}
