import type { Locale, MessageOrigin } from '#contract';
import { canonical, isInLog, openCheckpoint } from '#web/proof';
import type { Words } from '#web/words';
import { useEffect, useState, type ReactNode } from 'react';
import styles from './about-message.module.css';

/** What this browser found of the entry that was made together with a message. */
type Found = 'checked' | 'failed' | 'unsupported' | 'waiting' | 'none';

type State =
  | { readonly state: 'looking' | 'unreachable' }
  | { readonly state: 'found'; readonly origin: MessageOrigin; readonly proof: Found };

/** Who says what a message says: whether the bank signed it, and whether its entry stands in the proof log. */
export function CheckedMessage({ words, messageId }: { readonly words: Words; readonly messageId: string }): ReactNode {
  const text = texts[words.locale];
  const [shown, setShown] = useState<State>({ state: 'looking' });
  useEffect(() => {
    let stale = false;
    const show = (next: State): void => {
      if (!stale) setShown(next);
    };
    look(messageId).then(show, () => show({ state: 'unreachable' }));
    return () => {
      stale = true;
    };
  }, [messageId]);
  return (
    <div className={styles.check}>
      <output>
        {shown.state === 'looking' ? <p className={styles.quiet}>{text.looking}</p> : null}
        {shown.state === 'unreachable' ? <p>{text.unreachable}</p> : null}
        {shown.state === 'found' ? <Verdict words={words} origin={shown.origin} proof={shown.proof} /> : null}
      </output>
      {shown.state === 'found' ? <Facts words={words} origin={shown.origin} /> : null}
    </div>
  );
}

/** Asks the hub where the message comes from, and checks the proof here: the hub's word for it is not asked. */
async function look(messageId: string): Promise<State> {
  const response = await fetch(`/api/messages/${messageId}/origin`, { credentials: 'same-origin', cache: 'no-store' });
  if (!response.ok) return { state: 'unreachable' };
  const origin = (await response.json()) as MessageOrigin;
  return { state: 'found', origin, proof: await proofOf(origin.log) };
}

async function proofOf({ key, checkpoint, entries, waiting }: MessageOrigin['log']): Promise<Found> {
  const [entry] = entries;
  if (!entry) return waiting.length > 0 ? 'waiting' : 'none';
  const tree = await openCheckpoint(checkpoint, key);
  if (tree === 'unsupported') return tree;
  return typeof tree !== 'string' && (await isInLog(entry, tree)) ? 'checked' : 'failed';
}

interface FoundProps {
  readonly words: Words;
  readonly origin: MessageOrigin;
}

function Verdict({ words, origin, proof }: FoundProps & { readonly proof: Found }): ReactNode {
  const text = texts[words.locale];
  const { from, bank } = origin;
  const key = from === 'tellerline' && bank === undefined ? 'ours' : from;
  const said = text[key].replaceAll('{bank}', () => bank?.name ?? text.theBank);
  return (
    <>
      <p>{said}</p>
      <p className={proof === 'failed' ? styles.wrong : undefined}>{text[proof]}</p>
      <p className={styles.quiet}>{text.elsewhere}</p>
    </>
  );
}

/** What somebody compares who wants to know it to the letter. */
function Facts({ words, origin }: FoundProps): ReactNode {
  const text = texts[words.locale];
  const { signed, log } = origin;
  const [entry] = log.entries;
  const facts: readonly (readonly [string, string])[] = [
    ...(signed
      ? ([
          [text.key, signed.key],
          [text.webhook, signed.webhook],
          [text.verified, clockTime(words, signed.at)],
        ] as const)
      : []),
    ...(entry
      ? ([
          [text.place, words.number(entry.leaf.index)],
          [text.record, canonical(entry.record)],
        ] as const)
      : []),
  ];
  if (facts.length === 0) return null;
  return (
    <details>
      <summary>{text.technical}</summary>
      <dl className={styles.times}>
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const clockTime = ({ region, timeZone }: Words, at: string): string =>
  new Intl.DateTimeFormat(region, { timeZone, dateStyle: 'medium', timeStyle: 'medium' })
    .format(Date.parse(at))
    .replaceAll(/[\u202f\u2009]/g, '\u00a0');

type Texts = Readonly<
  Record<
    | 'looking'
    | 'unreachable'
    | 'theBank'
    | MessageOrigin['from']
    | 'ours'
    | Found
    | 'elsewhere'
    | 'technical'
    | 'key'
    | 'webhook'
    | 'verified'
    | 'place'
    | 'record',
    string
  >
>;

/** Not in the catalogue of the messenger: these come with this part alone. */
const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    looking: 'Looking it up…',
    unreachable: 'That could not be looked up. Nothing is wrong with the message for that; try again.',
    theBank: 'Your bank',
    signed: '{bank} signed this. The signature was verified before anything of it was read.',
    fetched: '{bank} showed this when we asked over its own interface. What is read there carries no signature.',
    tellerline: 'These words are ours. They are about what {bank} shares with you; {bank} did not write them.',
    ours: 'These words are ours. Nothing of a bank is in them.',
    checked: 'That it was used for you stands in the public proof log. This browser has checked that by itself.',
    failed: 'Its entry is not in the log that was signed. Do not rely on this message.',
    unsupported: 'This browser cannot check the proof log by itself.',
    waiting: 'Its entry is made and will be in the proof log within a second. Ask again then.',
    none: 'The proof log has no entry for this message.',
    elsewhere: 'Got something elsewhere? Paste it into the chat: it is compared with what your bank told you here.',
    technical: 'Signature and proof',
    key: 'Key of the bank',
    webhook: 'Signed message',
    verified: 'Verified',
    place: 'Leaf in the log',
    record: 'Entry',
  },
  es: {
    looking: 'Comprobando…',
    unreachable: 'No se pudo comprobar. Eso no dice nada malo del mensaje; inténtalo otra vez.',
    theBank: 'Tu banco',
    signed: '{bank} firmó esto. La firma se verificó antes de leer nada.',
    fetched: '{bank} mostró esto cuando preguntamos por su propia interfaz. Lo que se lee allí no lleva firma.',
    tellerline: 'Estas palabras son nuestras. Tratan de lo que {bank} comparte contigo; {bank} no las escribió.',
    ours: 'Estas palabras son nuestras. No contienen nada de un banco.',
    checked:
      'Que se usó para ti consta en el registro público de pruebas. Este navegador lo ha comprobado por sí mismo.',
    failed: 'Su entrada no está en el registro firmado. No te fíes de este mensaje.',
    unsupported: 'Este navegador no puede comprobar por sí mismo el registro de pruebas.',
    waiting: 'Su entrada ya existe y estará en el registro en un segundo. Vuelve a preguntar entonces.',
    none: 'El registro de pruebas no tiene ninguna entrada de este mensaje.',
    elsewhere: '¿Te llegó algo por otro lado? Pégalo en el chat: se compara con lo que tu banco te dijo aquí.',
    technical: 'Firma y prueba',
    key: 'Clave del banco',
    webhook: 'Mensaje firmado',
    verified: 'Verificado',
    place: 'Hoja del registro',
    record: 'Entrada',
  },
};
