/** What the columns of a file become, as a person changes it. Pure; the server has the last word. */
import type { Preview } from './queries'

export type Notation = { decimal: string; thousands: string; date_format: string }
export type Transform = { transform: string; column?: string; value?: string; [more: string]: unknown }
export type Source = { source: Transform; notation?: Partial<Notation>; certainty?: number; why?: string }
export type Mapping = { kind: string; fields: Record<string, Source>; keep_attributes?: boolean; [more: string]: unknown }

export const ASK_BELOW = 0.85
const CHOSEN = { certainty: 1, why: 'chosen' } as const

/** The mapping of an answer; the API leaves its inside open. */
export function mappingOf(preview: Pick<Preview, 'mapping'>): Mapping {
  return preview.mapping as Mapping
}

/** Every column that a transform reads, wherever it names it. */
export function columnsOf(transform: Transform): string[] {
  const found: string[] = []
  for (const [key, value] of Object.entries(transform)) {
    if ((key === 'column' || key === 'by') && typeof value === 'string') found.push(value)
    if (key === 'columns') found.push(...Object.values(value as Record<string, string>))
    if (typeof value === 'object' && value !== null && 'transform' in value) found.push(...columnsOf(value as Transform))
  }
  return [...new Set(found)]
}

/** The fields that a column has a part in, in the mapping's order. */
export function fieldsOf(mapping: Mapping, column: string): string[] {
  return Object.keys(mapping.fields).filter((field) => columnsOf(mapping.fields[field]!.source).includes(column))
}

/** Whether a field is simply one column. */
export function isPlain(source: Source | undefined): boolean {
  return source?.source.transform === 'column'
}

/** Let a column become one field, or none. What it was alone before goes, and so does the field's source before. */
export function assign(mapping: Mapping, column: string, field: string | null): Mapping {
  const kept = Object.entries(mapping.fields).filter(
    ([name, source]) => name !== field && !columnsOf(source.source).includes(column),
  )
  const fields = Object.fromEntries(kept)
  if (field !== null) {
    const before = mapping.fields[fieldsOf(mapping, column)[0] ?? '']
    fields[field] = { source: { transform: 'column', column }, ...(before?.notation ? { notation: before.notation } : {}), ...CHOSEN }
  }
  return { ...mapping, fields }
}

/** Give a field the same value in every row; an empty one takes the field away. */
export function fix(mapping: Mapping, field: string, value: string): Mapping {
  const { [field]: _, ...others } = mapping.fields
  if (value === '') return { ...mapping, fields: others }
  return { ...mapping, fields: { ...others, [field]: { source: { transform: 'constant', value }, ...CHOSEN } } }
}

/** Say that a guess is right. */
export function confirm(mapping: Mapping, field: string): Mapping {
  const source = mapping.fields[field]
  if (!source) return mapping
  return { ...mapping, fields: { ...mapping.fields, [field]: { ...source, ...CHOSEN } } }
}

/** Read a field's column in another notation. */
export function renote(mapping: Mapping, field: string, notation: Partial<Notation>): Mapping {
  const source = mapping.fields[field]
  if (!source) return mapping
  const next = { ...source, notation: { ...source.notation, ...notation } }
  return { ...mapping, fields: { ...mapping.fields, [field]: next } }
}

/** The groups of `missing` ('sku', 'revenue or unit_price') of which still nothing has a source. */
export function stillMissing(missing: readonly string[], mapping: Mapping): string[][] {
  return missing.map((group) => group.split(' or ')).filter((group) => !group.some((field) => field in mapping.fields))
}

export type ColumnLine = {
  name: string
  samples: readonly string[]
  filled: number
  fields: string[]
  /** Of the least sure of its fields; null where it becomes nothing. */
  certainty: number | null
  why: string | null
  doubtful: boolean
  /** One column, one field: a person may choose another. */
  plain: boolean
}

/** The file's columns as lines to look at: those that ask first, then those that become something, then the rest. */
export function lines(preview: Preview, mapping: Mapping): ColumnLine[] {
  const all = preview.columns.map((column): ColumnLine => {
    const fields = fieldsOf(mapping, column.name)
    const sources = fields.map((field) => mapping.fields[field]!)
    const weakest = sources.toSorted((a, b) => (a.certainty ?? 1) - (b.certainty ?? 1))[0]
    const certainty = weakest ? (weakest.certainty ?? 1) : null
    return {
      name: column.name,
      samples: column.samples,
      filled: column.filled,
      fields,
      certainty,
      why: weakest?.why ?? null,
      doubtful: certainty !== null && certainty < ASK_BELOW,
      plain: sources.length === 1 && isPlain(sources[0]),
    }
  })
  // By the guess, not by what was confirmed since: a line that is answered stays where it is.
  const asked = new Set(preview.columns.filter((column) => column.doubtful).map((column) => column.name))
  const place = (line: ColumnLine) => (asked.has(line.name) ? 0 : line.fields.length > 0 ? 1 : 2)
  return all.toSorted((a, b) => place(a) - place(b))
}

/** Whether two mappings say the same. */
export function isSame(a: Mapping, b: Mapping): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
