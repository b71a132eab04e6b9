import { expect, it } from 'vitest'

import { expectedUnits, verdict } from './accuracy'

it('tells what was expected from what was sold and the bias', () => {
  expect(expectedUnits({ sold: 200, bias: 0.1 })).toBeCloseTo(220)
  expect(expectedUnits({ sold: 200, bias: -0.25 })).toBeCloseTo(150)
  expect(expectedUnits({ sold: 0, bias: null })).toBeNull()
})

it('judges no interval by a handful of forecasts', () => {
  expect(verdict(0.2, 0.8, 19)).toBe('few')
  expect(verdict(null, 0.8, 500)).toBe('few')
})

it('holds intervals against what they promised, within five points', () => {
  expect(verdict(0.74, 0.8, 100)).toBe('narrow')
  expect(verdict(0.76, 0.8, 100)).toBe('kept')
  expect(verdict(0.84, 0.8, 100)).toBe('kept')
  expect(verdict(0.9, 0.8, 100)).toBe('wide')
  expect(verdict(1, 0.95, 100)).toBe('kept')
})
