import { expect, it } from 'vitest'

import { bounds, nearest, thinned } from './scales'

it('keeps the extremes and the gaps when it thins', () => {
  const points = Array.from({ length: 5_000 }, (_, x) => ({ x, y: x === 2_500 ? 999 : x === 4_000 ? null : Math.sin(x) }))
  const kept = thinned(points, 100)
  expect(kept.length).toBeLessThanOrEqual(301)
  expect(Math.max(...kept.map((point) => point.y ?? 0))).toBe(999)
  expect(kept.some((point) => point.y === null)).toBe(true)
  expect(kept.map((point) => point.x)).toEqual(kept.map((point) => point.x).toSorted((a, b) => a - b))
})

it('finds the nearest point', () => {
  expect(nearest([0, 10, 20, 30], 14)).toBe(1)
  expect(nearest([0, 10, 20, 30], 99)).toBe(3)
})

it('never gives an empty span', () => {
  expect(bounds([5, 5])[0]).toBeLessThan(bounds([5, 5])[1])
  expect(bounds([])).toEqual([0, 1])
})
