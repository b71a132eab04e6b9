import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { integer, oneOf, text } from '../../parts/search'
import { type ImportState, type Kind, KINDS, STATES } from './queries'

export type DataSearch = { kind?: Kind; state?: ImportState; find?: string }
export type ImportSearch = { row?: number }
export type LineageSearch = { kind: Kind; key: string }

export const dataRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data',
  validateSearch: (raw: Record<string, unknown>): DataSearch => ({
    kind: oneOf(raw, 'kind', KINDS),
    state: oneOf(raw, 'state', STATES),
    find: text(raw, 'find'),
  }),
  component: lazyRouteComponent(() => import('./DataPage'), 'DataPage'),
})

export const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/imports/$importId',
  validateSearch: (raw: Record<string, unknown>): ImportSearch => ({ row: integer(raw, 'row', 1, Number.MAX_SAFE_INTEGER) }),
  component: lazyRouteComponent(() => import('./ImportPage'), 'ImportPage'),
})

export const lineageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/lineage',
  validateSearch: (raw: Record<string, unknown>): LineageSearch => ({
    kind: oneOf(raw, 'kind', KINDS) ?? 'products',
    key: text(raw, 'key') ?? '',
  }),
  component: lazyRouteComponent(() => import('./LineagePage'), 'LineagePage'),
})
