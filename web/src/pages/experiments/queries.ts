import { queryOptions } from '@tanstack/react-query'

import { type Answered, api, read, type Schemas } from '../../api/client'

export type Experiment = Answered<'ExperimentAnswer'>
export type Detail = Answered<'ExperimentDetail'>
export type Report = NonNullable<Awaited<ReturnType<typeof readReport>>>
export type Plan = Answered<'PlanAnswer'>
export type Policy = Schemas['PolicyAnswer']

const MOST = 100

export const experimentsQuery = queryOptions({
  queryKey: ['policies', 'experiments', 'list'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/pricing/experiments', { params: { query: { limit: MOST } }, signal }))).items,
})

export function experimentQuery(id: string) {
  return queryOptions({
    queryKey: ['policies', 'experiments', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/api/v1/pricing/experiments/{experiment_id}', { params: { path: { experiment_id: id } }, signal })),
  })
}

function readReport(id: string, signal: AbortSignal) {
  return read(api.GET('/api/v1/pricing/experiments/{experiment_id}/report', { params: { path: { experiment_id: id } }, signal }))
}

export function reportQuery(id: string) {
  return queryOptions({
    queryKey: ['policies', 'experiments', 'report', id],
    queryFn: ({ signal }) => readReport(id, signal),
  })
}

/** The policies that can be compared; the built-in one cannot be named. */
export const armsQuery = queryOptions({
  queryKey: ['policies', 'arms'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/policies', { signal }))).filter((policy) => policy.id !== null),
})
