import { expect, it } from 'vitest'

import { decidingLimits, filtered, nextOpen } from './filtering'
import type { Proposal } from './queries'
import { readSearch } from './search'
import { gainOfAll } from './stake'

function proposal(some: Partial<Proposal>): Proposal {
  const filled = { product_name: 'Kettle', sku: 'K-1', reason: '', binding: [], confidence: 90, change_ppm: 10_000, expected: null }
  return { ...filled, ...some } as Proposal
}

it('filters by text, confidence, direction and limit together', () => {
  const rows = [
    proposal({ id: '1', confidence: 60 }),
    proposal({ id: '2', binding: ['daily_rise'] }),
    proposal({ id: '3', change_ppm: -5_000 }),
    proposal({ id: '4', product_name: 'Grinder' }),
  ]
  const found = (raw: Record<string, unknown>) => filtered(rows, readSearch(raw)).map((row) => row.id)
  expect(found({})).toHaveLength(4)
  expect(found({ q: 'kett', sure: 'high', move: 'up' })).toEqual(['2'])
  expect(found({ limit: 'daily_rise' })).toEqual(['2'])
  expect(found({ sure: 'low' })).toEqual(['1'])
})

it('leaves out of an address what it does not know', () => {
  expect(readSearch({ tab: 'elsewhere', sure: 'maybe', q: '' })).toEqual(readSearch({}))
  expect(readSearch({ state: 'confirmed' }).tab).toBe('live')
})

it('goes on to the next row that stays', () => {
  const ids = ['a', 'b', 'c', 'd']
  expect(nextOpen(ids, 'b', new Set(['b']))).toBe('c')
  expect(nextOpen(ids, 'b', new Set(['b', 'c']))).toBe('d')
  expect(nextOpen(ids, 'd', new Set(['d']))).toBe('c')
  expect(nextOpen(['a'], 'a', new Set(['a']))).toBeNull()
})

it('sums gains exactly, over those that have one', () => {
  const expected = (gain: (string | null)[]) => ({ expected: { gain } }) as unknown as Proposal
  expect(gainOfAll([expected(['-1.1', '0.1', '2.2']), expected(['0', '0.2', '1']), expected([null, null, null])])).toEqual({ low: '-1.1', middle: '0.3', high: '3.2' })
  expect(gainOfAll([proposal({})])).toBeNull()
})

it('lists the limits that decided, the most frequent first', () => {
  expect(decidingLimits([proposal({ binding: ['map'] }), proposal({ binding: ['cost', 'map'] })])).toEqual(['map', 'cost'])
})
