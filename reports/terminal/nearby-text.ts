import type { Neighbourhood } from '../../properties/runner/result.ts';

/** `7 of 50 runs of this plan under other seeds fail too` */
export function nearbyText({ runs, failed }: Neighbourhood): string {
  return `${failed} of ${runs} runs of this plan under other seeds fail${failed > 0 ? ' too' : ''}`;
}
