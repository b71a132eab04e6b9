import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { api, read, type Schemas } from '../../api/client'

export type Import = Schemas['ImportAnswer']
export type Preview = Schemas['PreviewAnswer']
export type PreviewColumn = Schemas['ColumnAnswer']
export type Kind = Import['kind']
export type ImportState = Schemas['ImportState']
export type RejectGroup = Schemas['RejectGroupAnswer']
export type Options = Schemas['OptionsBody']
export type TracedRow = Schemas['TracedRowAnswer']
export type Lineage = Schemas['LineageAnswer']

export const KINDS: readonly Kind[] = ['products', 'sales', 'competitor_prices', 'stock_levels', 'reviews', 'traffic']
export const STATES: readonly ImportState[] = ['received', 'checked', 'queued', 'running', 'completed', 'failed', 'undone']

const UNDER_WAY_MS = 1_000

/** Whether rows of it are being stored, or soon will be. */
export function isUnderWay(one: Pick<Import, 'state'>): boolean {
  return one.state === 'queued' || one.state === 'running'
}

/** Whether its mapping may still be changed and its rows checked. */
export function isOpen(one: Pick<Import, 'state'>): boolean {
  return one.state === 'received' || one.state === 'checked' || one.state === 'failed'
}

export type RunsFilter = { kind?: Kind; state?: ImportState }

/** The imports, newest first, page after page. */
export function runsQuery({ kind, state }: RunsFilter) {
  return infiniteQueryOptions({
    queryKey: ['imports', 'list', kind ?? null, state ?? null],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET('/api/v1/imports', { params: { query: { kind, state, cursor: pageParam, limit: 100 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (query) =>
      query.state.data?.pages[0]?.items.some((one) => isUnderWay(one)) ? UNDER_WAY_MS * 2 : false,
  })
}

/** One import; read every second while it is under way, so that its figures move. */
export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/imports/{import_id}', { params: { path: { import_id: id } }, signal })),
    refetchInterval: (query) => (query.state.data && isUnderWay(query.state.data) ? UNDER_WAY_MS : false),
  })
}

/** The file's columns with samples, and what they would become. */
export function previewQuery(id: string) {
  return queryOptions({
    queryKey: ['imports', 'preview', id],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/imports/{import_id}/mapping', { params: { path: { import_id: id } }, signal })),
    staleTime: 60_000,
  })
}

/** How many rows the last check read: what a run under way is measured against. Only this browser knows it. */
export function rowsKey(id: string) {
  return ['imports', 'rows', id] as const
}

export function rowQuery(id: string, row: number) {
  return queryOptions({
    queryKey: ['imports', 'row', id, row],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/imports/{import_id}/rows/{row}', { params: { path: { import_id: id, row } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function lineageQuery(kind: Kind, key: string) {
  return queryOptions({
    queryKey: ['imports', 'lineage', kind, key],
    queryFn: ({ signal }) => read(api.GET('/api/v1/lineage/{kind}/{key}', { params: { path: { kind, key } }, signal })),
  })
}

/** The first products whose item number, name or brand has a text in it. */
export function productsNamedQuery(text: string) {
  return queryOptions({
    queryKey: ['products', 'named', text],
    queryFn: ({ signal }) => read(api.GET('/api/v1/catalog/products', { params: { query: { text, limit: 12 } }, signal })),
    enabled: text.length > 1,
  })
}
