import { Link, type LinkProps } from '@tanstack/react-router'
import type { CSSProperties, ReactNode } from 'react'

import { Age } from './Age'
import { Spark } from './chart/Spark'
import { Change, type Meaning } from './Money'

type FigureProps = {
  label: string
  /** The formatted value; null shows that there is none, with `missing` saying why. */
  value: ReactNode | null
  missing?: string
  /** Against the comparison, of one. `meaning` is for profit; prices are neutral. */
  change?: { share: number; text?: string; meaning: Meaning } | null
  /** Beneath the value where there is no change: what it rests on, in a few words. */
  note?: string | null
  /** What it is over and against: `30 days, against the 30 before`. */
  period: string
  at?: string
  /** Its data are older than they should be. */
  stale?: boolean
  spark?: readonly (number | null)[]
  /** How it is defined, in a sentence. */
  about?: string
  /** Where its rows are. */
  to?: LinkProps
}

/** One figure: value, change with sign and shape, course, period, age. It leads to its rows. */
export function Figure({ label, value, missing, change, note, period, at, stale, spark, about, to }: FigureProps) {
  const content = (
    <>
      <p className="flex justify-between gap-2 text-12 text-muted">
        <span className="truncate">{label}</span>
        {stale && at && (
          <span className="shrink-0 text-warn">
            <Age at={at} />
          </span>
        )}
      </p>
      <p className="figures mt-0.5 truncate text-[clamp(18px,1.65vw,24px)] leading-[30px] font-semibold">{value ?? <span className="text-muted">–</span>}</p>
      <div className="mt-1 flex h-[22px] items-center justify-between gap-2 text-12">
        {change && value !== null ? <Change {...change} /> : <span className="truncate text-muted">{value === null ? missing : note}</span>}
        {spark && spark.length > 1 && <Spark values={spark} />}
      </div>
      <p className="sr-only">
        {period}
        {at && <>, <Age at={at} /> old</>}
      </p>
    </>
  )
  const look = 'block min-w-0 bg-surface px-4 py-3'
  const title = [about, period].filter(Boolean).join(' · ')
  if (!to) return <div title={title} className={look}>{content}</div>
  return (
    <Link {...to} title={title} className={`${look} hover:bg-hover focus-visible:outline-offset-[-2px]`}>
      {content}
    </Link>
  )
}

/** Figures side by side, divided by lines. */
export function Figures({ children, columns = 6 }: { children: ReactNode; columns?: number }) {
  return (
    <div className="@container shrink-0">
      <div
        className="grid grid-cols-[repeat(var(--columns),minmax(0,1fr))] gap-px overflow-hidden rounded-8 border border-line bg-surface *:shadow-[0_0_0_1px_var(--line)] @max-[920px]:grid-cols-[repeat(var(--fewer),minmax(0,1fr))] @max-[480px]:grid-cols-2"
        style={{ '--columns': columns, '--fewer': columns % 4 === 0 ? 4 : 3 } as CSSProperties}
      >
        {children}
      </div>
    </div>
  )
}
