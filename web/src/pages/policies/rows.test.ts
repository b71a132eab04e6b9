import { expect, it } from 'vitest'

import { PATTERNS, patternOf, reach, type Rows, rowsOf, withRows } from './rows'
import { type Rules, Unreadable } from './rules'

const rules: Rules = {
  rule: { position: 'average', stock_age_steps: [{ at_least: 90, change_ppm: -50_000 }], cover_steps: [] },
  guardrails: { min_margin_ppm: 80_000, endings: { EUR: { modulus: '1', endings: ['0.95', '0.99'] } } },
  governance: { grace_minutes: 10, blackouts: [{ weekdays: [6, 5], since: '22:00:00', until: '06:00:00' }] },
}
const rows = rowsOf(rules)
const wrongField = (part: Partial<Rows>) => {
  try {
    withRows(rules, { ...rows, ...part })
  } catch (error) {
    if (error instanceof Unreadable) return error.field
    throw error
  }
  return null
}

it('shows steps in days and percent, endings by currency, hours by weekday', () => {
  expect(rows.stock_age_steps).toEqual([{ days: '90', percent: '-5' }])
  expect(rows.endings).toEqual([{ currency: 'EUR', every: '1', ends: '0.95 0.99', own: false }])
  expect(rows.blackouts).toEqual([{ weekdays: [5, 6], since: '22:00', until: '06:00' }])
  expect(PATTERNS[patternOf({ every: '1', ends: '0.95 0.99' })]?.label).toBe('.95 or .99')
})

it('reads back what it showed and leaves the rest alone', () => {
  const read = withRows(rules, rows)
  expect(read.rule).toEqual(rules.rule)
  expect(read.guardrails).toEqual(rules.guardrails)
  expect(read.governance).toEqual({ grace_minutes: 10, blackouts: [{ weekdays: [5, 6], since: '22:00:00', until: '06:00:00' }] })
})

it('puts steps in order, takes a comma, and an ending without its zero', () => {
  const read = withRows(rules, {
    ...rows,
    cover_steps: [{ days: '120', percent: '-7,5' }, { days: '60', percent: '-2' }],
    endings: [{ currency: 'eur', every: '1', ends: '.5  ,99', own: true }],
  })
  expect(read.rule?.cover_steps).toEqual([{ at_least: 60, change_ppm: -20_000 }, { at_least: 120, change_ppm: -75_000 }])
  expect(read.guardrails?.endings).toEqual({ EUR: { modulus: '1', endings: ['0.5', '0.99'] } })
})

it('names the row that cannot be read', () => {
  expect(wrongField({ cover_steps: [{ days: '10', percent: '1' }, { days: '', percent: '1' }] })).toBe('cover_steps.1')
  expect(wrongField({ stock_age_steps: [{ days: '10', percent: 'much' }] })).toBe('stock_age_steps.0')
  expect(wrongField({ endings: [{ currency: 'EU', every: '1', ends: '0.99', own: false }] })).toBe('endings.0')
  expect(wrongField({ endings: [...rows.endings, ...rows.endings] })).toBe('endings.1')
  expect(wrongField({ blackouts: [{ weekdays: [], since: '22:00', until: '06:00' }] })).toBe('blackouts.0')
  expect(wrongField({ blackouts: [{ weekdays: [0], since: '', until: '06:00' }] })).toBe('blackouts.0')
})

it('says how far hours reach', () => {
  expect(reach({ weekdays: [0], since: '22:00', until: '06:00' })).toBe('overnight')
  expect(reach({ weekdays: [0], since: '00:00', until: '00:00' })).toBe('all_day')
  expect(reach({ weekdays: [0], since: '08:00', until: '12:00' })).toBeNull()
  expect(reach({ weekdays: [0], since: '20:00', until: '00:00' })).toBeNull()
})
