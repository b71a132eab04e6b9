import { FileUp } from 'lucide-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'

import { useKeys } from '../../app/keys'
import { Button } from '../../parts/Button'
import { percent } from '../../parts/format'
import { Problem } from '../../parts/Problem'
import { ProgressBar } from './ProgressBar'
import { type Kind, KINDS } from './queries'
import type { UploadState } from './useUpload'
import { words } from './words'

type DropZoneProps = { state: UploadState; onFile: (file: File, kind?: Kind) => void; onCancel: () => void; children: ReactNode }

/** A page that takes a file dropped anywhere on it, or chosen. */
export function DropZone({ state, onFile, onCancel, children }: DropZoneProps) {
  const [over, setOver] = useState(false)
  const [kind, setKind] = useState<Kind | ''>('')
  const picker = useRef<HTMLInputElement>(null)
  useKeys(words.title, [{ keys: 'u', label: words.upload, run: () => picker.current?.click() }])
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (file) onFile(file, kind || undefined)
  }
  const drag = (event: DragEvent, on: boolean) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(on)
  }
  return (
    // Dropping is a second way: the button and its key do the same.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="flex min-h-0 flex-1 flex-col gap-4"
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => event.currentTarget === event.target && setOver(false)}
      onDrop={(event) => {
        drag(event, false)
        take(event.dataTransfer.files)
      }}
    >
      <section
        aria-label={words.upload}
        className={`flex items-center gap-4 rounded-8 border border-dashed px-5 py-4 ${over ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface'}`}
      >
        <FileUp size={22} aria-hidden className="shrink-0 text-muted" />
        {state.step === 'sending' || state.step === 'checking' ? (
          <Sending state={state} onCancel={onCancel} />
        ) : (
          <>
            <div className="min-w-0 flex-1">
              <p className="text-14 font-medium">{over ? words.dropNow : words.dropTitle}</p>
              <p className="text-13 text-muted">{words.dropAbout}</p>
              {state.step === 'failed' && <Problem error={state.problem} title={state.name} />}
            </div>
            <label className="flex items-center gap-2 text-13 text-muted">
              {words.fileIs}
              <select className="control" value={kind} onChange={(event) => setKind(event.target.value as Kind | '')}>
                <option value="">{words.guess}</option>
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {words.kinds[one]}
                  </option>
                ))}
              </select>
            </label>
            <Button kind="primary" keyName="U" onClick={() => picker.current?.click()}>
              {words.chooseFile}
            </Button>
          </>
        )}
        <input
          ref={picker}
          type="file"
          hidden
          data-part="file"
          onChange={(event) => {
            take(event.target.files)
            event.target.value = ''
          }}
        />
      </section>
      {children}
    </div>
  )
}

function Sending({ state, onCancel }: { state: Extract<UploadState, { step: 'sending' | 'checking' }>; onCancel: () => void }) {
  const isSending = state.step === 'sending'
  return (
    <>
      <div className="min-w-0 flex-1" role="status">
        <p className="truncate text-14 font-medium">{state.name}</p>
        <p className="figures mb-1.5 text-13 text-muted">
          {isSending ? `${words.uploading}, ${percent(state.share, 0)}` : words.checking}
        </p>
        <ProgressBar label={state.name} share={isSending ? state.share : null} />
      </div>
      {isSending && <Button onClick={onCancel}>{words.cancel}</Button>}
    </>
  )
}
