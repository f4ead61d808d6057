import type { DeskSettingsView } from '#contract';
import { Button, ErrorLine } from '#web/kit';
import { useCallback, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState, useMinute } from './context.tsx';
import { Tool } from './icons.tsx';
import { teams } from './lists.ts';
import styles from './pages.module.css';
import { Field, TroubleLine } from './parts.tsx';
import {
  minuteOf,
  timeOf,
  toSave,
  weekdays,
  withCapacity,
  withDay,
  withHoliday,
  withHours,
  withPromise,
  wrongIn,
  type SettingsDraft,
} from './settings-draft.ts';
import { troubleOf, type Trouble } from './state.ts';
import { WideTable } from './wide-table.tsx';
import { useDeskWords, type DeskWords } from './words.ts';

/** When the desk is open, what its teams promise, and how many cases everybody takes; with who changed what. */
export function SettingsPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const leads = me?.role === 'supervisor';
  const ask = useCallback(() => hub.settings(), [hub]);
  const { answer, trouble, again } = useAsked(leads ? ask : undefined);
  /** As they stand since one saved here; what is read anew comes after that. */
  const [saved, setSaved] = useState<DeskSettingsView | undefined>(undefined);
  const kept = saved && saved.revision >= (answer?.revision ?? 0) ? saved : answer;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{words.say('settings.title')}</h1>
      </header>
      <p className={styles.lead}>{words.say(leads ? 'settings.lead' : 'settings.only')}</p>
      <TroubleLine trouble={trouble} />
      {trouble ? <Button onClick={again}>{words.say('tryAgain')}</Button> : null}
      {answer && kept ? (
        <>
          <Editor key={answer.revision} kept={answer} saved={setSaved} readAgain={again} />
          <Changes changes={kept.changes} />
        </>
      ) : null}
    </div>
  );
}

interface PartProps {
  readonly draft: SettingsDraft;
  readonly change: (draft: SettingsDraft) => void;
}

function Editor({
  kept,
  saved,
  readAgain,
}: {
  readonly kept: DeskSettingsView;
  readonly saved: (kept: DeskSettingsView) => void;
  readonly readAgain: () => void;
}): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { changes: _, ...first } = kept;
  const [draft, setDraft] = useState<SettingsDraft>(first);
  const saving = useRef(false);
  const [said, setSaid] = useState<{ at?: string; trouble?: Trouble; wrong?: ReturnType<typeof wrongIn> }>({});
  const change = (next: SettingsDraft): void => {
    setDraft(next);
    setSaid({});
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // Saved once more it would carry the revision of before, and be refused as somebody else's.
    if (saving.current) return;
    const wrong = wrongIn(draft);
    if (wrong) return setSaid({ wrong });
    saving.current = true;
    try {
      const now = await hub.saveSettings(toSave(draft));
      setDraft((written) => ({ ...written, revision: now.revision }));
      setSaid({ at: new Date().toISOString() });
      saved(now);
    } catch (error) {
      setSaid({ trouble: troubleOf(error) });
    } finally {
      saving.current = false;
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)} noValidate>
      <div className={styles.halves}>
        <Week draft={draft} change={change} />
        <div className={styles.form}>
          <Holidays draft={draft} change={change} />
          <Promises draft={draft} change={change} />
          <Capacities draft={draft} change={change} />
        </div>
      </div>
      {said.wrong ? <ErrorLine>{words.say(`settings.wrong.${said.wrong}`)}</ErrorLine> : null}
      <TroubleLine trouble={said.trouble} />
      {said.trouble?.code === 'settings_changed' ? (
        <Button onClick={readAgain}>{words.say('settings.readAgain')}</Button>
      ) : null}
      <output className={styles.done}>
        {said.at === undefined ? null : words.say('settings.saved', { time: words.time(said.at) })}
      </output>
      <Button type="submit" weight="main" wide>
        {words.say('settings.save')}
      </Button>
    </form>
  );
}

