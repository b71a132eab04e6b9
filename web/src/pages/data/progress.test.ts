import { expect, it } from 'vitest'

import { fileSize, secondsLeft, shareRead, stepOf } from './progress'
import { isClear } from './useUpload'

it('knows the step of every state', () => {
  expect((['received', 'failed', 'checked', 'queued', 'running', 'completed', 'undone'] as const).map((state) => stepOf({ state }))).toEqual([2, 2, 3, 4, 4, 4, 4])
})

it('tells no share and no time that nobody can know', () => {
  expect(shareRead(10, undefined)).toBeNull()
  expect(shareRead(30, 20)).toBe(1)
  expect(secondsLeft(0, 100, 10)).toBeNull()
  expect(secondsLeft(50, 100, 1)).toBeNull()
  expect(secondsLeft(100, 100, 10)).toBeNull()
  expect(secondsLeft(25, 100, 10)).toBe(30)
})

it('writes sizes as files have them', () => {
  expect(['999', '2100000', '5400000000'].map((bytes) => fileSize(Number(bytes)))).toEqual(['999 B', '2.1 MB', '5.4 GB'])
})

it('checks a file at once only when nobody has to be asked and it is quick', () => {
  const mapping = { kind: 'sales', fields: { sku: { source: { transform: 'column', column: 'a' }, certainty: 0.9 } } }
  expect(isClear({ bytes: 1_000 }, { missing: [], mapping })).toBe(true)
  expect(isClear({ bytes: 3 << 20 }, { missing: [], mapping })).toBe(false)
  expect(isClear({ bytes: 1_000 }, { missing: ['sku'], mapping })).toBe(false)
  const doubted = { ...mapping, fields: { sku: { ...mapping.fields.sku, certainty: 0.8 } } }
  expect(isClear({ bytes: 1_000 }, { missing: [], mapping: doubted })).toBe(false)
})
