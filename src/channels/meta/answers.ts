import { fieldsOf, idOf, listOf, numberOf, textOf, type Fields } from './fields.ts';

/** What the Graph API said to a call. */
export type GraphAnswer =
  /** A message was taken, under the platform's own id; `attachmentId` where a picture can be sent again by it. */
  | {
      readonly kind: 'taken';
      readonly platformId: string;
      readonly recipientId?: string;
      readonly attachmentId?: string;
    }
  /** Done, and nothing to keep of it: a profile, a subscription. */
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: GraphError }
  /** Nothing that the Graph API says: what became of the call is not known. */
  | { readonly kind: 'unreadable' };

/** An error of the Graph API's. `message` is Meta's sentence, for an operator: it may name what was sent, so never in a log. */
export interface GraphError {
  readonly code: number;
  readonly subcode?: number;
  /** Meta's class: `OAuthException`. */
  readonly type?: string;
  /** By which Meta's support finds the call. */
  readonly fbtrace?: string;
  readonly message?: string;
  /** Meta: the same call may succeed later. */
  readonly transient?: boolean;
}

/** Reads an answer of the Graph API's to a message, or to a change of a profile. Never throws. */
export function readAnswer(body: Buffer | string): GraphAnswer {
  const answer = fieldsOf(parse(body));
  if (!answer) return { kind: 'unreadable' };
  if (answer['error'] !== undefined) return readError(fieldsOf(answer['error']));
  const platformId = idOf(answer['message_id']) ?? idOf(fieldsOf(listOf(answer['messages'])[0])?.['id']);
  if (platformId !== undefined) {
    const contact = fieldsOf(listOf(answer['contacts'])[0]);
    const recipientId = idOf(answer['recipient_id']) ?? idOf(contact?.['wa_id']) ?? idOf(contact?.['user_id']);
    const attachmentId = idOf(answer['attachment_id']);
    return {
      kind: 'taken',
      platformId,
      ...(recipientId === undefined ? {} : { recipientId }),
      ...(attachmentId === undefined ? {} : { attachmentId }),
    };
  }
  // Meta: `{"success": true}` today, `{"result": "…"}` of the profile before.
  if (answer['success'] === true || typeof answer['result'] === 'string') return { kind: 'done' };
  // A mark that the person is being read or answered is told of with the recipient alone.
  return idOf(answer['recipient_id']) === undefined ? { kind: 'unreadable' } : { kind: 'done' };
}

function readError(error: Fields | undefined): GraphAnswer {
  const code = numberOf(error?.['code']);
  if (!error || code === undefined) return { kind: 'unreadable' };
  const subcode = numberOf(error['error_subcode']);
  const type = textOf(error['type']);
  const fbtrace = idOf(error['fbtrace_id']);
  const message = textOf(error['message']);
  return {
    kind: 'error',
    error: {
      code,
      ...(subcode === undefined ? {} : { subcode }),
      ...(type === undefined ? {} : { type }),
      ...(fbtrace === undefined ? {} : { fbtrace }),
      ...(message === undefined ? {} : { message }),
      ...(error['is_transient'] === true ? { transient: true } : {}),
    },
  };
}

function parse(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}
