/** What could be done about rejected rows: one button for each group that one change of the mapping or options cures. */
import { type Mapping, renote } from './mapping'
import type { Options, RejectGroup } from './queries'

export type Reading = { mapping: Mapping; options: Options }
export type Repair = { label: string; apply: (reading: Reading) => Reading }

const DAY_FIRST = /^\s*\d{1,2}([./-])\d{1,2}\1(\d{4}|\d{2})(?<clock>[ T]\d{1,2}:\d{2}(?<seconds>:\d{2})?)?\s*$/

/**
 * The repair of a group of rejects out of `read` rows, or null where only the rows themselves can be corrected. Reading a
 * whole column another way is offered only where most of its rows need it: for a few it would break all others.
 */
export function repairOf(group: RejectGroup, { mapping }: Reading, read: number): Repair | null {
  if (group.rule === 'unknown_sku') {
    return { label: 'Make products of them', apply: withOptions({ unknown_skus: 'create' }) }
  }
  if (group.rows * 2 < read) return null
  if (group.rule === 'decimal_mark') return decimalMark(group, mapping)
  return dates(group, mapping)
}

function withOptions(change: Partial<Options>): Repair['apply'] {
  return ({ mapping, options }) => ({ mapping, options: { ...options, ...change } })
}

function decimalMark(group: RejectGroup, mapping: Mapping): Repair | null {
  const now = mapping.fields[group.field]?.notation?.decimal ?? '.'
  const [label, notation] =
    now === ',' ? (['Read as decimal point', { decimal: '.', thousands: '' }] as const) : (['Read as decimal comma', { decimal: ',', thousands: '' }] as const)
  if (!(group.field in mapping.fields)) return null
  return { label, apply: ({ mapping: before, options }) => ({ mapping: renote(before, group.field, notation), options }) }
}

/** Day and month the other way round, where the example admits it. */
function dates(group: RejectGroup, mapping: Mapping): Repair | null {
  const found = DAY_FIRST.exec(group.example ?? '')
  const source = mapping.fields[group.field]
  if (!found || !source || !/\bdate\b/.test(group.expected) || group.rule === 'future') return null
  const [, mark, year = ''] = found
  const isDayFirst = (source.notation?.date_format ?? '').startsWith('%d')
  const clock = found.groups?.clock ? (found.groups.seconds ? ' %H:%M:%S' : ' %H:%M') : ''
  const parts = isDayFirst ? ['%m', '%d'] : ['%d', '%m']
  const format = [...parts, year.length === 2 ? '%y' : '%Y'].join(mark) + clock
  const label = isDayFirst ? 'Read the month first' : 'Read the day first'
  return {
    label,
    apply: ({ mapping: before, options }) => ({ mapping: renote(before, group.field, { date_format: format }), options }),
  }
}

/** Rows that an import would leave in the shop. */
export function storedRows(counts: { new: number; changed: number; unchanged: number }): number {
  return counts.new + counts.changed + counts.unchanged
}
