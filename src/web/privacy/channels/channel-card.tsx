import type { ChannelChange, Channels, Level, Purpose, ToldChannel } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, classes, ErrorLine, Icon } from '#web/kit';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import { Confirm } from '../confirm.tsx';
import { Tick } from '../hearing/fields.tsx';
import shared from '../privacy.module.css';
import { usePrivacyWords, type PrivacyWords } from '../words.ts';
import styles from './channels.module.css';
import { levelIn, levelsOf } from './levels.ts';
import { Mark } from './mark.tsx';
import { Preview } from './preview.tsx';
import { Proof } from './proof.tsx';
import { hasAnyWindow, problemOf } from './told.ts';

interface Props {
  readonly channel: ToldChannel;
  /** Which one it is, where there may be several: a browser, an address. */
  readonly which?: string | undefined;
  readonly channels: Channels;
  /** What then holds. */
  readonly show: (channels: Channels, what: 'saved' | 'removed') => void;
}

const otherwises = ['wait', 'elsewhere', 'drop'] as const;

/** One channel: closed it says how much stands there, open it can be chosen. */
export function ChannelCard({ channel, which, channels, show }: Props): ReactNode {
  const words = usePrivacyWords();
  const body = useId();
  const [isOpen, setOpen] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  /** What was refused until it is proven. */
  const [unproven, setUnproven] = useState<ChannelChange>();
  const [problem, setProblem] = useState<string>();
  const name = nameOf(words, channel);
  const change = async (wanted: ChannelChange): Promise<void> => {
    setProblem(undefined);
    setUnproven(undefined);
    try {
      show(await centre.changeChannel(channel.id, wanted), 'saved');
    } catch (error) {
      if (error instanceof HubProblem && error.code === 'proof_needed') setUnproven(wanted);
      else setProblem(problemOf(words, error));
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
        <Mark channel={channel.channel} />
        <span className={shared.cardName}>
          <b>{name}</b>
          {which === undefined ? null : <span className={styles.which}>{which}</span>}
          <Summary channel={channel} channels={channels} />
        </span>
        <span className={classes(shared.chevron, isOpen && shared.chevronOpen)}>
          <Icon name="down" />
        </span>
      </button>
      <div id={body} hidden={!isOpen} className={styles.body}>
        {channels.purposes.length === 0 ? <p className={styles.note}>{words.say('told.nothingShared')}</p> : null}
        {channels.purposes.map((purpose) => (
          <PurposeLevels
            key={purpose}
            purpose={purpose}
            channel={channel}
            channels={channels}
            wanted={unproven?.details?.[purpose]}
            choose={(level) => void change({ details: { [purpose]: level } })}
          />
        ))}
        {unproven ? <Proof channel={channel.id} then={() => void change(unproven)} /> : null}
        {channel.hasWindow ? <Otherwise channel={channel} change={(wanted) => void change(wanted)} /> : null}
        {!channel.hasWindow && (channel.spare || hasAnyWindow(channels)) ? (
          <div className={styles.group}>
            <Tick type="checkbox" checked={channel.spare} onTick={(spare) => void change({ spare })}>
              {words.say('told.spareOnly')}
            </Tick>
          </div>
        ) : null}
        {problem === undefined ? null : <ErrorLine>{problem}</ErrorLine>}
        <div className={styles.foot}>
          <Button weight="grave" onClick={() => setLeaving(true)}>
            {removalWords(words, channel).remove}
          </Button>
        </div>
      </div>
      {isLeaving ? <Leaving channel={channel} show={show} onClose={() => setLeaving(false)} /> : null}
    </div>
  );
}

/** Asks once more before a channel is taken away. */
function Leaving({
  channel,
  show,
  onClose,
}: Pick<Props, 'channel' | 'show'> & { readonly onClose: () => void }): ReactNode {
  const words = usePrivacyWords();
  const { remove, title, text } = removalWords(words, channel);
  return (
    <Confirm
      asked={{
        title,
        text,
        yes: remove,
        act: async () => show(await centre.removeChannel(channel.id), 'removed'),
      }}
      onDone={() => Promise.resolve()}
      onClose={onClose}
    />
  );
}

/** What taking a channel away is called, and what becomes of it. */
function removalWords(words: PrivacyWords, channel: ToldChannel): Record<'remove' | 'title' | 'text', string> {
  if (channel.channel === 'web-push' || channel.channel === 'email')
    return {
      remove: words.say(`told.${channel.channel}.remove`),
      title: words.say(`told.${channel.channel}.removeTitle`),
      text: words.say(`told.${channel.channel}.removeText`),
    };
  const name = nameOf(words, channel);
  return {
    remove: words.say('told.remove', { channel: name }),
    title: words.say('told.removeTitle', { channel: name }),
    text: words.say('told.removeText'),
  };
}

function nameOf(words: PrivacyWords, { channel, name }: ToldChannel): string {
  if (name !== undefined) return name;
  const id = `told.${channel}`;
  return words.say(words.has(id) ? id : 'told.other');
}

/** What a level is called; of a parcel it names neither shop nor sum. */
function levelWords(words: PrivacyWords, purpose: Purpose, level: Level): string {
  const own = `told.level.${level}.${purpose}`;
  return words.say(words.has(own) ? own : `told.level.${level}`);
}

/** "Purchases: merchant and a rounded amount", a line a purpose; one line where all are alike. */
function Summary({ channel, channels }: Pick<Props, 'channel' | 'channels'>): ReactNode {
  const words = usePrivacyWords();
  const general = useWords();
  const levels = channels.purposes.map((purpose) => ({ purpose, level: levelIn(channels, channel, purpose) }));
  const [first] = levels;
  if (!first) return null;
  if (levels.every(({ level }) => level === first.level))
    return <span>{levelWords(words, first.purpose, first.level)}</span>;
  return levels.map(({ purpose, level }) => (
    <span key={purpose}>
      {general.say(`purpose.${purpose}`, { bank: '' })}: {levelWords(words, purpose, level)}
    </span>
  ));
}

function PurposeLevels({
  purpose,
  channel,
  channels,
  wanted,
  choose,
}: {
  readonly purpose: Purpose;
  readonly channel: ToldChannel;
  readonly channels: Channels;
  /** Chosen, and not proven yet. */
  readonly wanted: Level | undefined;
  readonly choose: (level: Level) => void;
}): ReactNode {
  const words = usePrivacyWords();
  const general = useWords();
  const name = useId();
  const level = wanted ?? levelIn(channels, channel, purpose);
  return (
    <fieldset className={styles.group}>
      <legend>{general.say(`purpose.${purpose}`, { bank: '' })}</legend>
      {levelsOf(channels, channel, purpose).map((one) => (
        <Tick key={one} type="radio" name={name} checked={one === level} onTick={() => choose(one)}>
          {levelWords(words, purpose, one)}
        </Tick>
      ))}
      <Preview channels={channels} channel={channel} purpose={purpose} level={level} />
    </fieldset>
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
