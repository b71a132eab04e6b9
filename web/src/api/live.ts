/**
 * What changes elsewhere while a page is open. One socket for the whole program: a snapshot per topic at connect, then
 * changes. While it is away the subscribed topics are polled. It only says what to read again, never what it is now.
 */
import { renewSession, sessionMoved, signedOut } from './session'

export const TOPICS = [
  'proposals', 'prices', 'policies', 'products', 'stock', 'sales', 'forecasts', 'market', 'imports', 'jobs', 'users', 'shop',
] as const
export type Topic = (typeof TOPICS)[number]
export type LiveMessage = { type: 'snapshot' | 'change' | 'ping'; topic?: string; data?: Record<string, unknown> }
export type LiveState = 'idle' | 'connecting' | 'live' | 'polling'
type Listener = (message: LiveMessage | null) => void

const EXPIRED = 4401
const ENDED = 4403
const TOO_MANY = 4429
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 60_000
const SILENCE = 45_000 // the program pings every 20 s: a socket that says nothing for twice that is dead

export type LiveOptions = {
  url: string
  open?: (url: string) => WebSocket
  pollMs?: number
  random?: () => number
}

/** The connection. It opens with the first subscriber and closes with the last. */
export class LiveConnection {
  private socket: WebSocket | null = null
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly watchers = new Set<() => void>()
  private failures = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private pollTimer: ReturnType<typeof setInterval> | undefined
  private silenceTimer: ReturnType<typeof setTimeout> | undefined
  private current: LiveState = 'idle'
  private readonly options: Required<LiveOptions>

  constructor(options: LiveOptions) {
    this.options = {
      open: (url) => new WebSocket(url),
      pollMs: 15_000,
      random: Math.random,
      ...options,
    }
  }

  get state(): LiveState {
    return this.current
  }

  /** Hear of a topic. The listener gets the message, or null when it has to read again on suspicion. */
  subscribe(topic: string, listener: Listener): () => void {
    const heard = this.listeners.get(topic) ?? new Set()
    heard.add(listener)
    this.listeners.set(topic, heard)
    if (this.current === 'idle') this.connect()
    return () => {
      heard.delete(listener)
      if (heard.size === 0) this.listeners.delete(topic)
      if (this.listeners.size === 0) this.close()
    }
  }

  /** Hear of changes of `state`. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Connect anew, as after a change of shop. */
  restart(): void {
    if (this.current === 'idle') return
    this.drop()
    this.failures = 0
    this.connect()
  }

  private connect(): void {
    clearTimeout(this.retryTimer)
    if (this.current !== 'polling') this.enter('connecting')
    const socket = this.options.open(this.options.url)
    this.socket = socket
    socket.addEventListener('message', (event) => this.receive(event))
    socket.addEventListener('close', (event) => {
      if (this.socket === socket) void this.closed(event.code)
    })
  }

  private receive(event: MessageEvent): void {
    this.listenForSilence()
    const message = JSON.parse(String(event.data)) as LiveMessage
    if (this.current !== 'live') {
      this.failures = 0
      this.stopPolling()
      this.enter('live')
    }
    if (message.type !== 'ping' && message.topic !== undefined) this.tell(message.topic, message)
  }

  private async closed(code: number): Promise<void> {
    this.socket = null
    clearTimeout(this.silenceTimer)
    this.startPolling()
    if (code === ENDED || code === EXPIRED) {
      if (!(await renewSession().catch(() => true))) return signedOut()
      // Another tab may have signed in anew or gone to another shop: the cookies are everybody's.
      if (code === ENDED) sessionMoved()
    }
    const wait = code === TOO_MANY ? LONGEST_WAIT : Math.min(FIRST_WAIT * 2 ** this.failures, LONGEST_WAIT)
    this.failures += 1
    clearTimeout(this.retryTimer)
    if (this.listeners.size > 0) {
      this.retryTimer = setTimeout(() => this.connect(), wait * (0.75 + this.options.random() / 2))
    }
  }

  private startPolling(): void {
    this.enter('polling')
    this.pollTimer ??= setInterval(() => {
      for (const topic of this.listeners.keys()) this.tell(topic, null)
    }, this.options.pollMs)
  }

  private stopPolling(): void {
    clearInterval(this.pollTimer)
    this.pollTimer = undefined
  }

  private listenForSilence(): void {
    clearTimeout(this.silenceTimer)
    this.silenceTimer = setTimeout(() => this.socket?.close(), SILENCE)
  }

  private tell(topic: string, message: LiveMessage | null): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(message)
  }

  private close(): void {
    this.drop()
    this.enter('idle')
  }

  private drop(): void {
    clearTimeout(this.retryTimer)
    clearTimeout(this.silenceTimer)
    this.stopPolling()
    const { socket } = this
    this.socket = null
    socket?.close()
  }

  private enter(state: LiveState): void {
    if (this.current === state) return
    this.current = state
    for (const watcher of this.watchers) watcher()
  }
}

export const live = new LiveConnection({ url: `${location.origin.replace(/^http/, 'ws')}/api/v1/live` })
