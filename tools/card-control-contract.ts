import * as z from 'zod';
import {
  actionAnswerSchema,
  bankCardSchema,
  bankCardsSchema,
  bankDisputeSchema,
  bankHoldSchema,
  cardActionRequestSchema,
  disputeRequestSchema,
  evidenceRequestSchema,
  holdAnswerRequestSchema,
} from '#contract';

const schemas = {
  Card: bankCardSchema,
  Cards: bankCardsSchema,
  CardAction: cardActionRequestSchema,
  Hold: bankHoldSchema,
  HoldAnswer: holdAnswerRequestSchema,
  Dispute: bankDisputeSchema,
  DisputeRequest: disputeRequestSchema,
  Evidence: evidenceRequestSchema,
  Answer: actionAnswerSchema,
} as const;

type Name = keyof typeof schemas;

const body = (name: Name): object => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
const inPath = (name: string): object => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const ids = (path: string): object[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => inPath(name));
const keyHeader = { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', format: 'uuid' } };
const error = { description: 'As FDX says errors: code, message, debugMessage' };

const read = (path: string, summary: string, answer: Name): object => ({
  get: {
    summary,
    parameters: ids(path),
    responses: { 200: { description: 'As it stands', content: body(answer) }, '4XX': error, '5XX': error },
  },
});

const write = (method: 'post' | 'put', path: string, summary: string, request: Name): object => ({
  [method]: {
    summary,
    parameters: [...ids(path), keyHeader],
    requestBody: { required: true, content: body(request) },
    responses: {
      200: { description: 'Confirmed or refused', content: body('Answer') },
      202: { description: 'Pending: ask for it by its key', content: body('Answer') },
      '4XX': error,
      '5XX': error,
    },
  },
});

/** The profile as an OpenAPI document. */
export function cardControlOpenApi(): object {
  const path = (name: string, ...operations: object[]): [string, object] => [name, Object.assign({}, ...operations)];
  const paths = Object.fromEntries([
    path('/cards', read('/cards', 'The cards of the accounts of this consent', 'Cards')),
    path('/cards/{cardId}', read('/cards/{cardId}', 'One card', 'Card')),
    path('/cards/{cardId}/actions', write('post', '/cards/{cardId}/actions', 'Do one thing to a card', 'CardAction')),
    path('/actions/{key}', read('/actions/{key}', 'What has become of a request, by its key', 'Answer')),
    path('/holds/{caseId}', read('/holds/{caseId}', 'A held payment', 'Hold')),
    path('/holds/{caseId}/answer', write('put', '/holds/{caseId}/answer', "The customer's answer", 'HoldAnswer')),
    path('/disputes', write('post', '/disputes', 'Dispute a purchase', 'DisputeRequest')),
    path('/disputes/{disputeId}', read('/disputes/{disputeId}', 'How a dispute stands', 'Dispute')),
    path(
      '/disputes/{disputeId}/evidence',
      write('post', '/disputes/{disputeId}/evidence', 'Add to a dispute', 'Evidence'),
    ),
  ]);
  const components = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _dialect, ...form } = z.toJSONSchema(schema, { io: 'input' });
      return [name, form];
    }),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Card controls',
      version: '1.0.0',
      description: 'What a bank does for its customer at the word of Tellerline. The rules are in card-control-api.md.',
    },
    security: [{ dpop: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        dpop: {
          type: 'http',
          scheme: 'dpop',
          description: 'An access token of FAPI 2.0, bound to a DPoP key (RFC 9449), with CARD_CONTROL or HOLD_ANSWERS',
        },
      },
    },
  };
}
