/** A message that a second instance takes over is finished by the first: nothing of it is opened again, whoever dies of it. */
import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import invoicePoison from './invoice-poison.scenario.ts';

const invoice = (invoiceId: string) => ({ invoiceId, customer: 'Zoë', country: 'DE', cents: 1 });

test('who finds a message gone when it comes to lock it looks whether it is finished', async () => {
  const { properties, notReached } = await run(invoicePoison, {
    seed: 1_904_853_401,
    workload: [invoice('i906'), invoice('i841')],
    faults: [
      '1st delivery of InvoiceIssued#i906 to invoicing: disconnect from mq after commit on db',
      '2nd delivery of InvoiceIssued#i906 to invoicing: scan of db.progress takes 500 ms longer',
      '2nd delivery of InvoiceIssued#i906 to invoicing: disconnect from mq after next of place',
      '2nd delivery of InvoiceIssued#i906 to invoicing: crash between commit on db and its answer',
      '1st delivery of InvoiceIssued#i841 to invoicing: pause of 500 ms between get from db.inbox and its answer',
    ],
  });
  expect(notReached).toEqual([]);
  expect(properties['D5']).toMatchObject({ verdict: 'pass' });
});

test('who dies of it while it is moved aside counts: another copy of it was found unreadable before', async () => {
  const { properties, notReached } = await run(invoicePoison, {
    seed: 2_016_872_658,
    workload: [invoice('i271')],
    faults: [
      '1st delivery of InvoiceIssued#i271 to invoicing: poison, not parseable',
      '1st delivery of InvoiceIssued#i271 to invoicing: disconnect from mq after insert into db.progress',
      'every delivery of InvoiceIssued#i271/InvoiceIssued#1: poison, kills the process',
    ],
  });
  expect(notReached).toEqual([]);
  expect(properties['P2']).toMatchObject({ verdict: 'pass' });
});
