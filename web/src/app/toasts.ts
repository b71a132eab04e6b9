import { toast } from 'sonner'

import { asProblem } from '../api/problem'
import { words } from './words'

const UNDO_MS = 8_000

/** Say what was done. With `undo` it offers to take it back for eight seconds (key z where the page binds it). */
export function announce(message: string, { undo, about }: { undo?: () => void; about?: string } = {}): void {
  toast(message, {
    description: about,
    duration: undo ? UNDO_MS : 4_000,
    ...(undo ? { action: { label: words.undo, onClick: undo } } : {}),
  })
}

/** Say what failed, what to do, and the trace id. */
export function announceProblem(error: unknown): void {
  const problem = asProblem(error)
  const trace = problem.traceId ? `Trace ${problem.traceId}` : ''
  const missing = problem.missingPermission
  const action = missing ? `You need the right ${missing}.` : problem.action
  toast.error(problem.message, { description: [action, trace].filter(Boolean).join(' '), duration: 12_000 })
}
