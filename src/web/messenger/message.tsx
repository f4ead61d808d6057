import type { Message } from '#contract';
import { Button, classes, ErrorLine, Hidden, Icon } from '#web/kit';
import { useWords } from '#web/words';
import { memo, useCallback, useEffect, useState, type ReactNode } from 'react';
import { holdsButtons, MessageCard, type ButtonDrawing } from '#web/cards';
import { markAdvertising } from './actions.ts';
import { useActions } from './context.tsx';
import type { Outgoing } from './outbox.ts';
import type { Mark, Ways } from './rows.ts';
import type { Press } from './state.ts';
import styles from './thread.module.css';

interface MessageRowProps {
  readonly message: Message;
  readonly mark: Mark | undefined;
  readonly ways: Ways;
  readonly presses: Readonly<Record<string, Press>>;
  readonly nowMs: number;
}

/** One message of anybody. Drawn again only when something of it changed. */
export const MessageRow = memo(function MessageRow({
  message,
  mark,
  ways,
  presses,
  nowMs,
}: MessageRowProps): ReactNode {
  const words = useWords();
  const { content, author, at } = message;
  if (author === 'customer') {
    return (
      <div className={styles.mine}>
        <p>
          <Hidden>{words.say('message.mine')} </Hidden>
          {content.text}
        </p>
        {mark ? <span className={styles.meta}>{words.say(`mark.${mark}`, { time: words.time(at) })}</span> : null}
      </div>
    );
  }
  const drawButtons = (drawing?: ButtonDrawing): ReactNode => (
    <Buttons message={message} ways={ways} presses={presses} {...drawing} />
  );
  if (content.kind === 'card') {
    const { card, text } = content;
    const inside = holdsButtons(card);
    const buttons = { count: (message.actions ?? []).length + (message.waysOn ?? []).length, draw: drawButtons };
    return (
      <div className={styles.cardRow}>
        <MessageCard content={card} at={at} nowMs={nowMs} text={text} buttons={inside ? buttons : undefined} />
        {inside ? null : drawButtons()}
        <About message={message} />
      </div>
    );
  }
  return (
    <div className={classes(styles.theirs, message.aside && styles.aside)}>
      {message.by ? <span className={styles.meta}>{message.by}</span> : null}
      <p title={words.moment(at, nowMs)}>{content.text}</p>
      {drawButtons()}
      <About message={message} />
    </div>
  );
});

/** What is asked for now and then is fetched when it is asked for: when a message came, and that it is advertising. */
function About({ message }: { readonly message: Message }): ReactNode {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.about} onToggle={() => setOpen((on) => !on)}>
      <summary aria-label={words.say('message.about')}>
        <Icon name="more" size={16} />
      </summary>
      {open ? <AboutBody message={message} /> : null}
    </details>
  );
}

function AboutBody({ message }: { readonly message: Message }): ReactNode {
  const words = useWords();
  const { sync } = useActions();
  const [Body, , failed] = useLate(loadAbout);
  if (!Body) return failed ? words.say('link.noAnswer') : null;
  return (
    <Body
      words={words}
      message={message}
      arrivedMs={sync.arrivedMs(message.id)}
      mark={(advertising) => markAdvertising(message.id, advertising)}
    />
  );
}

const loadAbout = async () => (await import('./about-message.tsx')).AboutMessage;

