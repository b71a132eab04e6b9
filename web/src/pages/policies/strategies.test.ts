import { expect, it } from 'vitest'

import { FIELDS, groupsShown, strategiesFor } from './fields'
import { fieldsShown, grouped, others, typed, ungrouped, withTyped } from './rules'
import { words } from './words'

const older = { rule: {}, guardrails: {}, governance: {}, comparability: {}, breaker: {}, brake: {} }
const content = {
  ...older,
  profit: { goal: 'profit', until: null, horizon_days: 28, caution_ppm: 150_000 },
  ml: { goal: 'profit', horizon_days: 28 },
  exploration: { step_ppm: 25_000 },
  without_response: 'hold',
  mode: 'live',
}
const rules = grouped(content)

it('keeps settings of no group as they were', () => {
  expect(ungrouped(rules)).toEqual(content)
  expect(ungrouped(grouped(older))).toEqual(older)
  expect(ungrouped(withTyped(rules, { ...typed(rules), 'top.without_response': 'rule_based' })).without_response).toBe('rule_based')
})

it('writes a day where there is one, and none else', () => {
  const dated = withTyped(rules, { ...typed(rules), 'profit.goal': 'sell_through', 'profit.until': '2026-12-24' })
  expect(dated.profit).toMatchObject({ goal: 'sell_through', until: '2026-12-24', caution_ppm: 150_000 })
  expect(withTyped(rules, typed(rules)).profit?.until).toBeNull()
  expect(withTyped(rules, { ...typed(rules), 'profit.goal': 'revenue', 'profit.until': '2026-12-24' }).profit?.until).toBeNull()
})

it('offers the strategies that the program knows, and the one that is there', () => {
  expect(strategiesFor(rules, 'rule_based')).toEqual(['rule_based', 'profit_maximization', 'ml_model', 'exploration', 'automatic'])
  expect(strategiesFor(older, 'rule_based')).toEqual(['rule_based'])
  expect(strategiesFor(rules, 'acme_prices')).toContain('acme_prices')
})

it('sends an older program no settings that it does not know', () => {
  const filled = withTyped(grouped(older), { ...typed(grouped(older)), 'exploration.step_ppm': '3' })
  expect(Object.keys(ungrouped(filled)).toSorted()).toEqual(Object.keys(older).toSorted())
})

it('keeps the mode at the head, whatever the strategy', () => {
  expect(fieldsShown('top', typed(rules), {}).map((field) => field.key)).toEqual(['without_response'])
  expect(ungrouped(withTyped(rules, { ...typed(rules), 'top.mode': 'shadow' })).mode).toBe('shadow')
  expect(typed(grouped(older))['top.mode']).toBe('')
})

it('shows the settings that the strategy reads', () => {
  const shown = (strategy: string, without?: string) => groupsShown(strategy, rules, without).filter((group) => ['top', 'profit', 'ml', 'exploration', 'rule'].includes(group))
  expect(shown('rule_based')).toEqual(['rule'])
  expect(shown('profit_maximization', 'hold')).toEqual(['profit', 'top'])
  expect(shown('profit_maximization', 'rule_based')).toEqual(['profit', 'top', 'rule'])
  expect(shown('exploration')).toEqual(['exploration'])
  expect(shown('automatic')).toEqual(['profit', 'ml', 'exploration', 'rule'])
  expect(shown('acme_prices')).toEqual([])
  expect(groupsShown('automatic', older, undefined)).toContain('guardrails')
})

it('names every group and strategy, and leaves nothing of a strategy to raw JSON', () => {
  for (const field of FIELDS) expect(words.groups[field.group]).toBeTruthy()
  for (const one of strategiesFor(rules, 'rule_based')) expect(words.strategies[one]?.about).toBeTruthy()
  expect(others(rules)).toEqual([])
})
