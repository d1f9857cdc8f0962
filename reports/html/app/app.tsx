/** The frame: what the campaign came to, where one can go, and the view that one is in. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { CampaignResult } from '../../../properties/runner/result.ts';
import { tally, verdictWord } from '../../standing.ts';
import { layOut } from '../plan.ts';
import { type Page, PageContext, type PlacedFailure } from './context.ts';
import { Link } from './parts/ui.tsx';
import { Sheet } from './parts/sheet.tsx';
import { readRoute, type Route, type View, writeRoute } from './route.ts';
import { DetectionView } from './views/detection.tsx';
import { FailureView } from './views/failure.tsx';
import { FaultsView } from './views/faults.tsx';
import { MapView } from './views/map.tsx';
import { MatrixView } from './views/matrix.tsx';
import { Overview } from './views/overview.tsx';
import { VariantView } from './views/variant.tsx';

const VIEWS: Readonly<Record<View, () => JSX.Element>> = {
  overview: Overview,
  variant: VariantView,
  failure: FailureView,
  map: MapView,
  faults: FaultsView,
  matrix: MatrixView,
  detection: DetectionView,
};

const NAMES: readonly (readonly [View, string])[] = [
  ['overview', 'Overview'],
  ['failure', 'Failures'],
  ['map', 'Campaign map'],
  ['faults', 'Fault coverage'],
  ['matrix', 'Crash matrix'],
  ['detection', 'Detection'],
];

export function App({ result }: { result: CampaignResult }): JSX.Element {
  const [route, go] = useRoute();
  const [said, say] = useState('');
  const laid = useMemo(() => laidOut(result), [result]);
  const page: Page = { result, ...laid, route, go, say };
  const Shown = VIEWS[route.view];
  useEffect(() => scrollTo(0, 0), [route.view, route.of]);
  return (
    <PageContext.Provider value={page}>
      <a class="skip" href="#content" onClick={skip}>
        Skip to the content
      </a>
      <header class={`bar ${toneOf(result)}`}>
        <p class="brand">
          Eddy <strong>{verdictWord(result)}</strong> <span class="muted">{tally(result)}</span>
        </p>
        <nav aria-label="Views">
          {NAMES.map(([view, name]) => (
            <Link key={view} to={{ view }} current={route.view === view}>
              {name}
            </Link>
          ))}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        <Shown />
      </main>
      <footer>
        <p>
          Eddy {result.eddy}, result schema {result.schema}. The same result gives the same page, byte for byte. Press{' '}
          <kbd>?</kbd> for the keys.
        </p>
      </footer>
      <Sheet />
      <p class="unseen" role="status">
        {said}
      </p>
    </PageContext.Provider>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

export function toneOf({ verdict, exitCode }: CampaignResult): string {
  return exitCode === 3 ? 'bad' : { pass: 'good', fail: 'bad', unknown: 'unsure' }[verdict];
}

function laidOut(result: CampaignResult): Pick<Page, 'groups' | 'variants' | 'failures'> {
  const groups = layOut(result);
  const variants = groups.flatMap((group) => group.variants);
  const all = result.scenarios.flatMap((scenario) => scenario.failures);
  const failures = variants.flatMap((variant) =>
    variant.failures.map((failure): PlacedFailure => ({ ...failure, variant, nth: all.indexOf(failure.failure) })),
  );
  return { groups, variants, failures };
}

/** The address is the one place that says where somebody is. */
function useRoute(): [Route, Page['go']] {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const read = (): void => setRoute(readRoute(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  const go = useCallback<Page['go']>((change, push = false) => {
    const next = { ...readRoute(location.hash), ...change };
    const hash = writeRoute(next);
    if (push) history.pushState(null, '', hash);
    else history.replaceState(null, '', hash);
    setRoute(next);
  }, []);
  return [route, go];
}
