/** What people do with proposals: shown at once, taken back when the server says otherwise, undone by z. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'

import { api, read, type Schemas } from '../../api/client'
import { ApiProblem } from '../../api/problem'
import { announce, announceProblem } from '../../app/toasts'
import { useStable } from '../../app/useStable'
import { counted, date } from '../../parts/format'
import { type Proposal, proposalQuery } from './queries'
import { words } from './words'

type BulkAnswer = Schemas['shopwright__pricing__schemas__BulkAnswer']
type Listed = { items: Proposal[]; more: boolean }
type Decision = {
  /** The tab whose rows it takes away. */
  from: 'waiting' | 'approved' | 'live'
  ids: readonly string[]
  send: () => Promise<BulkAnswer>
  /** `approved`, `rejected`: what was done to them. */
  done: string
  undoable?: boolean
}

const DONE = new Set(['done', 'waiting_for_second_person'])

/** Take rows out of every cached list of a tab; returns what puts them back. */
async function takeOut(client: QueryClient, from: string, ids: readonly string[]): Promise<() => void> {
  const key = { queryKey: ['proposals', 'list', from] }
  await client.cancelQueries(key)
  const before = client.getQueriesData<Listed>(key)
  const gone = new Set(ids)
  client.setQueriesData<Listed>(key, (list) => list && { ...list, items: list.items.filter((one) => !gone.has(one.id)) })
  return () => {
    for (const [queryKey, list] of before) client.setQueryData(queryKey, list)
  }
}

/** What became of the rows that were left as they were, in words. */
export function leftOver(answer: BulkAnswer): string | null {
  const parts = Object.entries(answer.counts)
    .filter(([outcome, count]) => outcome !== 'done' && count > 0)
    .map(([outcome, count]) => `${count} ${words.outcomes[outcome] ?? outcome.replaceAll('_', ' ')}`)
  return parts.length > 0 ? parts.join(', ') : null
}

export type Deciding = {
  approve: (ids: readonly string[], applyAt?: string) => Promise<void>
  reject: (ids: readonly string[], reason: string) => Promise<void>
  undo: (ids: readonly string[]) => Promise<void>
  applyNow: (ids: readonly string[]) => Promise<void>
  rollBack: (ids: readonly string[]) => Promise<void>
  /** Take the last approval back; false when there is none. */
  undoLast: () => boolean
}

export function useDeciding(): Deciding {
  const client = useQueryClient()
  const last = useRef<readonly string[]>([])

  const undo = async (ids: readonly string[]) => {
    last.current = []
    const send = () => read(api.POST('/api/v1/proposals/bulk/undo', { body: { ids: [...ids] } }))
    await decide({ from: 'approved', ids, send, done: 'back to waiting' })
  }

  const decide = async ({ from, ids, send, done, undoable }: Decision) => {
    const putBack = await takeOut(client, from, ids)
    try {
      const answer = await send()
      const succeeded = answer.rows.filter((row) => DONE.has(row.outcome)).map((row) => row.id)
      const about = [undoable && succeeded[0] ? await liveAt(client, succeeded[0]) : null, leftOver(answer)]
      const offer = undoable && succeeded.length > 0
      if (offer) last.current = succeeded
      announce(`${succeeded.length > 0 ? counted(succeeded.length, 'proposal') : words.none} ${done}`, {
        about: about.filter(Boolean).join(' · ') || undefined,
        undo: offer ? () => void undo(succeeded) : undefined,
      })
    } catch (error) {
      putBack()
      reportFailure(error)
    } finally {
      void client.invalidateQueries({ queryKey: ['proposals'] })
    }
  }

  return {
    approve: useStable((ids, applyAt) =>
      decide({
        from: 'waiting',
        ids,
        send: () => read(api.POST('/api/v1/proposals/bulk/approve', { body: { ids: [...ids], apply_at: applyAt } })),
        done: 'approved',
        undoable: true,
      }),
    ),
    reject: useStable((ids, reason) =>
      decide({
        from: 'waiting',
        ids,
        send: () => read(api.POST('/api/v1/proposals/bulk/reject', { body: { ids: [...ids], reason } })),
        done: 'rejected',
      }),
    ),
    undo: useStable(undo),
    applyNow: useStable((ids) =>
      decide({
        from: 'approved',
        ids,
        send: () => read(api.POST('/api/v1/proposals/bulk/apply', { body: { ids: [...ids] } })),
        done: 'applied',
      }),
    ),
    rollBack: useStable((ids) =>
      decide({
        from: 'live',
        ids,
        send: () => read(api.POST('/api/v1/proposals/bulk/roll-back', { body: { ids: [...ids] } })),
        done: 'taken back',
      }),
    ),
    undoLast: useStable(() => {
      if (last.current.length === 0) return false
      void undo(last.current)
      return true
    }),
  }
}

/** When the price goes live, as the server reckoned it. */
async function liveAt(client: QueryClient, id: string): Promise<string | null> {
  const proposal = await client.fetchQuery({ ...proposalQuery(id), staleTime: 0 }).catch(() => null)
  return proposal?.state === 'approved' && proposal.apply_at ? `live at ${date(proposal.apply_at, 'time')}` : null
}

function reportFailure(error: unknown): void {
  if (error instanceof ApiProblem && error.isChangedMeanwhile) {
    announce(words.changedMeanwhile, { about: words.changedAbout })
  } else {
    announceProblem(error)
  }
}
