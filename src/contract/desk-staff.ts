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
/** `GET /api/desk/colleagues`: who of one's bank is at their desk now, besides oneself, and may be passed a case. */
export const colleaguesSchema = z.object({
  colleagues: z.array(
    z.object({
      name: z.string(),
      role: z.enum(STAFF_ROLES),
      teams: z.array(z.enum(TEAMS)),
      /** Languages that they answer in. */
      locales: z.array(z.enum(['en', 'es'])),
      /** How many cases more they take now. */
      room: z.int().nonnegative(),
    }),
  ),
});
/** Somebody who may be passed a case. */
export type Colleague = z.infer<typeof colleaguesSchema>['colleagues'][number];

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
const minutesOfDay = { opensMinute: z.int().min(0).max(1439), closesMinute: z.int().min(1).max(1440) };
const minutes = z.int().min(1).max(10_080);
const capacityOf = z.object({ staffId: z.uuid(), capacity: z.int().min(1).max(50) });
/** `PUT /api/desk/settings`, by supervisors: when a bank's staff are there, and what they promise. */
export const deskSettingsSchema = z.object({
  timeZone: z.string().min(1).max(64),
  /** 1 Monday … 7 Sunday, each once; a day that is missing is closed. Minutes of the day, the last one not included. */
  week: z.array(z.object({ day: z.int().min(1).max(7), ...minutesOfDay })).max(7),
  /** Days of the calendar on which nobody is there although they would be. */
  holidays: z.array(z.iso.date()).max(100),
  /** Within how many minutes of business each team promises an answer. */
  answerMinutes: z.object({ fraud: minutes, cards: minutes, payments: minutes, accounts: minutes, general: minutes }),
  /** How many cases at a time, of whoever is named: only of those for whom it is another than it was. */
  capacities: z.array(capacityOf).max(1000),
  /** Of the settings that were read before: what somebody else changed meanwhile is not overwritten unseen. */
  revision: z.int().nonnegative(),
});
/** When a bank's staff are there, and what they promise. */
export type DeskSettings = z.infer<typeof deskSettingsSchema>;
/** `GET /api/desk/settings`: the same with who changed what, the last change first. */
export const deskSettingsViewSchema = deskSettingsSchema.extend({
  /** Of everybody who has signed in of late, by name. */
  capacities: z.array(capacityOf.extend({ name: z.string() })),
  changes: z.array(
    z.object({
      at: instant,
      by: z.string(),
      what: z.enum(['time-zone', 'day', 'holiday', 'promise', 'capacity']),
      /** The weekday, day, team or person; empty for the time zone. */
      about: z.string(),
      /** Empty: closed, of a weekday; open, of a holiday. */
      was: z.string(),
      became: z.string(),
    }),
  ),
});
/** The settings of a desk, with who changed what. */
export type DeskSettingsView = z.infer<typeof deskSettingsViewSchema>;
/** `GET /api/desk/answers`. */
export const preparedAnswersSchema = z.object({ answers: z.array(preparedAnswerSchema) });
/** `PUT /api/desk/answers/{key}`, by supervisors. */
export const editAnswerSchema = preparedAnswerSchema.omit({ key: true, editedBy: true, editedAt: true });
