import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { api, read } from '../../api/client'
import { type AuditSearch, asQuery } from './filtering'

/** Entries of the journal, newest first, page after page. */
export function entriesQuery(search: AuditSearch) {
  const query = asQuery(search)
  return infiniteQueryOptions({
    queryKey: ['audit', 'list', query],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET('/api/v1/audit', { params: { query: { ...query, cursor: pageParam, limit: 100 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
}

export function entryQuery(id: number) {
  return queryOptions({
    queryKey: ['audit', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/audit/{entry_id}', { params: { path: { entry_id: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** The names of the shop's people by their id; empty for those who may not read them. */
export function namesQuery(allowed: boolean) {
  return queryOptions({
    queryKey: ['users', 'names'],
    queryFn: async ({ signal }) => {
      const page = await read(api.GET('/api/v1/users', { params: { query: { limit: 500 } }, signal }))
      return new Map(page.items.map((member) => [member.id, member.name]))
    },
    enabled: allowed,
    staleTime: 300_000,
  })
}
