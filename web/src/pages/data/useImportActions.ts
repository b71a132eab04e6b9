import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { api, read } from '../../api/client'
import { counted } from '../../parts/format'
import { announce, announceProblem } from '../../app/toasts'
import { type Import, importQuery, previewQuery, rowsKey } from './queries'
import type { Reading } from './repairs'

/** What can be done with an import. Each answer is the import as it is then, and goes into the cache. */
export function useImportActions(id: string) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const path = { import_id: id }
  const keep = (one: Import) => {
    client.setQueryData(importQuery(id).queryKey, one)
    void client.invalidateQueries({ queryKey: ['imports', 'list'] })
  }

  const check = useMutation({
    mutationFn: async ({ reading, keepMapping }: { reading: Reading | null; keepMapping: boolean }) => {
      if (reading) {
        const body = { mapping: reading.mapping, options: reading.options, keep: keepMapping }
        keep(await read(api.PUT('/api/v1/imports/{import_id}/mapping', { params: { path }, body })))
        await client.invalidateQueries({ queryKey: previewQuery(id).queryKey })
      }
      return read(api.POST('/api/v1/imports/{import_id}/check', { params: { path } }))
    },
    onSuccess: (checked) => {
      client.setQueryData(rowsKey(id), checked.counts.read)
      keep(checked)
    },
  })

  const run = useMutation({
    mutationFn: () => read(api.POST('/api/v1/imports/{import_id}/run', { params: { path } })),
    onSuccess: keep,
  })

  const undo = useMutation({
    mutationFn: () => read(api.POST('/api/v1/imports/{import_id}/undo', { params: { path } })),
    onSuccess: ({ import: undone, removed, restored, kept }) => {
      keep(undone)
      const stayed = kept > 0 ? ` ${counted(kept, 'row')} changed since stayed.` : ''
      announce('The import was taken back.', {
        about: `${counted(removed, 'row')} removed, ${counted(restored, 'row')} restored.${stayed}`,
      })
    },
    onError: announceProblem,
  })

  const remove = useMutation({
    mutationFn: () => read(api.DELETE('/api/v1/imports/{import_id}', { params: { path } })),
    onSuccess: async () => {
      await navigate({ to: '/data', search: {} })
      client.removeQueries({ queryKey: importQuery(id).queryKey })
      void client.invalidateQueries({ queryKey: ['imports', 'list'] })
      announce('The import was deleted.')
    },
    onError: announceProblem,
  })

  return { check, run, undo, remove }
}
