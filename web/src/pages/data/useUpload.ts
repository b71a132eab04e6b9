import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'

import { api, read } from '../../api/client'
import { type ApiProblem, asProblem } from '../../api/problem'
import { announce } from '../../app/toasts'
import { ASK_BELOW, mappingOf } from './mapping'
import { type Import, importQuery, type Kind, type Preview, previewQuery, rowsKey } from './queries'
import { rememberFile, sendFile, UploadCancelled } from './sending'
import { words } from './words'

const QUICK_BYTES = 2 << 20

export type UploadState =
  | { step: 'idle' }
  | { step: 'sending'; name: string; share: number }
  | { step: 'checking'; name: string }
  | { step: 'failed'; name: string; problem: ApiProblem }

/** Whether nobody has to be asked about a file and checking it takes seconds: it is checked at once. */
export function isClear(one: Pick<Import, 'bytes'>, preview: Pick<Preview, 'missing' | 'mapping'>): boolean {
  const sources = Object.values(mappingOf(preview).fields)
  return preview.missing.length === 0 && one.bytes <= QUICK_BYTES && sources.every((each) => (each.certainty ?? 1) >= ASK_BELOW)
}

/** Send a file, then go to the page of its import, checked already where nothing has to be asked. */
export function useUpload() {
  const navigate = useNavigate()
  const client = useQueryClient()
  const [state, setState] = useState<UploadState>({ step: 'idle' })
  const cancelling = useRef<AbortController | null>(null)

  const send = async (file: File, kind?: Kind) => {
    if (cancelling.current) return
    const control = new AbortController()
    cancelling.current = control
    setState({ step: 'sending', name: file.name, share: 0 })
    try {
      const onProgress = (share: number) => setState({ step: 'sending', name: file.name, share })
      const received = await sendFile({ file, kind, onProgress, signal: control.signal })
      rememberFile(received.id, file)
      client.setQueryData(importQuery(received.id).queryKey, received)
      const preview = await client.fetchQuery(previewQuery(received.id))
      if (isClear(received, preview)) {
        setState({ step: 'checking', name: file.name })
        await checkAtOnce(received.id)
      }
      await navigate({ to: '/data/imports/$importId', params: { importId: received.id }, search: {} })
      setState({ step: 'idle' })
    } catch (error) {
      if (error instanceof UploadCancelled) {
        setState({ step: 'idle' })
        announce(words.cancelled)
      } else setState({ step: 'failed', name: file.name, problem: asProblem(error) })
    } finally {
      cancelling.current = null
      void client.invalidateQueries({ queryKey: ['imports', 'list'] })
    }
  }

  const checkAtOnce = async (id: string) => {
    // What is wrong with it shows when the person asks for the check.
    const checked = await read(api.POST('/api/v1/imports/{import_id}/check', { params: { path: { import_id: id } } })).catch(() => null)
    if (!checked) return
    client.setQueryData(rowsKey(id), checked.counts.read)
    client.setQueryData(importQuery(id).queryKey, checked)
  }

  return { state, send: (file: File, kind?: Kind) => void send(file, kind), cancel: () => cancelling.current?.abort() }
}