function Week({ draft, change }: PartProps): ReactNode {
  const words = useDeskWords();
  const zones = [...new Set([draft.timeZone, ...Intl.supportedValuesOf('timeZone')])].toSorted();
  return (
    <section className={styles.card} aria-labelledby="settings-week">
      <h2 id="settings-week">{words.say('settings.week')}</h2>
      <p className={styles.hint}>{words.say('settings.weekHint')}</p>
      <ul className={styles.week}>
        {weekdays.map((day) => (
          <Day key={day} day={day} draft={draft} change={change} />
        ))}
      </ul>
      <Field label={words.say('settings.timeZone')}>
        {({ id }) => (
          <select
            id={id}
            value={draft.timeZone}
            onChange={(event) => change({ ...draft, timeZone: event.currentTarget.value })}
          >
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
    </section>
  );
}

function Day({ day, draft, change }: PartProps & { readonly day: (typeof weekdays)[number] }): ReactNode {
  const words = useDeskWords();
  const name = words.say(`settings.day.${day}`);
  const open = draft.week.find((one) => one.day === day);
  const time = (which: 'opensMinute' | 'closesMinute'): ReactNode => (
    <input
      type="time"
      aria-label={words.say(which === 'opensMinute' ? 'settings.opens' : 'settings.closes', { day: name })}
      value={timeOf(open?.[which] ?? 0)}
      onChange={(event) => {
        const minute = minuteOf(event.currentTarget.value, which === 'closesMinute');
        if (minute !== undefined) change(withHours(draft, day, { [which]: minute }));
      }}
    />
  );
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={open !== undefined}
          onChange={(event) => change(withDay(draft, day, event.currentTarget.checked))}
        />
        {name}
      </label>
      {open ? (
        <span className={styles.times}>
          {time('opensMinute')}
          <span aria-hidden="true">–</span>
          {time('closesMinute')}
        </span>
      ) : (
        <small>{words.say('settings.closed')}</small>
      )}
    </li>
  );
}

function Holidays({ draft, change }: PartProps): ReactNode {
  const words = useDeskWords();
  const [day, setDay] = useState('');
  const add = (): void => {
    change(withHoliday(draft, day, true));
    setDay('');
  };
  return (
    <section className={styles.card} aria-labelledby="settings-holidays">
      <h2 id="settings-holidays">{words.say('settings.holidays')}</h2>
      {draft.holidays.length === 0 ? <p className={styles.hint}>{words.say('settings.noHolidays')}</p> : null}
      <ul className={styles.week}>
        {draft.holidays.map((one) => (
          <li key={one}>
            <span>{dayWords(one, words)}</span>
            <Tool
              icon="remove"
              name={words.say('settings.removeHoliday', { day: dayWords(one, words) })}
              onClick={() => change(withHoliday(draft, one, false))}
            />
          </li>
        ))}
      </ul>
      <div className={styles.add}>
        <Field label={words.say('settings.holiday')}>
          {({ id }) => (
            <input
              id={id}
              type="date"
              value={day}
              onChange={(event) => setDay(event.currentTarget.value)}
              onKeyDown={(event) => {
                // Without this it would save everything but this day.
                if (event.key !== 'Enter') return;
                event.preventDefault();
                if (day !== '') add();
              }}
            />
          )}
        </Field>
        <Button disabled={day === ''} onClick={add}>
          {words.say('settings.addHoliday')}
        </Button>
      </div>
    </section>
  );
}

/** A day of the calendar, which has no time zone. */
const dayWords = (day: string, words: DeskWords): string =>
  new Intl.DateTimeFormat(words.locale, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

function Promises({ draft, change }: PartProps): ReactNode {
  const words = useDeskWords();
  return (
    <section className={styles.card} aria-labelledby="settings-promises">
      <h2 id="settings-promises">{words.say('settings.promises')}</h2>
      <p className={styles.hint}>{words.say('settings.promisesHint')}</p>
      <ul className={styles.week}>
        {teams.map((team) => (
          <Count
            key={team}
            label={words.say(`team.${team}`)}
            unit={words.say('settings.minutes')}
            most={10_080}
            count={draft.answerMinutes[team]}
            change={(minutes) => change(withPromise(draft, team, minutes))}
          />
        ))}
      </ul>
    </section>
  );
}

function Capacities({ draft, change }: PartProps): ReactNode {
  const words = useDeskWords();
  return (
    <section className={styles.card} aria-labelledby="settings-capacities">
      <h2 id="settings-capacities">{words.say('settings.capacities')}</h2>
      <p className={styles.hint}>{words.say('settings.capacitiesHint')}</p>
      <ul className={styles.week}>
        {draft.capacities.map(({ staffId, name, capacity }) => (
          <Count
            key={staffId}
            label={name}
            unit={words.say('settings.cases')}
            most={50}
            count={capacity}
            change={(cases) => change(withCapacity(draft, staffId, cases))}
          />
        ))}
      </ul>
    </section>
  );
}

function Count({
  label,
  unit,
  most,
  count,
  change,
}: {
  readonly label: string;
  readonly unit: string;
  readonly most: number;
  readonly count: number;
  readonly change: (count: number) => void;
}): ReactNode {
  return (
    <li>
      <span aria-hidden="true">{label}</span>
      <span className={styles.times}>
        <input
          type="number"
          inputMode="numeric"
          min={1}
          max={most}
          aria-label={`${label}, ${unit}`}
          value={Number.isNaN(count) ? '' : count}
          onChange={(event) => change(event.currentTarget.valueAsNumber)}
        />
        <span aria-hidden="true">{unit}</span>
      </span>
    </li>
  );
}

function Changes({ changes }: Pick<DeskSettingsView, 'changes'>): ReactNode {
  const words = useDeskWords();
  const nowMs = useMinute();
  return (
    <div className={styles.card}>
      <h2 id="settings-changes">{words.say('settings.changes')}</h2>
      <p className={styles.hint}>{words.say('settings.changesHint')}</p>
      {changes.length === 0 ? (
        <p className={styles.hint}>{words.say('settings.noChanges')}</p>
      ) : (
        <WideTable
          labelledBy="settings-changes"
          heads={[
            words.say('settings.what'),
            words.say('settings.from'),
            words.say('settings.to'),
            words.say('settings.by'),
            words.say('settings.at'),
          ]}
        >
          {changes.map((one, at) => (
            // Several changes are saved at one moment by one person: their place is what tells them apart.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={`${one.at} ${changes.length - at}`}>
              <th scope="row">{changeWords(one, words)}</th>
              <td>{valueWords(one, one.was, words)}</td>
              <td>{valueWords(one, one.became, words)}</td>
              <td>{one.by}</td>
              <td>{words.moment(one.at, nowMs)}</td>
            </tr>
          ))}
        </WideTable>
      )}
    </div>
  );
}

type Change = DeskSettingsView['changes'][number];

function changeWords({ what, about }: Change, words: DeskWords): string {
  if (what === 'time-zone') return words.say('settings.timeZone');
  if (what === 'holiday') return dayWords(about, words);
  const day = weekdays.find((one) => String(one) === about);
  if (what === 'day' && day) return words.say(`settings.day.${day}`);
  const team = teams.find((one) => one === about);
  if (what === 'promise' && team) return words.say('settings.promiseOf', { team: words.say(`team.${team}`) });
  return words.say('settings.capacityOf', { name: about });
}

function valueWords({ what }: Change, value: string, words: DeskWords): string {
  if (what === 'holiday') return words.say(value === '' ? 'settings.open' : 'settings.closed');
  if (what === 'day' && value === '') return words.say('settings.closed');
  return what === 'time-zone' ? value.replaceAll('_', ' ') : value;
}
