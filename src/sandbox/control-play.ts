import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { formatDecimal, TellerlineError } from '#base';
import { problemSchema } from '#contract';
import { bankById } from './banks.ts';
import { bankParams, type Controls } from './controls.ts';
import { playFile, type PlayTotals } from './play.ts';

/** A file that is played by HTTP, as it is sent. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** What a file may be sent as. Whether it is gzip is seen by its first bytes. */
const mediaTypes = ['text/csv', 'application/gzip', 'application/octet-stream'];

const totalsSchema = z.object({
  rows: z.int().describe('Rows of the file without its header'),
  cards: z.int(),
  customers: z.int().describe('The cards, as customers of the bank: customer-1 and so on'),
  accepted: z.int().describe('Purchases that the bank booked'),
  events: z.int().describe('How many of them a subscriber will hear of'),
  rejected: z.int(),
  rejectedRows: z
    .array(z.object({ line: z.int(), reason: z.string() }))
    .describe('The first hundred of the rejected; line 1 is the header'),
  sums: z.array(z.object({ amount: z.string(), currency: z.string() })).describe('Of all rows that could be read'),
});

/** Plays a file of card use, as the play command does. */
export function playRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.addContentTypeParser(mediaTypes, (_request, payload, done) => done(null, payload));
    scope.post(
      '/control/banks/:bank/play',
      {
        schema: {
          summary: 'Play a file of card use: books every row as a purchase, and answers totals when all are booked',
          description:
            'The body is a CSV with a header, plain or gzip, of at most 64 MB. Each card of the file becomes a customer, ' +
            'and each playing books anew. Columns are found by usual names: card, amount, merchant, and a time or a date.',
          consumes: mediaTypes,
          params: bankParams,
          querystring: z.object({
            customers: z.coerce.number().int().min(1).max(2000).optional().describe('Spreads the cards over so many'),
            now: z
              .enum(['true', 'false'])
              .optional()
              .describe('Moves all dates by the same time, so that the last purchase happens now'),
          }),
          body: z.unknown().meta({ type: 'string', format: 'binary' }),
          response: { 200: totalsSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const bank = bankById(request.params.bank);
        const { customers, now } = request.query;
        return withUpload(request.body as Readable, async (file) => {
          const totals = await playFile({
            file,
            bank: bank.id,
            sandboxUrl: context.url,
            customers,
            now: now === 'true',
            clock: context.clock,
            output: { write: () => true },
            progress: { write: () => true },
          });
          return told(totals);
        });
      },
    );
  };
}

function told(totals: PlayTotals): z.infer<typeof totalsSchema> {
  return {
    ...totals,
    sums: totals.sums.map((sum) => ({ amount: formatDecimal(sum), currency: sum.currency })),
  };
}

/** Keeps an upload in a file of its own while work is done with it; dates may have to be read twice. */
async function withUpload<Result>(upload: Readable, work: (file: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-play-'));
  try {
    const file = join(directory, 'upload');
    await pipeline(upload, limitBytes, createWriteStream(file, { mode: 0o600 }));
    return await work(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function* limitBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > FILE_BYTES_MAX) throw new TellerlineError('file_too_large', 413, 'The file is larger than 64 MB.');
    yield chunk;
  }
}
