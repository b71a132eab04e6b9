import { onlineManager } from '@tanstack/react-query'
import { WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'

import { words } from './words'

/** Whether the browser has a connection. What changes something is disabled without. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (watcher) => onlineManager.subscribe(watcher),
    () => onlineManager.isOnline(),
  )
}

/** Says above the page that the connection is gone. */
export function OfflineBar() {
  if (useOnline()) return null
  return (
    <div role="status" className="flex shrink-0 items-center gap-2 border-b border-line bg-warn-soft px-6 py-2 text-13 text-warn">
      <WifiOff size={15} aria-hidden />
      {words.offline}
    </div>
  )
}
