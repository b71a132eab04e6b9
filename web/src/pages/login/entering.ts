import { useRouter } from '@tanstack/react-router'

import { queryClient } from '../../api/queries'
import { ApiProblem } from '../../api/problem'

export type ShopChoice = { tenant: string; name: string; simulated: boolean }

/** The shops to choose from, when that is what the sign-in lacks. */
export function choicesOf(error: unknown): ShopChoice[] | null {
  if (!(error instanceof ApiProblem) || error.code !== 'tenant_choice_needed') return null
  return Array.isArray(error.details.tenants) ? (error.details.tenants as ShopChoice[]) : []
}

/** Go where somebody wanted to go before signing in; nothing of a session before is kept. */
export function useEnter(): (from: string | undefined) => Promise<void> {
  const router = useRouter()
  return async (from) => {
    queryClient.clear()
    await router.invalidate()
    router.history.push(from ?? '/')
  }
}
