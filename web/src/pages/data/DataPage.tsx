import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'

import { useMay } from '../../api/me'
import { counted } from '../../parts/format'
import { Page } from '../../parts/Page'
import { DropZone } from './DropZone'
import { FindOrigin } from './FindOrigin'
import { isUnderWay, runsQuery } from './queries'
import { RunsPanel } from './RunsPanel'
import { UnderWay } from './UnderWay'
import { useUpload } from './useUpload'
import { words } from './words'

const route = getRouteApi('/shell/data')

/** What came in: a place to drop files, imports under way, all runs, and where a value comes from. */
export function DataPage() {
  const search = route.useSearch()
  const upload = useUpload()
  const runs = useInfiniteQuery(runsQuery(search))
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data])
  const underWay = rows.filter(isUnderWay)
  const content = (
    <>
      {underWay.length > 0 && <UnderWay imports={underWay} />}
      <RunsPanel runs={runs} rows={rows} />
      <FindOrigin />
    </>
  )
  return (
    <Page title={words.title} about={runs.data ? summary(rows, runs.hasNextPage) : null} fills>
      {useMay()('imports:write') ? (
        <DropZone state={upload.state} onFile={upload.send} onCancel={upload.cancel}>
          {content}
        </DropZone>
      ) : (
        content
      )}
    </Page>
  )
}

function summary(rows: readonly { counts: { rejected: number } }[], more: boolean): string {
  if (rows.length === 0) return words.about
  const rejected = rows.reduce((sum, row) => sum + row.counts.rejected, 0)
  return `${counted(rows.length, 'run')}${more ? ' shown, older ones follow' : ''} · ${counted(rejected, 'row')} rejected`
}
