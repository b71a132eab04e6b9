import { Copy } from 'lucide-react'
import { useState } from 'react'

import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { words } from './words'

type OneTimeSecretProps = { title: string; about: string; secret: string; onClose: () => void }

/** A secret that is shown once, to be copied. */
export function OneTimeSecret({ title, about, secret, onClose }: OneTimeSecretProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(secret)
    setCopied(true)
  }
  return (
    <Dialog open onClose={onClose} title={title} about={about}>
      <code className="block rounded-6 bg-bg px-3 py-2 text-12 break-all select-all">{secret}</code>
      <DialogActions>
        <Button icon={<Copy size={14} aria-hidden />} onClick={() => void copy()}>
          {copied ? words.copied : words.copy}
        </Button>
        <Button kind="primary" onClick={onClose}>
          {words.done}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
