/** What the page asks the journal for, and how an entry is put into words. */

import type { Schemas } from '../../api/client'

export const AREAS = ['pricing', 'catalog', 'ingestion', 'market', 'sales', 'identity', 'jobs', 'journal', 'compliance'] as const
export type Area = (typeof AREAS)[number]
export const ACTORS = ['person', 'token', 'system', 'anonymous'] as const satisfies readonly Schemas['ActorKind'][]
export type Actor = (typeof ACTORS)[number]

export type AuditSearch = {
  area?: Area
  actor?: Actor
  from?: string
  to?: string
  subject?: string
  request?: string
  entry?: number
}
export type Entry = Schemas['AuditEntry']

/** The journal's own filters for what stands in the address. Days are the reader's, both included. */
export function asQuery({ area, actor, from, to, subject, request }: AuditSearch) {
  return {
    event: area && `${area}.`,
    actor_kind: actor,
    since: from && new Date(`${from}T00:00`).toISOString(),
    until: to && dayAfter(to).toISOString(),
    subject_id: subject,
    request_id: request,
  }
}

/** The address of the same entries as a file. */
export function exportAddress(search: AuditSearch, format: string): string {
  const query = new URLSearchParams({ format })
  for (const [name, value] of Object.entries(asQuery(search))) if (value !== undefined) query.set(name, value)
  return `/api/v1/audit/export?${query}`
}

export function isFiltered(search: AuditSearch): boolean {
  return Object.values(asQuery(search)).some((value) => value !== undefined)
}

/** "pricing.price_rolled_back" as "Price rolled back". */
export function inWords(event: string): string {
  const words = (event.split('.')[1] ?? event).replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function dayAfter(day: string): Date {
  const next = new Date(`${day}T00:00`)
  next.setDate(next.getDate() + 1)
  return next
}
