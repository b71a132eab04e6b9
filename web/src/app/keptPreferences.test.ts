import { afterEach, expect, it, vi } from 'vitest'

import { keepPreferences, readUi, withUi } from './keptPreferences'
import { getPreferences, setPreferences } from './preferences'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
vi.stubGlobal('fetch', fetched)
afterEach(() => {
  fetched.mockReset()
  setPreferences({ theme: 'system', density: 'normal', letterKeys: true })
})

it('reads what was kept, and takes what it does not know as at first', () => {
  expect(readUi({ theme: 'dark', density: 'compact', letter_keys: false })).toEqual({ theme: 'dark', density: 'compact', letterKeys: false })
  expect(readUi({ theme: 'sepia', density: 3 })).toEqual({ theme: 'system', density: 'normal', letterKeys: true })
  expect(readUi()).toEqual({ theme: 'system', density: 'normal', letterKeys: true })
})

it('leaves other keys as they are', () => {
  expect(withUi({ tour: 'done', theme: 'dark' }, { letterKeys: false })).toEqual({ tour: 'done', theme: 'dark', letter_keys: false })
})

it('changes the page at once, and keeps goals and others’ keys when it stores', async () => {
  const kept = { kpi_preferences: ['margin'], ui: { tour: 'done' } as Record<string, unknown> }
  const bodies: unknown[] = []
  fetched.mockImplementation(async (request) => {
    if (request.method === 'PUT') {
      const body = (await request.clone().json()) as typeof kept
      bodies.push(body)
      kept.ui = body.ui
    }
    return Response.json(kept)
  })
  keepPreferences({ theme: 'dark' })
  keepPreferences({ density: 'compact' })
  expect(getPreferences()).toMatchObject({ theme: 'dark', density: 'compact' })
  await vi.waitFor(() => expect(bodies).toHaveLength(2))
  expect(bodies[1]).toEqual({ kpi_preferences: ['margin'], ui: { tour: 'done', theme: 'dark', density: 'compact' } })
})
