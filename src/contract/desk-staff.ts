import * as z from 'zod';
import { bankFaceSchema } from './api.ts';
import { CARD_ACTIONS } from './card-control.ts';
import { CHAT_FIELDS } from './chat-fields.ts';
import { caseBriefSchema, preparedAnswerSchema, STAFF_ROLES, TEAMS } from './desk.ts';

/** What a desk sends besides looks, and how its staff are signed in. */

const instant = z.iso.datetime({ offset: true });

/** An open session of somebody of one's bank. */
export const staffSessionFaceSchema = z.object({
  sessionId: z.uuid(),
  name: z.string(),
  role: z.enum(STAFF_ROLES),
  signedInAt: instant,
  lastSeenAt: instant,
  /** When it ends at the latest. */
  until: instant,
  /** The asking one. */
  own: z.boolean(),
});
/** An open session of somebody of one's bank. */
export type StaffSessionFace = z.infer<typeof staffSessionFaceSchema>;
/** `GET /api/desk/sessions`, for supervisors. */
export const staffSessionsSchema = z.object({ sessions: z.array(staffSessionFaceSchema) });

/** `GET /api/desk/banks`: whose staff can sign in, each at `/desk/sign-in?bank={id}`; and whether this browser is signed in. */
export const deskBanksSchema = z.object({ banks: z.array(bankFaceSchema), isSignedIn: z.boolean() });

/** `POST /api/desk/claim` and `POST …/claim`: the case that was taken; none when there is none or no capacity. */
export const claimedSchema = z.object({ case: caseBriefSchema.optional() });
/** `POST …/transfer`: to a team, or to one colleague of it, with a note for them. */
export const transferSchema = z.object({
  team: z.enum(TEAMS),
  name: z.string().min(1).max(64).optional(),
  note: z.string().min(1).max(2000),
});
/** `POST …/answers` and `POST …/notes`: said once by its client id. `seenSeq`: the newest entry that its writer had seen. */
export const staffWordsSchema = z.object({
  text: z.string().trim().min(1).max(4000),
  clientId: z.uuid(),
  seenSeq: z.int().nonnegative(),
  /** Of an answer: it is none yet, and what was promised stands. */
  keepsTurn: z.boolean().optional(),
});
/** `POST …/close`. `seenSeq`: the newest entry that whoever closes it had seen. */
export const closeCaseSchema = z.object({ seenSeq: z.int().nonnegative().optional() });
/** `POST …/asks`: one more field for this talk. */
export const askForSchema = z.object({ field: z.enum(CHAT_FIELDS) });
/** `POST …/proposals`: a card control that the customer confirms, or not. */
export const proposeSchema = z.object({
  action: z.enum(CARD_ACTIONS),
  cardLast4: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  limit: z.object({ amount: z.string().max(20), currency: z.string().length(3) }).optional(),
  /** Proposed once by it. */
  clientId: z.uuid().optional(),
});
/** `GET` and `PUT /api/desk/hours`, by supervisors: when a bank's staff are there. */
export const deskHoursSchema = z.object({
  timeZone: z.string().min(1).max(64),
  /** Minutes of the day, the first one included, the last one not. */
  opensMinute: z.int().min(0).max(1439),
  closesMinute: z.int().min(1).max(1440),
  /** 1 Monday … 7 Sunday. */
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
});
/** When a bank's staff are there. */
export type DeskHoursView = z.infer<typeof deskHoursSchema>;
/** `GET /api/desk/answers`. */
export const preparedAnswersSchema = z.object({ answers: z.array(preparedAnswerSchema) });
/** `PUT /api/desk/answers/{key}`, by supervisors. */
export const editAnswerSchema = preparedAnswerSchema.omit({ key: true, editedBy: true, editedAt: true });
