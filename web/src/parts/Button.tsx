import type { ButtonHTMLAttributes, ReactNode } from 'react'

import { Kbd } from './Kbd'

type Kind = 'plain' | 'primary' | 'danger' | 'quiet'
type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: Kind
  small?: boolean
  /** The key that does the same. */
  keyName?: string
  icon?: ReactNode
  busy?: boolean
}

const KINDS: Record<Kind, string> = {
  plain: 'border border-line bg-surface text-text enabled:hover:bg-hover',
  primary: 'border border-accent bg-accent text-accent-text enabled:hover:brightness-110',
  danger: 'border border-line bg-surface text-bad enabled:hover:bg-bad-soft',
  quiet: 'border border-transparent text-muted enabled:hover:bg-hover enabled:hover:text-text',
}

/** A button. `busy` keeps its width and says so; the primary kind stands once on a page. */
export function Button({ kind = 'plain', small, keyName, icon, busy, children, disabled, ...rest }: ButtonProps) {
  const size = small ? 'h-7 px-2 text-12' : 'h-8 px-3 text-13'
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`inline-flex shrink-0 items-center justify-center gap-1.5 rounded-6 font-medium whitespace-nowrap disabled:opacity-55 ${size} ${KINDS[kind]} ${rest.className ?? ''}`}
    >
      {icon}
      {children}
      {keyName && <Kbd bare={kind === 'primary'}>{keyName}</Kbd>}
    </button>
  )
}
