import {
  CHAT_FIELDS,
  isCarrierId,
  purposeOfChatField,
  referenceOf,
  type ChatField,
  type Privacy,
  type Purpose,
  type SharedLink,
} from '#contract';
import { sentenceOf } from '#web/hub';
import { accentOf, Button, classes, ErrorLine, Icon, Mark, useFace } from '#web/kit';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import { centre } from './centre.ts';
import { Confirm, type Asked } from './confirm.tsx';
import styles from './privacy.module.css';
import { Switch } from './switch.tsx';
import { usePrivacyWords } from './words.ts';

/** What this service does something with today. */
const offered: readonly Purpose[] = ['balances', 'transactions', 'customer-chat'];
const offeredByShops: readonly Purpose[] = ['receipts', 'shipping'];
const offeredByCarriers: readonly Purpose[] = ['shipping'];

interface LinkedProps {
  readonly privacy: Privacy;
  readonly reload: () => Promise<void>;
}

/** Every bank that is linked, with a switch for each purpose and account. */
export function Linked({ privacy, reload }: LinkedProps): ReactNode {
  const words = usePrivacyWords();
  const { links } = privacy;
  const hasShop = links.some(({ bank }) => privacy.banks.some(({ id, kind }) => id === bank && kind === 'shop'));
  return (
    <section className={styles.section} aria-labelledby="linked">
      <h1 id="linked">{words.say('linked.title')}</h1>
      <p className={styles.lead}>
        {links.length === 0
          ? words.say('linked.none')
          : words.say(hasShop ? 'linked.leadShops' : 'linked.lead', { count: links.length })}
      </p>
      {links.map((link, n) => (
        <LinkCard key={link.id} link={link} startsOpen={n === 0} reload={reload} />
      ))}
      <p className={styles.quiet}>{words.say('delete.text')}</p>
    </section>
  );
}

interface LinkCardProps extends Omit<LinkedProps, 'privacy'> {
  readonly link: SharedLink;
  readonly startsOpen: boolean;
}

function LinkCard({ link, startsOpen, reload }: LinkCardProps): ReactNode {
  const words = usePrivacyWords();
  const face = useFace(link.bank);
  const accountName = useAccountName();
  const body = useId();
  const [isOpen, setOpen] = useState(startsOpen);
  const [asked, setAsked] = useState<Asked>();
  return (
    <div className={styles.card} style={accentOf(face)}>
      <button
        type="button"
        className={styles.cardHead}
        aria-expanded={isOpen}
        aria-controls={body}
        onClick={() => setOpen(!isOpen)}
      >
        <Mark face={face} size="middle" />
        <span className={styles.cardName}>
          <b>{face.name}</b>
          <span>
            {link.unreadable ? words.say('linked.unreadableNow') : words.list(link.accounts.map(accountName))}
          </span>
        </span>
        <span className={classes(styles.chevron, isOpen && styles.chevronOpen)}>
          <Icon name="down" />
        </span>
      </button>
      <div id={body} hidden={!isOpen}>
        {link.unreadable ? <Unreadable link={link} ask={setAsked} /> : <Switches link={link} ask={setAsked} />}
      </div>
      {asked ? <Confirm asked={asked} onDone={reload} onClose={() => setAsked(undefined)} /> : null}
    </div>
  );
}

interface SwitchesProps {
  readonly link: SharedLink;
  readonly ask: (asked: Asked) => void;
}

function Switches({ link, ask }: SwitchesProps): ReactNode {
  const words = usePrivacyWords();
  const accountName = useAccountName();
  const asks = useAsks(link);
  const isShop = useFace(link.bank).kind === 'shop';
  const offeredHere = !isShop ? offered : isCarrierId(link.bank) ? offeredByCarriers : offeredByShops;
  const [problem, setProblem] = useState<string>();
  /** More, or longer, is signed again: on the page that says all of it. */
  const widen = async (): Promise<void> => {
    try {
      location.assign((await centre.widen(link.bank)).address);
    } catch (error) {
      setProblem(sentenceOf(error) ?? words.say('problem'));
    }
  };
  return (
    <>
      {[...new Set([...offeredHere, ...link.purposes])].map((purpose) => {
        const on = link.purposes.includes(purpose);
        const press = (): void => (on ? ask(asks.purpose(purpose)) : void widen());
        return <Switch key={purpose} label={words.say(`purpose.${purpose}`)} on={on} onPress={press} />;
      })}
      {link.chatFields ? <StaffSwitches link={link} ask={ask} widen={() => void widen()} /> : null}
      {link.accounts.length > 0 ? <h2 className={styles.rowTitle}>{words.say('accounts')}</h2> : null}
      {link.accounts.map((account) => (
        <Switch key={account.id} label={accountName(account)} on onPress={() => ask(asks.account(account))} />
      ))}
      <LinkFoot link={link} />
      <div className={styles.cardFoot}>
        <Button onClick={() => void widen()}>{words.say('linked.more')}</Button>
        <StopButton onClick={() => ask(asks.stop())} />
      </div>
      {problem === undefined ? null : <ErrorLine>{problem}</ErrorLine>}
    </>
  );
}

