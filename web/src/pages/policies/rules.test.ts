import { expect, it } from 'vitest'

import { fieldsShown, others, type Rules, typed, Unreadable, withTyped } from './rules'

const rules: Rules = {
  rule: { position: 'average', offset_ppm: -5_000, target_margin_ppm: null, stock_age_steps: [{ at_least: 90, change_ppm: -50_000 }] },
  guardrails: { min_margin_ppm: 80_000, max_daily_change_ppm: null },
  governance: { daily_changes: null, grace_minutes: 10 },
  comparability: { conditions: ['used', 'new'] },
  novel: { knob: [1] },
}

it('shows shares as percent, and nothing where there is no limit', () => {
  const values = typed(rules)
  expect(values['rule.offset_ppm']).toBe('-0.5')
  expect(values['guardrails.min_margin_ppm']).toBe('8')
  expect(values['guardrails.max_daily_change_ppm']).toBe('')
})

it('reads back exactly what it showed, and keeps what it has no control for', () => {
  const filled = withTyped(rules, { ...typed(rules), 'guardrails.min_margin_ppm': '12,5' })
  expect(filled.guardrails?.min_margin_ppm).toBe(125_000)
  expect(filled.guardrails?.max_daily_change_ppm).toBeNull()
  expect(filled.comparability?.conditions).toEqual(['new', 'used'])
  expect(filled.rule?.offset_ppm).toBe(-5_000)
  expect(filled.rule?.stock_age_steps).toEqual(rules.rule?.stock_age_steps)
})

it('names the setting that cannot be read', () => {
  const wrong = () => withTyped(rules, { ...typed(rules), 'governance.grace_minutes': 'soon' })
  expect(wrong).toThrow(Unreadable)
})

it('lists what it has no control for', () => {
  expect(others(rules).map((one) => one.name)).toEqual(['novel.knob'])
})

it('asks only for what the position and the fallback need', () => {
  const shown = (position: string, fallback: string) =>
    fieldsShown('rule', { 'rule.position': position, 'rule.fallback': fallback }, {}).map((field) => field.key)
  expect(shown('average', 'hold')).toEqual(['position', 'offset_ppm', 'offset_amount', 'fallback', 'dead_band_ppm'])
  expect(shown('percentile', 'target_margin')).toContain('percentile_ppm')
  expect(shown('percentile', 'target_margin')).toContain('target_margin_ppm')
  expect(shown('index', 'hold')).toContain('index_ppm')
})

it('shows a setting that was refused, whatever the position', () => {
  const found = fieldsShown('rule', { 'rule.position': 'average', 'rule.fallback': 'hold' }, { index_ppm: 'Above 0.' })
  expect(found.map((field) => field.key)).toContain('index_ppm')
})
