import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'

import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { announce, announceProblem } from '../../app/toasts'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { counted, date, number, percent } from '../../parts/format'
import { Guarded, Panel } from '../../parts/Panel'
import { armName, armOf, stateTone } from './draft'
import { armsQuery, type Detail, experimentQuery } from './queries'
import { ReportPanels } from './ReportPanels'
import { StopDialog } from './StopDialog'
import { words } from './words'

/** One experiment: what it compares, what it shows, how it is run. */
export function ExperimentDetail({ id }: { id: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Guarded>
        <Head id={id} />
      </Guarded>
      <Guarded>
        <ReportPanels id={id} />
      </Guarded>
      <Panel title={words.protocol}>
        <Protocol id={id} />
      </Panel>
    </div>
  )
}

function Head({ id }: { id: string }) {
  const one = useSuspenseQuery(experimentQuery(id)).data
  const policies = useQuery(armsQuery).data ?? []
  return (
    <section className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-8 border border-line bg-surface px-4 py-3">
      <div className="min-w-0 flex-1">
        <h2 className="flex flex-wrap items-center gap-2 text-16 font-semibold">
          {one.name} <Badge tone={stateTone(one.state)}>{words.states[one.state] ?? one.state}</Badge>
        </h2>
        <p className="text-13 text-muted">{words.against(armName(one.treatment_policy, policies), armName(one.control_policy, policies).toLowerCase())}</p>
        {one.end_reason && (
          <p className="mt-0.5 text-13">
            {words.ended} {one.ended_at && date(one.ended_at)}: {one.end_reason}
          </p>
        )}
      </div>
      <Turns one={one} />
    </section>
  )
}

/** Starting a draft, stopping what runs. */
function Turns({ one }: { one: Detail }) {
  const client = useQueryClient()
  const may = useMay()
  const [stopping, setStopping] = useState(false)
  const start = useMutation({
    mutationFn: () => read(api.POST('/api/v1/pricing/experiments/{experiment_id}/start', { params: { path: { experiment_id: one.id } } })),
    onSuccess: () => announce(words.started),
    onError: announceProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ['policies', 'experiments'] }),
  })
  if (one.state === 'draft') {
    return (
      <Button kind="primary" busy={start.isPending} disabled={!may('policies:write')} title={may('policies:write') ? words.startAbout : words.needs('policies:write')} onClick={() => start.mutate()}>
        {words.start}
      </Button>
    )
  }
  if (one.state !== 'running') return null
  return (
    <>
      <Button kind="danger" disabled={!may('prices:apply')} title={may('prices:apply') ? undefined : words.needs('prices:apply')} onClick={() => setStopping(true)}>
        {words.stop}
      </Button>
      {stopping && <StopDialog id={one.id} onClose={() => setStopping(false)} />}
    </>
  )
}

function Protocol({ id }: { id: string }) {
  const one = useSuspenseQuery(experimentQuery(id)).data
  const { protocol } = one
  const isSwitchback = protocol.kind === 'switchback'
  return (
    <>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(220px,1fr))] gap-x-8 gap-y-2 text-13">
        <Term name={words.kind}>{words.kinds[protocol.kind]}</Term>
        <Term name={words.grouping}>{words.groupings[protocol.grouping]}</Term>
        <Term name={words.days}>{number(protocol.days)}</Term>
        {isSwitchback && <Term name={words.block}>{number(protocol.block_days)}</Term>}
        {isSwitchback && <Term name={words.washout}>{counted(protocol.washout_days, 'day')}</Term>}
        <Term name={words.metric}>{words.metrics[protocol.metric]}</Term>
        <Term name={words.level}>{percent(protocol.level, 0)}</Term>
        <Term name={words.power}>{percent(protocol.power, 0)}</Term>
        <Term name={words.products}>{[one.category, one.brand].filter(Boolean).join(', ') || words.allProducts}</Term>
        {one.started_on && <Term name={words.since}>{date(one.started_on, 'day')}</Term>}
      </dl>
      <p className="mt-3 text-12 text-muted">{words.fixed}</p>
      {one.clusters.length > 0 && <Clusters clusters={one.clusters} />}
    </>
  )
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-muted">{name}</dt>
      <dd className="figures text-right">{children}</dd>
    </div>
  )
}

function Clusters({ clusters }: { clusters: Detail['clusters'] }) {
  return (
    <details className="mt-3">
      <summary className="cursor-pointer text-13 font-medium">{words.clusters(counted(clusters.length, 'group'))}</summary>
      <table className="mt-2 w-full text-13">
        <thead>
          <tr className="text-12 text-muted">
            <th scope="col" className="py-1 text-left font-normal">{words.cluster}</th>
            <th scope="col" className="py-1 text-right font-normal">{words.products}</th>
            <th scope="col" className="py-1 text-right font-normal">{words.arm}</th>
          </tr>
        </thead>
        <tbody>
          {clusters.map((cluster) => (
            <tr key={cluster.number} className="border-t border-line">
              <td className="py-1.5">{cluster.name}</td>
              <td className="figures py-1.5 text-right">{number(cluster.products)}</td>
              <td className="py-1.5 text-right">{words.arms[armOf(cluster)]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