/** What staff may see, a switch a field; of what is not shared at all there is nothing to show. */
function StaffSwitches({ link, ask, widen }: SwitchesProps & { readonly widen: () => void }): ReactNode {
  const words = usePrivacyWords();
  const asks = useAsks(link);
  const { name: bank } = useFace(link.bank);
  return (
    <>
      <h2 className={styles.rowTitle}>{words.say('staff.title', { bank })}</h2>
      {CHAT_FIELDS.map((field) => {
        const on = link.chatFields?.includes(field) ?? false;
        const isShared = link.purposes.includes(purposeOfChatField[field]);
        const name = words.say(`staff.${field}`);
        const label = isShared ? name : `${name}. ${words.say('staff.needs')}`;
        const press = (): void => (on ? ask(asks.chatField(field)) : widen());
        return <Switch key={field} label={label} on={on} disabled={!isShared} onPress={press} />;
      })}
    </>
  );
}

/** What stands in the clear of a link whose bank does not release its key: nothing of it can be changed but ended. */
function Unreadable({ link, ask }: SwitchesProps): ReactNode {
  const words = usePrivacyWords();
  const asks = useAsks(link);
  const { name: bank } = useFace(link.bank);
  return (
    <>
      <p className={styles.cardFoot}>{words.say('linked.unreadable', { bank })}</p>
      <p className={styles.cardFoot}>{words.list(link.purposes.map((purpose) => words.say(`purpose.${purpose}`)))}</p>
      <LinkFoot link={link} />
      <div className={styles.cardFoot}>
        <StopButton onClick={() => ask(asks.stop())} />
      </div>
    </>
  );
}

/** Until when a link stands, what was signed, and what staff are told. */
function LinkFoot({ link }: { readonly link: SharedLink }): ReactNode {
  const words = usePrivacyWords();
  return (
    <>
      <div className={styles.cardFoot}>
        <span>{words.say('linked.until', { date: words.date(link.expiresAt) })}</span>
        <a href={link.copy}>{words.say('linked.copy')}</a>
      </div>
      <p className={styles.cardFoot}>{words.say('linked.reference', { reference: referenceOf(link.id) })}</p>
    </>
  );
}

function StopButton({ onClick }: { readonly onClick: () => void }): ReactNode {
  const words = usePrivacyWords();
  return (
    <Button weight="grave" onClick={onClick}>
      <Icon name="close" />
      {words.say('stop')}
    </Button>
  );
}

/** What is asked before a switch goes off or a link is stopped. */
function useAsks(link: SharedLink): {
  purpose: (purpose: Purpose) => Asked;
  chatField: (field: ChatField) => Asked;
  account: (account: SharedLink['accounts'][number]) => Asked;
  stop: () => Asked;
} {
  const words = usePrivacyWords();
  const { name: bank, kind } = useFace(link.bank);
  const accountName = useAccountName();
  const lastOne = (count: number): string => (count > 1 ? '' : ` ${words.say('confirm.lastOne', { bank })}`);
  return {
    purpose: (purpose) => ({
      title: words.say('confirm.purpose', { purpose: words.say(`purpose.${purpose}`).toLocaleLowerCase(words.region) }),
      text: words.say('confirm.purposeText') + lastOne(link.purposes.length),
      yes: words.say('confirm.switchOff'),
      act: () => centre.narrow(link.id, { purposes: [purpose] }),
    }),
    chatField: (field) => ({
      title: words.say('confirm.staff', { field: words.say(`staff.${field}`).toLocaleLowerCase(words.region) }),
      text: words.say('confirm.staffText'),
      yes: words.say('confirm.switchOff'),
      act: () => centre.narrow(link.id, { chatFields: [field] }),
    }),
    account: (account) => ({
      title: words.say('confirm.account', { account: accountName(account) }),
      text: words.say('confirm.accountText') + lastOne(link.accounts.length),
      yes: words.say('confirm.leaveOut'),
      act: () => centre.narrow(link.id, { accounts: [account.id] }),
    }),
    stop: () => ({
      title: words.say('confirm.stop', { bank }),
      text: [
        words.say(kind === 'shop' ? 'confirm.stopShopText' : 'confirm.stopText', { bank }),
        ...(link.disputed ? [words.say('confirm.stopDisputes', { bank })] : []),
      ].join(' '),
      yes: words.say('stop'),
      act: () => centre.stop(link.id),
    }),
  };
}

function useAccountName(): (account: SharedLink['accounts'][number]) => string {
  const words = useWords();
  return ({ kind, last4 }) => words.say(`account.${kind}`, { last4 });
}
