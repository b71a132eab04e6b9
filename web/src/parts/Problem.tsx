import { TriangleAlert } from 'lucide-react'

import { asProblem } from '../api/problem'
import { Button } from './Button'

type ProblemProps = { error: unknown; onRetry?: () => void; title?: string }

/** What happened, what to do, and the trace id to report: for a panel or a whole page. */
export function Problem({ error, onRetry, title }: ProblemProps) {
  const problem = asProblem(error)
  const missing = problem.missingPermission
  return (
    <div role="alert" className="flex max-w-[65ch] gap-3 py-2">
      <TriangleAlert aria-hidden size={18} className="mt-px shrink-0 text-bad" />
      <div className="min-w-0">
        {title && <h2 className="text-14 font-semibold">{title}</h2>}
        <p className="text-14">{problem.message}</p>
        {missing ? (
          <p className="mt-1 text-13 text-muted">
            You need the right <code>{missing}</code>. An owner or administrator of the shop can give it to you.
          </p>
        ) : (
          problem.action && <p className="mt-1 text-13 text-muted">{problem.action}</p>
        )}
        <div className="mt-2 flex flex-wrap items-center gap-3 text-12 text-muted">
          {onRetry && !missing && (
            <Button small onClick={onRetry}>
              Try again
            </Button>
          )}
          {problem.traceId && (
            <span>
              Trace <code className="select-all">{problem.traceId}</code>
            </span>
          )}
        </div>
      </div>
    </div>
  )
}
