import { createTransport } from 'nodemailer';
import type { Outcome } from '#delivery';
import type { Mail } from './mail.ts';

/** Where mail is handed over, and as whom. `url` may hold a password: never log it. */
export interface MailSettings {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
}

/** Hands mails to the operator's own mail server. */
export interface MailTransport {
  /** @param headers of these mails alone */
  send(to: string, mail: Mail, id: string, headers?: Readonly<Record<string, string>>): Promise<Outcome>;
}

/** What a transaction with the server may take at each step. */
const stepMsMax = 8_000;

/**
 * Makes the way to a mail server. Each mail has a connection of its own, so that it is known how far it came. Nothing
 * is read from files or fetched for a mail.
 */
export function mailTransport({ url, from }: MailSettings): MailTransport {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    send: async (to, { subject, text, html }, id, headers = {}) => {
      const messageId = `<${id}@${domain}>`;
      let handedOver = false;
      const transport = createTransport({
        ...serverOf(url),
        transactionLog: true,
        logger: watcher((said) => {
          handedOver ||= said.startsWith('354');
        }),
      });
      try {
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html, messageId, headers });
        return { outcome: 'sent', platformId: messageId };
      } catch (error) {
        return outcomeOf(error, handedOver);
      } finally {
        transport.close();
      }
    },
  };
}

function serverOf(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 587)),
    secure,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    // A password goes over an encrypted line only.
    requireTLS: !secure && username !== '',
    connectionTimeout: stepMsMax,
    greetingTimeout: stepMsMax,
    socketTimeout: stepMsMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Hears what the server says, and keeps none of it: 354 is the word after which it is given the mail. */
function watcher(onSaid: (said: string) => void) {
  const ignore = (): void => undefined;
  const hear = (entry: unknown, said: unknown): void => {
    const isTheirs = typeof entry === 'object' && entry !== null && 'tnx' in entry && entry.tnx === 'server';
    if (isTheirs && typeof said === 'string') onSaid(said);
  };
  return { level: ignore, trace: hear, debug: hear, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
}

/**
 * What a failure means (RFC 5321, 4.2.1): 4yz later, 5yz never. A line that breaks before the server wanted the mail has brought nothing;
 * after it nobody knows.
 */
function outcomeOf(error: unknown, handedOver: boolean): Outcome {
  const { code = '', responseCode } = error as SmtpError;
  // A server that knows us no more, or has shut us out, says that of every mail.
  if (code === 'EAUTH' || code === 'ETLS' || code === 'EPROTOCOL')
    return { outcome: 'later', code: 'smtp_refuses_us', whole: true };
  if (responseCode !== undefined && responseCode >= 500) return { outcome: 'refused', code: `smtp_${responseCode}` };
  if (responseCode !== undefined) return { outcome: 'later', code: `smtp_${responseCode}`, whole: false };
  if (handedOver) return { outcome: 'unknown', code: 'smtp_no_answer' };
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return { outcome: 'refused', code: 'smtp_malformed' };
  return { outcome: 'later', code: 'smtp_unreachable', whole: true };
}
