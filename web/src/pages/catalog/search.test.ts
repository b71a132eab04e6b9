import { expect, it } from 'vitest'

import { choices, productsOf } from './rows'
import { exportAddress, filtersIn, queryOf, validate, viewOf } from './search'

it('keeps what fits and drops what does not', () => {
  expect(viewOf(validate({ q: 'mug', status: 'gone', stock: 'out', from: '12,50', to: 'x', sort: 'price', descending: 'true', at: 'a' }))).toEqual({
    q: 'mug', stock: 'out', from: '12.50', sort: 'price', descending: true,
  })
})

it('asks the API for the same, by SKU unless another order is chosen', () => {
  const query = queryOf(validate({ q: 'mug', blank: 'cost' }))
  expect(query).toMatchObject({ text: 'mug', blank: ['cost'], sort: 'sku', descending: false })
})

it('counts filters, not the order or the row', () => {
  expect(filtersIn(validate({ sort: 'name', at: 'x' }))).toBe(0)
  expect(filtersIn(validate({ q: 'a', brand: 'b', sort: 'name' }))).toBe(2)
})

it('exports what is listed', () => {
  expect(exportAddress(validate({ q: 'a&b', stock: 'in', descending: true }), 'xlsx')).toBe(
    '/api/v1/catalog/products/export?format=xlsx&text=a%26b&stock=in&sort=sku&descending=true',
  )
})

it('makes products of lean rows whatever the order of their cells', () => {
  const products = productsOf({ fields: ['tags', 'id', 'category'], rows: [[['b'], '1', 'Mugs'], [['a', 'b'], '2', null]] })
  expect(products[0]).toEqual({ id: '1', tags: ['b'], category: 'Mugs' })
  expect(choices(products, 'tags')).toEqual(['a', 'b'])
  expect(choices(products, 'category')).toEqual(['Mugs'])
})
