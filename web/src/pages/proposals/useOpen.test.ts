import { act, renderHook } from '@testing-library/react'
import { expect, it } from 'vitest'

import type { Proposal } from './queries'
import { useOpen } from './useOpen'

const rows = (...ids: string[]) => ids.map((id) => ({ id }) as Proposal)
type Shown = { all: Proposal[]; seen?: Proposal[]; wanted?: string }

function opened(first: Shown) {
  return renderHook(({ all, seen, wanted }: Shown) => useOpen(all, seen ?? all, false, wanted), { initialProps: first })
}

it('opens the one that the address names, else the first', () => {
  const { result, rerender } = opened({ all: rows('a', 'b') })
  expect(result.current.open?.id).toBe('a')
  rerender({ all: rows('a', 'b'), wanted: 'b' })
  expect(result.current.open?.id).toBe('b')
})

it('puts no other in the place of one that was decided elsewhere', () => {
  const { result, rerender } = opened({ all: rows('a', 'b') })
  rerender({ all: rows('b') })
  expect([result.current.open, result.current.goneId]).toEqual([null, 'a'])
  act(() => result.current.leave())
  expect([result.current.open?.id, result.current.goneId]).toEqual(['b', null])
})

it('goes on by itself after what is done here, and from what a filter hides', () => {
  const { result, rerender } = opened({ all: rows('a', 'b', 'c') })
  act(() => result.current.expectToGo(['a']))
  rerender({ all: rows('b', 'c') })
  expect([result.current.open?.id, result.current.goneId]).toEqual(['b', null])
  rerender({ all: rows('b', 'c'), seen: rows('c') })
  expect([result.current.open?.id, result.current.goneId]).toEqual(['c', null])
})
