import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { text } from '../../parts/search'

export type ExperimentsSearch = { open?: string }

export const experimentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/experiments',
  validateSearch: (raw: Record<string, unknown>): ExperimentsSearch => ({ open: text(raw, 'open') }),
  component: lazyRouteComponent(() => import('./ExperimentsPage'), 'ExperimentsPage'),
})
