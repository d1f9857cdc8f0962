/** Confirms each payment by mail. */
import type { Handler } from './broker.ts';
import type { MailApi } from './providers.ts';

export function emails(mail: MailApi): Handler<'shop.payment.taken'> {
  return ({ id, data }) => mail.send(id, data.email, `We have your payment for order ${data.orderId}.`);
}
