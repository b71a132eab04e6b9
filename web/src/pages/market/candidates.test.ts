import { expect, it } from 'vitest'

import { candidatesFor, wordsOf } from './candidates'
import type { OurProduct } from './queries'

const product = (sku: string, name: string, brand: string | null = null): OurProduct => ({ id: sku, sku, name, brand, price: '1.00', currency: 'EUR' })
const ours = [product('A', 'Kestrel LP-194 Bluetooth Over-Ear Headphones, Black', 'Kestrel'), product('B', 'Kestrel LP-1073 Hi-Res Headphones', 'Kestrel'), product('C', 'Tea')]

it('knows a model however it is written', () => {
  expect(wordsOf('LP-194, over/ear')).toEqual(new Set(['lp194', 'overear']))
  const [best, ...others] = candidatesFor({ title: 'Over-Ear Headphones Kestrel LP194 Black', brand: 'KESTREL' }, ours)
  expect(best?.product.sku).toBe('A')
  expect(best?.share).toBe(1)
  expect(others).toEqual([])
})

it('proposes nothing for what is called otherwise, or not at all', () => {
  expect(candidatesFor({ title: 'Gaming mouse ZX-81', brand: null }, ours)).toEqual([])
  expect(candidatesFor({ title: null, brand: null }, ours)).toEqual([])
})

it('puts the likeliest first', () => {
  const found = candidatesFor({ title: 'Kestrel Headphones Hi-Res', brand: null }, ours)
  expect(found.map((one) => one.product.sku)).toEqual(['B', 'A'])
})
