import type { ReactNode } from 'react'

import { usePreferences } from '../app/preferences'

/** A key's name beside what it does. Not there when single letters are switched off. */
export function Kbd({ children, bare, always }: { children: ReactNode; bare?: boolean; always?: boolean }) {
  const { letterKeys } = usePreferences()
  if (!letterKeys && !always) return null
  const look = bare ? 'border-current/40' : 'border-line bg-bg text-muted'
  return (
    <kbd aria-hidden className={`rounded-[4px] border px-1 font-sans text-11 leading-[15px] font-medium ${look}`}>
      {children}
    </kbd>
  )
}
