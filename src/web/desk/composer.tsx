import { MESSAGE_CHARACTERS_MAX, type CaseView } from '#contract';
import { Button, classes, ErrorLine } from '#web/kit';
import { useRef, useState, type ClipboardEvent, type ReactNode } from 'react';
import styles from './case.module.css';
import { useDesk, useDeskState, useSurface } from './context.tsx';
import { firstGap } from './filling.ts';
import { Tool } from './icons.tsx';
import { sends } from './keys.ts';
import { Tabs } from './parts.tsx';
import { PictureSheet, pictureTypes } from './picture-sheet.tsx';
import type { OpenedCase } from './state.ts';
import { useDeskWords, type DeskWords } from './words.ts';

/** The field that one writes in, for the keys that go there. */
export const writeId = 'write-field';
const panelId = 'write-panel';

interface ComposerProps {
  readonly opened: OpenedCase;
  readonly view: CaseView;
}

/** Where an answer or a private note is written; words that are refused stay. */
export function Composer({ opened, view }: ComposerProps): ReactNode {
  const words = useDeskWords();
  const { me } = useDeskState();
  const { writeAs, setWriteAs } = useSurface();
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const [picture, setPicture] = useState<File | undefined>(undefined);
  const why = writeAs === 'answer' ? whyNotAnswer(view, me?.name ?? '', words) : undefined;
  return (
    <div className={classes(styles.write, writeAs === 'note' && styles.writeNote)}>
      <Tabs
        label={words.say('write.kinds')}
        tabs={[
          { name: 'answer', words: words.say('write.answer') },
          { name: 'note', words: words.say('write.note') },
        ]}
        chosen={writeAs}
        choose={setWriteAs}
        controls={panelId}
      />
      <div id={panelId} role="tabpanel" aria-label={words.say(`write.${writeAs}`)}>
        <InTheWay opened={opened} isAnswer={writeAs === 'answer'} why={why} wrong={wrong} />
        <WriteBox opened={opened} view={view} why={why} setWrong={setWrong} setPicture={setPicture} />
      </div>
      {picture ? <PictureSheet picture={picture} onClose={() => setPicture(undefined)} /> : null}
    </div>
  );
}

interface WriteBoxProps extends ComposerProps {
  readonly why: string | undefined;
  readonly setWrong: (wrong: string | undefined) => void;
  readonly setPicture: (picture: File) => void;
}

function WriteBox({ opened, view, why, setWrong, setPicture }: WriteBoxProps): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { writeAs } = useSurface();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = sync.draft(opened.caseId)[writeAs];
  const isNote = writeAs === 'note';
  const maySend = text.trim() !== '' && why === undefined;
  /** "One moment": said, and the turn is still ours. */
  const send = (keepsTurn = false): void => {
    const gap = isNote ? undefined : firstGap(text);
    const over = text.trim().length - MESSAGE_CHARACTERS_MAX;
    setWrong(
      gap
        ? words.say('write.gap', { name: gap.name })
        : over > 0
          ? words.say('write.tooLong', { count: over })
          : undefined,
    );
    field.current?.focus();
    if (gap) field.current?.setSelectionRange(gap.from, gap.to);
    else if (over <= 0 && why === undefined) void sync.say(writeAs, { keepsTurn: keepsTurn && !isNote });
  };
  const paste = (event: ClipboardEvent): void => {
    const file = Array.from(event.clipboardData.files).find(({ type }) => pictureTypes.includes(type));
    if (!file || isNote || why !== undefined) return;
    event.preventDefault();
    setPicture(file);
  };
  return (
    <div className={styles.box}>
      <textarea
        ref={field}
        id={writeId}
        rows={2}
        value={text}
        aria-label={isNote ? words.say('write.noteField') : answerField(view, words)}
        aria-keyshortcuts={isNote ? 'Control+Enter' : 'Control+Enter Control+Shift+Enter'}
        onInput={(event) => {
          setWrong(undefined);
          sync.write(opened.caseId, writeAs, event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (!sends(event.nativeEvent ?? event)) return;
          event.preventDefault();
          send(event.shiftKey);
        }}
        onPaste={paste}
      />
      <div className={styles.tools}>
        {isNote ? (
          <p className={styles.hint}>{words.say('write.noteHint')}</p>
        ) : (
          <AnswerTools disabled={why !== undefined} onPicture={setPicture} />
        )}
        <span className={styles.grow} />
        <span className={styles.keyHint} aria-hidden="true">
          {words.say('write.hint')}
        </span>
        {isNote || view.brief.state !== 'claimed' ? null : (
          <Button disabled={!maySend} title={words.say('write.keepTurnHint')} onClick={() => send(true)}>
            {words.say('write.keepTurn')}
          </Button>
        )}
        <Button weight="main" disabled={!maySend} onClick={() => send()}>
          {words.say(isNote ? 'write.keep' : 'write.send')}
        </Button>
      </div>
    </div>
  );
}

function answerField({ brief }: CaseView, words: DeskWords): string {
  return words.say('write.answerField', { language: words.say(`case.language.${brief.locale}`) });
}

/** Why one may not answer as the case stands; a note may always be left. */
function whyNotAnswer({ brief }: CaseView, me: string, words: DeskWords): string | undefined {
  if (brief.claimedBy === undefined) return words.say('write.claimFirst');
  return brief.claimedBy === me ? undefined : words.say('write.others', { name: brief.claimedBy });
}

/** What stands between one's words and the customer: a colleague who answered or writes, or a gap. */
function InTheWay({
  opened: { trouble, typing, entries },
  isAnswer,
  why,
  wrong,
}: {
  readonly opened: OpenedCase;
  readonly isAnswer: boolean;
  readonly why: string | undefined;
  readonly wrong: string | undefined;
}): ReactNode {
  const words = useDeskWords();
  const { me } = useDeskState();
  const last = entries.findLast((entry) => entry.entry === 'said' && entry.by !== undefined && entry.by !== me?.name);
  const name = last?.entry === 'said' ? last.by : undefined;
  return (
    <div className={styles.inTheWay}>
      {isAnswer && why !== undefined ? <p className={styles.hint}>{why}</p> : null}
      {isAnswer && typing.length > 0 ? (
        <p className={styles.hint}>{words.say('write.isTyping', { name: words.list(typing) })}</p>
      ) : null}
      {trouble?.code === 'answer_collides' ? (
        <ErrorLine>
          {name === undefined ? words.say('write.collidesSomebody') : words.say('write.collides', { name })}
        </ErrorLine>
      ) : null}
      {trouble?.code === 'case_not_claimed' ? <ErrorLine>{words.say('write.notClaimed')}</ErrorLine> : null}
      {wrong === undefined ? null : <ErrorLine>{wrong}</ErrorLine>}
    </div>
  );
}

function AnswerTools({
  disabled,
  onPicture,
}: {
  readonly disabled: boolean;
  readonly onPicture: (picture: File) => void;
}): ReactNode {
  const words = useDeskWords();
  const surface = useSurface();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <Tool
        icon="canned"
        name={words.say('write.canned')}
        disabled={disabled}
        onClick={() => surface.openSheet('canned')}
      />
      <Tool
        icon="picture"
        name={words.say('write.picture')}
        disabled={disabled}
        onClick={() => chooser.current?.click()}
      />
      <Tool
        icon="propose"
        name={words.say('write.propose')}
        disabled={disabled}
        onClick={() => surface.openSheet('propose')}
      />
      <input
        ref={chooser}
        type="file"
        accept={pictureTypes.join(',')}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) onPicture(file);
        }}
      />
    </>
  );
}
