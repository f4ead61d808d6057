import { limits, TellerlineError, type BankId } from '#base';
import type { Locale, PreparedAnswer } from '#contract';
import { sql, type Queryable } from '#db';
import type { DeskParts } from '../parts.ts';
import { requireSupervisor } from '../queue/live.ts';
import type { Staff } from '../staff-desk.ts';
import { CANNED } from './canned.ts';
import { INTENT_ANSWERS } from './intents.ts';

/** The answers that are there for every bank; each may put its own in their place. */
const ours: ReadonlyMap<string, PreparedAnswer> = new Map(
  [...CANNED, ...INTENT_ANSWERS].map((answer) => [answer.key, answer]),
);

interface Row {
  readonly key: string;
  readonly kind: PreparedAnswer['kind'];
  readonly title: string;
  readonly en: string;
  readonly es: string;
  readonly editedBy: string;
  readonly editedAt: Date;
}

const answerOf = ({ key, kind, title, en, es, editedBy, editedAt }: Row): PreparedAnswer => ({
  key,
  kind,
  title,
  texts: { en, es },
  editedBy,
  editedAt: editedAt.toISOString(),
});

function editedOf(db: Queryable, bankId: BankId, key: string | null): Promise<Row[]> {
  return db.query<Row>(sql`select key, kind, title, text_en as en, text_es as es, edited_by as "editedBy",
      edited_at as "editedAt"
    from prepared_answers where bank_id = ${bankId} and (${key}::text is null or key = ${key}) order by key`);
}

/** All prepared answers of a bank: ours, with its own in their place, then what it has added. */
export async function readAnswers({ desks }: DeskParts, { bankId }: Staff): Promise<readonly PreparedAnswer[]> {
  const edited = await desks.of(bankId).transaction((tx) => editedOf(tx, bankId, null));
  const own = new Map(edited.map((row) => [row.key, answerOf(row)]));
  const added = [...own.values()].filter(({ key }) => !ours.has(key));
  return [...[...ours.values()].map((answer) => own.get(answer.key) ?? answer), ...added];
}

/** What a bank answers to a question of that intent; undefined: it has no prepared answer. For the conversation. */
export async function intentAnswer(
  { database, faces }: Pick<DeskParts, 'database' | 'faces'>,
  bankId: BankId,
  intent: string,
  locale: Locale,
): Promise<string | undefined> {
  const [edited] = await editedOf(database, bankId, intent);
  const answer = edited ? answerOf(edited) : ours.get(intent);
  const name = faces().find(({ id }) => id === bankId)?.name ?? bankId;
  return answer?.kind === 'intent' ? answer.texts[locale].replaceAll('{bank}', name) : undefined;
}

const answersMax = 300;

/** Puts a bank's own words in the place of an answer, or adds one of its own. @throws TellerlineError `supervisors_only`, `answer_invalid` */
export async function editAnswer(parts: DeskParts, staff: Staff, answer: PreparedAnswer): Promise<PreparedAnswer> {
  requireSupervisor(staff);
  const { key, kind, title, texts } = answer;
  const longest = Math.max(texts.en.length, texts.es.length);
  const isWhole =
    /^[A-Za-z0-9_?-]{1,64}$/.test(key) && title.trim() !== '' && texts.en.trim() !== '' && texts.es.trim() !== '';
  const known = ours.get(key);
  if (!isWhole || longest > limits.preparedCharactersMax || (known && known.kind !== kind))
    throw new TellerlineError('answer_invalid', 400, 'An answer has a name, a title, and words in both languages.');
  const editedAt = new Date(parts.clock.nowMs());
  return parts.database.transaction(async (tx) => {
    const { bankId } = staff;
    const [held] = await tx.query<{ answers: number }>(sql`
      select count(*)::integer as answers from prepared_answers where bank_id = ${bankId} and key <> ${key}`);
    if ((held?.answers ?? 0) >= answersMax)
      throw new TellerlineError('answers_too_many', 409, 'This bank has too many answers of its own.', {
        max: answersMax,
      });
    await tx.execute(sql`insert into prepared_answers (bank_id, key, kind, title, text_en, text_es, edited_by, edited_at)
      values (${bankId}, ${key}, ${kind}, ${title}, ${texts.en}, ${texts.es}, ${staff.name}, ${editedAt})
      on conflict (bank_id, key) do update set title = excluded.title, text_en = excluded.text_en,
        text_es = excluded.text_es, edited_by = excluded.edited_by, edited_at = excluded.edited_at`);
    return { key, kind, title, texts, editedBy: staff.name, editedAt: editedAt.toISOString() };
  });
}
