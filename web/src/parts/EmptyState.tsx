import type { ReactNode } from 'react'

type EmptyStateProps = { title: string; children?: ReactNode; action?: ReactNode; /** It is all there is on the page. */ isPage?: boolean }

/** Nothing to show, and what to do about it. Say which: nothing there yet, or nothing that matches. */
export function EmptyState({ title, children, action, isPage }: EmptyStateProps) {
  return (
    <div className="flex h-full min-h-40 flex-col items-center justify-center gap-2 p-6 text-center">
      {isPage ? <h1 className="text-14 font-medium">{title}</h1> : <p className="text-14 font-medium">{title}</p>}
      {children && <div className="max-w-[52ch] text-13 text-muted">{children}</div>}
      {action && <div className="mt-2 flex gap-2">{action}</div>}
    </div>
  )
}
