import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

import { useLive } from '../../api/useLive'
import { useStable } from '../../app/useStable'
import { date } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Panel, Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { FigureRow } from './FigureRow'
import { Happenings, Needs } from './Lists'
import { type Comparison, COMPARISONS, DASHBOARD, type Dashboard, dashboardQuery, type Period, PERIODS } from './queries'
import { RevenuePanel } from './RevenuePanel'
import { Start } from './Start'
import { words } from './words'

const route = getRouteApi('/shell/')
const REFRESH_MS = 3_000
const TOPICS = ['sales', 'proposals', 'prices', 'stock', 'market', 'imports'] as const

/** How the shop does, and what needs somebody today. */
export function DashboardPage() {
  const { period = '30d', compare = 'previous' } = route.useSearch()
  const { data, error, refetch } = useQuery(dashboardQuery(period, compare))
  useLive(TOPICS, useRefresh())
  return (
    <Page title={words.title} about={data ? <About data={data} /> : undefined} actions={<Choices period={period} compare={compare} />}>
      {error && !data ? <Problem error={error} onRetry={() => void refetch()} /> : data ? <Content data={data} /> : <Skeleton lines={10} />}
    </Page>
  )
}

/** Six figures touch nearly everything: after any news they are read again, at most every few seconds. */
function useRefresh(): () => void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useStable(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void client.invalidateQueries({ queryKey: DASHBOARD })
    }, REFRESH_MS)
  })
}

function About({ data }: { data: Dashboard }) {
  const newest = data.figures.map((figure) => figure.newest ?? '').toSorted().at(-1)
  const last = new Date(Date.parse(data.days.until) - 86_400_000).toISOString().slice(0, 10)
  return (
    <>
      {date(data.days.since, 'shortDay')} to {date(last, 'day')}
      {newest && ` · ${words.dataTo} ${date(newest, newest.length === 10 ? 'day' : 'full')}`}
    </>
  )
}

function Choices({ period, compare }: { period: Period; compare: Comparison }) {
  const navigate = route.useNavigate()
  return (
    <>
      <select
        aria-label={words.period}
        className="control"
        value={period}
        onChange={(event) => void navigate({ search: (now) => ({ ...now, period: event.target.value as Period }) })}
      >
        {PERIODS.map((one) => (
          <option key={one} value={one}>
            {words.periods[one]}
          </option>
        ))}
      </select>
      <select
        aria-label={words.compare}
        className="control"
        value={compare}
        onChange={(event) => void navigate({ search: (now) => ({ ...now, compare: event.target.value as Comparison }) })}
      >
        {COMPARISONS.map((one) => (
          <option key={one} value={one}>
            {words.comparisons[one]}
          </option>
        ))}
      </select>
    </>
  )
}

function Content({ data }: { data: Dashboard }) {
  const isEmpty = data.figures.every((figure) => figure.value === null || Number(figure.value) === 0)
  if (isEmpty) return <Start />
  return (
    <>
      <FigureRow data={data} />
      <div className="grid flex-1 grid-cols-[minmax(0,1fr)_minmax(300px,360px)] items-start gap-4 max-[1100px]:grid-cols-1">
        <RevenuePanel data={data} />
        <div className="flex flex-col gap-4">
          <Panel title={words.needs} flush>
            <Needs data={data} />
          </Panel>
          <Panel title={words.changed} flush>
            <Happenings data={data} />
          </Panel>
        </div>
      </div>
    </>
  )
}
