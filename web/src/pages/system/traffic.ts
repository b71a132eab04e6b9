/** The figures of the last minutes, put into words and lines. */

import { number } from '../../parts/format'
import type { Job, Minute, Requests } from './queries'
import { words } from './words'

/** "12 ms", "1.3 s", or null where nothing was measured. */
export function duration(milliseconds: number | null | undefined): string | null {
  if (milliseconds === null || milliseconds === undefined) return null
  if (milliseconds >= 1_000) return `${number(String(milliseconds / 1_000), 1)} s`
  return `${number(String(milliseconds), milliseconds < 10 ? 1 : 0)} ${words.milliseconds}`
}

/** A figure by minute, the oldest first. */
export function byMinute(requests: Requests, of: (minute: Minute) => number | null): (number | null)[] {
  return requests.by_minute.toSorted((a, b) => b.minutes_ago - a.minutes_ago).map(of)
}

/** How many requests a minute there were on average, over the whole minutes. */
export function perMinute(requests: Requests): number {
  return requests.total.requests / Math.max(requests.minutes, 1)
}

/** "1,200 of 9,812 · storing", as far as it is known. */
export function progressOf({ done, total, step, message }: Pick<Job, 'done' | 'total' | 'step' | 'message'>): string {
  const counted = total === null ? (done > 0 ? number(done) : '') : `${number(done)} of ${number(total)}`
  return [counted, step ?? message ?? ''].filter((part) => part !== '').join(' · ')
}
