import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { readSearch } from './search'

export const marketRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/market',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./MarketPage'), 'MarketPage'),
})
