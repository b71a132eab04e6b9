import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { oneOf } from '../../parts/search'

export const JOB_STATES = ['queued', 'running', 'failed', 'cancelled', 'succeeded'] as const
export type SystemSearch = { state?: (typeof JOB_STATES)[number] }

export const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/system',
  validateSearch: (raw: Record<string, unknown>): SystemSearch => ({ state: oneOf(raw, 'state', JOB_STATES) }),
  component: lazyRouteComponent(() => import('./SystemPage'), 'SystemPage'),
})
