import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'

import { announce, announceProblem } from '../../app/toasts'
import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { Age } from '../../parts/Age'
import { Badge, type Tone } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { EmptyState } from '../../parts/EmptyState'
import { ChoiceFilter, Filters } from '../../parts/Filters'
import { Panel } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Column, DataTable } from '../../parts/table'
import { type Job, type JobState, jobsQuery } from './queries'
import { JOB_STATES } from './route'
import { progressOf } from './traffic'
import { words } from './words'

const route = getRouteApi('/shell/system')
const CHOICES = JOB_STATES.map((value) => ({ value, label: words.states[value] }))
const TONES: Record<JobState, Tone> = { queued: 'neutral', running: 'accent', succeeded: 'good', failed: 'bad', cancelled: 'neutral' }

const COLUMNS: readonly Column<Job>[] = [
  { id: 'kind', header: words.job, minWidth: 150, cell: (row) => <span className="font-medium" title={row.kind}>{row.kind}</span> },
  { id: 'state', header: words.state, width: 96, cell: (row) => <Badge tone={TONES[row.state]}>{words.states[row.state]}</Badge> },
  {
    id: 'progress',
    header: words.progress,
    minWidth: 110,
    cell: (row) => (row.error ? <span className="block truncate text-bad" title={row.error}>{row.error}</span> : <span className="text-muted">{progressOf(row)}</span>),
  },
  { id: 'attempts', header: words.attempts, width: 60, align: 'right', cell: (row) => `${row.attempts}/${row.max_attempts}` },
  { id: 'asked', header: words.asked, width: 84, align: 'right', cell: (row) => <Age at={row.created_at} /> },
  { id: 'actions', header: words.actions, width: 96, align: 'right', cell: (row) => <JobActions job={row} /> },
]

/** Background jobs, newest first. */
export function JobsPanel() {
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const jobs = useInfiniteQuery(jobsQuery(state))
  const rows = useMemo(() => jobs.data?.pages.flatMap((page) => page.items) ?? [], [jobs.data])
  const filter = (next: JobState | undefined) => void navigate({ search: { state: next }, replace: true })
  const empty =
    state === undefined ? (
      <EmptyState title={words.noJobs}>{words.noJobsAbout}</EmptyState>
    ) : (
      <EmptyState title={words.noJobsMatch} action={<Button onClick={() => filter(undefined)}>{words.clearFilter}</Button>} />
    )
  const filters = (
    <Filters active={state !== undefined} onClear={() => filter(undefined)}>
      <ChoiceFilter label={words.state} value={state} choices={CHOICES} onChange={filter} />
    </Filters>
  )
  return (
    <Panel title={words.jobs} actions={filters} flush>
      {jobs.error ? (
        <div className="p-4">
          <Problem error={jobs.error} onRetry={() => void jobs.refetch()} />
        </div>
      ) : (
        <DataTable
          label={words.jobs}
          rows={rows}
          columns={COLUMNS}
          rowId={(row) => row.id}
          rowName={(row) => row.kind}
          loading={jobs.isPending}
          empty={empty}
          className="max-h-80"
          onEndReached={() => {
            if (jobs.hasNextPage && !jobs.isFetchingNextPage) void jobs.fetchNextPage()
          }}
        />
      )}
    </Panel>
  )
}

function JobActions({ job }: { job: Job }) {
  const client = useQueryClient()
  const may = useMay()('operations:manage')
  const act = async (call: Promise<unknown>, done: string) => {
    try {
      await call
      announce(done)
    } catch (error) {
      announceProblem(error)
    }
    await client.invalidateQueries({ queryKey: ['jobs'] })
  }
  const params = { path: { job_id: job.id } }
  if (!may) return null
  if (job.state === 'queued' || job.state === 'running') {
    return (
      <Button small kind="quiet" onClick={() => void act(read(api.POST('/api/v1/system/jobs/{job_id}/cancel', { params })), words.cancelled)}>
        {words.cancel}
      </Button>
    )
  }
  if (job.state === 'succeeded') return null
  return (
    <Button small kind="quiet" onClick={() => void act(read(api.POST('/api/v1/system/jobs/{job_id}/retry', { params })), words.retried)}>
      {words.retry}
    </Button>
  )
}
