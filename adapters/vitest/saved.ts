/** A test for each failure that was saved earlier: it stays mended. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type TestContext, test } from 'vitest';
import { EddyError } from '../../properties/error.ts';
import { replaySaved, type SavedFailure, savedIn } from '../../properties/runner/saved.ts';
import { propertyLabel } from '../../reports/standing.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import { fail, unknown } from './judge.ts';
import { type Place, shownFrom, withSource } from './place.ts';
import { NO_TIME_OUT, type Suite } from './suite.ts';
import { atCall, placed, trouble } from './trouble.ts';

const FOLDER = 'repros';

export function savedTests(suite: Suite): void {
  const { place, called } = suite;
  const found = savedOf(suite);
  if (found instanceof EddyError) {
    test('saved failures can be read', () => {
      throw placed(found, called);
    });
    return;
  }
  for (const saved of found) {
    const { property: id, name } = saved.repro;
    test(`saved failure ${basename(saved.file)} stays away: ${propertyLabel({ id, name })}`, NO_TIME_OUT, (ctx) =>
      atCall(called, () => judgeSaved(suite, told(saved, place), ctx)),
    );
  }
}

/** Those of the scenario. A wrong variant is there to fail: only what was asked for is replayed on it. */
function savedOf({ shape, options, place }: Suite): readonly SavedFailure[] | EddyError {
  const usual = join(place.root, FOLDER);
  const path =
    options.saved !== undefined
      ? resolve(place.root, options.saved)
      : options.variant === undefined && existsSync(usual)
        ? usual
        : undefined;
  if (path === undefined) return [];
  try {
    return savedIn(path).filter(({ repro }) => repro.scenario === shape.name);
  } catch (error) {
    if (error instanceof EddyError) return error;
    throw error;
  }
}

function told(saved: SavedFailure, place: Place): SavedFailure {
  return { ...saved, file: shownFrom(place, saved.file) };
}

/** @throws EddyError EDDY_PROPERTY_FAILED when it fails again, EDDY_NOT_DETERMINISTIC, EDDY_INCONCLUSIVE when it is stale */
async function judgeSaved(suite: Suite, one: SavedFailure, ctx: TestContext): Promise<void> {
  const { shape, options, place, called } = suite;
  const [replayed] = await replaySaved(shape, options.variant ?? 'correct', [one]);
  if (!replayed) return;
  const { saved, failure, diverged } = replayed;
  if (failure) await fail(suite, withSource(failure, shape, place, ctx.task.name), ctx);
  if (diverged) throw trouble('EDDY_NOT_DETERMINISTIC', `${saved.file}: ${diverged.says}`, called);
  const says = visible(saved.says.join('; '));
  if (saved.verdict === 'stale') unknown(suite, ctx, `? ${visible(saved.file)} is stale: ${says}; mend or remove it`);
  await ctx.annotate(`${saved.verdict}: ${says}`, 'eddy');
}
