import type { Colleague, Locale, Team } from '#contract';
import { Button, Sheet } from '#web/kit';
import { useCallback, useId, useState, type FormEvent, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState } from './context.tsx';
import { teams } from './lists.ts';
import { Field, TroubleLine } from './parts.tsx';
import styles from './sheets.module.css';
import { useDeskWords, type DeskWords } from './words.ts';

/** Hands a case to a team, or to a colleague of it who is at their desk and has room, with a note for them. */
export function TransferSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const words = useDeskWords();
  const { hub, sync } = useDesk();
  const { opened } = useDeskState();
  const [team, setTeam] = useState<Team>(opened?.view?.brief.team ?? 'general');
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [asked, setAsked] = useState<'no' | 'moving' | 'refused'>('no');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (asked === 'moving') return;
    setAsked('moving');
    const to = { team, ...(name === '' ? {} : { name }), note: note.trim() };
    // Whoever was chosen may have gone or have no room by now: the note stays for somebody else.
    if (await sync.move((caseId) => hub.transfer(caseId, to))) onClose();
    else setAsked('refused');
  };
  return (
    <Sheet title={words.say('transfer.title')} onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Field label={words.say('transfer.team')}>
          {({ id }) => (
            <select
              id={id}
              value={team}
              onChange={(event) => {
                setTeam(event.currentTarget.value as Team);
                // Whoever was chosen may not be of it.
                setName('');
              }}
            >
              {teams.map((one) => (
                <option key={one} value={one}>
                  {words.say(`team.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Colleagues team={team} locale={opened?.view?.brief.locale} name={name} choose={setName} />
        <Field label={words.say('transfer.note')} hint={words.say('transfer.noteHint')}>
          {({ id, describedBy }) => (
            <textarea
              id={id}
              aria-describedby={describedBy}
              required
              value={note}
              maxLength={1000}
              onInput={(event) => setNote(event.currentTarget.value)}
            />
          )}
        </Field>
        {asked === 'refused' ? <TroubleLine trouble={opened?.trouble} /> : null}
        <Button type="submit" weight="main" wide disabled={note.trim() === ''}>
          {words.say('transfer.do')}
        </Button>
      </form>
    </Sheet>
  );
}

interface ColleaguesProps {
  readonly team: Team;
  /** The customer's language. */
  readonly locale: Locale | undefined;
  /** Empty: anybody of the team. */
  readonly name: string;
  readonly choose: (name: string) => void;
}

/** The team as a whole, and each of it who is here: one stop of Tab, arrows between them. */
function Colleagues({ team, locale, name, choose }: ColleaguesProps): ReactNode {
  const words = useDeskWords();
  const group = useId();
  const { hub } = useDesk();
  const ask = useCallback(() => hub.colleagues(), [hub]);
  // Where they are not known the team can be chosen all the same.
  const { answer, trouble } = useAsked(ask);
  const ofTeam = answer?.filter((one) => one.teams.includes(team));
  const choices = [{ name: '', room: 1 }, ...(ofTeam ?? [])];
  return (
    <fieldset className={styles.choices}>
      <legend>{words.say('transfer.to')}</legend>
      {choices.map((one) => (
        <label key={one.name}>
          <input
            type="radio"
            name={group}
            checked={name === one.name}
            disabled={one.room === 0}
            onChange={() => choose(one.name)}
          />
          <span>{one.name === '' ? words.say('transfer.anybody') : one.name}</span>
          {'locales' in one ? <small>{roomWords(one, locale, words)}</small> : null}
        </label>
      ))}
      <TroubleLine trouble={trouble} />
      {ofTeam?.length === 0 ? <p className={styles.hint}>{words.say('transfer.nobodyHere')}</p> : null}
    </fieldset>
  );
}

function roomWords({ room, locales }: Colleague, locale: Locale | undefined, words: DeskWords): string {
  const languages = words.list(locales.map((locale) => words.say(`case.language.${locale}`)));
  if (room === 0) return words.say('transfer.full');
  const about = words.say('transfer.room', { count: room, languages });
  if (locale === undefined || locales.includes(locale)) return about;
  return `${about}; ${words.say('transfer.otherLanguage', { language: words.say(`case.language.${locale}`) })}`;
}
