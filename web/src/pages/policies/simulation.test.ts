import { expect, it } from 'vitest'

import { type Branch, gainOf, gainText, withoutEffect } from './simulation'

const branch: Branch = { category: 'Kettles', currency: 'EUR', products: 9, ups: 3, downs: 2, held: 4, no_price: 0, mean_change_ppm: 12_000, expected: 4, gain: ['-20.00', '35.40', '90.60'] }

it('says a change of profit with its interval', () => {
  expect(gainText(branch)).toBe('+€35 (-€20 to +€91)')
  expect(gainOf(branch)).toEqual({ low: '-20.00', middle: '35.40', high: '90.60' })
})

it('says nothing where nothing is expected', () => {
  expect(gainText({ ...branch, expected: 0, gain: ['0', '0', '0'] })).toBeNull()
})

it('counts the changed prices that the profit leaves out', () => {
  expect(withoutEffect(branch)).toBe(1)
  expect(withoutEffect({ ...branch, expected: 5 })).toBe(0)
})
