import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'

import { api, read, type Schemas } from './client'
import { queryClient } from './queries'

export type Me = Schemas['Me']

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/auth/me', { signal })),
  staleTime: 60_000,
})

export const shopQuery = queryOptions({
  queryKey: ['shop', 'current'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/tenants/current', { signal })),
  staleTime: 300_000,
})

/** What the person likes to see in this shop. */
export const preferencesQuery = queryOptions({
  queryKey: ['me', 'preferences'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/preferences', { signal })),
  staleTime: 300_000,
})

/** Who is signed in, where, and what this person may do. Inside the shell it is always there. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

/** The shop with its settings: currency, tax basis, time zone. */
export function useShop(): Schemas['TenantAnswer'] | undefined {
  return useQuery(shopQuery).data
}

/** Whether the person holds a permission such as `prices:approve`. */
export function useMay(): (permission: string) => boolean {
  const held = new Set(useMe().permissions)
  return (permission) => held.has(permission)
}

/** Go to another shop: nothing of the one before may be seen there. */
export async function switchShop(tenant: string): Promise<void> {
  await read(api.POST('/api/v1/auth/switch', { body: { tenant, cookie: true } }))
  queryClient.clear()
}

/** Find out who the session is by now. Returns whether what was read before belongs to somebody else or another shop. */
export async function hasMoved(): Promise<boolean> {
  const before = queryClient.getQueryData(meQuery.queryKey)
  const now = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 })
  return before !== undefined && (before.member_id !== now.member_id || before.tenant.id !== now.tenant.id)
}

/** End the session on the server, then forget what was read. */
export async function logOut(): Promise<void> {
  await read(api.POST('/api/v1/auth/logout'))
  queryClient.clear()
}
