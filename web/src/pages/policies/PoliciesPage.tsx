import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'

import { useMay } from '../../api/me'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { Page } from '../../parts/Page'
import { Guarded, Panel } from '../../parts/Panel'
import { AddPolicy } from './AddPolicy'
import { ControlPanel } from './ControlPanel'
import { PolicyEditor } from './PolicyEditor'
import { type Policy, policiesQuery } from './queries'
import { RunsPanel } from './RunsPanel'
import { words } from './words'

const route = getRouteApi('/shell/policies')

/** Whether pricing runs, what the last runs did, and what they follow. */
export function PoliciesPage() {
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const actions = (
    <Button icon={<Plus size={15} aria-hidden />} disabled={!may('policies:write')} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  )
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Guarded>
        <ControlPanel />
      </Guarded>
      <div className="grid grid-cols-[minmax(300px,5fr)_minmax(0,8fr)] items-start gap-4">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title={words.list} flush>
            <PolicyList />
          </Panel>
          <Panel title={words.runs} flush>
            <RunsPanel />
          </Panel>
        </div>
        <Panel>
          <Chosen />
        </Panel>
      </div>
      {adding && <AddPolicy onClose={() => setAdding(false)} />}
    </Page>
  )
}

function useChosen(): Policy | undefined {
  const { data } = useSuspenseQuery(policiesQuery)
  const { open } = route.useSearch()
  return data.find((policy) => policy.id === open) ?? data[0]
}

function Chosen() {
  const policy = useChosen()
  if (!policy) return <EmptyState title={words.none} />
  return <PolicyEditor key={`${policy.id} ${policy.version}`} policy={policy} />
}

function PolicyList() {
  const { data } = useSuspenseQuery(policiesQuery)
  const chosen = useChosen()
  const navigate = route.useNavigate()
  return (
    <ul className="mt-1 pb-1">
      {data.map((policy) => (
        <li key={policy.id ?? 'built-in'}>
          <button
            type="button"
            aria-current={policy === chosen || undefined}
            onClick={() => void navigate({ search: { open: policy.id ?? undefined }, replace: true })}
            className="flex min-h-11 w-full items-center gap-3 border-t border-line px-4 py-1.5 text-left hover:bg-hover aria-[current=true]:bg-accent-soft"
          >
            <span className="min-w-0 flex-1">
              <span className="block truncate text-13 font-medium">{policy.name}</span>
              <span className="block truncate text-12 text-muted">
                {words.scopes[policy.scope]}
                {policy.scope_value && ` · ${policy.scope_value}`} · {(words.strategies[policy.strategy]?.name ?? policy.strategy).toLowerCase()}
              </span>
            </span>
            {!policy.enabled && <Badge>{words.off}</Badge>}
            {policy.id === null && <Badge>{words.builtIn}</Badge>}
          </button>
        </li>
      ))}
    </ul>
  )
}
