import { expect, it } from 'vitest'

import { decimal, fixed, times } from './decimal'

it.each(['0', '-0.5', '12.34', '9007199254740993.1', '-1234567.000001'])('reads and writes %s unchanged', (text) => {
  expect(decimal(fixed(text))).toBe(text)
})

it('adds and multiplies without a float', () => {
  expect(decimal(fixed('0.1') + fixed('0.2'))).toBe('0.3')
  expect(decimal(times(fixed('86.85') - fixed('96.49'), fixed('17')))).toBe('-163.88')
})

it('refuses what is no decimal', () => {
  expect(() => fixed('1e3')).toThrow(RangeError)
})
