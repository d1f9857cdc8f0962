/** What goes between a crew's threads and the one that started them: plain data only. */
import type { CaseOrder, ExplainOrder, ReplayOrder, Whose } from '../hands.ts';
import type { SliceOrder } from '../slice-work.ts';

export type Work =
  | { readonly kind: 'slice'; readonly order: SliceOrder }
  | { readonly kind: 'explain'; readonly order: ExplainOrder }
  | { readonly kind: 'entries'; readonly order: CaseOrder }
  | { readonly kind: 'replay'; readonly order: ReplayOrder };

export interface Task {
  readonly whose: Whose;
  readonly work: Work;
}

/** What a thread says while it works. */
export type Said =
  /** It has begun, and loads the scenario. */
  | { readonly said: 'loading' }
  | { readonly said: 'working' }
  /** Its event loop turns. */
  | { readonly said: 'beat' }
  | { readonly said: 'begins'; readonly run: number }
  | { readonly said: 'drew'; readonly sentence: string };

/** An error as another thread can read it. */
export interface Trouble {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of an EddyError. */
  readonly code?: string;
  readonly data?: unknown;
}

export type Answer<T> = { readonly done: T } | { readonly trouble: Trouble };
