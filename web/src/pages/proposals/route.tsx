import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { firstProposalsQuery } from './queries'
import { readSearch } from './search'

export const proposalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/proposals',
  validateSearch: readSearch,
  loaderDeps: ({ search: { tab, run, product } }) => ({ tab, run, product }),
  // Asked for while the page's own code is on its way, and already when the pointer comes near the link.
  loader: ({ context, deps: { tab = 'waiting', ...narrowing } }) => {
    if (tab !== 'unpriced') void context.queryClient.prefetchQuery(firstProposalsQuery(tab, narrowing))
  },
  component: lazyRouteComponent(() => import('./ProposalsPage'), 'ProposalsPage'),
})
