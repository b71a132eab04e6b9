/**
 * Keyboard commands. A page or part says `useKeys('Proposals', [{keys: 'a', label: 'Approve', run}])`; the list of keys
 * (`?`) shows whatever is in force. Single letters wait while somebody types, a dialog is open, or they are off.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react'

import { getPreferences } from './preferences'

/** `keys` is one key (`a`, `?`, `Escape`, `/`) or two in a row (`g p`). `run` may return false to pass it on. */
export type KeyCommand = { keys: string; label: string; run: (event: KeyboardEvent) => void | false; off?: boolean }
type Scope = { title: string; commands: () => readonly KeyCommand[] }

const PAIR_MS = 1_200
let scopes: readonly Scope[] = []
const watchers = new Set<() => void>()
let first: { key: string; at: number } | null = null

function setScopes(next: readonly Scope[]): void {
  scopes = next
  for (const watcher of watchers) watcher()
}

/** Put commands in force while the component is there. The latest scope answers first. */
export function useKeys(title: string, commands: readonly KeyCommand[]): void {
  const latest = useRef(commands)
  useEffect(() => {
    latest.current = commands
  })
  useEffect(() => {
    const scope: Scope = { title, commands: () => latest.current }
    setScopes([...scopes, scope])
    return () => setScopes(scopes.filter((one) => one !== scope))
  }, [title])
}

/** All commands in force, for the list of keys. */
export function useKeyScopes(): readonly Scope[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => scopes,
  )
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
}

function isLetter(keys: string): boolean {
  return keys.split(' ').every((key) => key.length === 1)
}

function find(keys: string): KeyCommand[] {
  const found: KeyCommand[] = []
  for (const scope of scopes.toReversed()) {
    found.push(...scope.commands().filter((command) => command.keys === keys && !command.off))
  }
  return found
}

function isBlocked(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  if (isTyping(event.target)) return true
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null
}

/** The document's listener; main.tsx installs it once. */
export function answerKey(event: KeyboardEvent): void {
  if (isBlocked(event)) return
  const pair = first !== null && event.timeStamp - first.at < PAIR_MS ? `${first.key} ${event.key}` : null
  first = null
  const lettersOff = !getPreferences().letterKeys
  for (const keys of pair ? [pair, event.key] : [event.key]) {
    if (lettersOff && isLetter(keys)) continue
    for (const command of find(keys)) {
      if (command.run(event) === false) continue
      event.preventDefault()
      return
    }
  }
  if (!lettersOff && event.key === 'g') first = { key: 'g', at: event.timeStamp }
}
