import type { Locale, PreparedAnswer } from '#contract';
import { Button, ErrorLine } from '#web/kit';
import { useCallback, useState, type FormEvent, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState, useMinute } from './context.tsx';
import { filled, keyOf } from './filling.ts';
import styles from './pages.module.css';
import { Field, TroubleLine, troubleWords } from './parts.tsx';
import { fits } from './sheets.tsx';
import { troubleOf, type Trouble } from './state.ts';
import { topicOf, useDeskWords, type DeskWords } from './words.ts';

const empty: PreparedAnswer = { key: '', kind: 'canned', title: '', texts: { en: '', es: '' } };

/** Prepared answers: everybody reads them, supervisors write them, with how they will read beside. */
export function AnswersPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const ask = useCallback(() => hub.answers(), [hub]);
  const { answer: answers, trouble, again } = useAsked(ask);
  const [chosen, setChosen] = useState<PreparedAnswer | undefined>(undefined);
  /** Grows with each choice: another answer gets another editor, a saved one keeps its own. */
  const [choice, setChoice] = useState(0);
  const choose = (answer: PreparedAnswer): void => {
    setChosen(answer);
    setChoice(choice + 1);
  };
  const leads = me?.role === 'supervisor';
  const saved = (answer: PreparedAnswer): void => {
    again();
    setChosen(answer);
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{words.say('answers.title')}</h1>
        {leads ? <Button onClick={() => choose(empty)}>{words.say('answers.new')}</Button> : null}
      </header>
      <p className={styles.lead}>{words.say(leads ? 'answers.lead' : 'answers.only')}</p>
      <TroubleLine trouble={trouble} />
      <div className={styles.split}>
        <List answers={answers} chosen={chosen} choose={choose} />
        <section className={styles.card} aria-label={chosen?.key ? titleOf(chosen, words) : words.say('answers.new')}>
          {chosen ? (
            <Editor key={choice} answer={chosen} mayEdit={leads} saved={saved} />
          ) : (
            <p className={styles.hint}>{words.say('answers.choose')}</p>
          )}
        </section>
      </div>
    </div>
  );
}

function List({
  answers,
  chosen,
  choose,
}: {
  readonly answers: readonly PreparedAnswer[] | undefined;
  readonly chosen: PreparedAnswer | undefined;
  readonly choose: (answer: PreparedAnswer) => void;
}): ReactNode {
  const words = useDeskWords();
  const [search, setSearch] = useState('');
  const found = answers?.filter((answer) =>
    fits(search)({ key: answer.key, title: titleOf(answer, words), text: `${answer.texts.en} ${answer.texts.es}` }),
  );
  return (
    <section className={styles.card} aria-label={words.say('answers.title')}>
      <Field label={words.say('answers.search')}>
        {({ id }) => (
          <input id={id} type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        )}
      </Field>
      {found?.length === 0 ? (
        <p className={styles.hint}>{words.say(search === '' ? 'answers.none' : 'canned.none')}</p>
      ) : null}
      <ul className={styles.list}>
        {found?.map((answer) => (
          <li key={answer.key}>
            <button
              type="button"
              aria-current={answer.key === chosen?.key ? 'true' : undefined}
              onClick={() => choose(answer)}
            >
              <b>{titleOf(answer, words)}</b>
              <small>{words.say(`answers.kind.${answer.kind}`)}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What an answer is called: one that Tellerline gives, by its kind of question, as cases are. */
export function titleOf({ key, kind, title }: PreparedAnswer, words: DeskWords): string {
  return kind === 'intent' ? topicOf(words, key) : title;
}

interface EditorProps {
  readonly answer: PreparedAnswer;
  readonly mayEdit: boolean;
  readonly saved: (answer: PreparedAnswer) => void;
}

function Editor({ answer, mayEdit, saved }: EditorProps): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const nowMs = useMinute();
  const [title, setTitle] = useState(answer.title);
  const [texts, setTexts] = useState(answer.texts);
  const [said, setSaid] = useState<{ at?: string; trouble?: Trouble; incomplete?: true }>({});
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const key = answer.key === '' ? keyOf(title) : answer.key;
    if (key === '' || texts.en.trim() === '' || texts.es.trim() === '') return setSaid({ incomplete: true });
    try {
      const kept = await hub.editAnswer({ key, kind: answer.kind, title: title.trim(), texts });
      setSaid({ at: kept.editedAt ?? new Date().toISOString() });
      saved(kept);
    } catch (error) {
      setSaid({ trouble: troubleOf(error) });
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)} noValidate>
      <Field label={words.say('answers.name')}>
        {({ id }) => (
          <input
            id={id}
            value={title}
            maxLength={80}
            readOnly={!mayEdit}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        )}
      </Field>
      {(['en', 'es'] as const).map((locale) => (
        <TextOf
          key={locale}
          locale={locale}
          text={texts[locale]}
          mayEdit={mayEdit}
          write={(text) => setTexts({ ...texts, [locale]: text })}
        />
      ))}
      {answer.editedBy !== undefined && answer.editedAt !== undefined ? (
        <p className={styles.hint}>
          {words.say('answers.edited', { name: answer.editedBy, time: words.moment(answer.editedAt, nowMs) })}
        </p>
      ) : null}
      {said.incomplete ? <ErrorLine>{words.say('answers.incomplete')}</ErrorLine> : null}
      {said.trouble ? <ErrorLine>{troubleWords(said.trouble, words)}</ErrorLine> : null}
      <output className={styles.done}>
        {said.at === undefined ? null : words.say('answers.saved', { time: words.time(said.at) })}
      </output>
      {mayEdit ? (
        <Button type="submit" weight="main" wide>
          {words.say('answers.save')}
        </Button>
      ) : null}
    </form>
  );
}

/** One language of an answer, and how it will read with its variables filled in. */
function TextOf({
  locale,
  text,
  mayEdit,
  write,
}: {
  readonly locale: Locale;
  readonly text: string;
  readonly mayEdit: boolean;
  readonly write: (text: string) => void;
}): ReactNode {
  const words = useDeskWords();
  const { me } = useDeskState();
  const read = filled(text, {
    customer: words.say('answers.exampleCustomer'),
    bank: me?.bank.name,
    case: '40718',
    staff: me?.name,
  });
  return (
    <div className={styles.form}>
      <Field label={words.say(`answers.${locale}`)} hint={words.say('answers.variables')}>
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            lang={locale}
            rows={4}
            value={text}
            maxLength={2000}
            readOnly={!mayEdit}
            onInput={(event) => write(event.currentTarget.value)}
          />
        )}
      </Field>
      {text === '' ? null : (
        <div>
          <p className={styles.hint}>{words.say('answers.preview')}</p>
          <p className={styles.preview} lang={locale}>
            {read}
          </p>
        </div>
      )}
    </div>
  );
}
