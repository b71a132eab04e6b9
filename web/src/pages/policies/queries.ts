import { queryOptions } from '@tanstack/react-query'

import { api, read, type Schemas } from '../../api/client'

export type Policy = Schemas['PolicyAnswer']
export type Run = Schemas['RunAnswer']
export type Scope = Schemas['ScopeKind']

const BREADTH: readonly Scope[] = ['tenant', 'category', 'brand', 'sku']

/** All policies, the broadest first. */
export const policiesQuery = queryOptions({
  queryKey: ['policies', 'list'],
  queryFn: async ({ signal }) => {
    const found = await read(api.GET('/api/v1/policies', { signal }))
    return found.toSorted((a, b) => BREADTH.indexOf(a.scope) - BREADTH.indexOf(b.scope) || (a.scope_value ?? '').localeCompare(b.scope_value ?? ''))
  },
})

export const controlQuery = queryOptions({
  queryKey: ['prices', 'control'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/prices/control', { signal })),
})

export const runsQuery = queryOptions({
  queryKey: ['prices', 'runs'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/prices/runs', { signal, params: { query: { limit: 10 } } })),
})
