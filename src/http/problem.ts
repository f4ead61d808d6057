import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isTellerlineError } from '#base';
import type { Problem } from '#contract';
import { BatchRefusal } from '#intake';

const bland: Problem = {
  code: 'unexpected',
  message: 'Something went wrong here. Nothing was lost. Try again in a minute.',
};

/** Answers an error: what a caller may meet by its code and sentence, anything else by one bland sentence and a full trace in the log. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, problem } = problemOf(error);
  if (status >= 500) request.log.error({ err: error }, 'a request failed');
  else request.log.debug({ code: problem.code }, 'a request was refused');
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds);
  return reply.status(status).send(problem);
}

/** The answer for an address that does not exist. */
export const notFound: Problem = { code: 'not_found', message: 'There is nothing at this address.' };

const storage: Problem = {
  code: 'storage_unavailable',
  message: 'This cannot be stored right now. Nothing was taken; send it again in a minute.',
  retryAfterSeconds: 30,
};

/**
 * PostgreSQL's classes of errors that say "not now": connection (08), insufficient resources such as a
 * full disk (53), operator intervention (57), system error (58); and those of the connection itself.
 */
function isStorageDown(error: FastifyError): boolean {
  if (/^((08|53|57|58)[0-9A-Z]{3}|55P03|40P01|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(error.code ?? ''))
    return true;
  // The pool's and the driver's own errors have no code.
  return /^(timeout exceeded when trying to connect|Connection terminated|Client .* is not queryable)/.test(
    error.message,
  );
}

function problemOf(error: FastifyError): { status: number; problem: Problem } {
  if (isTellerlineError(error)) {
    const retry = error.detail['retryAfterSeconds'];
    const place = error instanceof BatchRefusal ? { index: error.index, field: error.field } : {};
    const problem: Problem = { code: error.code, message: error.message, ...place };
    if (typeof retry === 'number') problem.retryAfterSeconds = retry;
    return { status: error.status, problem };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    const field = first?.instancePath.split('/').filter(Boolean).join('.') ?? '';
    const message = `The request was not understood: ${first?.message ?? 'it has another form'}.`;
    return { status: 422, problem: { code: 'request_malformed', message, field } };
  }
  if (isStorageDown(error)) return { status: 503, problem: storage };
  switch (error.statusCode) {
    case 413:
      return {
        status: 413,
        problem: { code: 'body_too_large', message: 'The body is larger than this address takes.' },
      };
    case 415:
      return {
        status: 415,
        problem: { code: 'media_type_unsupported', message: 'This address takes application/json.' },
      };
    case 429:
      return {
        status: 429,
        problem: {
          code: 'too_many_requests',
          message: 'Too many requests. Try again in a minute.',
          retryAfterSeconds: 60,
        },
      };
    case 400:
      return { status: 400, problem: { code: 'request_malformed', message: 'The request was not understood.' } };
    default:
      return { status: 500, problem: bland };
  }
}
