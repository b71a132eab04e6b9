import { ChevronsUpDown } from 'lucide-react'
import type { ComponentProps } from 'react'

import type { Me } from '../api/me'

export type AccountProps = { me: Me; onKeys: () => void }

/** Where one is, as whom: the button of the account's menu. */
export function AccountButton({ of: { me }, ...button }: { of: AccountProps } & ComponentProps<'button'>) {
  return (
    <button
      type="button"
      {...button}
      className="m-2 flex shrink-0 items-center gap-2 rounded-6 px-2 py-1.5 text-left hover:bg-hover data-[state=open]:bg-hover max-[900px]:m-1.5 max-[900px]:px-1.5"
    >
      <span aria-hidden className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-11 font-semibold text-accent">
        {me.tenant.name.slice(0, 1)}
      </span>
      <span className="min-w-0 flex-1 max-[900px]:sr-only">
        <span className="block truncate text-13 leading-4 font-medium">{me.tenant.name}</span>
        <span className="block truncate text-11 text-muted">
          {me.name} · {me.role}
        </span>
      </span>
      <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted max-[900px]:hidden" />
    </button>
  )
}
