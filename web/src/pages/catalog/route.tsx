import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { rowsQuery } from './queries'
import { validate } from './search'

export const catalogRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/catalog',
  validateSearch: validate,
  loaderDeps: ({ search }) => search,
  // Asked for while the page's own code is on its way, and already when the pointer comes near the link.
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchInfiniteQuery(rowsQuery(deps))
  },
  component: lazyRouteComponent(() => import('./CatalogPage'), 'CatalogPage'),
})
