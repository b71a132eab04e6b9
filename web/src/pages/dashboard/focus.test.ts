import { expect, it } from 'vitest'

import { byFocus } from './focus'

const figures = [
  { name: 'revenue', title: 'Revenue' },
  { name: 'gross_profit', title: 'Gross profit' },
  { name: 'price_index', title: 'Price index' },
]
const names = (wanted: string[]) => byFocus(figures, wanted).map((one) => one.name)

it('puts the named figures first, in the order in which they were named', () => {
  expect(names(['price index', 'Gross-Profit'])).toEqual(['price_index', 'gross_profit', 'revenue'])
})

it('leaves the order when nothing is named, or nothing that there is', () => {
  expect(names([])).toEqual(['revenue', 'gross_profit', 'price_index'])
  expect(names(['happiness'])).toEqual(['revenue', 'gross_profit', 'price_index'])
})
