import { queryOptions } from '@tanstack/react-query'

import { api, read, readAll, type Schemas } from '../../api/client'

export type User = Schemas['UserAnswer']
export type Role = Schemas['RoleAnswer']
export type Token = Schemas['TokenAnswer']
export type Preferences = Schemas['PreferencesBody']
export type ShopSettings = Schemas['SettingsBody']

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/auth/sessions', { signal })),
})

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/auth/tokens', { signal })),
})

export const usersQuery = queryOptions({
  queryKey: ['users', 'list'],
  queryFn: async ({ signal }) => {
    const all = await readAll((cursor) => read(api.GET('/api/v1/users', { params: { query: { cursor, limit: 500 } }, signal })))
    return all.items
  },
})

export const invitationsQuery = queryOptions({
  queryKey: ['users', 'invitations'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/users/invitations', { signal })),
})

export const rolesQuery = queryOptions({
  queryKey: ['users', 'roles'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/users/roles', { signal })),
})

export const permissionsQuery = queryOptions({
  queryKey: ['users', 'permissions'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/users/permissions', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})
