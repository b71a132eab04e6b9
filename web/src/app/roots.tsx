import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'

import { meQuery } from '../api/me'
import { ApiProblem } from '../api/problem'
import { NotFound } from './NotFound'
import { Shell } from './Shell'

export type RouterContext = { queryClient: QueryClient }

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
})

/** The parent of every page for people who are signed in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        throw redirect({ to: '/login', search: { from: location.href } })
      }
      throw error
    }
  },
})

type LoginSearch = { from?: string }

/** Only addresses of ours are returned to. */
function ownAddress(from: unknown): string | undefined {
  return typeof from === 'string' && from.startsWith('/') && !from.startsWith('//') ? from : undefined
}

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): LoginSearch => ({ from: ownAddress(search.from) }),
  component: lazyRouteComponent(() => import('../pages/login/LoginPage'), 'LoginPage'),
})

export const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  component: lazyRouteComponent(() => import('../pages/login/JoinPage'), 'JoinPage'),
})

export const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signup',
  component: lazyRouteComponent(() => import('../pages/login/SignUpPage'), 'SignUpPage'),
})
