import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { act, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { live, type LiveMessage } from './live'
import { useLive, useLiveQueries } from './useLive'

const listeners = new Map<string, (message: LiveMessage | null) => void>()

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  vi.spyOn(live, 'subscribe').mockImplementation((topic, listener) => {
    listeners.set(topic, listener)
    return () => listeners.delete(topic)
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  listeners.clear()
})

function wrapped(client: QueryClient, Page: () => null) {
  render(
    <QueryClientProvider client={client}>
      <Page />
    </QueryClientProvider>,
  )
}

it('reads what is on the screen again, once for a crowd of changes, and leaves other topics alone', async () => {
  const [proposals, imports] = [vi.fn(() => Promise.resolve(1)), vi.fn(() => Promise.resolve(1))]
  wrapped(new QueryClient(), () => {
    useLiveQueries()
    useQuery({ queryKey: ['proposals', 'list'], queryFn: proposals, staleTime: 60_000 })
    useQuery({ queryKey: ['imports', 'list'], queryFn: imports, staleTime: 60_000 })
    return null
  })
  await act(() => vi.advanceTimersByTimeAsync(10))
  for (let count = 0; count < 5; count += 1) listeners.get('proposals')?.({ type: 'change', topic: 'proposals' })
  await act(() => vi.advanceTimersByTimeAsync(400))
  expect(proposals).toHaveBeenCalledTimes(2)
  expect(imports).toHaveBeenCalledTimes(1)
})

it('passes messages on, but not the suspicion of one', () => {
  const heard = vi.fn()
  wrapped(new QueryClient(), () => {
    useLive(['jobs'], heard)
    return null
  })
  listeners.get('jobs')?.(null)
  listeners.get('jobs')?.({ type: 'change', topic: 'jobs' })
  expect(heard).toHaveBeenCalledTimes(1)
})
