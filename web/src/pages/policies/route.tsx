import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { text } from '../../parts/search'

type PolicySearch = { open?: string }

export const policiesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/policies',
  validateSearch: (raw: Record<string, unknown>): PolicySearch => ({ open: text(raw, 'open') }),
  component: lazyRouteComponent(() => import('./PoliciesPage'), 'PoliciesPage'),
})
