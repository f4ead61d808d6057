import { formatDecimal } from '#base';
import type { FastifyInstance } from 'fastify';
import { accountsOfConsent, transactionsFrom, type AccountRow } from '../accounts.ts';
import { now } from '../context.ts';
import { FdxError } from '../fdx-errors.ts';
import { guarded, type Access, type ResourceServer } from '../resource-server.ts';

/** Whole months back that there is a statement of. */
const months = 12;

/** One month of an account. */
interface Month {
  readonly statementId: string;
  readonly startDate: string;
  readonly endDate: string;
}

/** FDX's statements of an account: a list, and each as PDF. */
export function statementRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const accountOf = async (access: Access, accountId: string): Promise<AccountRow> => {
    access.need('STATEMENTS');
    const accounts = await accountsOfConsent(server.context.database, access.consent.consent_id);
    const account = accounts.find((one) => one.account_id === accountId);
    if (!account) throw new FdxError('accountNotFound', 'the consent opens no such account');
    return account;
  };
  scope.get(
    '/accounts/:accountId/statements',
    guarded(server, async (access, request) => {
      const { accountId } = request.params as { accountId: string };
      const all = monthsOf(await accountOf(access, accountId), now(server.context));
      const statements = all.map((month) => ({
        accountId,
        ...month,
        statementDate: month.endDate,
        description: 'Monthly statement',
        status: 'AVAILABLE',
      }));
      return { page: { totalElements: statements.length }, links: {}, statements };
    }),
  );
  scope.get(
    '/accounts/:accountId/statements/:statementId',
    guarded(server, async (access, request, reply) => {
      const { accountId, statementId } = request.params as { accountId: string; statementId: string };
      const account = await accountOf(access, accountId);
      const month = monthsOf(account, now(server.context)).find((one) => one.statementId === statementId);
      if (!month) throw new FdxError('noData', 'there is no such statement');
      return reply.type('application/pdf').send(await drawStatement(server, account, month));
    }),
  );
}

function monthsOf(account: AccountRow, at: Date): Month[] {
  const today = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(account.time_zone);
  const first = today.toPlainDate().with({ day: 1 });
  return Array.from({ length: months }, (_, n) => {
    const start = first.subtract({ months: n + 1 });
    const end = start.add({ months: 1 }).subtract({ days: 1 });
    return {
      statementId: `stm-${start.toPlainYearMonth().toString()}`,
      startDate: start.toString(),
      endDate: end.toString(),
    };
  });
}

/** Lines on a page; the rest of a long month is counted and not listed. */
const linesMax = 46;

async function drawStatement(
  { context, bank }: ResourceServer,
  account: AccountRow,
  { startDate, endDate }: Month,
): Promise<Buffer> {
  const window = { accountId: account.account_id, from: startDate, to: endDate };
  const rows = await transactionsFrom(context.database, window, 0, 500);
  const lines = rows.slice(0, linesMax).map((row) => {
    const amount = formatDecimal({ minor: row.amount_minor, currency: account.currency });
    return `${row.local_date}   ${row.direction === 'debit' ? '-' : '+'}${amount}   ${row.description}`;
  });
  const more = rows.length > linesMax ? [`and ${rows.length - linesMax} more`] : [];
  return pdfOf([
    `${bank.name} sandbox`,
    `Statement of account ending in ${account.last4}`,
    `${startDate} to ${endDate}`,
    '',
    ...lines,
    ...more,
  ]);
}

/** A page of text as PDF 1.4: five objects and where each begins. */
function pdfOf(lines: readonly string[]): Buffer {
  const shown = lines.map((line) => line.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/[\\()]/g, String.raw`\$&`));
  const text = ['BT /F1 10 Tf 14 TL 56 790 Td', ...shown.map((line) => `(${line}) '`), 'ET'].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
  ];
  let pdf = '%PDF-1.4\n';
  const places = objects.map((object, n) => {
    const at = pdf.length;
    pdf += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const end = pdf.length;
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\n`;
  return Buffer.from(`${pdf}startxref\n${end}\n%%EOF\n`, 'latin1');
}
