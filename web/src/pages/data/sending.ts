/** Sends a file with its progress, which fetch cannot tell. Everything else goes through api/client. */
import { ApiProblem, problemOf, unreachable } from '../../api/problem'
import { renewSession, signedOut } from '../../api/session'
import type { Import, Kind } from './queries'

export type Upload = { file: File; kind?: Kind; onProgress: (share: number) => void; signal: AbortSignal }

/** Thrown when the person cancelled; nothing was kept. */
export class UploadCancelled extends Error {}

/** Send a file and get the import that was made of it. Throws ApiProblem or UploadCancelled. */
export async function sendFile(upload: Upload): Promise<Import> {
  const first = await post(upload)
  if (first.status !== 401) return importOf(first)
  if (await renewSession()) return importOf(await post(upload))
  signedOut()
  throw new ApiProblem({ status: 401, code: 'signed_out', detail: 'Your session has ended.' })
}

async function importOf(response: Response): Promise<Import> {
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw problemOf(response, body)
  return body as Import
}

function post({ file, kind, onProgress, signal }: Upload): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/imports${kind ? `?kind=${kind}` : ''}`)
    request.setRequestHeader('x-requested-with', 'shopwright')
    request.setRequestHeader('idempotency-key', crypto.randomUUID())
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    })
    request.addEventListener('load', () => resolve(answerOf(request)))
    request.addEventListener('error', () => reject(unreachable()))
    request.addEventListener('abort', () => reject(new UploadCancelled()))
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}

function answerOf(request: XMLHttpRequest): Response {
  const headers = new Headers()
  for (const name of ['content-type', 'x-request-id']) {
    const value = request.getResponseHeader(name)
    if (value) headers.set(name, value)
  }
  return new Response(request.responseText, { status: request.status, headers })
}

const files = new Map<string, File>()

/** Keep the file of an import at hand, to read it again as another kind without asking for it. */
export function rememberFile(importId: string, file: File): void {
  files.set(importId, file)
}

export function rememberedFile(importId: string): File | undefined {
  return files.get(importId)
}
