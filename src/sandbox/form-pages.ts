import type { FastifyInstance } from 'fastify';
import { isTellerlineError, type Log } from '#base';

/** How a page of the sandbox behaves. */
export interface FormPage {
  /** Its content security policy. */
  readonly contentPolicy: string;
  /** The most that a form of it may weigh, in bytes. */
  readonly formBytesMax: number;
  /** What the log says when it fails: "the trial page failed". */
  readonly failed: string;
}

/** Makes a scope one of pages with plain forms: their headers, what is said of an error, and forms as they are sent. */
export function formPages(scope: FastifyInstance, log: Log, { contentPolicy, formBytesMax, failed }: FormPage): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply
      .header('content-security-policy', contentPolicy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin');
  });
  scope.setErrorHandler((error, _request, reply) => {
    if (isTellerlineError(error)) return reply.code(error.status).send({ said: error.message });
    log.error({ err: error }, failed);
    return reply.code(500).send({ said: 'Something went wrong here.' });
  });
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytesMax },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    },
  );
}
