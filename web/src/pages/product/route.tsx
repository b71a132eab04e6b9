import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { oneOf } from '../../parts/search'

export const TABS = ['prices', 'stock', 'sales', 'reviews', 'decisions'] as const
export const SPANS = ['90d', '1y', 'all'] as const
export type ProductSearch = { tab?: (typeof TABS)[number]; span?: (typeof SPANS)[number] }

export const productRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog/$productId',
  validateSearch: (raw: Record<string, unknown>): ProductSearch => ({
    tab: oneOf(raw, 'tab', TABS),
    span: oneOf(raw, 'span', SPANS),
  }),
  component: lazyRouteComponent(() => import('./ProductPage'), 'ProductPage'),
})
