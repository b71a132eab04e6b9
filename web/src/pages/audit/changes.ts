/** What an entry changed, field by field, as people read it: nested settings one by one, shares in percent. Pure. */
import { number, ppm } from '../../parts/format'
import type { Entry } from './filtering'

export type Change = { field: string; before: string | null; after: string | null }

/** Zeros behind the second decimal of an amount say nothing. */
const TRAILING = /^(-?\d+\.\d{2}\d*?)0+$/
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/** What was and what became, in the order in which the fields became; ids come last, for they say little. */
export function changesOf({ before, after }: Pick<Entry, 'before' | 'after'>): Change[] {
  const [was, became] = [flat(before), flat(after)]
  const fields = [...new Set([...became.keys(), ...was.keys()])]
  const changes = fields
    .map((path) => ({ path, before: asText(was.get(path), path), after: asText(became.get(path), path) }))
    .filter((change) => change.before !== change.after)
  return changes.toSorted((a, b) => Number(isId(a)) - Number(isId(b))).map(({ path, ...change }) => ({ field: nameOf(path), ...change }))
}

/** Whether a change is of an id, which says little to people. */
export function isId({ before, after }: Pick<Change, 'before' | 'after'>): boolean {
  return UUID.test(after ?? before ?? '')
}

/** Objects within objects as one list of their values, by path; lists stay whole. */
function flat(content: Record<string, unknown>, above = ''): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [key, value] of Object.entries(content)) {
    const path = above === '' ? key : `${above}.${key}`
    if (isObject(value)) for (const [inner, one] of flat(value, path)) found.set(inner, one)
    else found.set(path, value)
  }
  return found
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `rules.guardrails.min_margin_ppm` as `guardrails: min margin`. */
function nameOf(path: string): string {
  const parts = path.replace(/^rules\./, '').replace(/_ppm$/, '').replaceAll('_', ' ').split('.')
  return parts.join(': ')
}

/** Any JSON value as a person reads it; null where there is none. `path` tells shares from counts. */
export function asText(value: unknown, path = ''): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return path.endsWith('_ppm') ? shareOf(value) : number(value, 6)
  if (Array.isArray(value)) return value.map((one) => asText(one) ?? '–').join('; ') || 'none'
  if (isObject(value)) return Object.entries(value).map(([key, one]) => `${nameOf(key)} ${asText(one, key) ?? '–'}`).join(', ')
  return String(value).replace(TRAILING, '$1')
}

function shareOf(millionths: number): string {
  return millionths % 10_000 === 0 ? ppm(millionths, 0) : ppm(millionths, 2)
}
