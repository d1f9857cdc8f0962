/**
 * What each wrong variant needs to go wrong, as the catalogue of wrong variants says it: a failure that none of these kinds
 * of fault brought about has another reason, and is no catch.
 */
import type { FaultKind } from '../index.ts';

/** A process is gone in the middle of its work, or its transaction is. */
const CUT_SHORT: readonly FaultKind[] = ['crash', 'deploy', 'store-error', 'commit-unknown', 'outage', 'pause'];
/** The same message comes more than once. */
const COPIES: readonly FaultKind[] = ['duplicate', 'confirm-lost', 'ack-lost', 'disconnect', 'crash', 'pause'];
/** One thing takes longer than what comes after it. */
const SLOW: readonly FaultKind[] = ['delay', 'hold', 'slow', 'pause', 'conflict'];
/** A publish fails, or nobody knows whether it did. */
const UNSURE: readonly FaultKind[] = ['confirm-lost', 'disconnect', 'outage', 'crash', 'pause', 'deploy'];

/** Partitions of a group go to another of its members. */
const MOVES: readonly FaultKind[] = ['rebalance', 'crash', 'deploy', 'pause', 'disconnect'];

export const TRIGGERS: Readonly<Record<string, readonly FaultKind[]>> = {
  // payments
  'acks-first': CUT_SHORT,
  'acks-errors': ['store-error', 'commit-unknown', 'outage', ...UNSURE],
  'inbox-after-charge': CUT_SHORT,
  'inbox-before-charge': CUT_SHORT,
  'looks-then-inserts': COPIES,
  'remembers-in-memory': [...CUT_SHORT, ...COPIES],
  'trusts-redelivered': ['duplicate', 'confirm-lost'],
  'counts-every-copy': COPIES,
  'requeues-for-ever': ['poison'],
  'swallows-statement-error': ['store-error', 'conflict'],
  'remembers-for-itself': COPIES,
  'parks-what-comes-again': [...CUT_SHORT, ...UNSURE, 'ack-lost'],
  'leases-the-message': [...SLOW, ...CUT_SHORT, ...COPIES],
  // order-outbox
  'new-id-each-attempt': [...UNSURE, 'store-error', 'commit-unknown'],
  'publishes-then-commits': [...CUT_SHORT, ...UNSURE],
  'commits-then-publishes': [...CUT_SHORT, ...UNSURE],
  'marks-first': [...CUT_SHORT, ...UNSURE],
  'marks-without-confirm': UNSURE,
  'asks-behind-the-last': SLOW,
  'waits-for-gaps-a-while': SLOW,
  'waits-for-gaps-for-ever': CUT_SHORT,
  'sends-in-parallel': SLOW,
  'shares-the-outbox': SLOW,
  'leads-from-memory': ['deploy'],
  'cleans-up-to-the-last': SLOW,
  // invoice-poison
  'lets-the-key-pass': ['store-error', 'commit-unknown', 'outage', 'poison', ...UNSURE],
  'counts-in-memory': ['poison'],
  'redrive-acks-first': CUT_SHORT,
  'acks-before-parking': CUT_SHORT,
  'forgets-too-soon': ['poison', ...SLOW, ...CUT_SHORT],
  'counts-deaths': ['poison'],
  'keeps-the-highest': [...SLOW, ...CUT_SHORT, ...COPIES, 'burst'],
  'takes-several-at-once': [...SLOW, 'store-error', 'commit-unknown', 'outage'],
  // bank-account
  'keeps-what-was-refused': [...SLOW, ...CUT_SHORT, ...COPIES],
  'checkpoint-apart': CUT_SHORT,
  'latest-clock-wins': ['clock-skew'],
  'reads-then-listens': SLOW,
  'writes-during-replay': ['crash', 'deploy'],
  'reads-the-clock': ['crash', 'deploy'],
  // Commands that come at once append while another is at its snapshot.
  'labels-snapshot-late': [...SLOW, 'burst'],
  'keeps-old-snapshots': ['deploy'],
  'appends-any': [...SLOW, ...COPIES],
  // rolling-deploy
  'acks-on-arrival': ['crash', 'deploy', 'pause'],
  'gives-up': ['outage', 'store-error', 'commit-unknown'],
  'acks-at-stop': ['deploy'],
  'publishes-ahead': ['deploy'],
  // order-stream
  'commits-while-at-work': CUT_SHORT,
  'commits-the-highest': [...CUT_SHORT, ...SLOW, 'burst'],
  'commits-what-it-lost': MOVES,
  'forgets-at-revocation': MOVES,
  // An abort, and a restart before it is made good.
  'commits-what-it-goes-back-to': MOVES,
  'goes-on-when-fenced': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'goes-on-after-an-abort': [...CUT_SHORT, ...UNSURE, 'failover', 'rebalance'],
  'begins-at-the-latest': ['rebalance'],
  // stream-producer
  'several-in-flight': [...UNSURE, 'store-error', 'failover'],
  'takes-time-out-for-failure': [...UNSURE, 'commit-unknown'],
  'asks-the-leader-alone': ['failover'],
  'reads-uncommitted': [...CUT_SHORT, ...UNSURE, 'failover', 'rebalance'],
  // order-view
  'offset-apart': CUT_SHORT,
  'wall-clock-wins': ['clock-skew'],
  'rebuilds-then-listens': [...SLOW, 'crash', 'deploy'],
  'looks-at-the-checkpoint': ['deploy'],
  'keeps-what-was-rolled-back': CUT_SHORT,
  'ends-at-an-error': [...CUT_SHORT, ...UNSURE, 'ack-lost', 'failover'],
  // same-system-two-channels
  'queue-acks-first': CUT_SHORT,
  'log-commits-first': CUT_SHORT,
  'redrives-to-all': ['poison', ...CUT_SHORT, ...COPIES],
  // card-authorisation
  'takes-the-next-reply': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'takes-silence-for-no': [...SLOW, ...CUT_SHORT, ...UNSURE, 'poison'],
  'forgets-its-timer': UNSURE,
  'counts-its-requests': CUT_SHORT,
  'retries-with-a-copy': [...CUT_SHORT, ...UNSURE, 'ack-lost'],
  // order-journey
  'makes-it-anew': [...UNSURE, 'store-error'],
  'keeps-it-for-later': ['crash', 'deploy', 'pause'],
  // flaky-supplier
  'retries-in-two-layers': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'retries-without-end': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'takes-all-it-gets': [...SLOW, ...CUT_SHORT, 'burst'],
  'consumes-again': ['disconnect', 'outage', 'ack-lost', 'pause'],
  // order-saga
  'looks-then-begins': COPIES,
  'looks-then-turns': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'skips-the-unanswered': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'cancels-what-may-be-shipped': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'tells-only-what-moves': [...CUT_SHORT, ...UNSURE],
  'keeps-timers-in-memory': ['crash', 'deploy', 'pause'],
  'undoes-what-is-there': [...SLOW, ...CUT_SHORT, ...UNSURE],
  // order-placed
  'tidies-up': [...CUT_SHORT, ...UNSURE],
  'sets-up-once': [...CUT_SHORT, ...UNSURE],
  // order-burst
  'cancels-first': ['deploy', ...SLOW, 'burst'],
  'all-at-once': [...SLOW, ...UNSURE, ...CUT_SHORT, 'burst'],
  // order-choreography
  'drops-what-it-does-not-know': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'looks-then-refuses': [...SLOW, ...CUT_SHORT, ...UNSURE],
  // delivery-address
  'asks-any-replica': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'keeps-the-last-token': [...SLOW, ...CUT_SHORT, ...UNSURE],
  'keeps-the-token-in-memory': [...SLOW, ...CUT_SHORT, ...UNSURE],
  // product-catalogue
  'reads-what-it-builds': ['deploy'],
  'shares-the-checkpoint': ['deploy'],
  'remembers-the-route': ['deploy'],
  // contact-migration
  'backfills-what-it-read': ['deploy'],
  'contracts-in-one-release': ['deploy'],
  'reads-the-new-column': ['deploy'],
};
