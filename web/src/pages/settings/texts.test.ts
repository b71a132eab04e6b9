import { expect, test } from 'vitest'

import { endingIn, focusTexts, ppmOf, shopSettings, shopTexts, withFocus } from './texts'

const KEPT = {
  kpi_preferences: ['margin', 'revenue'],
  business_goals: [
    { goal: 'second', priority: 2 },
    { goal: 'first', priority: 1 },
  ],
  marketplace_focus: [],
  ui: { theme: 'dark' },
}

test('goals come by priority and get theirs from their line', () => {
  expect(focusTexts(KEPT).goals).toBe('first\nsecond')
  const changed = withFocus(KEPT, { kpis: ' margin \n\n', goals: 'third\nfirst', marketplaces: 'amazon' })
  expect(changed).toEqual({
    kpi_preferences: ['margin'],
    business_goals: [
      { goal: 'third', priority: 1 },
      { goal: 'first', priority: 2 },
    ],
    marketplace_focus: ['amazon'],
    ui: { theme: 'dark' },
  })
})

test('a rate is read with a point or a comma, to the millionth', () => {
  expect([ppmOf('19'), ppmOf('7,7'), ppmOf('8.375')]).toEqual([190_000, 77_000, 83_750])
  expect(ppmOf('')).toBeNaN()
})

test('the settings of a shop come back as they were', () => {
  const settings = {
    currency: 'EUR',
    country: 'DE',
    tax_ppm: 190_000,
    tax_basis: 'gross' as const,
    time_zone: 'Europe/Berlin',
    repricing: { after_collection: false, every_minutes: null },
    ingestion: { collect: true, look_every_seconds: 180, stale_after_minutes: 60 },
  }
  expect(shopSettings(shopTexts(settings))).toEqual(settings)
})

test('a token ends so many days from now, or never', () => {
  expect(endingIn(30, new Date('2026-03-01T00:00:00Z'))).toBe('2026-03-31T00:00:00.000Z')
  expect(endingIn(null)).toBeNull()
})
