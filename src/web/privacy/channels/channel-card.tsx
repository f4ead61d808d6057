import type { ChannelChange, Channels, Level, Purpose, ToldChannel } from '#contract';
import { Button, classes, ErrorLine, HubProblem, Icon } from '#web/kit';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import { Confirm } from '../confirm.tsx';
import { Tick } from '../hearing/fields.tsx';
import shared from '../privacy.module.css';
import { usePrivacyWords, type PrivacyWords } from '../words.ts';
import styles from './channels.module.css';
import { levelIn, levelsOf, previewAt } from './levels.ts';
import { Proof } from './proof.tsx';

interface Props {
  readonly channel: ToldChannel;
  readonly told: Channels;
  /** What then holds. */
  readonly show: (told: Channels, what: 'saved' | 'removed') => void;
}

const otherwises = ['wait', 'elsewhere', 'drop'] as const;

/** One channel: closed it says how much stands there, open it can be chosen. */
export function ChannelCard({ channel, told, show }: Props): ReactNode {
  const words = usePrivacyWords();
  const body = useId();
  const [isOpen, setOpen] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  /** What was refused until it is proven. */
  const [unproven, setUnproven] = useState<ChannelChange>();
  const [problem, setProblem] = useState<{ readonly sentence: string | undefined }>();
  const name = nameOf(words, channel);
  const change = async (wanted: ChannelChange): Promise<void> => {
    setProblem(undefined);
    setUnproven(undefined);
    try {
      show(await centre.changeChannel(channel.id, wanted), 'saved');
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      if (error.code === 'proof_needed') setUnproven(wanted);
      else setProblem({ sentence: error.sentence });
    }
  };
  return (
    <div className={shared.card}>
      <button
        type="button"
        className={shared.cardHead}
        aria-expanded={isOpen}
        aria-controls={body}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="customer-chat" />
        <span className={shared.cardName}>
          <b>{name}</b>
          <Summary channel={channel} told={told} />
        </span>
        <span className={classes(shared.chevron, isOpen && shared.chevronOpen)}>
          <Icon name="down" />
        </span>
      </button>
      <div id={body} hidden={!isOpen} className={styles.body}>
        {channel.spare ? <p className={styles.note}>{words.say('told.spare')}</p> : null}
        {told.purposes.map((purpose) => (
          <PurposeLevels
            key={purpose}
            purpose={purpose}
            channel={channel}
            told={told}
            wanted={unproven?.details?.[purpose]}
            choose={(level) => void change({ details: { [purpose]: level } })}
          />
        ))}
        {unproven ? <Proof channel={channel.id} then={() => void change(unproven)} /> : null}
        {channel.hasWindow ? <Otherwise channel={channel} change={(wanted) => void change(wanted)} /> : null}
        {problem ? <ErrorLine>{problem.sentence ?? words.say('problem')}</ErrorLine> : null}
        <div className={styles.foot}>
          <Button weight="grave" onClick={() => setLeaving(true)}>
            {words.say('told.remove', { channel: name })}
          </Button>
        </div>
      </div>
      {isLeaving ? <Leaving id={channel.id} name={name} show={show} onClose={() => setLeaving(false)} /> : null}
    </div>
  );
}

/** Asks once more before a channel is taken away. */
function Leaving({
  id,
  name,
  show,
  onClose,
}: Pick<Props, 'show'> & { readonly id: string; readonly name: string; readonly onClose: () => void }): ReactNode {
  const words = usePrivacyWords();
  return (
    <Confirm
      asked={{
        title: words.say('told.removeTitle', { channel: name }),
        text: words.say('told.removeText'),
        yes: words.say('told.remove', { channel: name }),
        act: async () => show(await centre.removeChannel(id), 'removed'),
      }}
      onDone={() => Promise.resolve()}
      onClose={onClose}
    />
  );
}

function nameOf(words: PrivacyWords, { channel, name }: ToldChannel): string {
  if (name !== undefined) return name;
  const id = `told.${channel}`;
  return words.say(words.has(id) ? id : 'told.other');
}

/** "Purchases: merchant and a rounded amount", a line a purpose; one line where all are alike. */
function Summary({ channel, told }: Pick<Props, 'channel' | 'told'>): ReactNode {
  const words = usePrivacyWords();
  const general = useWords();
  const levels = told.purposes.map((purpose) => ({ purpose, level: levelIn(told, channel, purpose) }));
  const [first] = levels;
  if (!first) return null;
  if (levels.every(({ level }) => level === first.level)) return <span>{words.say(`told.level.${first.level}`)}</span>;
  return levels.map(({ purpose, level }) => (
    <span key={purpose}>
      {general.say(`purpose.${purpose}`, { bank: '' })}: {words.say(`told.level.${level}`)}
    </span>
  ));
}

function PurposeLevels({
  purpose,
  channel,
  told,
  wanted,
  choose,
}: {
  readonly purpose: Purpose;
  readonly channel: ToldChannel;
  readonly told: Channels;
  /** Chosen, and not proven yet. */
  readonly wanted: Level | undefined;
  readonly choose: (level: Level) => void;
}): ReactNode {
  const words = usePrivacyWords();
  const general = useWords();
  const name = useId();
  const level = wanted ?? levelIn(told, channel, purpose);
  return (
    <fieldset className={styles.group}>
      <legend>{general.say(`purpose.${purpose}`, { bank: '' })}</legend>
      {levelsOf(told, channel, purpose).map((one) => (
        <Tick key={one} type="radio" name={name} checked={one === level} onTick={() => choose(one)}>
          {words.say(`told.level.${one}`)}
        </Tick>
      ))}
      <Preview told={told} channel={channel} purpose={purpose} level={level} />
    </fieldset>
  );
}

/** What would stand there, to the letter. */
function Preview({
  told,
  channel,
  purpose,
  level,
}: Pick<Props, 'told' | 'channel'> & { readonly purpose: Purpose; readonly level: Level }): ReactNode {
  const words = usePrivacyWords();
  const preview = previewAt(told, channel, purpose, level);
  if (!preview) return <p className={styles.note}>{words.say('told.previewNone')}</p>;
  return (
    <figure className={styles.preview}>
      <figcaption>{words.say('told.preview')}</figcaption>
      <div className={styles.bubble}>
        {preview.parts.map(({ title, text }) => (
          <p key={`${title ?? ''}|${text}`}>
            {title === undefined ? null : <b>{title}</b>}
            {text}
          </p>
        ))}
        {preview.buttons.length > 0 ? (
          <ul>
            {preview.buttons.map((label) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        ) : null}
      </div>
    </figure>
  );
}

function Otherwise({
  channel,
  change,
}: Pick<Props, 'channel'> & { readonly change: (wanted: ChannelChange) => void }): ReactNode {
  const words = usePrivacyWords();
  const id = useId();
  return (
    <div className={styles.otherwise}>
      <label htmlFor={id}>{words.say('told.otherwise')}</label>
      <select
        id={id}
        aria-describedby={`${id}note`}
        value={channel.otherwise}
        onChange={({ currentTarget: { value } }) => {
          const otherwise = otherwises.find((one) => one === value);
          if (otherwise) change({ otherwise });
        }}
      >
        {otherwises.map((one) => (
          <option key={one} value={one}>
            {words.say(`told.otherwise.${one}`)}
          </option>
        ))}
      </select>
      <p id={`${id}note`}>{words.say('told.otherwiseNote')}</p>
    </div>
  );
}
