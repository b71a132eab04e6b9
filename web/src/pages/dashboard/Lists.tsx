import { Link } from '@tanstack/react-router'
import { ChevronRight, CircleAlert, Info, OctagonAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { type Place, usePlaces } from '../../app/places'
import { Age } from '../../parts/Age'
import { money } from '../../parts/format'
import type { Dashboard } from './queries'
import { words } from './words'

const SIGNS = {
  critical: { Icon: OctagonAlert, tone: 'text-bad' },
  warning: { Icon: CircleAlert, tone: 'text-warn' },
  notice: { Icon: Info, tone: 'text-muted' },
} as const

/** What waits for a person, the most harmful first; each leads to its rows. */
export function Needs({ data }: { data: Dashboard }) {
  if (data.needs.length === 0) return <p className="px-4 pb-4 text-13 text-muted">{words.nothingNeeded}</p>
  return (
    <ul className="pb-1">
      {data.needs.map((need) => {
        const { Icon, tone } = SIGNS[need.severity]
        return (
          <Entry key={need.kind} place={need.link}>
            <Icon size={16} className={`mt-0.5 shrink-0 ${tone}`} aria-label={words.severities[need.severity]} />
            <span className="min-w-0 flex-1">
              {need.sentence}
              {need.amount !== null && need.currency !== null && (
                <span className="figures text-muted">
                  {' '}
                  <span className="whitespace-nowrap">{money(need.amount, need.currency, { whole: true, signed: true })}</span> a week expected.
                </span>
              )}
            </span>
          </Entry>
        )
      })}
    </ul>
  )
}

/** What has changed lately, with its age. */
export function Happenings({ data }: { data: Dashboard }) {
  if (data.happenings.length === 0) return <p className="px-4 pb-4 text-13 text-muted">{words.nothingChanged}</p>
  return (
    <ul className="pb-1">
      {data.happenings.map((one) => (
        <Entry key={`${one.kind} ${one.sentence}`} place={one.link}>
          <span className="min-w-0 flex-1">{one.sentence}</span>
          <span className="shrink-0 text-12 text-muted">
            <Age at={one.newest} />
          </span>
        </Entry>
      ))}
    </ul>
  )
}

function Entry({ place, children }: { place: Place; children: ReactNode }) {
  const link = usePlaces()(place)
  const look = 'flex items-start gap-2.5 border-t border-line px-4 py-2 text-13'
  return (
    <li className="first:[&>*]:border-t-0">
      {link ? (
        <Link {...link} className={`${look} hover:bg-hover focus-visible:outline-offset-[-2px]`}>
          {children}
          <ChevronRight size={15} aria-hidden className="mt-0.5 shrink-0 text-muted" />
        </Link>
      ) : (
        <div className={look}>{children}</div>
      )}
    </li>
  )
}
