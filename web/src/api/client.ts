import createClient, { type Middleware } from 'openapi-fetch'
import type { Readable } from 'openapi-typescript-helpers'

import { problemOf } from './problem'
import type { components, paths } from './schema'
import { send } from './session'

export type Schemas = components['schemas']
/** A schema as `read` returns it: the client's types turn tuples into lists. */
export type Answered<Name extends keyof Schemas> = Readable<Schemas[Name]>

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What changes something proves that a page of ours sent it, and is carried out once however often it arrives. */
const marks: Middleware = {
  onRequest({ request }) {
    if (SAFE.has(request.method)) return
    request.headers.set('x-requested-with', 'shopwright')
    if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID())
  },
}

/** The API, typed by docs/openapi.json. Wrap calls in `read`, which throws what went wrong. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: 'same-origin',
  fetch: send,
  querySerializer: { array: { style: 'form', explode: true } },
})
api.use(marks)

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** Return the body of an answer. Throws ApiProblem, also when nothing answered. */
export async function read<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw problemOf(response, error)
  return data as T
}

/** The same with the version that If-Match wants back, for pages that edit. */
export async function readTagged<T>(call: Promise<Answer<T>>): Promise<{ value: T; etag: string | null }> {
  const { data, error, response } = await call
  if (!response.ok) throw problemOf(response, error)
  return { value: data as T, etag: response.headers.get('etag') }
}

type Page<T> = { items: T[]; next_cursor?: string | null }

/** Read page after page, at most `most` rows; `more` says whether there would be others. */
export async function readAll<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
  most = 10_000,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const next = await page(cursor)
    items.push(...next.items)
    cursor = next.next_cursor ?? undefined
  } while (cursor !== undefined && items.length < most)
  return { items, more: cursor !== undefined }
}