function Buttons({
  message,
  ways: shown,
  presses,
  signOf,
  inline = false,
}: Pick<MessageRowProps, 'message' | 'ways' | 'presses'> & ButtonDrawing): ReactNode {
  const words = useWords();
  const { sync, prove } = useActions();
  const actions = message.actions ?? [];
  const ways = (message.waysOn ?? []).filter(
    // The offer of a passkey stands until it is answered: the hub takes it away then.
    // A view leads to what stands here anyway.
    ({ way }) => (shown === 'all' ? way !== 'view' : way === shown || /^add-|picture/.test(way)),
  );
  if (actions.length === 0 && ways.length === 0) return null;
  // One decision, one press: the others of the same message go with it. What only asks on decides nothing, and asks
  // again as often as it is pressed.
  const isPressed = (token: string): boolean => presses[token]?.state === 'pressed';
  const decided = actions.some(({ token, act }) => act !== 'ask-case' && isPressed(token));
  return (
    <div className={classes(styles.buttons, inline && styles.inline)}>
      {ways.map(({ way, bank, label, address, case: of }) =>
        of ? (
          <AddPicture key={way + of} caseId={of} label={label} />
        ) : (
          <WayOn key={way + (bank ?? label)} way={way} bank={bank} label={label} address={address} />
        ),
      )}
      {actions.map(({ token, act, label, weight, proof }) => (
        <Button
          key={token}
          weight={weight}
          wide
          disabled={decided}
          onClick={() =>
            proof ? prove({ token, label, act: proof, subject: message.id }) : void sync.press(token, act)
          }
        >
          {signOf?.(weight, proof)}
          {label}
          {decided && isPressed(token) ? <Icon name="check" size={16} /> : null}
        </Button>
      ))}
      {actions.map(({ token }) => {
        const press = presses[token];
        if (press?.state === 'refused') return <Refused key={token} press={press} />;
        return press?.state === 'unknown' ? <ErrorLine key={token}>{words.say('act.unknown')}</ErrorLine> : null;
      })}
    </div>
  );
}

type Way = Pick<NonNullable<Message['waysOn']>[number], 'way' | 'label'> & {
  readonly bank: string | undefined;
  readonly address: string | undefined;
};

/** What takes a picture is fetched before it is tapped: a tap alone opens the browser's choice. */
function AddPicture({ caseId, label }: { readonly caseId: string; readonly label: string }): ReactNode {
  const [Late, again] = useLate(loadPicture);
  return Late ? <Late {...{ caseId, label }} /> : <Button {...{ wide: true, onClick: again }}>{label}</Button>;
}

const loadPicture = async () => (await import('./picture-button.tsx')).PictureButton;

/** What few messages need, fetched when one does; a second try; and whether one failed. */
function useLate<Late>(load: () => Promise<Late>): [Late | undefined, () => void, boolean] {
  const [late, setLate] = useState<Late>();
  const [failed, setFailed] = useState(false);
  const get = useCallback(
    (): void =>
      void load().then(
        (loaded) => setLate(() => loaded),
        () => setFailed(true),
      ),
    [load],
  );
  useEffect(get, [get]);
  return [late, get, failed];
}

/** Why a button did nothing, in the person's language once its words are here. */
function Refused({ press }: { readonly press: Extract<Press, { state: 'refused' }> }): ReactNode {
  const words = useWords();
  const [late] = useLate(useCallback(async () => (await import('./refusal-words.ts')).loadRefusals(words), [words]));
  return <ErrorLine>{late?.(press.code) ?? press.reason}</ErrorLine>;
}

function WayOn({ way, bank, label, address }: Way): ReactNode {
  const { chooseBank, linkBank, addPasskey, signIn } = useActions();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const go = async (): Promise<void> => {
    if (way === 'sign-in') return signIn();
    if (way === 'privacy') return location.assign('/privacy');
    if (way === 'statement' || way === 'picture') return void open(address, '_blank', 'noopener');
    if (way !== 'add-passkey' && bank === undefined) return chooseBank();
    setBusy(true);
    setProblem(bank === undefined ? await addPasskey() : await linkBank(bank));
    setBusy(false);
  };
  return (
    <>
      <Button
        weight={way === 'sign-in' ? 'bare' : way === 'picture' ? 'plain' : 'main'}
        wide
        disabled={busy}
        onClick={() => void go()}
      >
        {label}
      </Button>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
    </>
  );
}

/** Words that are on their way. */
export function OutgoingRow({
  outgoing,
  offline,
}: {
  readonly outgoing: Outgoing;
  readonly offline: boolean;
}): ReactNode {
  const words = useWords();
  const { sync } = useActions();
  return (
    <div className={styles.mine}>
      <p>
        <Hidden>{words.say('message.mine')} </Hidden>
        {outgoing.text}
      </p>
      {outgoing.state === 'refused' ? (
        <div className={styles.refused}>
          <ErrorLine>{outgoing.reason}</ErrorLine>
          <button type="button" className={styles.again} onClick={() => sync.sayAgain(outgoing.clientId)}>
            {words.say('message.again')}
          </button>
        </div>
      ) : (
        <span className={styles.meta}>
          {words.say(outgoing.state === 'sent' ? 'mark.sent' : offline ? 'mark.kept' : 'mark.waiting', { time: '' })}
        </span>
      )}
    </div>
  );
}
