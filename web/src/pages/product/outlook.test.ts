import { expect, it } from 'vitest'

import { type Forecast, isSilent, pictureOf, units, weekMeans } from './outlook'
import type { Day } from './queries'
import { words } from './words'

const day = (number: number, sold: string): Day => ({ day: `2026-11-${String(number).padStart(2, '0')}`, units: sold, units_net: sold, revenue_net: '0', stock: null, sessions: null, views: null })
const outlook = { units: 3, low_95: 0, low_80: 1, high_80: 5, high_95: 7 }
const forecast: Forecast = {
  product_id: 'p', made_at: '2026-11-21T01:10:00Z', first_day: '2026-11-21', history_days: 12, too_short: true, confidence: 20, weekly: 0, yearly: 0,
  totals: [{ horizon: 7, ...outlook }], days: [{ day: '2026-11-21', ...outlook }, { day: '2026-11-22', ...outlook, units: 4 }],
}

it('means a week only where there is one', () => {
  const points = [1, 2, 3, 4, 5, 6, 7, 15].map((y, x) => ({ x, y }))
  expect(weekMeans(points).map((point) => point.y)).toEqual([null, null, null, null, null, null, 4, 6])
  expect(weekMeans([...points.slice(0, 7), { x: 7, y: null }]).at(-1)).toEqual({ x: 7, y: null })
})

it('puts the 80 % band on the 95 % band, and days sold since beside what was expected of them', () => {
  const { series, bands } = pictureOf([day(20, '2'), day(21, '6')], forecast, words.forecast)
  expect(series.map((one) => [one.id, one.points.length])).toEqual([['mean', 2], ['expected', 2], ['sold', 2]])
  expect(series[1]?.points).toEqual([{ x: Date.UTC(2026, 10, 21), y: 3 }, { x: Date.UTC(2026, 10, 22), y: 4 }])
  expect(bands.map((band) => [band.id, band.isOuter ?? false, band.points[0]])).toEqual([
    ['95', true, { x: Date.UTC(2026, 10, 21), low: 0, high: 7 }],
    ['80', false, { x: Date.UTC(2026, 10, 21), low: 1, high: 5 }],
  ])
})

it('knows a forecast of nothing', () => {
  expect(isSilent(forecast)).toBe(false)
  expect(isSilent({ ...forecast, totals: [{ horizon: 7, units: 0, low_95: 0, low_80: 0, high_80: 0, high_95: 0 }] })).toBe(true)
})

it('writes tenths of a unit only where there are few', () => {
  expect([units(3.25), units('12.7'), units(0)]).toEqual(['3.3', '13', '0'])
})
