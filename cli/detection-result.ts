/** What `eddy detect --out` leaves behind. */
import type { CorrectRuns } from '../properties/runner/detection/correct.ts';
import type { Detection, Effort } from '../properties/runner/detection/detect.ts';
import { type CampaignResult, RESULT_SCHEMA } from '../properties/runner/result.ts';
import { version } from '../reports/project.ts';

type Measured = Omit<CampaignResult, 'command' | 'verdict' | 'exitCode'>;

/** Without what the machine's speed decides: the same measurement gives the same report. */
export function detectionResult(
  detections: readonly Detection[],
  corrects: readonly CorrectRuns[],
  { seeds, guidedRuns, randomRuns }: Effort,
): Measured {
  return {
    schema: RESULT_SCHEMA,
    eddy: version(),
    seed: 1,
    scenarios: [],
    detection: {
      seeds,
      caps: { guided: guidedRuns, random: randomRuns },
      variants: detections.map(({ scenario, variant, expected, caught, violated, guided, random, sabotage }) => ({
        scenario,
        variant,
        expected,
        caught,
        violated,
        guided,
        random,
        ...(sabotage !== undefined && { sabotage }),
      })),
      correct: corrects.map(({ scenario, runs, struck, falseAlarms, violated }) => ({
        scenario,
        runs,
        struck,
        falseAlarms,
        violated,
      })),
    },
  };
}
