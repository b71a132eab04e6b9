import type { toast as Toast } from 'sonner'

import { asProblem } from '../api/problem'
import { words } from './words'

const UNDO_MS = 8_000
const waiting: ((toast: typeof Toast) => void)[] = []
let shown: typeof Toast | null = null
let onWanted: () => void = () => undefined

/** Say who brings the place where toasts appear, as soon as there is one to show. */
export function whenToastsAreWanted(bring: () => void): void {
  onWanted = bring
}

/** Show what was said so far, and from now on everything at once. */
export function toastsAreThere(toast: typeof Toast): void {
  shown = toast
  for (const say of waiting.splice(0)) say(toast)
}

function tell(say: (toast: typeof Toast) => void): void {
  if (shown) return say(shown)
  waiting.push(say)
  onWanted()
}

/** Say what was done. With `undo` it offers to take it back for eight seconds (key z where the page binds it). */
export function announce(message: string, { undo, about }: { undo?: () => void; about?: string } = {}): void {
  tell((toast) =>
    toast(message, {
      description: about,
      duration: undo ? UNDO_MS : 4_000,
      ...(undo ? { action: { label: words.undo, onClick: undo } } : {}),
    }),
  )
}

/** Say what failed, what to do, and the trace id. */
export function announceProblem(error: unknown): void {
  const problem = asProblem(error)
  const trace = problem.traceId ? `Trace ${problem.traceId}` : ''
  const missing = problem.missingPermission
  const action = missing ? `You need the right ${missing}.` : problem.action
  tell((toast) => toast.error(problem.message, { description: [action, trace].filter(Boolean).join(' '), duration: 12_000 }))
}
