import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { oneOf } from '../../parts/search'
import { accuracyQuery, PERIODS, type Period } from './queries'

export type AccuracySearch = { period?: Period }

export const accuracyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/accuracy',
  validateSearch: (raw: Record<string, unknown>): AccuracySearch => ({ period: oneOf(raw, 'period', PERIODS) }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(accuracyQuery(deps.period ?? '1y')),
  component: lazyRouteComponent(() => import('./AccuracyPage'), 'AccuracyPage'),
})
