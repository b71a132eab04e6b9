import { useMemo, useState } from 'react'
import { createPortal } from 'react-dom'

import { useKeys } from '../../app/keys'
import { useOnline } from '../../app/OfflineBar'
import { useMay } from '../../api/me'
import { EmptyState } from '../../parts/EmptyState'
import { lateDialog } from '../../parts/Dialog'
import { counted } from '../../parts/format'
import { Problem } from '../../parts/Problem'
import type { Selection } from '../../parts/table'
import { Button } from '../../parts/Button'
import { Actions, type Act } from './Actions'
import { useDeciding } from './deciding'
import { nextOpen } from './filtering'
import { Gain } from './Gain'
import { isFiltered, NO_FILTER, ProposalFilters } from './ProposalFilters'
import { ProposalList } from './ProposalList'
import type { Proposal } from './queries'
import { RunNow } from './RunNow'
import type { ProposalSearch, TabName } from './search'
import { gainOfAll } from './stake'
import { GonePanel } from './GonePanel'
import { useOpen } from './useOpen'
import { useProposals } from './useProposals'
import { WhyPanel } from './WhyPanel'
import { words } from './words'

type TabContentProps = {
  tab: Exclude<TabName, 'unpriced'>
  /** Where the page's actions stand. */
  slot: HTMLElement | null
  search: ProposalSearch
  change: (next: Partial<ProposalSearch>) => void
}

const EditDialog = lateDialog(() => import('./Dialogs').then((module) => module.EditDialog))
const LaterDialog = lateDialog(() => import('./Dialogs').then((module) => module.LaterDialog))
const RejectDialog = lateDialog(() => import('./Dialogs').then((module) => module.RejectDialog))
const NONE: Selection = new Set()

/** A list, the proposal that is open in it, and what can be done to it or to those that are selected. */
export function TabContent({ tab, slot, search, change }: TabContentProps) {
  const { all, rows, loading, error, retry } = useProposals(tab, search)
  const [chosen, setChosen] = useState<Selection>(NONE)
  const [dialog, setDialog] = useState<'reject' | 'edit' | 'later' | null>(null)
  const deciding = useDeciding()
  const may = useMay()
  const online = useOnline()

  const ids = useMemo(() => rows.map((row) => row.id), [rows])
  const { open, goneId, expectToGo, leave } = useOpen(all, rows, loading, search.open)
  const selected = useMemo(() => rows.filter((row) => chosen.has(row.id)), [rows, chosen])
  const targets = selected.length > 0 ? selected : open ? [open] : []
  const targetIds = targets.map((row) => row.id)

  /** Do something to the targets, and go on to the next row. */
  const decide = (work: (ids: readonly string[]) => Promise<void>) => {
    if (targetIds.length === 0) return
    setChosen(NONE)
    expectToGo(targetIds)
    change({ open: nextOpen(ids, open?.id ?? null, new Set(targetIds)) ?? undefined })
    void work(targetIds)
  }
  const toFirst = () => {
    leave()
    change({ open: undefined })
  }
  const acts = actsFor(tab, may, online, {
    approve: () => decide(deciding.approve),
    reject: () => setDialog('reject'),
    edit: () => setDialog('edit'),
    later: () => setDialog('later'),
    undo: () => decide(deciding.undo),
    applyNow: () => decide(deciding.applyNow),
    rollBack: () => decide(deciding.rollBack),
  })
  useKeys(words.title, [
    ...acts.flatMap((act) => (act.keyName && !act.off && targets.length > 0 ? [{ keys: act.keyName, label: act.label, run: act.run }] : [])),
    { keys: 'z', label: words.undo, run: () => deciding.undoLast() || false },
    { keys: 'Escape', label: 'Clear selection', run: () => (chosen.size > 0 ? setChosen(NONE) : false) },
  ])

  if (error && all.length === 0) return <Problem error={error} onRetry={retry} />
  return (
    <>
      {slot && createPortal(<Actions acts={acts} count={selected.length} disabled={targets.length === 0} />, slot)}
      {error ? <Problem error={error} title={words.notRead} onRetry={retry} /> : null}
      <ProposalFilters rows={all} search={search} change={change} />
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(380px,5fr)_minmax(0,8fr)] gap-4">
        <section className="flex min-h-0 flex-col overflow-hidden rounded-8 border border-line bg-surface">
          <div className="min-h-0 flex-1">
            <ProposalList
              rows={rows}
              openId={open?.id ?? null}
              onOpen={(id) => change({ open: id })}
              selection={chosen}
              onSelect={setChosen}
              loading={loading}
              empty={<Empty tab={tab} search={search} onClear={() => change(NO_FILTER)} />}
            />
          </div>
          {selected.length > 0 && <Chosen rows={selected} onClear={() => setChosen(NONE)} />}
        </section>
        <section className="min-h-0 overflow-y-auto rounded-8 border border-line bg-surface">
          {open && <WhyPanel key={open.id} proposal={open} />}
          {goneId !== null && <GonePanel key={goneId} id={goneId} onNext={rows.length > 0 ? toFirst : null} />}
        </section>
      </div>
      {dialog === 'reject' && (
        <RejectDialog count={targets.length} onClose={() => setDialog(null)} onReject={(reason) => decide((some) => deciding.reject(some, reason))} />
      )}
      {dialog === 'later' && (
        <LaterDialog count={targets.length} onClose={() => setDialog(null)} onApprove={(at) => decide((some) => deciding.approve(some, at))} />
      )}
      {dialog === 'edit' && open && <EditDialog proposal={open} onClose={() => setDialog(null)} />}
    </>
  )
}

