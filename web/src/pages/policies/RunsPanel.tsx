import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { announce, announceProblem } from '../../app/toasts'
import { Age } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { counted, number } from '../../parts/format'
import { type Run, runsQuery } from './queries'
import { words } from './words'

/** The state of the circuit breaker, and what the last runs did. */
export function RunsPanel() {
  const { data } = useSuspenseQuery(runsQuery)
  const [last] = data.items
  const isOpen = last?.halt_reason !== null && last?.halt_reason !== undefined
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 pt-1 pb-3 text-13">
        {words.breaker} <Badge tone={isOpen ? 'bad' : 'good'}>{isOpen ? words.breakerOpen : words.breakerClosed}</Badge>
        <span className="ml-auto">
          <RunNow />
        </span>
        {isOpen && <p className="w-full text-bad">{last.halt_reason}</p>}
      </div>
      {data.items.length === 0 ? (
        <p className="px-4 pb-4 text-13 text-muted">{words.noRuns}</p>
      ) : (
        <table className="w-full border-separate border-spacing-0 pb-1 text-13">
          <thead>
            <tr className="text-12 text-muted">
              <Head left>{words.when}</Head>
              <Head left>{words.trigger}</Head>
              <Head>{words.proposed}</Head>
              <Head>{words.held}</Head>
              <Head>{words.unpriced}</Head>
            </tr>
          </thead>
          <tbody>
            {data.items.map((run) => (
              <Line key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

function Head({ children, left }: { children: string; left?: boolean }) {
  return (
    <th scope="col" className={`h-7 border-t border-line px-2 font-normal first:pl-4 last:pr-4 ${left ? 'text-left' : 'text-right'}`}>
      {children}
    </th>
  )
}

const CELL = 'h-8 border-t border-line px-2 first:pl-4 last:pr-4'

function Line({ run }: { run: Run }) {
  const count = (name: string) => number(run.counts[name] ?? 0)
  return (
    <tr title={run.halt_reason ?? undefined}>
      <td className={CELL}>
        <Age at={run.started_at} /> {run.halt_reason && <Badge tone="bad">stopped</Badge>}
      </td>
      <td className={`${CELL} text-muted`}>{run.trigger}</td>
      <td className={`${CELL} text-right`}>
        <Link to="/proposals" search={{ run: run.id }} className="text-accent hover:underline">
          {count('proposed')}
        </Link>
      </td>
      <td className={`${CELL} text-right`}>{count('held')}</td>
      <td className={`${CELL} text-right`}>{count('no_price')}</td>
    </tr>
  )
}

function RunNow() {
  const client = useQueryClient()
  const may = useMay()
  const run = useMutation({
    mutationFn: () => read(api.POST('/api/v1/prices/optimize', { body: {} })),
    onSuccess: (answer) => announce(`${counted(answer.proposals, 'price')} proposed`, { about: answer.run.halt_reason ?? undefined }),
    onError: announceProblem,
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['proposals'] }), client.invalidateQueries({ queryKey: ['prices'] })]),
  })
  return (
    <Button small busy={run.isPending} disabled={!may('prices:propose')} onClick={() => run.mutate()}>
      {words.runNow}
    </Button>
  )
}
