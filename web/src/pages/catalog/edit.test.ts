import { expect, it } from 'vitest'

import { changesOf, type Outcome, refusals, undoSteps } from './edit'
import type { Product } from './rows'

const product = (id: string, change: Partial<Product> = {}) =>
  ({ id, sku: id, category: 'Mugs', cost: '3.10', tags: ['old'], status: 'active', version: 4, ...change }) as Product
const outcome = (rows: Outcome['rows']): Outcome => ({ counts: {}, rows })
const changed = (id: string, version: number) => ({ id, version, result: 'changed' as const, reason: null })

it('asks for nothing until something is written', () => {
  expect(changesOf({})).toBeNull()
  expect(changesOf({ add_tags: ' , ' })).toBeNull()
})

it('reads decimal commas, tags, and an empty text as no value', () => {
  expect(changesOf({ cost: '12,50', add_tags: 'new, sale,new', category: ' ' })).toEqual({ cost: '12.50', add_tags: ['new', 'sale'], category: null })
  expect(changesOf({ status: 'archived' })).toEqual({ status: 'archived' })
})

it('gathers refusals by reason', () => {
  const told = outcome([
    changed('a', 5),
    { id: 'b', version: null, result: 'refused', reason: 'min_price is above max_price' },
    { id: 'c', version: null, result: 'refused', reason: 'min_price is above max_price' },
    { id: 'd', version: null, result: 'gone', reason: null },
  ])
  expect(refusals(told)).toEqual([{ reason: 'lowest price is above highest price', ids: ['b', 'c'] }, { reason: 'gone', ids: ['d'] }])
})

it('takes back with one step for each set of former values, and only what was changed', () => {
  const before = [product('a'), product('b'), product('c', { category: 'Cups' }), product('d')]
  const steps = undoSteps({ category: 'Ware' }, before, outcome([changed('a', 5), changed('b', 9), changed('c', 2)]))
  expect(steps).toEqual([
    { changes: { category: 'Mugs' }, products: [{ id: 'a', version: 5 }, { id: 'b', version: 9 }] },
    { changes: { category: 'Cups' }, products: [{ id: 'c', version: 2 }] },
  ])
})

it('puts all tags back, whichever were added or removed', () => {
  expect(undoSteps({ add_tags: ['x'], remove_tags: ['old'] }, [product('a')], outcome([changed('a', 5)]))).toEqual([
    { changes: { tags: ['old'] }, products: [{ id: 'a', version: 5 }] },
  ])
})

it('offers no undo of too many different values', () => {
  const before = Array.from({ length: 61 }, (_, place) => product(String(place), { cost: `${place}.00` }))
  expect(undoSteps({ cost: '1' }, before, outcome(before.map(({ id }) => changed(id, 2))))).toBeNull()
})
