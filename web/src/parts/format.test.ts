import { expect, it } from 'vitest'

import { age, amount, money, percent, ppm } from './format'

it('formats money digit by digit, beyond what a float can hold', () => {
  expect(money('9007199254740993.10', 'EUR')).toContain('9,007,199,254,740,993.10')
})

it('leaves the currency of the first of two amounts to the second, with the same digits', () => {
  expect([amount('1399.9', 'USD'), amount('1399', 'JPY')]).toEqual(['1,399.90', '1,399'])
})

it('signs changes, but not zero', () => {
  expect(money('12.5', 'EUR', { signed: true })).toBe('+€12.50')
  expect(percent(-0.025, 1, { signed: true })).toBe('-2.5%')
  expect(ppm(0, 1, { signed: true })).toBe('0.0%')
})

it('says how old something is in one unit', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  expect(age('2026-11-21T11:59:50Z', now)).toBe('now')
  expect(age('2026-11-21T08:10:00Z', now)).toBe('3 h')
  expect(age('2026-11-18T08:00:00Z', now)).toBe('3 d')
})
