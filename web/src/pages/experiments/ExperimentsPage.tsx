import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'

import { useMay } from '../../api/me'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { lateDialog } from '../../parts/Dialog'
import { EmptyState } from '../../parts/EmptyState'
import { Page } from '../../parts/Page'
import { Guarded, Panel } from '../../parts/Panel'
import { armName, stateTone, verdictTone } from './draft'
import { ExperimentDetail } from './ExperimentDetail'
import { armsQuery, type Experiment, experimentsQuery } from './queries'
import { words } from './words'

const route = getRouteApi('/shell/experiments')
const PlanDialog = lateDialog(() => import('./PlanDialog').then((module) => module.PlanDialog))

/** Experiments with prices: what runs, what was found, and the next one. */
export function ExperimentsPage() {
  const may = useMay()
  const [planning, setPlanning] = useState(false)
  const navigate = route.useNavigate()
  const open = (id: string) => void navigate({ search: { open: id }, replace: true })
  const actions = (
    <Button icon={<Plus size={15} aria-hidden />} disabled={!may('policies:write')} title={may('policies:write') ? undefined : words.needs('policies:write')} onClick={() => setPlanning(true)}>
      {words.plan}
    </Button>
  )
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Guarded>
        <Content onOpen={open} />
      </Guarded>
      {planning && (
        <PlanDialog
          onClose={() => setPlanning(false)}
          onDrafted={(id: string) => {
            setPlanning(false)
            open(id)
          }}
        />
      )}
    </Page>
  )
}

function Content({ onOpen }: { onOpen: (id: string) => void }) {
  const { data } = useSuspenseQuery(experimentsQuery)
  const { open } = route.useSearch()
  const chosen = data.find((one) => one.id === open) ?? data[0]
  if (!chosen) {
    return (
      <Panel>
        <EmptyState title={words.none}>{words.noneAbout}</EmptyState>
      </Panel>
    )
  }
  return (
    <div className="grid grid-cols-[minmax(280px,4fr)_minmax(0,8fr)] items-start gap-4">
      <Panel title={words.list} flush>
        <ul className="mt-1 pb-1">
          {data.map((one) => (
            <Line key={one.id} experiment={one} isChosen={one === chosen} onOpen={onOpen} />
          ))}
        </ul>
      </Panel>
      <ExperimentDetail key={chosen.id} id={chosen.id} />
    </div>
  )
}

function Line({ experiment, isChosen, onOpen }: { experiment: Experiment; isChosen: boolean; onOpen: (id: string) => void }) {
  const policies = useQuery(armsQuery).data ?? []
  const isOver = experiment.state !== 'draft' && experiment.verdict !== null
  return (
    <li>
      <button
        type="button"
        aria-current={isChosen || undefined}
        onClick={() => onOpen(experiment.id)}
        className="flex min-h-11 w-full items-start gap-3 border-t border-line px-4 py-2 text-left hover:bg-hover aria-[current=true]:bg-accent-soft"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate text-13 font-medium">{experiment.name}</span>
          <span className="block truncate text-12 text-muted">{words.against(armName(experiment.treatment_policy, policies), armName(experiment.control_policy, policies).toLowerCase())}</span>
        </span>
        <span className="flex shrink-0 flex-col items-end gap-1">
          <Badge tone={stateTone(experiment.state)}>{words.states[experiment.state] ?? experiment.state}</Badge>
          {isOver && <Badge tone={verdictTone(experiment.verdict)}>{words.verdicts[experiment.verdict ?? ''] ?? experiment.verdict}</Badge>}
        </span>
      </button>
    </li>
  )
}
