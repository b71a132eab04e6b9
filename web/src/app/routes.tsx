import { createRouter } from '@tanstack/react-router'

import { queryClient } from '../api/queries'
import { accuracyRoute } from '../pages/accuracy/route'
import { auditRoute } from '../pages/audit/route'
import { catalogRoute } from '../pages/catalog/route'
import { dashboardRoute } from '../pages/dashboard/route'
import { dataRoute, importRoute, lineageRoute } from '../pages/data/route'
import { experimentsRoute } from '../pages/experiments/route'
import { marketRoute } from '../pages/market/route'
import { policiesRoute } from '../pages/policies/route'
import { productRoute } from '../pages/product/route'
import { proposalsRoute } from '../pages/proposals/route'
import { settingsRoute } from '../pages/settings/route'
import { systemRoute } from '../pages/system/route'
import { PageProblem } from './PageProblem'
import { PageWaiting } from './PageWaiting'
import { joinRoute, loginRoute, rootRoute, shellRoute, signUpRoute } from './roots'

/** All pages. A page is one line here and one in navigation.ts. */
const pages = [
  dashboardRoute,
  proposalsRoute,
  policiesRoute,
  experimentsRoute,
  catalogRoute,
  productRoute,
  marketRoute,
  accuracyRoute,
  dataRoute,
  importRoute,
  lineageRoute,
  auditRoute,
  settingsRoute,
  systemRoute,
]

export const router = createRouter({
  routeTree: rootRoute.addChildren([loginRoute, signUpRoute, joinRoute, shellRoute.addChildren(pages)]),
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 200,
  defaultPendingComponent: PageWaiting,
  defaultErrorComponent: PageProblem,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
