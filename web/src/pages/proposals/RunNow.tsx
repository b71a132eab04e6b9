import { useMutation, useQueryClient } from '@tanstack/react-query'

import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { announce, announceProblem } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { counted } from '../../parts/format'
import { words } from './words'

/** Computes prices for the whole catalog now. */
export function RunNow() {
  const client = useQueryClient()
  const may = useMay()
  const run = useMutation({
    mutationFn: () => read(api.POST('/api/v1/prices/optimize', { body: {} })),
    onSuccess: (answer) => announce(`${counted(answer.proposals, 'proposal')} made`, { about: answer.run.halt_reason ?? undefined }),
    onError: announceProblem,
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['proposals'] }), client.invalidateQueries({ queryKey: ['prices'] })]),
  })
  if (!may('prices:propose')) return null
  return (
    <Button busy={run.isPending} onClick={() => run.mutate()}>
      {words.runNow}
    </Button>
  )
}
