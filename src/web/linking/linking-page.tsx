import type { Disclosure, Locale, Purpose } from '#contract';
import { accentOf, Button, CardGhost, classes, ErrorLine, FacesProvider, Icon, IconButton, Mark, Tile, TransactionCard, type IconName } from '#web/kit';
import { loadWords, useWords, WordsProvider, type Words } from '#web/words';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { bankAddress, linkingHub, LinkingProblem } from './linking.ts';
import styles from './linking.module.css';

interface LinkingPageProps {
  readonly attempt: string;
  readonly firstWords: Words;
}

/** The disclosure before a bank is linked: read, switch on, sign, go to the bank. */
export function LinkingPage({ attempt, firstWords }: LinkingPageProps): ReactNode {
  const [words, setWords] = useState(firstWords);
  const [disclosure, setDisclosure] = useState<Disclosure | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);

  const load = async (locale?: Locale): Promise<void> => {
    try {
      if (locale) await linkingHub.setLocale(locale);
      const shown = await linkingHub.disclosure(attempt);
      const next = shown.locale === words.locale ? words : await loadWords(shown.locale, words.timeZone);
      document.documentElement.lang = shown.locale;
      document.title = `${shown.title} · Tellerline`;
      setWords(next);
      setDisclosure(shown);
      setProblem(undefined);
    } catch (error) {
      setProblem((error instanceof LinkingProblem ? error.sentence : undefined) ?? words.say('link.noAnswer'));
    }
  };
  useEffect(() => void load(), []);

  return (
    <WordsProvider words={words}>
      <div className={styles.page}>
        <nav className={styles.top}>
          <IconButton icon="arrow-left" name={words.say('linking.back')} onClick={() => location.assign('/')} />
          <Button weight="bare" lang={words.locale === 'en' ? 'es' : 'en'} onClick={() => void load(words.locale === 'en' ? 'es' : 'en')}>
            {words.say('linking.language')}
          </Button>
        </nav>
        {disclosure ? (
          <FacesProvider value={[disclosure.bank]}>
            <Form attempt={attempt} disclosure={disclosure} outerProblem={problem} />
          </FacesProvider>
        ) : problem ? (
          <main className={styles.failed}>
            <ErrorLine>{problem}</ErrorLine>
            <Button weight="main" wide onClick={() => void load()}>
              {words.say('message.again')}
            </Button>
          </main>
        ) : (
          <main className={styles.failed} aria-busy="true">
            <CardGhost />
            <CardGhost />
          </main>
        )}
      </div>
    </WordsProvider>
  );
}

interface FormProps {
  readonly attempt: string;
  readonly disclosure: Disclosure;
  readonly outerProblem: string | undefined;
}

function Form({ attempt, disclosure, outerProblem }: FormProps): ReactNode {
  const words = useWords();
  const { bank, durations, signature } = disclosure;
  // Every purpose starts off: nothing is chosen for anybody.
  const [chosen, setChosen] = useState<ReadonlySet<Purpose>>(new Set());
  const [days, setDays] = useState(() => Math.max(...durations.map((one) => one.days)));
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ readonly text: string; readonly of: 'purposes' | 'name' | 'all' } | undefined>(undefined);
  const purposes = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const toggle = (purpose: Purpose, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(purpose);
    else next.delete(purpose);
    setChosen(next);
    if (problem?.of === 'purposes') setProblem(undefined);
  };
  const missing = (): boolean => {
    if (chosen.size === 0) {
      setProblem({ text: words.say('linking.chooseFirst'), of: 'purposes' });
      purposes.current?.querySelector('input')?.focus();
      return true;
    }
    if (name.trim() === '') {
      setProblem({ text: words.say('linking.signFirst'), of: 'name' });
      field.current?.focus();
      return true;
    }
    return false;
  };
  const sign = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || missing()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const order = disclosure.purposes.flatMap(({ purpose }) => (chosen.has(purpose) ? purpose : []));
      const target = bankAddress(await linkingHub.sign(attempt, { hash: disclosure.hash, purposes: order, durationDays: days, signature: name.trim() }));
      if (!target) throw new LinkingProblem(undefined);
      location.assign(target);
    } catch (error) {
      setProblem({ text: (error instanceof LinkingProblem ? error.sentence : undefined) ?? words.say('link.noAnswer'), of: 'all' });
      setBusy(false);
    }
  };
  const decline = async (): Promise<void> => {
    setBusy(true);
    try {
      await linkingHub.decline(attempt);
    } catch (error) {
      // It ends by itself in minutes; going back is what was asked for.
      if (!(error instanceof LinkingProblem)) throw error;
    }
    location.assign('/');
  };

  return (
    <form className={styles.form} style={accentOf(bank)} onSubmit={(event) => void sign(event)} noValidate>
      <main className={styles.main}>
        <header className={styles.hero}>
          <Mark face={bank} size="large" />
          <h1>{disclosure.title}</h1>
          <p>{disclosure.lead}</p>
        </header>
        <Purposes
          disclosure={disclosure}
          chosen={chosen}
          toggle={toggle}
          setAll={(all) => {
            setChosen(all);
            setProblem(undefined);
          }}
          list={purposes}
          problem={problem?.of === 'purposes' ? problem.text : undefined}
        />
        <Previews disclosure={disclosure} />
        <Sections disclosure={disclosure} days={days} setDays={setDays} />
        <section className={styles.group}>
          <label className={classes(styles.field, problem?.of === 'name' && styles.wrong)}>
            <span>{signature.label}</span>
            <input
              ref={field}
              value={name}
              maxLength={100}
              autoComplete="name"
              aria-describedby="signature-note"
              aria-invalid={problem?.of === 'name'}
              onInput={(event) => {
                setName(event.currentTarget.value);
                if (problem?.of === 'name') setProblem(undefined);
              }}
            />
          </label>
          <p id="signature-note" className={styles.hint}>
            {signature.note}
          </p>
          {problem?.of === 'name' ? <ErrorLine>{problem.text}</ErrorLine> : null}
        </section>
      </main>
      <footer className={styles.dock}>
        <div>
          {problem?.of === 'all' || outerProblem ? <ErrorLine>{problem?.text ?? outerProblem}</ErrorLine> : null}
          <Button type="submit" weight="main" wide disabled={busy}>
            {words.say('linking.continue', { bank: bank.name })}
          </Button>
          <Button weight="bare" wide disabled={busy} onClick={() => void decline()}>
            {words.say('linking.notNow')}
          </Button>
        </div>
      </footer>
    </form>
  );
}

