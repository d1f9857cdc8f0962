/** The two versions that a deploy runs side by side. */
import type { Service } from '../../index.ts';
import { type Release, warehouse } from './warehouse.ts';

export const before: Release = {
  knows: new Set(['StockReserved']),
  event: ({ orderId, pieces }) => ({ type: 'StockReserved', body: { orderId, pieces } }),
};

const PIECES_PER_PARCEL = 4;
export const parcelsFor = (pieces: number): number => Math.ceil(pieces / PIECES_PER_PARCEL);

/** Knows the event of the release after it, and goes on with the one that the old version knows. */
export const after: Release = {
  knows: new Set(['StockReserved', 'StockReservedInParcels']),
  event: ({ orderId, pieces }) => ({
    type: 'StockReserved',
    body: { orderId, pieces, parcels: parcelsFor(pieces) },
  }),
};

/** The warehouse with something of both versions done in another way, and its next version with more of that. */
export function released(both: Partial<Release> = {}, next: Partial<Release> = {}): Service {
  return warehouse({ ...before, ...both }).upgradedTo(warehouse({ ...after, ...both, ...next }));
}
