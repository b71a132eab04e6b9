import { expect, it } from 'vitest'

import { assign, columnsOf, confirm, fieldsOf, fix, lines, type Mapping, renote, stillMissing } from './mapping'
import type { Preview } from './queries'

const column = (name: string, certainty = 1) => ({ source: { transform: 'column', column: name }, certainty })
const MAPPING: Mapping = {
  kind: 'sales',
  fields: {
    sku: column('Artikel', 0.99),
    sold_at: column('dt', 0.74),
    revenue: {
      source: { transform: 'multiply', left: { transform: 'column', column: 'Menge' }, right: { transform: 'column', column: 'Preis' } },
      certainty: 0.9,
    },
  },
  excluded_skus: ['POSTAGE'],
}

it('names every column that a transform reads, nested ones too', () => {
  expect(columnsOf(MAPPING.fields.revenue!.source)).toEqual(['Menge', 'Preis'])
  expect(columnsOf({ transform: 'pick', by: 'Marke', columns: { A: 'p1', B: 'p2' } })).toEqual(['Marke', 'p1', 'p2'])
  expect(columnsOf({ transform: 'join', columns: ['a', 'b', 'a'] })).toEqual(['a', 'b'])
  expect(columnsOf({ transform: 'constant', value: 'x' })).toEqual([])
})

it('lets a column become one field, which loses the column it had', () => {
  const next = assign(MAPPING, 'EAN', 'sku')
  expect(next.fields.sku?.source).toEqual({ transform: 'column', column: 'EAN' })
  expect(fieldsOf(next, 'Artikel')).toEqual([])
  expect(next.excluded_skus).toEqual(['POSTAGE'])
  expect(MAPPING.fields.sku?.source.column).toBe('Artikel')
})

it('takes a column out of everything that it had a part in', () => {
  expect(Object.keys(assign(MAPPING, 'Preis', null).fields)).toEqual(['sku', 'sold_at'])
  const moved = assign(MAPPING, 'Preis', 'unit_price')
  expect(Object.keys(moved.fields)).toEqual(['sku', 'sold_at', 'unit_price'])
})

it('keeps how a column is written when it becomes another field', () => {
  const noted = renote(MAPPING, 'sold_at', { date_format: '%d.%m.%y' })
  expect(assign(noted, 'dt', 'written_on').fields.written_on?.notation).toEqual({ date_format: '%d.%m.%y' })
})

it('makes a guess certain when a person says that it is right', () => {
  expect(confirm(MAPPING, 'sold_at').fields.sold_at).toEqual({ ...MAPPING.fields.sold_at, certainty: 1, why: 'chosen' })
  expect(confirm(MAPPING, 'absent')).toBe(MAPPING)
})

it('is content with one of a group of fields', () => {
  expect(stillMissing(['quantity', 'revenue or unit_price'], MAPPING)).toEqual([['quantity']])
  expect(stillMissing(['quantity'], fix(MAPPING, 'quantity', '1'))).toEqual([])
  expect(stillMissing(['quantity'], fix(fix(MAPPING, 'quantity', '1'), 'quantity', ''))).toEqual([['quantity']])
})

it('puts what is in doubt first and unused columns last', () => {
  const columns = ['rest', 'Artikel', 'dt', 'Preis'].map((name) => ({
    name, samples: [], filled: 1, becomes: [], certainty: null, why: null, doubtful: name === 'dt',
  }))
  const shown = lines({ columns } as unknown as Preview, MAPPING)
  expect(shown.map((line) => line.name)).toEqual(['dt', 'Artikel', 'Preis', 'rest'])
  expect(shown.filter((line) => line.doubtful).map((line) => line.name)).toEqual(['dt'])
  expect(shown.map((line) => line.plain)).toEqual([true, true, false, false])
})
