/** What was done with cells, in words. Pure. */
import type { Transform } from './mapping'

const WAYS: Record<string, string> = {
  column: 'as it stands',
  constant: 'the same in every row',
  join: 'joined',
  firstof: 'the first that is filled',
  pick: 'chosen by another column',
  part: 'one part of the cell',
  exp: 'e to the power of it',
  multiply: 'multiplied',
  lesspercent: 'less a percentage',
  weektodate: 'first day of the week',
}

/** How a field was made; nothing where the file has no column for it. */
export function transformText(transform: unknown): string {
  if (typeof transform !== 'object' || transform === null) return 'not in the file'
  const { transform: name } = transform as Transform
  return WAYS[name] ?? name
}

/** A value of a row as text: texts and figures as they are, yes and no as words, null where there is none. */
export function valueText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value as string | number)
}
