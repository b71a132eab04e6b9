import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { api, read } from './client'
import { ApiProblem } from './problem'
import { whenSignedOut } from './session'

const answers = vi.fn<(request: Request) => Response | Promise<Response>>()
const over = vi.fn()

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status })
}

function path(request: Request): string {
  return new URL(request.url).pathname
}

beforeEach(() => {
  vi.stubGlobal('fetch', (input: Request | string, init?: RequestInit) =>
    Promise.resolve(answers(input instanceof Request ? input : new Request(new URL(input, location.href), init))),
  )
  whenSignedOut(over)
})
afterEach(() => {
  vi.unstubAllGlobals()
  answers.mockReset()
  over.mockReset()
})

it('proves that a page sent a change, and marks it to be carried out once', async () => {
  answers.mockImplementation(() => json({}))
  await read(api.POST('/api/v1/auth/logout'))
  const [request] = answers.mock.calls[0] ?? []
  expect(request?.headers.get('x-requested-with')).toBe('shopwright')
  expect(request?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/)
  expect(request?.headers.has('authorization')).toBe(false)
})

it('renews an expired session once for many requests, and sends them again', async () => {
  let isExpired = true
  let renewals = 0
  answers.mockImplementation((request) => {
    if (path(request) === '/api/v1/auth/refresh') {
      renewals += 1
      isExpired = false
      return json({})
    }
    return isExpired ? json({ detail: 'expired' }, 401) : json({ halted: false, reason: null })
  })
  const call = () => read(api.GET('/api/v1/prices/control'))
  await expect(Promise.all([call(), call(), call()])).resolves.toHaveLength(3)
  expect(renewals).toBe(1)
  expect(over).not.toHaveBeenCalled()
})

it('asks to sign in when the session cannot be renewed', async () => {
  answers.mockImplementation(() => json({ detail: 'The session has ended.', code: 'refresh_refused' }, 401))
  await expect(read(api.GET('/api/v1/prices/control'))).rejects.toThrow('The session has ended.')
  expect(over).toHaveBeenCalledTimes(1)
})

it('says that nothing was changed when the program does not answer', async () => {
  answers.mockImplementation(() => {
    throw new TypeError('Failed to fetch')
  })
  const error: unknown = await read(api.GET('/api/v1/prices/control')).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiProblem)
  expect((error as ApiProblem).code).toBe('unreachable')
})

it('names the right that is missing', async () => {
  answers.mockImplementation(() => json({ detail: 'No.', code: 'permission_missing', details: { permission: 'prices:halt' } }, 403))
  const error: unknown = await read(api.GET('/api/v1/prices/control')).catch((caught: unknown) => caught)
  expect((error as ApiProblem).missingPermission).toBe('prices:halt')
})
