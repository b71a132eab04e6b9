import { expect, it } from 'vitest'

import { type CurvePoint, guidesOf, isAtEnd, mostProfitable, pointAt, profitBand, profitPicture } from './response'
import { words } from './words'

const point = (price: string, profit: string | null, units = 10): CurvePoint => ({ price, profit, units, low_80: units * 0.8, high_80: units * 1.5 })
const curve = [point('8.00', '-20.00', 20), point('9.00', '11.50', 15), point('10.00', '20.10', 10), point('11.00', '20.09', 8)]
const names = { ours: 'ours', best: 'best', both: 'both' }

it('finds the price that earns most, and none without a cost', () => {
  expect(mostProfitable(curve)?.price).toBe('10.00')
  expect(mostProfitable([point('8.00', '5.00'), point('9.00', null)])).toBeNull()
  expect(mostProfitable([])).toBeNull()
})

it('tells when more may be earned beyond the curve', () => {
  expect(isAtEnd(curve, point('11.00', '20.09'))).toBe(true)
  expect(isAtEnd(curve, point('10.00', '20.10'))).toBe(false)
})

it('takes the point nearest to a price, and none outside of the curve', () => {
  expect(pointAt(curve, '9.60')?.price).toBe('10.00')
  expect(pointAt(curve, '7.99')).toBeNull()
  expect(pointAt(curve, null)).toBeNull()
})

it('gives profit the ends of its units, the right way round below cost', () => {
  expect(profitBand(point('10.00', '20.00'))).toEqual({ low: 16, middle: 20, high: 30 })
  expect(profitBand(point('8.00', '-20.00'))).toEqual({ low: -30, middle: -20, high: -16 })
  expect(profitBand(point('9.00', null))).toBeNull()
  expect(profitBand(point('9.00', '0.00', 0))).toEqual({ low: 0, middle: 0, high: 0 })
})

it('draws no profit without a cost', () => {
  expect(profitPicture([point('9.00', null)], words.elasticity)).toBeNull()
  expect(profitPicture(curve, words.elasticity)?.bands[0]?.points[2]).toEqual({ x: 10, low: expect.closeTo(16.08), high: expect.closeTo(30.15) })
})

it('marks our price and the best one, once where they are the same', () => {
  expect(guidesOf({ ours: '9.00', best: curve[2] ?? null, curve, names })).toEqual([{ x: 9, label: 'ours' }, { x: 10, label: 'best' }])
  expect(guidesOf({ ours: '10.10', best: curve[2] ?? null, curve, names })).toEqual([{ x: 10.1, label: 'both' }])
  expect(guidesOf({ ours: null, best: null, curve, names })).toEqual([])
})
