import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

import { live, type LiveMessage, type LiveState, type Topic } from './live'

const GATHER = 300 // changes come in crowds: one look for many

/** Read everything whose query key begins with one of the topics again when it changes. `onMessage` is optional. */
export function useLive(topics: readonly Topic[], onMessage?: (message: LiveMessage) => void): void {
  const client = useQueryClient()
  const wanted = topics.join(' ')
  useEffect(() => {
    const stale = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      for (const topic of stale) void client.invalidateQueries({ queryKey: [topic] })
      stale.clear()
    }
    const stops = wanted.split(' ').map((topic) =>
      live.subscribe(topic, (message) => {
        if (message) onMessage?.(message)
        stale.add(topic)
        timer ??= setTimeout(refresh, GATHER)
      }),
    )
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [client, wanted, onMessage])
}

/** How news arrives at the moment. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (watcher) => live.watch(watcher),
    () => live.state,
  )
}