interface PurposesProps {
  readonly disclosure: Disclosure;
  readonly chosen: ReadonlySet<Purpose>;
  readonly toggle: (purpose: Purpose, on: boolean) => void;
  readonly setAll: (all: ReadonlySet<Purpose>) => void;
  readonly list: { current: HTMLUListElement | null };
  readonly problem: string | undefined;
}

function Purposes({ disclosure, chosen, toggle, setAll, list, problem }: PurposesProps): ReactNode {
  const words = useWords();
  const offered = disclosure.purposes.filter(({ available }) => available).map(({ purpose }) => purpose);
  const all = chosen.size === offered.length;
  return (
    <section className={styles.group}>
      <div className={styles.groupHead}>
        <h2>{words.say('linking.purposes')}</h2>
        {offered.length > 1 ? (
          <button type="button" className={styles.all} onClick={() => setAll(new Set(all ? [] : offered))}>
            {words.say(all ? 'linking.untickAll' : 'linking.tickAll')}
          </button>
        ) : null}
      </div>
      <ul ref={list} className={styles.list}>
        {disclosure.purposes.map((shown) => (
          <PurposeRow key={shown.purpose} shown={shown} on={chosen.has(shown.purpose)} toggle={toggle} />
        ))}
      </ul>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
    </section>
  );
}

interface PurposeRowProps {
  readonly shown: Disclosure['purposes'][number];
  readonly on: boolean;
  readonly toggle: (purpose: Purpose, on: boolean) => void;
}

/** The whole row is the target; its name is the purpose's title, the rest describes it. */
function PurposeRow({ shown, on, toggle }: PurposeRowProps): ReactNode {
  const { purpose, title, note, data, available } = shown;
  const about = useId();
  return (
    <li className={available ? undefined : styles.unavailable}>
      <label className={styles.purpose}>
        <Tile icon={purpose} />
        <span className={styles.purposeText}>
          <b id={`${about}-title`}>{title}</b>
          <span id={about}>
            {note}
            {available ? <small>{data}</small> : null}
          </span>
        </span>
        <input
          type="checkbox"
          role="switch"
          className={styles.switch}
          checked={on}
          disabled={!available}
          aria-labelledby={`${about}-title`}
          aria-describedby={about}
          onChange={(event) => toggle(purpose, event.currentTarget.checked)}
        />
      </label>
    </li>
  );
}

function Previews({ disclosure: { bank, previews } }: { readonly disclosure: Disclosure }): ReactNode {
  return (
    <section className={styles.group}>
      <h2>{previews.title}</h2>
      <p className={styles.hint}>{previews.note}</p>
      <TransactionCard content={previews.card} at={previews.card.transaction.occurredAt} nowMs={Date.parse(previews.card.transaction.occurredAt)} />
      {previews.lines.length > 0 ? (
        <ul className={styles.lines}>
          {previews.lines.map(({ purpose, text, when }) => (
            <li key={purpose + text}>
              <Mark face={bank} />
              <div>
                <p>{text}</p>
                <small>{when}</small>
              </div>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

const sectionIcons: Readonly<Partial<Record<string, IconName>>> = {
  who: 'bank',
  data: 'eye',
  duration: 'wait',
  stop: 'hand',
  certification: 'check',
  contact: 'customer-chat',
};

interface SectionsProps {
  readonly disclosure: Disclosure;
  readonly days: number;
  readonly setDays: (days: number) => void;
}

/** Every section in its order; the choice of how long stands in the one about it. */
function Sections({ disclosure, days, setDays }: SectionsProps): ReactNode {
  const words = useWords();
  const { sections, durations } = disclosure;
  const own = sections.some(({ id }) => id === 'duration');
  const choice = <Durations durations={durations} days={days} setDays={setDays} />;
  return (
    <>
      {own ? null : (
        <section className={styles.group}>
          <h2>{words.say('linking.durations')}</h2>
          {choice}
        </section>
      )}
      {sections.map(({ id, title, items }) => (
        <section key={id} className={styles.group}>
          <h2>{title}</h2>
          {id === 'duration' ? choice : null}
          <ul className={styles.plain}>
            {items.map((item) => (
              <li key={item}>
                <Icon name={sectionIcons[id] ?? 'info'} />
                <p>{item}</p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Durations({ durations, days, setDays }: Pick<SectionsProps, 'days' | 'setDays'> & Pick<Disclosure, 'durations'>): ReactNode {
  const words = useWords();
  const chosen = durations.find((one) => one.days === days);
  return (
    <>
      <div className={styles.segments} role="radiogroup" aria-label={words.say('linking.durations')}>
        {durations.map((one) => (
          <label key={one.days}>
            <input type="radio" name="duration" value={one.days} checked={one.days === days} onChange={() => setDays(one.days)} />
            <span>{one.label}</span>
          </label>
        ))}
      </div>
      <p className={styles.hint} aria-live="polite">
        {chosen?.ends}
      </p>
    </>
  );
}
