import { expect, it } from 'vitest'

import type { Accuracy } from '../../parts/accuracy'
import { sinceDay } from './queries'
import { spokenOf, summary } from './summary'

const item: Accuracy = { horizon: 30, forecasts: 240, hindsight: 0, sold: 5_000, wape: 0.214, bias: 0.031, within_80: 0.79, within_95: 0.94 }

it('says by how much, which way, and whether intervals hold', () => {
  expect(summary(item)).toBe('Forecasts of 30 days missed what was sold by 21.4%, expected 3.1% too much on balance; their intervals held as much as they promise.')
  expect(summary({ ...item, bias: -0.2 })).toContain('20.0% too little')
  expect(summary({ ...item, bias: 0.004 })).toContain('neither too much nor too little')
})

it('says the worse of both intervals', () => {
  expect(summary({ ...item, within_95: 0.85 })).toContain('too narrow')
  expect(summary({ ...item, within_80: 0.9, within_95: 0.85 })).toContain('too narrow')
  expect(summary({ ...item, within_80: 0.9 })).toContain('wider than they promise')
  expect(summary({ ...item, forecasts: 12 })).toContain('too few to judge')
})

it('says that nothing was sold rather than an error of nothing', () => {
  expect(summary({ ...item, sold: 0, wape: null, bias: null })).toBe('No product that was forecast sold anything in those days.')
})

it('speaks of a month, or of the longest that came due', () => {
  expect(spokenOf([{ ...item, horizon: 7 }, item, { ...item, horizon: 90 }])?.horizon).toBe(30)
  expect(spokenOf([{ ...item, horizon: 7 }])?.horizon).toBe(7)
  expect(spokenOf([])).toBeUndefined()
})

it('reaches back as far as the period says', () => {
  expect(sinceDay('90d', new Date('2026-11-21T10:00:00Z'))).toBe('2026-08-23')
})
