import { QueryClient } from '@tanstack/react-query'

import { ApiProblem } from './problem'

/**
 * The cache of the pages. A query key begins with the topic of the live channel that makes it stale
 * (`proposals`, `prices`, `policies`, `products`, `stock`, `sales`, `forecasts`, `market`, `imports`, `jobs`,
 * `users`, `shop`)
 * or with `me` for what belongs to the person.
 */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && error instanceof ApiProblem && error.retryable,
        refetchOnWindowFocus: true,
        throwOnError: false,
      },
      mutations: { retry: false },
    },
  })
}

export const queryClient = newQueryClient()
