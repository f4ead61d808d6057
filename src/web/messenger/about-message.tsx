import type { Locale, Message } from '#contract';
import type { Words } from '#web/words';
import { useEffect, useState, type ReactNode } from 'react';
import styles from './about-message.module.css';
import type { CheckedMessage } from './checked-message.tsx';

/** Given and not asked for, so that fetching this part leaves the rest of the messenger in the pieces that it has. */
interface AboutProps {
  readonly words: Words;
  readonly message: Message;
  /** When it came to this screen, by this device's clock. */
  readonly arrivedMs: number | undefined;
  /** Says that it is advertising, or takes that back; false when the hub did not hear it. */
  readonly mark: (advertising: boolean) => Promise<boolean>;
}

/** What lies behind the three dots under a message: when it came, whether it is the bank's, and that it is advertising. */
export function AboutMessage({ words, message, arrivedMs, mark }: AboutProps): ReactNode {
  return (
    <div className={styles.about}>
      <Times words={words} message={message} arrivedMs={arrivedMs} />
      <Check words={words} messageId={message.id} />
      <Advertising text={texts[words.locale]} mark={mark} />
    </div>
  );
}

type Texts = Readonly<
  Record<
    | 'bank'
    | 'here'
    | 'check'
    | 'checkFailed'
    | 'said'
    | 'screen'
    | 'later'
    | 'advertising'
    | 'marked'
    | 'failed'
    | 'counts'
    | 'undo',
    string
  >
>;

/** Not in the catalogue of the messenger: these come with this part alone. */
const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    bank: 'At the bank',
    here: 'Reached us',
    check: 'Is this really my bank?',
    checkFailed: 'That could not be loaded. Try again.',
    said: 'Written',
    screen: 'On this screen',
    later: 'later',
    advertising: 'This is advertising',
    marked: 'Counted, without your name.',
    failed: 'That could not be counted. Try again.',
    counts: 'See the counts',
    undo: 'Take it back',
  },
  es: {
    bank: 'En el banco',
    here: 'Nos llegó',
    check: '¿Es de verdad mi banco?',
    checkFailed: 'No se pudo cargar. Inténtalo otra vez.',
    said: 'Escrito',
    screen: 'En esta pantalla',
    later: 'después',
    advertising: 'Esto es publicidad',
    marked: 'Contado, sin tu nombre.',
    failed: 'No se pudo contar. Inténtalo otra vez.',
    counts: 'Ver los recuentos',
    undo: 'Retirarlo',
  },
};

interface Stop {
  readonly name: string;
  readonly atMs: number;
}

/** The way of a message: when the bank says that it happened, when we had it, and when it was on this screen. */
function Times({ words, message, arrivedMs }: Omit<AboutProps, 'mark'>): ReactNode {
  const aheadMs = useClockAhead();
  const text = texts[words.locale];
  const event = occurredAt(message);
  const stops: Stop[] = [
    ...(event === undefined ? [] : [{ name: text.bank, atMs: Date.parse(event) }]),
    { name: event === undefined ? text.said : text.here, atMs: Date.parse(message.at) },
    ...(arrivedMs === undefined ? [] : [{ name: text.screen, atMs: arrivedMs - aheadMs }]),
  ];
  return (
    <dl className={styles.times}>
      {stops.map(({ name, atMs }, n) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <time dateTime={new Date(atMs).toISOString()}>{clockTime(words, atMs)}</time>
            <span>{laterBy(words, text.later, atMs - (stops[n - 1]?.atMs ?? atMs))}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The bank's own word of when it happened, where a message tells of something that did. */
function occurredAt({ content }: Message): string | undefined {
  if (content.kind !== 'card' || content.card.card !== 'transaction') return undefined;
  return content.card.transaction.occurredAt;
}

/** To the second; with its day when that is another one. */
function clockTime({ region, timeZone, daysAgo }: Words, atMs: number): string {
  const today = daysAgo(new Date(atMs).toISOString(), Date.now()) === 0;
  const format = new Intl.DateTimeFormat(region, {
    timeZone,
    timeStyle: 'medium',
    ...(today ? {} : { dateStyle: 'medium' }),
  });
  return format.format(atMs).replaceAll(/[\u202f\u2009]/g, '\u00a0');
}

/** "40 ms later", "0.8 sec later", while it is so little that somebody wants to know. */
function laterBy({ region }: Words, later: string, ms: number): string {
  if (ms < 1 || ms >= 60_000) return '';
  const [value, unit] = ms < 100 ? [ms, 'millisecond'] : [ms / 1000, 'second'];
  const format = new Intl.NumberFormat(region, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: ms < 100 || ms >= 10_000 ? 0 : 1,
  });
  return `${format.format(value)} ${later}`;
}

/** The hub tells the time to the second: a smaller difference is no difference. */
const noticedMs = 2000;

/** By how much this device's clock is ahead of the hub's, so that the times above are all by one clock. */
function useClockAhead(): number {
  const [aheadMs, setAheadMs] = useState(0);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const { headers } = await fetch('/livez', { method: 'HEAD', cache: 'no-store' });
      const ms = Date.now() - Date.parse(headers.get('date') ?? '');
      if (Math.abs(ms) > noticedMs) setAheadMs(ms);
    };
    // Without a network the device's own clock has to do.
    look().catch(() => setAheadMs(0));
  }, []);
  return aheadMs;
}

/** "Is this really my bank?": what answers it is fetched when it is asked. */
function Check({ words, messageId }: Pick<AboutProps, 'words'> & { readonly messageId: string }): ReactNode {
  const text = texts[words.locale];
  const [Body, setBody] = useState<typeof CheckedMessage | 'failed' | undefined>(undefined);
  const load = async (): Promise<void> => {
    const { CheckedMessage: loaded } = await import('./checked-message.tsx');
    setBody(() => loaded);
  };
  if (Body !== undefined && Body !== 'failed') return <Body words={words} messageId={messageId} />;
  return (
    <>
      <output>{Body === 'failed' ? text.checkFailed : null}</output>
      <button type="button" className={styles.press} onClick={() => void load().catch(() => setBody('failed'))}>
        {text.check}
      </button>
    </>
  );
}

/** "This is advertising": two taps, so that nobody says it by a slip; counted by sender, for everybody to see. */
function Advertising({ text, mark }: Pick<AboutProps, 'mark'> & { readonly text: Texts }): ReactNode {
  const [state, setState] = useState<'open' | 'marked' | 'failed'>('open');
  const press = async (): Promise<void> => {
    const marked = state !== 'marked';
    setState((await mark(marked)) ? (marked ? 'marked' : 'open') : 'failed');
  };
  return (
    <>
      <output>
        {state === 'open' ? null : text[state]}{' '}
        {state === 'marked' ? <a href="/log/advertising">{text.counts}</a> : null}
      </output>
      <button type="button" className={styles.press} onClick={() => void press()}>
        {state === 'marked' ? text.undo : text.advertising}
      </button>
    </>
  );
}
