/** index.html: the whole campaign in one file that needs no network and no script. */
import type { CampaignResult } from '../properties/runner/result.ts';
import { page } from './html/page.ts';

/** The same result gives the same bytes. */
export function writeHtml(result: CampaignResult): string {
  return page(result);
}
