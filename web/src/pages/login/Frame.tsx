import type { ReactNode } from 'react'

import { words as frame } from '../../app/words'

/** The quiet page around signing in and up. */
export function Frame({ title, about, children, foot }: { title: string; about: string; children: ReactNode; foot?: ReactNode }) {
  return (
    <main className="flex min-h-full items-start justify-center px-4 pt-[14vh] pb-10">
      <div className="w-full max-w-[380px]">
        <div className="mb-5 flex items-center gap-2">
          <img src="/icon.svg" alt="" width={24} height={24} />
          <span className="text-16 font-semibold">{frame.product}</span>
        </div>
        <section className="rounded-8 border border-line bg-surface p-6">
          <h1 className="text-20 font-semibold">{title}</h1>
          <p className="mt-1 mb-5 text-13 text-muted">{about}</p>
          {children}
        </section>
        {foot && <p className="mt-4 text-center text-13 text-muted">{foot}</p>}
      </div>
    </main>
  )
}
