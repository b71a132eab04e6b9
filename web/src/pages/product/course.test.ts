import { expect, it } from 'vitest'

import { changes, courseOf, ownPoints, promotions, rivalPoints } from './course'
import { firstDay, type PriceSeries } from './queries'

const at = (day: number) => new Date(Date.UTC(2026, 10, day)).toISOString()
const x = (day: number) => Date.UTC(2026, 10, day)
const own = (day: number, price: string) => ({ at: at(day), price, origin: 'import', proposal_id: null })
const sighting = (day: number, price: string, available = true, promotion = false) => ({ at: at(day), price, available, promotion })
type Rival = PriceSeries['rivals'][number]
const rival = (id: string, points: Rival['points'], change: Partial<Rival> = {}): Rival => ({
  offer_id: `offer ${id}`, competitor_id: id, competitor: id.toUpperCase(), condition: 'new', currency: 'EUR', pack_quantity: 1, points, ...change,
})

it('holds a price until the next one and the last until the end', () => {
  expect(ownPoints([own(1, '5.00'), own(4, '6.50')], x(2), x(9))).toEqual([{ x: x(2), y: 5 }, { x: x(4), y: 6.5 }, { x: x(9), y: 6.5 }])
  expect(ownPoints([], x(1), x(9))).toEqual([])
})

it('leaves a gap from the moment that an offer runs out', () => {
  const points = rivalPoints(rival('a', [sighting(1, '5'), sighting(3, '5', false), sighting(6, '4')]), x(1), x(9))
  expect(points).toEqual([
    { x: x(1), y: 5 }, { x: x(3), y: 5 }, { x: x(3), y: null }, { x: x(6), y: 4 }, { x: x(9), y: 4 },
  ])
})

it('ends a promotion where the next sighting begins', () => {
  const points = [sighting(1, '5'), sighting(2, '4', true, true), sighting(5, '5'), sighting(7, '4', true, true)]
  expect(promotions(rival('a', points), x(1), x(9))).toEqual([{ from: x(2), to: x(5) }, { from: x(7), to: x(9) }])
})

it('marks changes, not repetitions nor what was before the picture', () => {
  const marks = changes([own(1, '5'), own(2, '6'), own(4, '6'), own(5, '7')], x(2), (price) => `became ${price}`)
  expect(marks).toEqual([{ x: x(5), label: 'became 7' }])
})

it('draws what is in our currency, each rival in the colour of its place', () => {
  const prices: PriceSeries = {
    product_id: 'p', currency: 'EUR', since: '2000-01-01T00:00:00Z', until: at(9), is_thinned: false, own: [own(3, '5')],
    rivals: [rival('b', [sighting(2, '4')]), rival('a', [sighting(2, '4')], { currency: 'GBP' })],
  }
  const course = courseOf(prices, { order: ['a', 'b'], seen: new Map(), names: { ours: 'Ours', promotion: 'promotion' }, write: String })
  expect(course.series.map(({ name, colour }) => [name, colour])).toEqual([['Ours', 'ours'], ['B', 'series-2']])
  expect(course.otherCurrency).toEqual(['A (GBP)'])
  expect(course.series[1]?.points[0]?.x).toBe(x(2))
})

it('ends the line of an offer two days after it was seen last, and leaves out what was not seen at all', () => {
  const rivals = [rival('a', [sighting(5, '4')]), rival('b', [sighting(1, '4')]), rival('c', [sighting(6, '4')])]
  const prices: PriceSeries = { product_id: 'p', currency: 'EUR', since: at(4), until: at(9), is_thinned: false, own: [own(4, '5')], rivals }
  const seen = new Map([['offer a', at(5)], ['offer b', at(1)], ['offer c', at(8)]])
  const course = courseOf(prices, { order: [], seen, names: { ours: '', promotion: '' }, write: String })
  expect(course.series.slice(1).map((one) => [one.name, one.points.at(-1)?.x])).toEqual([['A', x(7)], ['C', x(9)]])
})

it('tells two offers of one rival apart', () => {
  const two = [rival('a', [sighting(1, '4')]), rival('a', [sighting(1, '9')], { offer_id: 'z', pack_quantity: 3 })]
  const prices: PriceSeries = { product_id: 'p', currency: 'EUR', since: at(1), until: at(9), is_thinned: false, own: [], rivals: two }
  expect(courseOf(prices, { order: ['a'], seen: new Map(), names: { ours: '', promotion: '' }, write: String }).series.map((one) => one.name)).toEqual(['A', 'A, 3 pieces'])
})

it('begins a span so many days before today', () => {
  expect(firstDay('90d', new Date('2026-11-21T08:00:00Z'))).toBe('2026-08-23')
  expect(firstDay('all', new Date())).toBe('2000-01-01')
})
