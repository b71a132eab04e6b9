import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { LiveConnection } from './live'
import { whenSessionMoved, whenSignedOut } from './session'

class FakeSocket extends EventTarget {
  close = vi.fn(() => this.end(1000))
  say(message: object) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
  end(code: number) {
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
}

let sockets: FakeSocket[] = []

function connection() {
  const open = () => {
    const socket = new FakeSocket()
    sockets.push(socket)
    return socket as unknown as WebSocket
  }
  return new LiveConnection({ url: 'ws://shop.test/api/v1/live', open, pollMs: 5_000, random: () => 0.5 })
}

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
})
afterEach(() => vi.useRealTimers())

it('tells subscribers of their topic, first the snapshot, then changes', () => {
  const heard = vi.fn()
  const live = connection()
  live.subscribe('proposals', heard)
  sockets[0]?.say({ type: 'snapshot', topic: 'proposals', data: {} })
  sockets[0]?.say({ type: 'change', topic: 'imports', data: {} })
  sockets[0]?.say({ type: 'change', topic: 'proposals', data: { ids: ['1'] } })
  expect(heard.mock.calls.map(([message]) => message.type)).toEqual(['snapshot', 'change'])
  expect(live.state).toBe('live')
})

it('polls while the socket is away, connects again ever more slowly, and stops polling when it is back', async () => {
  const heard = vi.fn()
  const live = connection()
  live.subscribe('proposals', heard)
  sockets[0]?.end(1006)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sockets).toHaveLength(2)
  sockets[1]?.end(1006)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sockets).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(sockets).toHaveLength(3)
  expect(heard).toHaveBeenCalledWith(null)
  sockets[2]?.say({ type: 'ping' })
  heard.mockClear()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(heard).not.toHaveBeenCalled()
})

it('gives up a socket that has gone silent', async () => {
  const live = connection()
  live.subscribe('proposals', vi.fn())
  sockets[0]?.say({ type: 'ping' })
  await vi.advanceTimersByTimeAsync(45_000)
  expect(sockets[0]?.close).toHaveBeenCalledTimes(1)
  expect(live.state).toBe('polling')
})

it('closes with its last subscriber', () => {
  const live = connection()
  const stop = live.subscribe('proposals', vi.fn())
  stop()
  expect(sockets[0]?.close).toHaveBeenCalledTimes(1)
  expect(live.state).toBe('idle')
})

it('asks whose session it is before it takes an ended one for signed out', async () => {
  const [over, moved] = [vi.fn(), vi.fn()]
  whenSignedOut(over)
  whenSessionMoved(moved)
  const answers = vi.spyOn(globalThis, 'fetch')
  answers.mockResolvedValue(Response.json({}))
  connection().subscribe('proposals', vi.fn())
  sockets[0]?.end(4403)
  await vi.advanceTimersByTimeAsync(1_000)
  expect([over.mock.calls.length, moved.mock.calls.length, sockets.length]).toEqual([0, 1, 2])
  answers.mockImplementation(() => Promise.resolve(Response.json({}, { status: 401 })))
  sockets[1]?.end(4403)
  await vi.advanceTimersByTimeAsync(10_000)
  expect([over.mock.calls.length, moved.mock.calls.length, sockets.length]).toEqual([1, 1, 2])
  answers.mockRestore()
})
