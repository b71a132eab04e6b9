import { useRef } from 'react'

import { type Import, type Kind, KINDS } from './queries'
import { rememberedFile } from './sending'
import { useUpload } from './useUpload'
import { words } from './words'

/** What the rows are. Another choice reads the file anew, as an import of its own. */
export function ReadAs({ one }: { one: Import }) {
  const upload = useUpload()
  const picker = useRef<HTMLInputElement>(null)
  const wanted = useRef<Kind>(one.kind)
  const choose = (kind: Kind) => {
    wanted.current = kind
    const file = rememberedFile(one.id)
    if (file) upload.send(file, kind)
    else picker.current?.click()
  }
  return (
    <label className="flex items-center gap-2 text-13 text-muted">
      {words.fileIs}
      <select
        className="control"
        title={words.reupload}
        value={one.kind}
        disabled={upload.state.step === 'sending' || upload.state.step === 'checking'}
        onChange={(event) => choose(event.target.value as Kind)}
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {words.kinds[kind]}
          </option>
        ))}
      </select>
      <input
        ref={picker}
        type="file"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file) upload.send(file, wanted.current)
        }}
      />
      {upload.state.step === 'failed' && <span className="text-bad">{upload.state.problem.message}</span>}
    </label>
  )
}
