import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { oneOf } from '../../parts/search'

export const TABS = ['you', 'tokens', 'shop', 'people', 'roles'] as const
export type SettingsSearch = { tab?: (typeof TABS)[number] }

export const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  validateSearch: (raw: Record<string, unknown>): SettingsSearch => ({ tab: oneOf(raw, 'tab', TABS) }),
  component: lazyRouteComponent(() => import('./SettingsPage'), 'SettingsPage'),
})