type Runs = Record<'approve' | 'reject' | 'edit' | 'later' | 'undo' | 'applyNow' | 'rollBack', () => void>

function actsFor(tab: TabName, may: (permission: string) => boolean, online: boolean, runs: Runs): Act[] {
  const act = (label: string, run: () => void, needs: string, rest: Partial<Act> = {}): Act => ({
    label,
    run,
    off: !online ? words.offline : !may(needs) ? `You need the right ${needs}` : undefined,
    ...rest,
  })
  switch (tab) {
    case 'waiting':
      return [
        act(words.later, runs.later, 'prices:approve', { quiet: true }),
        act(words.edit, runs.edit, 'prices:propose', { keyName: 'e', single: true }),
        act(words.reject, runs.reject, 'prices:approve', { keyName: 'r', kind: 'danger' }),
        act(words.approve, runs.approve, 'prices:approve', { keyName: 'a', kind: 'primary' }),
      ]
    case 'approved':
      return [act(words.applyNow, runs.applyNow, 'prices:apply'), act(words.undo, runs.undo, 'prices:approve', { keyName: 'u', kind: 'primary' })]
    case 'live':
      return [act(words.rollBack, runs.rollBack, 'prices:apply', { kind: 'danger' })]
    default:
      return []
  }
}

function Chosen({ rows, onClear }: { rows: readonly Proposal[]; onClear: () => void }) {
  return (
    <div role="status" className="figures flex h-11 shrink-0 items-center gap-3 border-t border-line bg-accent-soft px-4 text-13">
      <span className="truncate">
        <strong className="font-semibold">{counted(rows.length, 'proposal')} selected</strong> · <Gain gain={gainOfAll(rows)} currency={rows[0]?.currency ?? 'EUR'} interval /> {words.aWeek}
      </span>
      <Button small kind="quiet" className="ml-auto" keyName="Esc" onClick={onClear}>
        Clear
      </Button>
    </div>
  )
}

function Empty({ tab, search, onClear }: { tab: Exclude<TabName, 'unpriced'>; search: ProposalSearch; onClear: () => void }) {
  if (isFiltered(search)) {
    return (
      <EmptyState title={words.nothingMatches} action={<Button onClick={onClear}>{words.clear}</Button>}>
        {words.nothingMatchesAbout}
      </EmptyState>
    )
  }
  if (tab !== 'waiting') return <EmptyState title={words.nothingHere[tab]} />
  return (
    <EmptyState title={words.allDecided} action={<RunNow />}>
      {words.allDecidedAbout}
    </EmptyState>
  )
}
