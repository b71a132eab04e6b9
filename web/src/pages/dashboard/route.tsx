import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { oneOf } from '../../parts/search'
import { COMPARISONS, PERIODS } from './queries'

export const dashboardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  validateSearch: (raw: Record<string, unknown>): { period?: (typeof PERIODS)[number]; compare?: (typeof COMPARISONS)[number] } => ({
    period: oneOf(raw, 'period', PERIODS),
    compare: oneOf(raw, 'compare', COMPARISONS),
  }),
  component: lazyRouteComponent(() => import('./DashboardPage'), 'DashboardPage'),
})
