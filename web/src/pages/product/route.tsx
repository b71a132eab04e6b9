import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { oneOf } from '../../parts/search'
import { figuresQuery, productQuery, type Span, SPANS } from './queries'

export const TABS = ['prices', 'stock', 'sales', 'forecast', 'elasticity', 'reviews', 'decisions'] as const
export type TabName = (typeof TABS)[number]
export type ProductSearch = { tab?: TabName; span?: Span }

export const productRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog/$productId',
  validateSearch: (raw: Record<string, unknown>): ProductSearch => ({
    tab: oneOf(raw, 'tab', TABS),
    span: oneOf(raw, 'span', SPANS),
  }),
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(productQuery(params.productId))
    void context.queryClient.prefetchQuery(figuresQuery(params.productId))
  },
  component: lazyRouteComponent(() => import('./ProductPage'), 'ProductPage'),
})
