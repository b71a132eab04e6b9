import { expect, test } from 'vitest'

import type { Requests } from './queries'
import { byMinute, duration, perMinute, progressOf } from './traffic'

const REQUESTS: Requests = {
  minutes: 2,
  whole_installation: true,
  total: { requests: 30, errors: 0, refused: 0, latency: null },
  by_minute: [
    { minutes_ago: 0, requests: 10, errors: 0, refused: 0, latency: null },
    { minutes_ago: 1, requests: 20, errors: 1, refused: 0, latency: null },
  ],
  routes: [],
}

test('durations read in the unit that fits', () => {
  expect([duration(0.84), duration(84.4), duration(1_340), duration(null)]).toEqual(['0.8 ms', '84 ms', '1.3 s', null])
})

test('minutes run from the oldest to the present', () => {
  expect(byMinute(REQUESTS, (minute) => minute.requests)).toEqual([20, 10])
  expect(perMinute(REQUESTS)).toBe(15)
})

test('progress says what is known', () => {
  expect(progressOf({ done: 1_200, total: 9_812, step: 'storing', message: null })).toBe('1,200 of 9,812 · storing')
  expect(progressOf({ done: 0, total: null, step: null, message: null })).toBe('')
})
