import type { Channels, DrawnMessage, Level, Purpose, ToldChannel } from '#contract';
import type { ReactNode } from 'react';
import { usePrivacyWords } from '../words.ts';
import styles from './channels.module.css';
import { previewAt } from './levels.ts';

interface Props {
  readonly channels: Channels;
  readonly channel: ToldChannel;
  readonly purpose: Purpose;
  readonly level: Level;
}

/** What would stand in a channel, to the letter: now, and where that differs a day after its person last wrote. */
export function Preview({ channels, channel, purpose, level }: Props): ReactNode {
  const words = usePrivacyWords();
  const preview = previewAt(channels, channel, purpose, level);
  if (!preview) return <p className={styles.note}>{words.say('told.previewNone')}</p>;
  return (
    <>
      <Drawn title={words.say('told.preview')} drawn={preview} />
      {preview.later ? (
        <details className={styles.later}>
          <summary>{words.say('told.previewLater')}</summary>
          <Drawn title={words.say('told.previewLaterNote')} drawn={preview.later} />
        </details>
      ) : null}
    </>
  );
}

function Drawn({
  title,
  drawn: { parts, buttons },
}: {
  readonly title: string;
  readonly drawn: DrawnMessage;
}): ReactNode {
  return (
    <figure className={styles.preview}>
      <figcaption>{title}</figcaption>
      <div className={styles.bubble}>
        {parts.map((part) => (
          <Part key={JSON.stringify(part)} {...part} />
        ))}
        {buttons.length > 0 ? (
          <ul>
            {buttons.map((label) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        ) : null}
      </div>
    </figure>
  );
}

function Part({ picture, title, text, footer }: DrawnMessage['parts'][number]): ReactNode {
  return (
    <>
      {/* What it shows stands beside it in words. */}
      {picture === undefined ? null : <img src={picture} alt="" />}
      {title === undefined && text === '' ? null : (
        <p>
          {title === undefined ? null : <b>{title}</b>}
          {text}
        </p>
      )}
      {footer === undefined ? null : <p className={styles.footer}>{footer}</p>}
    </>
  );
}
