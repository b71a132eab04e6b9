import type { components } from './schema'

export type Problem = components['schemas']['Problem']
export type FieldProblem = { field: string; expected: string }

/** Every failure of the API, as the one thing that is thrown. `code` is stable, `message` is a sentence for people. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly action: string
  readonly traceId: string | null
  readonly retryAfter: number | null
  readonly retryable: boolean
  readonly details: Record<string, unknown>

  constructor(problem: Partial<Problem> & { detail: string }) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.status = problem.status ?? 0
    this.code = problem.code ?? 'unknown'
    this.action = problem.action ?? ''
    this.traceId = problem.trace_id ?? problem.request_id ?? null
    this.retryAfter = problem.retry_after ?? null
    this.retryable = problem.retryable ?? false
    this.details = problem.details ?? {}
  }

  /** The right that is missing, when that is the failure. */
  get missingPermission(): string | null {
    const { permission } = this.details
    return this.status === 403 && typeof permission === 'string' ? permission : null
  }

  /** What the server says of single fields; empty when the failure is about the whole. */
  get fields(): FieldProblem[] {
    const { fields, field } = this.details
    if (typeof field === 'string') return [{ field, expected: this.message }]
    if (!Array.isArray(fields)) return named(fields)
    return fields.flatMap((one) => {
      if (typeof one === 'string') return [{ field: one, expected: this.message }]
      return isFieldProblem(one) ? [{ field: one.field, expected: plainly(one) }] : []
    })
  }

  /** Whether somebody else changed the thing meanwhile. */
  get isChangedMeanwhile(): boolean {
    return this.status === 409 || this.status === 412
  }
}

/** Fields with what is expected of each, as some errors name them: `{currency: "three letters"}`. */
function named(fields: unknown): FieldProblem[] {
  if (typeof fields !== 'object' || fields === null) return []
  return Object.entries(fields).flatMap(([field, expected]) => (typeof expected === 'string' ? [{ field, expected: sentence(expected) }] : []))
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

/** What the schema's checker says, as people say it. */
function plainly({ expected, rule }: FieldProblem & { rule?: string }): string {
  if (rule === 'missing') return 'This is needed.'
  if (rule !== 'string_too_short') return expected
  const least = /\d+/.exec(expected)?.[0]
  return least === '1' || least === undefined ? 'This is needed.' : `At least ${least} characters are needed.`
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return typeof value === 'object' && value !== null && 'field' in value && 'expected' in value
}

/** Make the problem of a request that got no answer at all. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    code: 'unreachable',
    detail: 'The program does not answer.',
    action: 'Check the connection and try again. Nothing was changed.',
    retryable: true,
  })
}

/** Make the problem of an answer that is an error, whatever its body is. */
export function problemOf(response: Response, body: unknown): ApiProblem {
  if (typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string') {
    return new ApiProblem({ ...(body as Partial<Problem>), detail: body.detail, status: response.status })
  }
  return new ApiProblem({
    status: response.status,
    code: `http_${response.status}`,
    detail: `The program answered with status ${response.status}.`,
    action: 'Try again. If it stays, report it with the trace id.',
    request_id: response.headers.get('x-request-id'),
    retryable: response.status >= 500,
  })
}

/** Turn whatever was thrown into a problem, so that pages show one kind. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({
    code: 'page_fault',
    detail: 'This part of the page failed.',
    action: 'Try again. If it stays, report what you did.',
    details: { error: String(error) },
  })
}
