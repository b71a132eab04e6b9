import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import { toast } from 'sonner'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { toastsAreThere } from '../../app/toasts'
import { leftOver, useDeciding } from './deciding'
import { type Proposal, proposalsQuery } from './queries'

const answers = vi.fn<(request: Request) => Promise<Response>>()
let client: QueryClient

function listed(): string[] {
  return client.getQueryData<{ items: Proposal[] }>(proposalsQuery('waiting').queryKey)?.items.map((one) => one.id) ?? []
}

function deciding() {
  const wrapper = ({ children }: { children: React.ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>
  return renderHook(() => useDeciding(), { wrapper }).result
}

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const items = ['p1', 'p2', 'p3'].map((id) => ({ id }) as Proposal)
  client.setQueryData(proposalsQuery('waiting').queryKey, { items, more: false })
  vi.stubGlobal('fetch', (request: Request) => answers(request))
  vi.spyOn(toast, 'error')
  toastsAreThere(toast)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  answers.mockReset()
})

it('takes approved rows off the list before the program has answered', async () => {
  let answer: (response: Response) => void = () => undefined
  answers.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
  const hook = deciding()
  let done: Promise<void> = Promise.resolve()
  await act(async () => {
    done = hook.current.approve(['p1', 'p3'])
    await Promise.resolve()
  })
  expect(listed()).toEqual(['p2'])
  answers.mockResolvedValue(Response.json({}))
  answer(Response.json({ counts: { done: 2 }, rows: [{ id: 'p1', outcome: 'done' }, { id: 'p3', outcome: 'done' }] }))
  await act(() => done)
  expect(listed()).toEqual(['p2'])
})

it('puts them back when somebody else was first, and does not call that a fault', async () => {
  answers.mockResolvedValue(Response.json({ detail: 'Decided meanwhile.', code: 'wrong_state' }, { status: 409 }))
  const hook = deciding()
  await act(() => hook.current.reject(['p1'], 'Too low'))
  expect(listed()).toEqual(['p1', 'p2', 'p3'])
  expect(toast.error).not.toHaveBeenCalled()
})

it('puts them back and says why when it fails', async () => {
  answers.mockResolvedValue(Response.json({ detail: 'The database does not answer.', code: 'database_unavailable' }, { status: 503 }))
  const hook = deciding()
  await act(() => hook.current.approve(['p2']))
  expect(listed()).toEqual(['p1', 'p2', 'p3'])
  expect(toast.error).toHaveBeenCalledWith('The database does not answer.', expect.anything())
})

it('undoes the last approval once', async () => {
  answers.mockResolvedValue(Response.json({ counts: { done: 1 }, rows: [{ id: 'p1', outcome: 'done' }] }))
  const hook = deciding()
  expect(hook.current.undoLast()).toBe(false)
  await act(() => hook.current.approve(['p1']))
  expect(hook.current.undoLast()).toBe(true)
  expect(hook.current.undoLast()).toBe(false)
  await vi.waitFor(() => expect(answers.mock.calls.some(([request]) => request.url.endsWith('/bulk/undo'))).toBe(true))
})

it('says what became of the rows that were left as they were', () => {
  expect(leftOver({ counts: { done: 3, wrong_state: 2, same_person: 1 }, rows: [] })).toBe('2 changed meanwhile, 1 need another person than you')
  expect(leftOver({ counts: { done: 3 }, rows: [] })).toBeNull()
})
