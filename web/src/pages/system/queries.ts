import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { api, read, type Schemas } from '../../api/client'

export type Requests = Schemas['RequestsAnswer']
export type Route = Schemas['RouteTrafficAnswer']
export type Minute = Schemas['MinuteTrafficAnswer']
export type Job = Schemas['JobAnswer']
export type JobState = Schemas['JobState']
export type Loop = Schemas['LoopAnswer']
export type Parked = Schemas['ParkedAnswer']

const OFTEN_MS = 5_000
const MINUTES = 15

/** Nothing tells a page that a request was served: these are read again every five seconds while they are looked at. */
export const requestsQuery = queryOptions({
  queryKey: ['system', 'requests'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/system/requests', { params: { query: { minutes: MINUTES } }, signal })),
  refetchInterval: OFTEN_MS,
})

export const processQuery = queryOptions({
  queryKey: ['system', 'process'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/system/process', { signal })),
  refetchInterval: OFTEN_MS,
})

export const queuesQuery = queryOptions({
  queryKey: ['system', 'queues'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/system/queues', { signal })),
  refetchInterval: OFTEN_MS,
})

export const loopsQuery = queryOptions({
  queryKey: ['system', 'loops'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/system/loops', { signal })),
  refetchInterval: OFTEN_MS * 6,
})

export const parkedQuery = queryOptions({
  queryKey: ['system', 'parked'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/system/parked', { params: { query: { limit: 100 } }, signal })),
  refetchInterval: OFTEN_MS * 6,
})

/** Jobs, newest first, page after page. */
export function jobsQuery(state: JobState | undefined) {
  return infiniteQueryOptions({
    queryKey: ['jobs', 'list', state ?? null],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET('/api/v1/system/jobs', { params: { query: { state: state && [state], cursor: pageParam, limit: 100 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
}
