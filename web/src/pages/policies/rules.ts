/** Policies as JSON and as what people type: shares are ppm there and percent here. Pure. */
import { decimal, fixed } from '../../parts/decimal'
import { FIELDS, type PolicyField, STRATEGY_GROUPS } from './fields'

/** Groups of settings by name; what stands beside the groups is kept under TOP while it is edited. */
export type Rules = Record<string, Record<string, unknown>>
/** What stands in each control, by `group.key`. Flags are `yes` or nothing. */
export type Typed = Readonly<Record<string, string>>

/** The group of settings that belong to no group. */
export const TOP = 'top'

/** The rules as they come, with settings of no group put into TOP. */
export function grouped(content: Readonly<Record<string, unknown>>): Rules {
  const entries = Object.entries(content)
  const isGroup = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const groups = Object.fromEntries(entries.filter(([, value]) => isGroup(value))) as Rules
  const rest = Object.fromEntries(entries.filter(([, value]) => !isGroup(value)))
  return Object.keys(rest).length > 0 ? { ...groups, [TOP]: rest } : groups
}

/** The rules as they go: the other way round. */
export function ungrouped(rules: Rules): Record<string, unknown> {
  const { [TOP]: rest, ...groups } = rules
  return { ...groups, ...rest }
}

const PPM_A_PERCENT = 10_000

/** The settings of a group that matter as the others stand; those that were refused are always shown. */
export function fieldsShown(group: string, values: Typed, errors: Readonly<Record<string, string>>): readonly PolicyField[] {
  return FIELDS.filter((field) => {
    if (field.group !== group || field.atHead) return false
    const [needs, value] = field.when ?? []
    return needs === undefined || values[`${group}.${needs}`] === value || field.key in errors
  })
}

export function nameOf(field: PolicyField): string {
  return `${field.group}.${field.key}`
}

/** The rules as the controls show them. */
export function typed(rules: Rules): Typed {
  return Object.fromEntries(FIELDS.map((field) => [nameOf(field), shown(field, rules[field.group]?.[field.key])]))
}

function shown(field: PolicyField, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (field.kind === 'percent') return String(Number(value) / PPM_A_PERCENT)
  if (field.kind === 'flag') return value === true ? 'yes' : ''
  if (field.kind === 'set') return Array.isArray(value) ? value.toSorted().join(' ') : ''
  return String(value)
}

/** The rules with what was typed; what has no control stays as it is. Throws what cannot be read, by name. */
export function withTyped(rules: Rules, values: Typed): Rules {
  const result: Rules = Object.fromEntries(Object.entries(rules).map(([group, content]) => [group, { ...content }]))
  for (const field of FIELDS) {
    const text = values[nameOf(field)] ?? ''
    if (!(field.group in result) && (text === '' || STRATEGY_GROUPS.has(field.group))) continue // a server that does not know it would refuse it
    const group = (result[field.group] ??= {})
    if (text !== '' || field.key in group) group[field.key] = meant(field, isIdle(field, values) ? '' : text)
  }
  return result
}

/** Whether a day is of no use as the others stand: it would be refused, where nobody sees it. */
function isIdle(field: PolicyField, values: Typed): boolean {
  const [needs, value] = field.when ?? []
  return field.kind === 'day' && needs !== undefined && values[`${field.group}.${needs}`] !== value
}

/** A text that no setting can mean. */
export class Unreadable extends Error {
  readonly field: string

  constructor(field: string, expected: string) {
    super(expected)
    this.field = field
  }
}

function meant(field: PolicyField, value: string): unknown {
  const text = value.trim().replace(',', '.')
  switch (field.kind) {
    case 'flag':
      return text === 'yes'
    case 'choice':
      return text
    case 'day':
      return text === '' ? null : text
    case 'set':
      if (text === '') throw new Unreadable(field.key, 'At least one is needed.')
      return text.split(' ')
    case 'amount':
      return decimal(number(field, text || '0'))
    case 'percent':
      if (text === '' && field.optional) return null
      return Number(number(field, text) / 100n)
    case 'whole':
      if (text === '' && field.optional) return null
      if (!/^\d+$/.test(text)) throw new Unreadable(field.key, 'A whole number is expected.')
      return Number(text)
  }
}

function number(field: PolicyField, text: string): bigint {
  try {
    return fixed(text)
  } catch {
    throw new Unreadable(field.key, 'A number is expected.')
  }
}

/** What rows.ts shows. */
const LISTS = ['rule.stock_age_steps', 'rule.cover_steps', 'guardrails.endings', 'governance.blackouts']

/** The parts of the rules that have no control, with what they hold. */
export function others(rules: Rules): readonly { name: string; value: string }[] {
  const known = new Set([...FIELDS.map(nameOf), ...LISTS])
  return Object.entries(rules).flatMap(([group, content]) =>
    Object.entries(content)
      .filter(([key, value]) => !known.has(`${group}.${key}`) && JSON.stringify(value).length > 2)
      .map(([key, value]) => ({ name: `${group}.${key}`, value: JSON.stringify(value) })),
  )
}
