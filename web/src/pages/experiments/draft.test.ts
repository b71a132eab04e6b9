import { expect, it } from 'vitest'

import { areSame, armName, armOf, draftBody, EMPTY, groupingsFor, planBody, verdictTone, withKind } from './draft'
import { words } from './words'

const cluster = (arms: number[]) => ({ number: 0, name: 'Kettles', pair: 0, arms, products: 4 })

it('sends shares of one, and nothing for what was left open', () => {
  expect(planBody({ ...EMPTY, effect: '2,5' })).toMatchObject({ protocol: { kind: 'clusters', grouping: 'category', days: 56, level: 0.05, power: 0.8 }, effect: 0.025, category: null, brand: null })
  expect(draftBody({ ...EMPTY, name: ' Less ', treatment: 'p', category: 'Kettles ' })).toMatchObject({ name: 'Less', treatment_policy: 'p', control_policy: null, category: 'Kettles' })
})

it('does not compare a way with itself', () => {
  expect(areSame(EMPTY)).toBe(true)
  expect(areSame({ ...EMPTY, treatment: 'p' })).toBe(false)
})

it('lets only a switchback draw the whole shop together', () => {
  expect(groupingsFor('clusters')).not.toContain('shop')
  const shop = { ...withKind(EMPTY, 'switchback'), grouping: 'shop' as const }
  expect(withKind(shop, 'clusters').grouping).toBe('category')
  expect(withKind({ ...shop, grouping: 'product' }, 'clusters').grouping).toBe('product')
})

it('tells the arm of a group', () => {
  expect([armOf(cluster([1, 1])), armOf(cluster([0])), armOf(cluster([1, 0, 1])), armOf(cluster([-1])), armOf(cluster([]))]).toEqual(['treatment', 'control', 'turns', 'outside', 'outside'])
})

it('calls an undecided experiment neither good nor bad', () => {
  expect(['better', 'worse', 'harm', 'open', 'too_early', 'no_difference', null].map(verdictTone)).toEqual(['good', 'bad', 'bad', 'neutral', 'neutral', 'neutral', 'neutral'])
})

it('names the arms', () => {
  expect(armName(null, [])).toBe(words.presentPrices)
  expect(armName('gone', [])).toBe(words.unknownPolicy)
})
