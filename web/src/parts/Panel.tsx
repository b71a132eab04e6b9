import { QueryErrorResetBoundary } from '@tanstack/react-query'
import { type ReactNode, Suspense } from 'react'

import { useDelayed } from '../app/useDelayed'
import { ErrorBoundary } from './ErrorBoundary'
import { Problem } from './Problem'

type PanelProps = {
  title?: ReactNode
  /** Beside the title: legend, count. */
  aside?: ReactNode
  /** At the right end of the head. */
  actions?: ReactNode
  children: ReactNode
  className?: string
  /** Leaves the inner space to the content, for tables. */
  flush?: boolean
}

/** A part of a page with a frame of its own. What fails inside stays inside, with a way to try again. */
export function Panel({ title, aside, actions, children, className = '', flush }: PanelProps) {
  return (
    <section className={`flex min-w-0 flex-col rounded-8 border border-line bg-surface ${className}`}>
      {(title || actions) && (
        <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-2">
          {title && <h2 className="text-13 font-semibold">{title}</h2>}
          {aside && <div className="text-12 text-muted">{aside}</div>}
          {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? 'min-h-0 flex-1 overflow-hidden rounded-[7px]' : 'min-h-0 flex-1 p-4 pt-3'}>
        <Guarded inset={flush}>{children}</Guarded>
      </div>
    </section>
  )
}

type GuardedProps = {
  children: ReactNode
  waiting?: ReactNode
  /** Gives what stands in for the content the space that the content gives itself. */
  inset?: boolean
}

/** Content that may fail or wait without taking the page with it. */
export function Guarded({ children, waiting, inset }: GuardedProps) {
  const space = inset ? 'px-4 pt-2 pb-4' : 'contents'
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <ErrorBoundary onRetry={reset} fallback={(error, retry) => <div className={space}><Problem error={error} onRetry={retry} /></div>}>
          <Suspense fallback={waiting ?? <div className={space}><Skeleton /></div>}>{children}</Suspense>
        </ErrorBoundary>
      )}
    </QueryErrorResetBoundary>
  )
}

/** Grey lines in the place of what is on its way; only after 200 ms, so that quick answers do not flicker. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const shown = useDelayed(true)
  return (
    <div role="status" className="flex flex-col gap-3 p-1">
      <span className="sr-only">Loading</span>
      {shown &&
        Array.from({ length: lines }, (_, line) => (
          <div key={line} className="skeleton h-3.5" style={{ width: `${92 - ((line * 17) % 45)}%` }} />
        ))}
    </div>
  )
}
