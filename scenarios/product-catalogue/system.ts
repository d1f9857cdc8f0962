/** The components of the product-catalogue scenario, and what travels between them. */
import { eventStore, type Message, queueBroker, tables } from '../../index.ts';

export const PRODUCTS = ['chair', 'lamp'] as const;
export const SHOPPERS = ['Ann', 'Bob'] as const;
type Product = (typeof PRODUCTS)[number];

export interface Change {
  readonly changeId: string;
  readonly product: Product;
  readonly cents: number;
}

export interface Visit {
  readonly visitId: string;
  readonly shopper: (typeof SHOPPERS)[number];
}

export interface PriceSet {
  readonly type: 'PriceSet';
  readonly changeId: string;
  readonly product: Product;
  readonly cents: number;
  /** Before it. */
  readonly was: number;
}

export const mq = queueBroker('mq', {
  queues: {
    changes: { type: 'quorum', deadLetterTo: 'dead' },
    visits: { type: 'quorum', deadLetterTo: 'dead' },
    dead: {},
  },
});

/** The write model: a stream for each product. */
export const catalogue = eventStore<PriceSet>('catalogue');

export type ViewName = 'cards' | 'overview';

/** A row of a read model: one product of the cards, or all of them together. */
export interface Row {
  /** `2/chair` in the view that release 2 made. */
  readonly id: string;
  readonly release: number;
  readonly of: string;
  readonly cents: number;
  /** Events in it. */
  readonly changes: number;
  /** The first release did not show it. */
  readonly lowest?: number;
}

/** How far the view that a release makes has come. */
export interface Checkpoint {
  readonly id: string;
  readonly view: ViewName;
  readonly release: number;
  readonly position: bigint;
}

/** Which release's view is read. */
export interface Route {
  readonly view: ViewName;
  readonly release: number;
}

/** What a shopper was shown: how many changes the cards told of, and how many the overview. */
export interface Page {
  readonly visitId: string;
  readonly shopper: string;
  readonly cards: number;
  readonly overview: number;
}

export const db = tables<{
  cards: Row;
  overview: Row;
  checkpoints: Checkpoint;
  routes: Route;
  sessions: { shopper: string; looks: number };
  pages: Page;
}>('db', {
  cards: { key: 'id' },
  overview: { key: 'id' },
  checkpoints: {
    key: 'id',
    rows: [
      { id: 'cards', view: 'cards', release: 1, position: 0n },
      { id: 'overview', view: 'overview', release: 1, position: 0n },
    ],
  },
  routes: {
    key: 'view',
    rows: [
      { view: 'cards', release: 1 },
      { view: 'overview', release: 1 },
    ],
  },
  sessions: { key: 'shopper', rows: SHOPPERS.map((shopper) => ({ shopper, looks: 0 })) },
  pages: { key: 'visitId' },
});

/** Whether these can be read. What another version of the shop wrote is not ours to guess at. */
export function isChange({ parsed, body }: Message<Change>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { changeId, product, cents } = body;
  return typeof changeId === 'string' && PRODUCTS.includes(product) && Number.isSafeInteger(cents) && cents > 0;
}

export function isVisit({ parsed, body }: Message<Visit>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  return typeof body.visitId === 'string' && SHOPPERS.includes(body.shopper);
}
