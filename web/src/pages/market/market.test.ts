import { expect, it } from 'vitest'

import { compare } from './compare'
import type { Offer, Product } from './queries'
import { readSearch, shown } from './search'

const offer = (change: Partial<Offer>): Offer =>
  ({ id: 'o', competitor_id: 'c', title: 'Acme Mug, 0.3 l', brand: 'ACME', gtin: '4006381333931', mpn: null, availability: 'in_stock', condition: 'new', pack_quantity: 1, price: '4.50', currency: 'EUR', product_id: 'p', promotion: false, ...change }) as Offer
const product = { name: 'Acme mug 0.3 L', brand: 'Acme', gtin: '4006381333924', mpn: 'M-1', price: '5.00', currency: 'EUR' } as Product
const write = (amount: string, currency: string) => `${amount} ${currency}`

it('marks what differs, not case, punctuation, prices or what one side does not say', () => {
  const sides = compare(offer({}), product, write)
  expect(sides.filter((one) => one.differs).map((one) => one.field)).toEqual(['gtin'])
  expect(sides.find((one) => one.field === 'price')).toEqual({ field: 'price', theirs: '4.50 EUR', ours: '5.00 EUR', differs: false })
})

it('marks packs and used goods', () => {
  const sides = compare(offer({ pack_quantity: 3, condition: 'used' }), product, write)
  expect(sides.filter((one) => one.differs).map((one) => one.field)).toEqual(['gtin', 'pack', 'condition'])
})

it('shows the offer alone while no product is chosen', () => {
  expect(compare(offer({}), null, write).every((one) => one.ours === null || one.field === 'condition')).toBe(true)
})

it('filters by rival, stock, kind and text', () => {
  const offers = [offer({ id: '1' }), offer({ id: '2', competitor_id: 'd', product_id: null }), offer({ id: '3', availability: 'out_of_stock', promotion: true, title: 'Kettle' })]
  const ids = (search: object) => shown(offers, readSearch(search as Record<string, unknown>)).map((one) => one.id)
  expect(ids({})).toEqual(['1', '2', '3'])
  expect(ids({ rival: 'd' })).toEqual(['2'])
  expect(ids({ stock: 'out_of_stock' })).toEqual(['3'])
  expect(ids({ only: 'unmatched' })).toEqual(['2'])
  expect(ids({ q: 'KETT' })).toEqual(['3'])
  const compared = [{ ...offer({ id: '4' }), against: -0.1 }, { ...offer({ id: '5' }), against: 0.1 }, { ...offer({ id: '6', availability: 'out_of_stock' }), against: -0.2 }]
  expect(shown(compared, { only: 'cheaper' }).map((one) => one.id)).toEqual(['4'])
  expect(ids({ q: 'acme', only: 'matched' })).toEqual(['1', '3'])
})

it('shows the matches of a state that an address names, whatever tab it forgot', () => {
  expect(readSearch({ state: 'review' }).tab).toBe('matches')
  expect(readSearch({ state: 'review', tab: 'rivals' }).tab).toBe('rivals')
  expect(readSearch({}).tab).toBeUndefined()
})
