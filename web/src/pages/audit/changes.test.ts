import { expect, test } from 'vitest'

import { asText, changesOf } from './changes'

test('a change lists the fields that differ, with what was missing as missing', () => {
  expect(changesOf({ before: { price: '9.90', min_price: '5.00' }, after: { price: '9.50', min_price: '5.00', tags: ['new'] } })).toEqual([
    { field: 'price', before: '9.90', after: '9.50' },
    { field: 'tags', before: null, after: 'new' },
  ])
})

test('settings within settings are told one by one, only those that changed, shares in percent', () => {
  const rules = (min_margin_ppm: number) => ({ rules: { guardrails: { min_margin_ppm, min_markup_ppm: 0 }, rule: { position: 'average' } } })
  expect(changesOf({ before: rules(80_000), after: rules(125_500) })).toEqual([{ field: 'guardrails: min margin', before: '8%', after: '12.55%' }])
})

test('ids come behind what says something', () => {
  const policy_id = '01a1fecf-a734-8622-81ed-acef228fa0a0'
  expect(changesOf({ before: { state: 'proposed' }, after: { policy_id, state: 'approved' } }).map((one) => one.field)).toEqual(['state', 'policy id'])
})

test('values read as people say them', () => {
  expect([asText(true), asText([]), asText(['a', 'b']), asText(1234), asText(null)]).toEqual(['yes', 'none', 'a; b', '1,234', null])
  expect([asText('26.990000'), asText('0.000100'), asText('5.00'), asText('1200')]).toEqual(['26.99', '0.0001', '5.00', '1200'])
  expect(asText([{ at_least: 60, change_ppm: -50_000 }, { at_least: 90, change_ppm: -75_000 }])).toBe('at least 60, change -5%; at least 90, change -7.50%')
})
