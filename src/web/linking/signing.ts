import { chatFieldsWithin, type ChatField, type Detail, type Disclosure, type Purpose } from '#contract';
import type { Words } from '#web/words';
import { useRef, useState } from 'react';
import { HubProblem, sentenceOf } from '#web/hub';
import { bankAddress, linkingHub } from './linking.ts';

/** What stands in the way of going on, said where it belongs. */
export interface SigningProblem {
  readonly text: string;
  readonly of: 'purposes' | 'name' | 'all';
}

/** What a customer has chosen on the linking page, and what they can do with it. */
export interface Signing {
  readonly chosen: ReadonlySet<Purpose>;
  /** What the bank's staff may see, beside `customer-chat`; only what is shared can be. */
  readonly chatFields: readonly ChatField[];
  setChatField(field: ChatField, on: boolean): void;
  readonly days: number;
  /** How much of each purpose the messenger that asked is shown; a pointer where nothing was chosen. */
  readonly details: Readonly<Partial<Record<Purpose, Detail>>>;
  setDetail(purpose: Purpose, detail: Detail): void;
  readonly name: string;
  readonly busy: boolean;
  readonly problem: SigningProblem | undefined;
  /** Gets the focus when nothing is switched on. */
  readonly purposesField: { current: HTMLUListElement | null };
  readonly nameField: { current: HTMLInputElement | null };
  choose(chosen: ReadonlySet<Purpose>): void;
  setDays(days: number): void;
  setName(name: string): void;
  /** Signs and goes to the bank; where something is missing, says what. */
  sign(): Promise<void>;
  /** Ends the attempt and goes back to the chat. */
  decline(): Promise<void>;
}

/**
 * Every purpose starts off: nothing is chosen for anybody. Whoever switches talking to staff on shows them which
 * accounts there are, unless they untick that too. The longest time is offered
 * first.
 */
export function useSigning(attempt: string, disclosure: Disclosure, words: Words): Signing {
  const [chosen, setChosen] = useState<ReadonlySet<Purpose>>(new Set());
  const [days, setDays] = useState(() => Math.max(...disclosure.durations.map((one) => one.days)));
  const [ticked, setTicked] = useState<readonly ChatField[]>(['accounts']);
  const chatFields = chatFieldsWithin(ticked, [...chosen]);
  const [details, setDetails] = useState<Signing['details']>({});
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<SigningProblem | undefined>(undefined);
  const purposesField = useRef<HTMLUListElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const settled = (of: SigningProblem['of']): void => setProblem((before) => (before?.of === of ? undefined : before));

  const sign = async (): Promise<void> => {
    if (busy) return;
    if (chosen.size === 0) {
      setProblem({ text: words.say('linking.chooseFirst'), of: 'purposes' });
      return purposesField.current?.querySelector('input')?.focus();
    }
    if (name.trim() === '') {
      setProblem({ text: words.say('linking.signFirst'), of: 'name' });
      return nameField.current?.focus();
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const purposes = disclosure.purposes.flatMap(({ purpose }) => (chosen.has(purpose) ? purpose : []));
      const signed = { hash: disclosure.hash, purposes, chatFields, durationDays: days, signature: name.trim() };
      const choice = { ...signed, ...(disclosure.levels && { details }) };
      const bank = bankAddress(await linkingHub.sign(attempt, choice));
      if (!bank) throw new HubProblem();
      location.assign(bank);
    } catch (error) {
      setProblem({ text: sentenceOf(error) ?? words.say('link.noAnswer'), of: 'all' });
      setBusy(false);
    }
  };
  const decline = async (): Promise<void> => {
    setBusy(true);
    try {
      await linkingHub.decline(attempt);
    } catch (error) {
      // It ends by itself in minutes; going back is what was asked for.
      if (!(error instanceof HubProblem)) throw error;
    }
    // Who came from another messenger has no chat here to go back to.
    location.assign(disclosure.levels ? `/m/${attempt}` : '/');
  };
  return {
    chosen,
    chatFields,
    setChatField: (field, on) => setTicked(on ? [...ticked, field] : ticked.filter((one) => one !== field)),
    days,
    details,
    setDetail: (purpose, detail) => setDetails({ ...details, [purpose]: detail }),
    name,
    busy,
    problem,
    purposesField,
    nameField,
    choose: (next) => {
      setChosen(next);
      settled('purposes');
    },
    setDays,
    setName: (next) => {
      setName(next);
      settled('name');
    },
    sign,
    decline,
  };
}
