import { expect, it } from 'vitest'

import { between } from './between'

it('places values in proportion, and all of them at the beginning where there is no span', () => {
  expect([0, 5, 10, 20].map(between([0, 10], [100, 200]))).toEqual([100, 150, 200, 300])
  expect(between([3, 3], [8, 92])(3)).toBe(8)
})
