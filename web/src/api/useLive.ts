import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

import { live, type LiveMessage, type LiveState, type Topic, TOPICS } from './live'

const GATHER = 300 // changes come in crowds: one look for many

/**
 * Make everything stale whose query key begins with a topic that changed: what is on the screen is read again at once,
 * the rest when somebody goes there. The frame does this once, for all pages.
 */
export function useLiveQueries(): void {
  const client = useQueryClient()
  useEffect(() => {
    const stale = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      for (const topic of stale) void client.invalidateQueries({ queryKey: [topic] })
      stale.clear()
    }
    const stops = TOPICS.map((topic) =>
      live.subscribe(topic, () => {
        stale.add(topic)
        timer ??= setTimeout(refresh, GATHER)
      }),
    )
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [client])
}

/** Hear the messages of topics themselves, as for the progress of a job. Queries need no more than their key. */
export function useLive(topics: readonly Topic[], onMessage: (message: LiveMessage) => void): void {
  const wanted = topics.join(' ')
  useEffect(() => {
    const hear = (message: LiveMessage | null) => {
      if (message) onMessage(message)
    }
    const stops = wanted.split(' ').map((topic) => live.subscribe(topic, hear))
    return () => {
      for (const stop of stops) stop()
    }
  }, [wanted, onMessage])
}

/** How news arrives at the moment. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (watcher) => live.watch(watcher),
    () => live.state,
  )
}
