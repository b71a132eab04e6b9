import { expect, it } from 'vitest'

import type { Mapping } from './mapping'
import type { RejectGroup } from './queries'
import { type Reading, repairOf, storedRows } from './repairs'

const MAPPING: Mapping = {
  kind: 'sales',
  fields: {
    unit_price: { source: { transform: 'column', column: 'preis' } },
    sold_at: { source: { transform: 'column', column: 'dt' }, notation: { date_format: '%m/%d/%Y' } },
  },
}
const READING: Reading = { mapping: MAPPING, options: { precedence: 'file', unknown_skus: 'reject', until_break: false } }

function group(change: Partial<RejectGroup>): RejectGroup {
  return { column: 'preis', field: 'unit_price', rule: 'number', expected: 'an amount such as 1234.5', rows: 17, example: 'x', first_row: 3, ...change }
}

it('offers the other decimal mark', () => {
  const repair = repairOf(group({ rule: 'decimal_mark', example: '19,99' }), READING, 20)
  expect(repair?.label).toBe('Read as decimal comma')
  const repaired = repair!.apply(READING)
  expect(repaired.mapping.fields.unit_price?.notation).toEqual({ decimal: ',', thousands: '' })
  expect(repairOf(group({ rule: 'decimal_mark' }), repaired, 20)?.label).toBe('Read as decimal point')
})

it('leaves a whole column alone for a few of its rows', () => {
  expect(repairOf(group({ rule: 'decimal_mark', example: '19,99' }), READING, 10_000)).toBeNull()
  expect(repairOf(group({ rule: 'unknown_sku', field: 'sku' }), READING, 10_000)).not.toBeNull()
})

it('offers to make products of unknown item numbers', () => {
  const repair = repairOf(group({ rule: 'unknown_sku', field: 'sku', column: 'sku' }), READING, 20)
  expect(repair!.apply(READING).options).toEqual({ ...READING.options, unknown_skus: 'create' })
})

it('offers the day first where the example admits it', () => {
  const wrong = group({ rule: 'date', field: 'sold_at', column: 'dt', expected: 'a date with or without time', example: '23/11/2026 08:15' })
  const repair = repairOf(wrong, READING, 20)
  expect(repair?.label).toBe('Read the day first')
  expect(repair!.apply(READING).mapping.fields.sold_at?.notation?.date_format).toBe('%d/%m/%Y %H:%M')
  expect(repairOf({ ...wrong, example: 'soon' }, READING, 20)).toBeNull()
  expect(repairOf({ ...wrong, rule: 'future' }, READING, 20)).toBeNull()
})

it('offers nothing where only the rows can be corrected', () => {
  expect(repairOf(group({ rule: 'number' }), READING, 20)).toBeNull()
  expect(repairOf(group({ rule: '_fault', field: '' }), READING, 20)).toBeNull()
  expect(repairOf(group({ rule: 'decimal_mark', field: 'not_mapped' }), READING, 20)).toBeNull()
})

it('counts what stays in the shop', () => {
  expect(storedRows({ new: 9_812, changed: 164, unchanged: 3 })).toBe(9_979)
})
