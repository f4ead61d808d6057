import { Button, classes, ErrorLine } from '#web/kit';
import type { CaseEntry, Proposal } from '#contract';
import { useState, type ReactNode } from 'react';
import { useDesk } from './context.tsx';
import { DeskIcon } from './icons.tsx';
import styles from './case.module.css';
import { LookAlikes, Mark, Spoken } from './parts.tsx';
import { useDeskWords, type DeskWords } from './words.ts';

type EntryOf<Name extends CaseEntry['entry']> = Extract<CaseEntry, { entry: Name }>;

interface EntriesProps {
  readonly caseId: string;
  readonly entries: readonly CaseEntry[];
  readonly me: string;
  readonly nowMs: number;
}

/** What has been said and done in a case, oldest first, with a line at each new day. */
export function Entries({ caseId, entries, me, nowMs }: EntriesProps): ReactNode {
  const words = useDeskWords();
  return (
    <ol className={styles.entries}>
      {entries.map((entry, at) => {
        const before = entries[at - 1];
        const day = words.day(entry.at, nowMs);
        return (
          <li key={entry.seq} className={styles.entry}>
            {before && words.day(before.at, nowMs) === day ? null : <p className={styles.day}>{day}</p>}
            <Entry caseId={caseId} entry={entry} me={me} />
          </li>
        );
      })}
    </ol>
  );
}

function Entry({ caseId, entry, me }: { caseId: string; entry: CaseEntry; me: string }): ReactNode {
  switch (entry.entry) {
    case 'said':
      return <SaidEntry entry={entry} />;
    case 'picture':
      return <PictureEntry caseId={caseId} entry={entry} />;
    case 'note':
      return <NoteEntry entry={entry} />;
    case 'looked':
      return <LookedEntry entry={entry} me={me} />;
    case 'proposed':
      return <ProposedEntry entry={entry} />;
    case 'happened':
      return <HappenedEntry entry={entry} />;
  }
}

function SaidEntry({ entry: { by, text, at, mark, ownSystem } }: { readonly entry: EntryOf<'said'> }): ReactNode {
  const words = useDeskWords();
  return (
    <div className={classes(styles.said, by === undefined ? styles.theirs : styles.ours)}>
      <p className={styles.bubble} data-said>
        <Spoken text={text} />
      </p>
      {by === undefined ? <LookAlikes text={text} /> : null}
      <p className={styles.meta}>
        {by === undefined ? words.say('said.customer') : ownSystem ? words.say('said.ownSystem', { name: by }) : by},{' '}
        <time dateTime={at}>{words.time(at)}</time>
        {mark ? <> · {words.say(`said.mark.${mark}`)}</> : null}
      </p>
    </div>
  );
}

/** A picture is fetched and shown only once somebody asks for it. */
function PictureEntry({ caseId, entry }: { readonly caseId: string; readonly entry: EntryOf<'picture'> }): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const [shown, setShown] = useState<'no' | 'yes' | 'failed'>('no');
  const { by, at, pictureId, mark } = entry;
  const time = words.time(at);
  return (
    <div className={classes(styles.said, by === undefined ? styles.theirs : styles.ours)}>
      <div className={styles.picture}>
        {shown === 'yes' ? (
          <img
            src={hub.pictureAddress(caseId, pictureId)}
            alt={
              by === undefined
                ? words.say('picture.alt.customer', { time })
                : words.say('picture.alt.staff', { name: by, time })
            }
            onError={() => setShown('failed')}
          />
        ) : (
          <>
            <DeskIcon name="picture" />
            <span>{by === undefined ? words.say('picture.customer') : words.say('picture.staff', { name: by })}</span>
            <Button onClick={() => setShown('yes')}>{words.say('picture.show')}</Button>
          </>
        )}
      </div>
      {shown === 'failed' ? <ErrorLine>{words.say('picture.failed')}</ErrorLine> : null}
      <p className={styles.meta}>
        {by ?? words.say('said.customer')}, <time dateTime={at}>{time}</time>
        {mark ? <> · {words.say(`said.mark.${mark}`)}</> : null}
      </p>
    </div>
  );
}

function NoteEntry({ entry: { by, text, at } }: { readonly entry: EntryOf<'note'> }): ReactNode {
  const words = useDeskWords();
  return (
    <div className={styles.note}>
      <p className={styles.noteHead}>
        <DeskIcon name="note" size={16} />
        {words.say('note.label', { name: by, time: words.time(at) })}
      </p>
      <p>
        <Spoken text={text} />
      </p>
    </div>
  );
}

function LookedEntry({ entry, me }: { readonly entry: EntryOf<'looked'>; readonly me: string }): ReactNode {
  const words = useDeskWords();
  const { by, field, count, at } = entry;
  const what = words.say(`looked.what.${field}`, { count });
  const time = words.time(at);
  return (
    <p className={styles.line}>
      <span>
        <DeskIcon name="look" size={16} />
        {by === me ? words.say('looked.you', { what, time }) : words.say('looked.other', { name: by, what, time })}
      </span>
    </p>
  );
}

function ProposedEntry({ entry: { by, at, proposal } }: { readonly entry: EntryOf<'proposed'> }): ReactNode {
  const words = useDeskWords();
  return (
    <div className={classes(styles.said, styles.ours)}>
      <div className={styles.proposal}>
        <DeskIcon name="propose" />
        <div>
          <b>{words.say('proposed', { what: proposalWords(proposal, words) })}</b>
          <span>{words.say(`proposed.${proposal.state}`)}</span>
        </div>
        <Mark
          icon={proposal.state === 'confirmed' ? 'done' : 'clock'}
          look={proposal.state === 'confirmed' ? 'done' : undefined}
        >
          {words.say(`proposed.tag.${proposal.state}`)}
        </Mark>
      </div>
      <p className={styles.meta}>{words.say('proposed.by', { name: by, time: words.time(at) })}</p>
    </div>
  );
}

/** "block card 2291 abroad" */
function proposalWords({ action, cardLast4, limit }: Proposal, words: DeskWords): string {
  // Without its digits the card is just the card.
  const last4 = cardLast4 ?? 'none';
  if (action !== 'limit') return words.say(`action.${action}`, { last4 });
  if (!limit) return words.say('action.noLimit', { last4 });
  return words.say('action.limit', { last4, amount: words.money(limit.amount, limit.currency) });
}

function HappenedEntry({ entry }: { readonly entry: EntryOf<'happened'> }): ReactNode {
  const words = useDeskWords();
  return (
    <>
      <p className={styles.line}>
        <span>{happenedWords(entry, words)}</span>
      </p>
      {entry.note ? (
        <div className={styles.note}>
          <p className={styles.noteHead}>
            <DeskIcon name="note" size={16} />
            {words.say('note.label', { name: entry.by ?? '', time: words.time(entry.at) })}
          </p>
          <p>
            <Spoken text={entry.note} />
          </p>
        </div>
      ) : null}
    </>
  );
}

function happenedWords({ what, by, team, to, rating, at }: EntryOf<'happened'>, words: DeskWords): string {
  const time = words.time(at);
  const name = by ?? '';
  if (what === 'rated') return words.say('happened.rated', { rating: rating ?? '', time });
  if (what === 'transferred')
    return to === undefined
      ? words.say('happened.transferred', { name, team: team ? words.say(`team.${team}`) : '', time })
      : words.say('happened.transferredTo', { name, to, time });
  if (by === undefined && what === 'closed') return words.say('happened.closedByCustomer', { time });
  if (by === undefined && what === 'reopened') return words.say('happened.reopenedByCustomer', { time });
  return words.say(`happened.${what}`, { name, time });
}
