import type { HearingAnswer, QuietHours } from '#contract';
import { useId, useState, type ReactNode } from 'react';
import shared from '../privacy.module.css';
import { Switch } from '../switch.tsx';
import { usePrivacyWords } from '../words.ts';
import styles from './hearing.module.css';
import type { Save } from './section.tsx';

interface HoursProps {
  readonly heard: HearingAnswer;
  readonly save: Save;
}

const firstQuiet: QuietHours = { from: '22:00', to: '07:00' };
const firstDigest = 20;
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** When to be told: quiet hours, and the digest. */
export function HoursCard({ heard: { quiet, digestHour }, save }: HoursProps): ReactNode {
  const words = usePrivacyWords();
  return (
    <div className={shared.card}>
      <Switch
        label={words.say('hearing.quiet')}
        on={quiet !== null}
        onPress={() => save({ quiet: quiet ? null : firstQuiet })}
      />
      {quiet ? <Span key={`${quiet.from}${quiet.to}`} quiet={quiet} save={save} /> : null}
      <p className={styles.rowNote}>{words.say('hearing.quietNote')}</p>
      <Switch
        label={words.say('hearing.digest')}
        on={digestHour !== null}
        onPress={() => save({ digestHour: digestHour === null ? firstDigest : null })}
      />
      {digestHour === null ? null : <DigestHour digestHour={digestHour} save={save} />}
      <p className={styles.rowNote}>{words.say('hearing.digestNote')}</p>
    </div>
  );
}

/** Both ends; taken when a field is left, for a time is typed in parts. */
function Span({ quiet, save }: { readonly quiet: QuietHours; readonly save: Save }): ReactNode {
  const words = usePrivacyWords();
  const id = useId();
  const [span, setSpan] = useState(quiet);
  const isWhole = span.from !== '' && span.to !== '' && span.from !== span.to;
  const take = (): void => {
    if (isWhole && (span.from !== quiet.from || span.to !== quiet.to)) save({ quiet: span });
  };
  return (
    <div className={styles.times}>
      {(['from', 'to'] as const).map((end) => (
        <span key={end} className={shared.selecting}>
          <label htmlFor={`${id}${end}`}>{words.say(`hearing.${end}`)}</label>
          <input
            id={`${id}${end}`}
            type="time"
            required
            value={span[end]}
            onChange={(event) => setSpan({ ...span, [end]: event.currentTarget.value })}
            onBlur={take}
          />
        </span>
      ))}
      {span.from === span.to ? (
        <p className={styles.wrongWords} role="alert">
          {words.say('hearing.sameTime')}
        </p>
      ) : null}
    </div>
  );
}

function DigestHour({ digestHour, save }: { readonly digestHour: number; readonly save: Save }): ReactNode {
  const words = usePrivacyWords();
  const id = useId();
  const format = new Intl.DateTimeFormat(words.region, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
  return (
    <div className={styles.times}>
      <span className={shared.selecting}>
        <label htmlFor={id}>{words.say('hearing.at')}</label>
        <select
          id={id}
          value={digestHour}
          onChange={(event) => save({ digestHour: Number(event.currentTarget.value) })}
        >
          {hours.map((hour) => (
            <option key={hour} value={hour}>
              {format.format(hour * 3_600_000)}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
