import { accountName, type DeletionReceipt, type LinkFace, type Me } from '#contract';
import { Button, ErrorLine, Icon, Mark, Sheet, Tag, useFace } from '#web/kit';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import { toldWord } from '#web/cards';
import { useActions } from './context.tsx';
import styles from './sheets.module.css';

interface SheetProps {
  readonly me: Me;
  readonly onClose: () => void;
}

/** The banks that can be linked. Choosing one leads to its linking page. */
export function BanksSheet({ me, onClose }: SheetProps): ReactNode {
  const words = useWords();
  const { linkBank } = useActions();
  const [busy, setBusy] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const choose = async (bank: string): Promise<void> => {
    setBusy(bank);
    setProblem(await linkBank(bank));
    setBusy(undefined);
  };
  return (
    <Sheet title={words.say('banks.title')} onClose={onClose}>
      <p className={styles.lead}>{words.say('banks.lead')}</p>
      <ul className={styles.banks}>
        {me.banks
          .filter(({ kind }) => !kind)
          .map(({ id }) => (
            <li key={id}>
              <BankButton
                bank={id}
                linked={me.links.some(({ bank, state }) => bank === id && state === 'linked')}
                disabled={busy !== undefined}
                onChoose={() => void choose(id)}
              />
            </li>
          ))}
      </ul>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
    </Sheet>
  );
}

interface BankButtonProps {
  readonly bank: string;
  readonly linked: boolean;
  readonly disabled: boolean;
  readonly onChoose: () => void;
}

function BankButton({ bank, linked, disabled, onChoose }: BankButtonProps): ReactNode {
  const words = useWords();
  const face = useFace(bank);
  const note = useId();
  return (
    <>
      <button
        type="button"
        className={styles.bank}
        disabled={disabled}
        onClick={onChoose}
        aria-describedby={linked ? note : undefined}
      >
        <Mark face={face} size="middle" />
        <span>{face.name}</span>
        <Icon name="right" />
      </button>
      {linked ? (
        <span id={note} className={styles.bankNote}>
          {words.say('banks.linked')}
        </span>
      ) : null}
    </>
  );
}

/** What is linked, for what, until when; and how to stop it. */
export function LinksSheet({
  me,
  onClose,
  onStop,
}: SheetProps & { readonly onStop: (bank: string) => void }): ReactNode {
  const words = useWords();
  const { chooseBank } = useActions();
  return (
    <Sheet title={words.say('links.title')} onClose={onClose}>
      {me.links.length === 0 ? (
        <>
          <p className={styles.lead}>{words.say('links.none')}</p>
          <Button
            weight="main"
            wide
            onClick={() => {
              onClose();
              chooseBank();
            }}
          >
            {words.say('linkBank')}
          </Button>
        </>
      ) : (
        <ul className={styles.links}>
          {me.links.map((link) => (
            <LinkRow key={link.id} link={link} onStop={() => onStop(link.bank)} />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function LinkRow({ link, onStop }: { readonly link: LinkFace; readonly onStop: () => void }): ReactNode {
  const words = useWords();
  const { linkBank } = useActions();
  const face = useFace(link.bank);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const lost = link.state === 'reconnect';
  return (
    <li className={styles.link}>
      <div className={styles.linkHead}>
        <Mark face={face} size="middle" />
        <h3>{face.name}</h3>
        <Tag icon={lost ? 'wait' : 'check'} done={!lost}>
          {words.say(lost ? 'links.reconnect' : 'links.linked')}
        </Tag>
      </div>
      <dl>
        {link.unreadable ? null : (
          <>
            <dt>{words.say('links.accounts')}</dt>
            <dd>{words.list(link.accounts.map((account) => accountName(words, account)))}</dd>
          </>
        )}
        <dt>{words.say('links.purposes')}</dt>
        <dd>{words.list(link.purposes.map((purpose) => words.say(`purpose.${purpose}`, { bank: face.name })))}</dd>
        <dt>{words.say('links.until')}</dt>
        <dd>{words.date(link.expiresAt)}</dd>
      </dl>
      {link.unreadable ? <p className={styles.note}>{words.say('links.unreadable', { bank: face.name })}</p> : null}
      {link.historyRead ? null : <p className={styles.note}>{words.say('links.reading')}</p>}
      {link.unreadSince === undefined ? null : (
        <p className={styles.note}>
          {words.say('links.unread', { when: `${words.date(link.unreadSince)}, ${words.time(link.unreadSince)}` })}
        </p>
      )}
      <div className={styles.linkActions}>
        {lost ? (
          <Button weight="main" onClick={() => void linkBank(link.bank).then(setProblem)}>
            {words.say('links.signIn')}
          </Button>
        ) : null}
        <Button weight="grave" onClick={onStop} aria-label={words.say('links.stopName', { bank: face.name })}>
          {words.say('links.stop')}
        </Button>
      </div>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
    </li>
  );
}

/** What this is, and what stays on the device. */
export function AboutSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const words = useWords();
  return (
    <Sheet title={words.say('about.title')} onClose={onClose}>
      <p className={styles.reading}>{words.say('about.promise')}</p>
      <p className={styles.note}>{words.say('about.device')}</p>
    </Sheet>
  );
}

/** What was erased with the account, said once, where the conversation was. */
export function ReceiptSheet({
  receipt,
  onClose,
}: {
  readonly receipt: DeletionReceipt;
  readonly onClose: () => void;
}): ReactNode {
  const words = useWords();
  return (
    <Sheet title={words.say('receipt.title')} onClose={onClose}>
      <p className={styles.lead}>
        {words.say('receipt.lead', { when: words.moment(receipt.at, Date.parse(receipt.at)) })}
      </p>
      <dl className={styles.counts}>
        {receipt.banks.map((ended) => (
          <ReceiptBank key={ended.bank} {...ended} />
        ))}
        <div>
          <dt>{words.say('receipt.identities')}</dt>
          <dd>{words.number(receipt.identities)}</dd>
        </div>
        <div>
          <dt>{words.say('receipt.keys')}</dt>
          <dd>{words.number(receipt.keysDestroyed)}</dd>
        </div>
        <div>
          <dt>
            {words.say('receipt.number')}
            <span>{words.say('receipt.days')}</span>
          </dt>
          <dd>
            <a href={receipt.receipt} download>
              {words.say('receipt.save')}
            </a>
          </dd>
        </div>
      </dl>
      <Button weight="main" wide onClick={onClose}>
        {words.say('close')}
      </Button>
    </Sheet>
  );
}

function ReceiptBank({
  bank,
  records,
  messages,
  bankConfirmed,
  bankUntold,
}: DeletionReceipt['banks'][number]): ReactNode {
  const words = useWords();
  const { name } = useFace(bank);
  return (
    <div>
      <dt>
        {name}
        <span>{words.say(toldWord({ bankConfirmed, bankUntold }), { bank: name })}</span>
      </dt>
      <dd>{words.say('receipt.erased', { records, messages })}</dd>
    </div>
  );
}
