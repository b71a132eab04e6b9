import { type ReactNode, useEffect } from 'react'

import { words } from '../app/words'

type PageProps = {
  title: string
  /** The answer to the page's question, in one line. */
  about?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** Fills the window exactly, and its parts scroll for themselves: for lists. */
  fills?: boolean
}

/** The frame of a page: title, what it says in one line, its actions. */
export function Page({ title, about, actions, children, fills }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${words.product}`
  }, [title])
  return (
    <main className={`flex min-w-0 flex-col gap-4 px-6 py-5 ${fills ? 'h-full min-h-0' : 'min-h-full'}`}>
      <header className="flex shrink-0 flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h1 className="text-20 font-semibold">{title}</h1>
          {about && <div className="text-13 text-muted">{about}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </main>
  )
}
