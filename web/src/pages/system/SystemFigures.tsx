import { useQuery } from '@tanstack/react-query'

import { Figure, Figures } from '../../parts/Figure'
import { number } from '../../parts/format'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { parkedQuery, queuesQuery, requestsQuery } from './queries'
import { byMinute, duration, perMinute } from './traffic'
import { words } from './words'

/** Rate, errors and duration of the last minutes, and what waits. */
export function SystemFigures() {
  const { data: requests, error, refetch } = useQuery(requestsQuery)
  const queues = useQuery(queuesQuery).data
  const parked = useQuery(parkedQuery).data
  if (error && !requests) return <Problem error={error} onRetry={() => void refetch()} />
  if (!requests) return <Skeleton lines={3} />
  const { total, minutes } = requests
  const period = words.lastMinutes(minutes)
  const waiting = queues?.jobs.reduce((sum, line) => sum + line.queued, 0)
  return (
    <Figures columns={8}>
      <Figure label={words.perMinute} period={period} value={number(String(perMinute(requests)), 1)} spark={byMinute(requests, (minute) => minute.requests)} />
      <Figure label={words.errors} period={period} about={words.errorsAbout} value={<Count of={total.errors} />} spark={byMinute(requests, (minute) => minute.errors)} />
      <Figure label={words.refused} period={period} about={words.refusedAbout} value={number(total.refused)} />
      <Figure label={words.median} period={period} value={duration(total.latency?.p50_ms)} missing={words.noRequests} />
      <Figure
        label={words.p95}
        period={period}
        value={duration(total.latency?.p95_ms)}
        missing={words.noRequests}
        spark={byMinute(requests, (minute) => minute.latency?.p95_ms ?? null)}
      />
      <Figure label={words.p99} period={period} value={duration(total.latency?.p99_ms)} missing={words.noRequests} />
      <Figure label={words.waiting} period="" about={words.waitingAbout} value={waiting === undefined ? null : number(waiting)} />
      <Figure label={words.parked} period="" about={words.parkedAbout} value={parked ? <Count of={parked.items.length} /> : null} />
    </Figures>
  )
}

/** A count that should be zero. */
function Count({ of }: { of: number }) {
  return <span className={of > 0 ? 'text-bad' : ''}>{number(of)}</span>
}
