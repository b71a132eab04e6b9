import { expect, test } from 'vitest'

import { asQuery, exportAddress, inWords, isFiltered } from './filtering'

test('days of the reader are asked for whole', () => {
  const { since, until } = asQuery({ from: '2026-03-28', to: '2026-03-29' })
  expect(new Date(since ?? '').getHours()).toBe(0)
  expect(new Date(until ?? '').toDateString()).toBe('Mon Mar 30 2026')
  expect(new Date(until ?? '').getHours()).toBe(0)
})

test('the file holds what the list shows', () => {
  expect(exportAddress({ area: 'pricing', actor: 'person', entry: 7 }, 'csv')).toBe(
    '/api/v1/audit/export?format=csv&event=pricing.&actor_kind=person',
  )
})

test('an open entry filters nothing', () => {
  expect(isFiltered({ entry: 7 })).toBe(false)
  expect(isFiltered({ request: 'r1' })).toBe(true)
})

test('events read as sentences begin', () => {
  expect(inWords('pricing.price_rolled_back')).toBe('Price rolled back')
})
