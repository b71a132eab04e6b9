/**
 * Keeps the browser signed in. The session lives in two HttpOnly cookies that no script can read; all that happens
 * here is to renew them in time, once, however many requests and tabs find them expired together.
 */
import { unreachable } from './problem'

const REFRESH = '/api/v1/auth/refresh'
const ME = '/api/v1/auth/me'
const SIGN_IN = /^\/api\/v1\/auth\/(login|signup|demo|options|refresh|invitations\/accept)$/

let renewal: Promise<boolean> | null = null
let onSignedOut: () => void = () => undefined
let onMoved: () => void = () => undefined

/** Say what happens when the session is over: the router goes to the sign-in page. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/** Tell whoever cares that the session is over. */
export function signedOut(): void {
  onSignedOut()
}

/** Say what happens when the session that a page began with has given way to another of the same browser. */
export function whenSessionMoved(listener: () => void): void {
  onMoved = listener
}

/** Tell whoever cares that the session may be another person's, or in another shop, by now. */
export function sessionMoved(): void {
  onMoved()
}

/** Renew the session. The refresh token serves once, so tabs take turns, and the later ones find it done. */
export function renewSession(): Promise<boolean> {
  renewal ??= inTurn(renew).finally(() => {
    renewal = null
  })
  return renewal
}

/** Send a request as the signed-in person; an expired session is renewed and the request sent once more. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await attempt(request)
  if (response.status !== 401 || SIGN_IN.test(new URL(request.url).pathname)) return response
  if (await renewSession()) {
    const second = await attempt(again)
    if (second.status !== 401) return second
  }
  onSignedOut()
  return response
}

async function attempt(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw unreachable()
  }
}

async function renew(): Promise<boolean> {
  const known = await fetch(ME, { credentials: 'same-origin' })
  if (known.ok) return true
  const renewed = await fetch(REFRESH, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'shopwright' },
    body: '{}',
  })
  if (renewed.status >= 500) throw unreachable()
  return renewed.ok
}

async function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  if (!navigator.locks) return work() // plain http on another machine than this
  return await navigator.locks.request('shopwright-session', work)
}
