import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Pencil } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'

import { useMay } from '../../api/me'
import { useKeys } from '../../app/keys'
import { Button } from '../../parts/Button'
import { lateDialog } from '../../parts/Dialog'
import { EmptyState } from '../../parts/EmptyState'
import { counted, number } from '../../parts/format'
import { Page } from '../../parts/Page'
import { Problem } from '../../parts/Problem'
import { DataTable, type Selection, type Sort } from '../../parts/table'
import { CatalogFilters } from './CatalogFilters'
import { COLUMNS, TAGGED_COLUMNS } from './columns'
import { ExportMenu, ViewsMenu } from './menus'
import { MOST, rowsQuery } from './queries'
import type { Product } from './rows'
import { type CatalogSearch, filtersIn, SORTS } from './search'
import { TotalsBar } from './TotalsBar'
import { words } from './words'

const EditDialog = lateDialog(() => import('./EditDialog').then((module) => module.EditDialog))
const route = getRouteApi('/shell/catalog')
const NONE: readonly Product[] = []

/** All products of the shop, by filter and order, with what the chosen ones come to. */
export function CatalogPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const found = useCatalog(search)
  const { rows, total } = found
  const [selection, setSelection] = useState<Selection>(new Set())
  const [active, setActive] = useState(search.at ?? null)
  const [editing, setEditing] = useState<readonly Product[] | null>(null)
  const mayWrite = useMay()('catalog:write')

  const chosen = useMemo(() => rows.filter((row) => selection.has(row.id)), [rows, selection])
  const hasTags = useMemo(() => rows.some((row) => row.tags.length > 0), [rows])
  const change = (next: Partial<CatalogSearch>) =>
    void navigate({ search: (before) => ({ ...before, at: undefined, ...next }), replace: true })
  const canEdit = mayWrite && chosen.length > 0 && chosen.length <= MOST
  const edit = () => setEditing(chosen)
  useKeys(words.title, [
    { keys: 'e', label: words.edit, run: edit, off: !canEdit },
    { keys: 'Escape', label: words.deselect, run: () => setSelection(new Set()), off: selection.size === 0 },
  ])
  const sort: Sort = { id: search.sort ?? 'sku', descending: search.descending ?? false }
  const onSort = (next: Sort | null) => {
    const id = SORTS.find((one) => one === next?.id)
    change({ sort: id, descending: next?.descending ? true : undefined })
  }
  const open = (product: Product) => {
    void navigate({ search: (before) => ({ ...before, at: product.id }), replace: true }).then(() =>
      navigate({ to: '/catalog/$productId', params: { productId: product.id }, search: {} }),
    )
  }
  return (
    <Page
      title={words.title}
      about={total === undefined ? null : about(total, rows.length, found.isLoadingRest)}
      actions={
        <>
          <ViewsMenu search={search} onView={(view) => void navigate({ search: view })} />
          <ExportMenu search={search} total={total ?? 0} />
          <Button icon={<Pencil size={14} aria-hidden />} keyName="E" disabled={!canEdit} title={chosen.length > MOST ? words.tooMany : chosen.length === 0 ? words.editHint : undefined} onClick={edit}>
            {chosen.length > 0 ? `${words.edit} ${counted(chosen.length, 'product')}` : words.edit}
          </Button>
        </>
      }
      fills
    >
      <CatalogFilters search={search} onChange={change} />
      <section aria-busy={found.isStale} className="flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden rounded-8 border border-line bg-surface">
        <div className="min-h-0 flex-1">
          {found.error ? (
            <div className="p-4">
              <Problem error={found.error} onRetry={found.retry} />
            </div>
          ) : (
            <DataTable
              label={words.list}
              rows={rows}
              columns={hasTags ? TAGGED_COLUMNS : COLUMNS}
              rowId={idOf}
              rowName={nameOf}
              sort={sort}
              onSort={onSort}
              selection={selection}
              onSelect={setSelection}
              activeId={active}
              onActive={setActive}
              onOpen={open}
              loading={total === undefined}
              total={total}
              empty={<Nothing search={search} onClear={() => void navigate({ search: {} })} />}
              className={found.isStale ? 'opacity-60' : ''}
            />
          )}
        </div>
        <TotalsBar chosen={chosen} isAll={chosen.length === total} search={search} onDeselect={() => setSelection(new Set())} onFilter={change} />
      </section>
      {editing && (
        <EditDialog
          products={editing}
          onClose={() => setEditing(null)}
          onDone={() => void client.invalidateQueries({ queryKey: ['products'] })}
        />
      )}
    </Page>
  )
}

const idOf = (product: Product) => product.id
const nameOf = (product: Product) => product.name

/** The first screen of rows, then, without being asked, the rest of them. */
function useCatalog(search: CatalogSearch) {
  const found = useInfiniteQuery(rowsQuery(search))
  const { data, hasNextPage, isFetching, isPlaceholderData, fetchNextPage } = found
  const isComplete = (data?.pages.length ?? 0) > 1
  useEffect(() => {
    if (hasNextPage && !isComplete && !isFetching && !isPlaceholderData) void fetchNextPage()
  }, [hasNextPage, isComplete, isFetching, isPlaceholderData, fetchNextPage])
  const rows = useMemo(() => {
    const pages = data?.pages ?? []
    return pages.length === 0 ? NONE : pages.flatMap((page) => page.products)
  }, [data])
  return {
    rows,
    total: data?.pages[0]?.total,
    isStale: isPlaceholderData,
    isLoadingRest: hasNextPage && !isComplete,
    error: data ? null : found.error,
    retry: () => void found.refetch(),
  }
}

function about(total: number, loaded: number, isLoadingRest: boolean): string {
  const all = counted(total, 'product')
  return loaded < total && !isLoadingRest ? `${all}, the ${words.partial} ${number(loaded)} listed` : all
}

function Nothing({ search, onClear }: { search: CatalogSearch; onClear: () => void }) {
  if (filtersIn(search) > 0) return <EmptyState title={words.noneMatch} action={<Button onClick={onClear}>{words.clear}</Button>} />
  return (
    <EmptyState
      title={words.noneYet}
      action={
        <Link to="/data" className="text-13 font-medium text-accent hover:underline">
          {words.import}
        </Link>
      }
    >
      {words.noneYetAbout}
    </EmptyState>
  )
}
