import { expect, it } from 'vitest'

import { ApiProblem } from './problem'

const fieldsOf = (details: Record<string, unknown>) => new ApiProblem({ detail: 'It cannot be.', details }).fields

it('tells the fields of every way in which the API names them', () => {
  expect(fieldsOf({ field: 'sku' })).toEqual([{ field: 'sku', expected: 'It cannot be.' }])
  expect(fieldsOf({ fields: ['name'] })).toEqual([{ field: 'name', expected: 'It cannot be.' }])
  expect(fieldsOf({ fields: [{ field: 'rounds', expected: '1 and more.' }] })).toEqual([{ field: 'rounds', expected: '1 and more.' }])
  expect(fieldsOf({ fields: { currency: 'three letters' } })).toEqual([{ field: 'currency', expected: 'Three letters.' }])
  expect(fieldsOf({ fields: null })).toEqual([])
})
