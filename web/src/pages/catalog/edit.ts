/** One change for many products: what is asked for, what would become of it, and how to take it back. Pure. */
import type { Schemas } from '../../api/client'
import type { Product } from './rows'
import { words } from './words'

export type Changes = Schemas['BulkFields']
export type Outcome = Schemas['shopwright__catalog__schemas__BulkAnswer']
export const EDITABLE = ['status', 'category', 'brand', 'price', 'cost', 'min_price', 'max_price', 'add_tags', 'remove_tags'] as const
export type EditField = (typeof EDITABLE)[number]
/** What was written in the dialog, field by field. */
export type Draft = Partial<Record<EditField, string>>

const MONEY = new Set<EditField>(['price', 'cost', 'min_price', 'max_price'])
const TAGS = new Set<EditField>(['add_tags', 'remove_tags'])
const MOST_STEPS = 60

export const isMoney = (field: EditField) => MONEY.has(field)
export const isTags = (field: EditField) => TAGS.has(field)

/** A text with commas as tags. */
function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()).filter(Boolean))]
}

/** The change that a draft asks for, or null while it asks for nothing yet. An empty text takes a value away. */
export function changesOf(draft: Draft): Changes | null {
  const changes: Record<string, unknown> = {}
  for (const [name, written] of Object.entries(draft)) {
    const field = name as EditField
    const text = written.trim()
    if (isTags(field)) {
      const tags = tagsOf(text)
      if (tags.length > 0) changes[field] = tags
    } else if (isMoney(field)) changes[field] = text === '' ? null : text.replace(',', '.')
    else if (field === 'status') changes[field] = text === 'archived' ? 'archived' : 'active'
    else changes[field] = text === '' ? null : text
  }
  return Object.keys(changes).length > 0 ? (changes as Changes) : null
}

/** The reasons for which products refused, most products first. */
export function refusals(outcome: Outcome): { reason: string; ids: string[] }[] {
  const byReason = new Map<string, string[]>()
  for (const row of outcome.rows) {
    if (row.result === 'changed' || row.result === 'unchanged') continue
    const reason = spoken(row.reason ?? row.result)
    byReason.set(reason, [...(byReason.get(reason) ?? []), row.id])
  }
  return [...byReason].map(([reason, ids]) => ({ reason, ids })).toSorted((a, b) => b.ids.length - a.ids.length)
}

/** A reason with the names that fields have on the page. */
function spoken(reason: string): string {
  return Object.entries(words.fields).reduce((text, [field, name]) => text.replaceAll(field, name.toLowerCase()), reason)
}

export type UndoStep = { changes: Changes; products: { id: string; version: number }[] }

/**
 * The changes that give the products back what they had, one for each set of former values, with the version that each
 * has now: whoever was changed meanwhile is left alone. Null when there would be too many.
 */
export function undoSteps(changes: Changes, before: readonly Product[], outcome: Outcome): UndoStep[] | null {
  const versions = new Map(outcome.rows.filter((row) => row.result === 'changed').map((row) => [row.id, row.version]))
  const steps = new Map<string, UndoStep>()
  for (const product of before) {
    const version = versions.get(product.id)
    if (version === undefined || version === null) continue
    const former = formerOf(changes, product)
    const key = JSON.stringify(former)
    const step = steps.get(key) ?? { changes: former, products: [] }
    step.products.push({ id: product.id, version })
    steps.set(key, step)
  }
  return steps.size > MOST_STEPS ? null : [...steps.values()]
}

function formerOf(changes: Changes, product: Product): Changes {
  const former: Record<string, unknown> = {}
  for (const field of Object.keys(changes)) {
    if (field === 'add_tags' || field === 'remove_tags') former.tags = product.tags
    else former[field] = product[field as keyof Product]
  }
  return former as Changes
}
