import { expect, it } from 'vitest'

import { rowsFor, span } from './ladder'

it('puts labels that would touch on rows of their own', () => {
  const rows = rowsFor([{ id: 'floor', at: 50, width: 60 }, { id: 'new', at: 80, width: 60 }, { id: 'ceiling', at: 300, width: 60 }])
  expect(Object.fromEntries(rows)).toEqual({ floor: 0, new: 1, ceiling: 0 })
})

it('spans a single price', () => {
  const [low, high] = span([10])
  expect(low).toBeLessThan(10)
  expect(high).toBeGreaterThan(10)
})
