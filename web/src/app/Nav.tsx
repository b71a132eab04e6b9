import { Link } from '@tanstack/react-router'
import { Search } from 'lucide-react'

import { useMay, useMe } from '../api/me'
import { deferred } from '../parts/deferred'
import { Kbd } from '../parts/Kbd'
import { AccountButton } from './AccountButton'
import { destinationsFor } from './navigation'
import { words } from './words'

const AccountMenu = deferred(() => import('./AccountMenu').then((module) => module.AccountMenu), AccountButton)
const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The navigation, by job. Narrow windows show its icons only. */
export function Nav({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  const me = useMe()
  const groups = destinationsFor(useMay())
  return (
    <header className="flex min-h-0 flex-col border-r border-line bg-surface">
      <div className="flex h-12 shrink-0 items-center gap-2 pr-2.5 pl-4 max-[900px]:px-3.5">
        <img src="/icon.svg" alt="" width={20} height={20} />
        <span className="truncate text-14 font-semibold max-[900px]:hidden">{words.product}</span>
        {me.tenant.simulated && (
          <span title={words.simulatedAbout} className="ml-auto shrink-0 rounded-[5px] bg-warn-soft px-1.5 text-11 leading-5 font-medium text-warn max-[900px]:sr-only">
            {words.simulated}
          </span>
        )}
      </div>
      <button
        type="button"
        onClick={onSearch}
        aria-label={words.search}
        className="mx-3 flex h-8 shrink-0 items-center gap-2 rounded-6 border border-line px-2 text-13 text-muted hover:bg-hover max-[900px]:mx-2"
      >
        <Search size={15} aria-hidden className="shrink-0" />
        <span className="max-[900px]:hidden">{words.search}</span>
        <span className="ml-auto max-[900px]:hidden">
          <Kbd always>{isApple ? '⌘K' : 'Ctrl K'}</Kbd>
        </span>
      </button>
      <nav aria-label="Pages" className="mt-2 min-h-0 flex-1 overflow-y-auto px-3 pb-3 max-[900px]:px-2">
        {groups.map((group) => (
          <div key={group.title} className="pt-2">
            <h2 className="px-2 py-1 text-11 font-medium text-muted max-[900px]:sr-only">{group.title}</h2>
            <ul className="flex flex-col gap-px">
              {group.pages.map((page) => (
                <li key={page.to}>
                  <Link
                    to={page.to}
                    activeOptions={{ exact: page.to === '/', includeSearch: false }}
                    title={`${page.title} (g ${page.key})`}
                    className="flex h-[30px] items-center gap-2.5 rounded-6 px-2 text-13 text-muted hover:bg-hover hover:text-text data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-text"
                  >
                    <page.icon size={16} aria-hidden className="shrink-0" />
                    <span className="truncate max-[900px]:sr-only">{page.title}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <AccountMenu me={me} onKeys={onKeys} />
    </header>
  )
}
