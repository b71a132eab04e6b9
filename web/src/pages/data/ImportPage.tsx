import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'

import { useMay } from '../../api/me'
import { Button } from '../../parts/Button'
import { Confirm } from '../../parts/Confirm'
import { date } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Guarded } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { ImportWork } from './ImportWork'
import { fileSize, stepOf } from './progress'
import { type Import, importQuery, isOpen } from './queries'
import { ReadAs } from './ReadAs'
import { RowDialog } from './RowDialog'
import { StateBadge } from './StateBadge'
import { Steps } from './Steps'
import { useImportActions } from './useImportActions'
import { words } from './words'

const route = getRouteApi('/shell/data/imports/$importId')

/** One import, from its columns over the check to what it stored. */
export function ImportPage() {
  const { importId } = route.useParams()
  const found = useQuery(importQuery(importId))
  if (found.error) {
    return (
      <Page title={words.title}>
        <Problem error={found.error} onRetry={() => void found.refetch()} />
        <Link to="/data" search={{}} className="text-13 text-accent hover:underline">
          {words.backToData}
        </Link>
      </Page>
    )
  }
  return <Guarded>{found.data && <Loaded key={importId} id={importId} />}</Guarded>
}

function Loaded({ id }: { id: string }) {
  const one = useSuspenseQuery(importQuery(id)).data
  const actions = useImportActions(id)
  const { row } = route.useSearch()
  const navigate = route.useNavigate()
  const toRow = (next: number | undefined) => void navigate({ search: { row: next }, replace: row !== undefined })
  return (
    <Page
      title={one.file_name}
      about={<About one={one} />}
      actions={
        <>
          <RowBox onRow={toRow} />
          <Ending one={one} actions={actions} />
        </>
      }
      fills
    >
      <div className="flex flex-wrap items-center justify-between gap-4">
        <Steps step={stepOf(one)} done={one.state === 'completed' || one.state === 'undone'} />
        {isOpen(one) && <ReadAs one={one} />}
      </div>
      <ImportWork one={one} actions={actions} onRow={toRow} />
      <RowDialog importId={id} row={row} onRow={toRow} />
    </Page>
  )
}

function About({ one }: { one: Import }) {
  return (
    <span className="inline-flex items-center gap-2">
      <StateBadge state={one.state} />
      {words.kinds[one.kind]} · {fileSize(one.bytes)} · received {date(one.created_at)}
    </span>
  )
}

/** Goes to a row of the file. */
function RowBox({ onRow }: { onRow: (row: number) => void }) {
  return (
    <form
      className="flex items-center gap-2 text-13 text-muted"
      onSubmit={(event) => {
        event.preventDefault()
        const row = Number(new FormData(event.currentTarget).get('row'))
        if (Number.isSafeInteger(row) && row > 0) onRow(row)
      }}
    >
      <label htmlFor="row-box">{words.lookAtRow}</label>
      <input id="row-box" name="row" inputMode="numeric" className="control w-20" />
    </form>
  )
}

/** What ends an import: taking it back, or deleting it. */
function Ending({ one, actions }: { one: Import; actions: ReturnType<typeof useImportActions> }) {
  const [asks, setAsks] = useState(false)
  if (!useMay()('imports:write')) return null
  const isDone = one.state === 'completed'
  if (!isDone && !isOpen(one) && one.state !== 'undone') return null
  const verb = isDone ? words.undo : words.delete
  const close = () => setAsks(false)
  return (
    <>
      <Button kind="danger" onClick={() => setAsks(true)}>
        {verb}
      </Button>
      <Confirm
        open={asks}
        onClose={close}
        title={`${verb}?`}
        about={isDone ? words.undoAbout : words.deleteAbout}
        action={verb}
        onConfirm={() => (isDone ? actions.undo.mutateAsync() : actions.remove.mutateAsync()).then(close, close)}
      />
    </>
  )
}
