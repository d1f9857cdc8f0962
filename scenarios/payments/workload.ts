/** Payments as they come: real-looking names and notes, and what people really type, markup and emoji among it. */
import { en, Faker } from '@faker-js/faker';
import fc from 'fast-check';
import { mq, type Payment } from './system.ts';

const faker = new Faker({ locale: en, seed: 20_260_101 });
faker.setDefaultRefDate('2026-01-01T00:00:00.000Z');

const customers = ['Ann', ...Array.from({ length: 12 }, () => faker.person.fullName())];
const notes = [
  'invoice',
  ...Array.from({ length: 12 }, () => faker.commerce.productName()),
  '<script>alert("paid")</script>',
  '"quoted"; DROP TABLE charges; --',
  '🧾 für Zoë – naïve café 東京',
  'long '.repeat(400),
  '',
];

const amount = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) },
  fc.constantFrom(0, -1, -4200),
);

export const workload = {
  item: fc.record({
    transactionId: fc.integer({ min: 1, max: 9_999 }).map(
      (n) => `p${n}`,
      (id) => Number(String(id).slice(1)),
    ),
    customer: fc.constantFrom(...customers),
    note: fc.constantFrom(...notes),
    cents: amount,
  }),
  key: (payment: Payment) => payment.transactionId,
  count: [1, 6] as const,
  uses: { mq },
  send: (payment: Payment, { mq: { publish } }: { mq: { publish: Publish } }) =>
    publish({ key: 'payments' }, payment, {
      id: payment.transactionId,
      type: 'PaymentRequested',
      headers: { correlationId: `order-${payment.transactionId}` },
    }),
};
type Publish = NonNullable<(typeof mq)['~port']>['publish'];
