import { expect, it } from 'vitest'

import type { Offer } from './queries'
import { against, standings } from './rivalry'

const ours = new Map([['mug', { price: '10.00', currency: 'EUR' }], ['free', { price: '0', currency: 'EUR' }]])
const now = Date.parse('2026-11-21T12:00:00Z')
const offer = (change: Partial<Offer>): Offer =>
  ({ competitor_id: 'a', product_id: 'mug', price: '8.00', delivered: '9.00', currency: 'EUR', availability: 'in_stock', promotion: false, seen_at: '2026-11-20T10:00:00Z', ...change }) as Offer

it('compares with shipping, in one currency, and only what is ours', () => {
  expect(against(offer({}), ours, now)).toBeCloseTo(-0.1)
  expect(against(offer({ delivered: null }), ours, now)).toBeCloseTo(-0.2)
  expect(against(offer({ currency: 'CHF' }), ours, now)).toBeNull()
  expect(against(offer({ product_id: null }), ours, now)).toBeNull()
  expect(against(offer({ product_id: 'free' }), ours, now)).toBeNull()
  expect(against(offer({ delivered: '0' }), ours, now)).toBeNull()
  expect(against(offer({ seen_at: '2026-11-14T11:00:00Z' }), ours, now)).toBeNull()
})

it('adds up what a rival does; what is out of stock undercuts nobody', () => {
  const found = standings(
    [
      offer({}),
      offer({ delivered: '12.50', promotion: true, seen_at: '2026-11-21T10:00:00Z' }),
      offer({ delivered: '5.00', availability: 'out_of_stock' }),
      offer({ product_id: null }),
      offer({ competitor_id: 'b', product_id: null }),
    ],
    ours,
    now,
  )
  expect(found.get('a')).toEqual({ matched: 3, compared: 2, cheaper: 1, promotions: 1, index: expect.closeTo((100 / 0.9 + 80) / 2, 6), newest: '2026-11-21T10:00:00Z' })
  expect(found.get('b')).toMatchObject({ matched: 0, compared: 0, index: null })
})
