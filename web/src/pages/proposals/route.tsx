import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { readSearch } from './search'

export const proposalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/proposals',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./ProposalsPage'), 'ProposalsPage'),
})
