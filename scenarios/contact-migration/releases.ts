/**
 * The releases by which a column is replaced while the service goes on. The first knows the old column alone. The second expands: it
 * writes both, reads the new one where that is of the last change and else the old one, and fills the new one in for customers who
 * change nothing. The third contracts: it fills in what is left and clears the old column, and only then serves. It is rolled out when
 * no instance of the first is left, so whoever still runs beside it can do with the new column.
 */
import { firstValueFrom, timer } from 'rxjs';
import type { Service } from '../../index.ts';
import { retried } from '../retried.ts';
import { customers, held, type Release, type ServicePorts } from './customers.ts';
import { type Customer, CUSTOMERS } from './system.ts';

const ofPhone: Release['read'] = ({ phone, revision }) => ({
  number: phone ?? '',
  of: phone === undefined ? 0 : revision,
});

export const ofContact: Release['read'] = ({ contact, contactOf }) => ({
  number: contact?.slice('tel:'.length) ?? '',
  of: contactOf ?? 0,
});

export const first: Release = {
  read: ofPhone,
  write: (row, phone) => ({ ...row, revision: row.revision + 1, phone }),
};

export const second: Release = {
  read: (row) => (row.contactOf === row.revision ? ofContact(row) : ofPhone(row)),
  write: (row, phone) => filledIn(first.write(row, phone)),
  beside: (ports) => eachCustomer(filledIn, ports),
};

export const third: Release = {
  read: ofContact,
  write: (row, phone) => contracted(first.write(row, phone)),
  before: (ports) => eachCustomer(contracted, ports),
};

/** With the new column as it should be; one that is of the last change is right already. */
export function filledIn(row: Customer): Customer {
  const { phone, revision, contactOf } = row;
  return phone === undefined || contactOf === revision ? row : { ...row, contact: `tel:${phone}`, contactOf: revision };
}

function contracted(row: Customer): Customer {
  const { phone: _, ...rest } = filledIn(row);
  return rest;
}

/** Between two rows, so that visits are not kept waiting. */
export const PAUSE_MS = 150;

/** A row is changed as it stands, by a transaction that holds it: no other writer comes between. */
async function eachCustomer(change: (row: Customer) => Customer, { db }: ServicePorts): Promise<void> {
  for (const name of CUSTOMERS) {
    await retried(() => db.transaction(async (tx) => tx.put('customers', change(await held(tx, name)))));
    await firstValueFrom(timer(PAUSE_MS));
  }
}

/** All releases in turn, with something of the second done in another way. */
export function released(changed: Partial<Release> = {}): Service {
  return customers(first)
    .upgradedTo(customers({ ...second, ...changed }))
    .upgradedTo(customers(third));
}
