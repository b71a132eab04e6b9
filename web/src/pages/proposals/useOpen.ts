import { useState } from 'react'

import type { Proposal } from './queries'

type Open = {
  /** The proposal that is open: the one asked for, else the first. */
  open: Proposal | null
  /** The one that was open when it left the list without a doing of this page; then none is open. */
  goneId: string | null
  /** Say that these leave the list by what is done here. */
  expectToGo: (ids: readonly string[]) => void
  leave: () => void
}

/**
 * Which proposal is open. One that was decided elsewhere is not followed by another of itself: the key that was meant for
 * it would decide that one.
 */
export function useOpen(all: readonly Proposal[], rows: readonly Proposal[], loading: boolean, wanted: string | undefined): Open {
  const [shown, setShown] = useState<string | null>(null)
  const [expected, setExpected] = useState<ReadonlySet<string>>(new Set())
  const id = wanted ?? shown
  const found = rows.find((row) => row.id === id)
  const isGone = id !== null && !loading && !expected.has(id) && !all.some((row) => row.id === id)
  const open = found ?? (isGone ? null : (rows[0] ?? null))
  if (open && open.id !== shown) setShown(open.id)
  return {
    open,
    goneId: isGone ? id : null,
    expectToGo: (ids) => setExpected((before) => new Set([...before, ...ids])),
    leave: () => setShown(null),
  }
}
