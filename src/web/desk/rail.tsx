import { TellerlineMark } from '#web/kit';
import type { ReactNode } from 'react';
import { useDeskState, useSurface } from './context.tsx';
import styles from './desk.module.css';
import { DeskIcon, Tool, type DeskIconName } from './icons.tsx';
import { fragmentOf, type Place } from './place.ts';
import { useDeskWords } from './words.ts';

interface RailProps {
  readonly place: Place['at'];
  readonly switchLanguage: () => void;
  readonly switchTheme: () => void;
}

/** What a supervisor needs seldom: on a phone it lies behind "More", so that everything else is as large as a finger. */
export const seldom = [
  { to: 'sessions', icon: 'sessions' },
  { to: 'settings', icon: 'settings' },
  { to: 'looks', icon: 'look' },
] as const satisfies readonly { to: Place['at']; icon: DeskIconName }[];

/** The places of the desk, and what belongs to whoever sits at it. */
export function Rail({ place, switchLanguage, switchTheme }: RailProps): ReactNode {
  const words = useDeskWords();
  const surface = useSurface();
  const { me } = useDeskState();
  const leads = me?.role === 'supervisor';
  /** Whoever watches over the use of data sees no case. */
  const guards = me?.role === 'privacy-officer';
  return (
    <nav className={styles.rail} aria-label={words.say('rail')}>
      <span className={styles.brand}>
        <TellerlineMark size={36} />
      </span>
      {guards ? null : <RailLink to="inbox" icon="inbox" current={place === 'inbox' || place === 'case'} />}
      {leads ? <RailLink to="live" icon="live" current={place === 'live'} /> : null}
      {guards ? null : <RailLink to="answers" icon="answers" current={place === 'answers'} />}
      {leads ? (
        <>
          <span className={styles.seldom}>
            {seldom.map(({ to, icon }) => (
              <RailLink key={to} to={to} icon={icon} current={place === to} />
            ))}
          </span>
          <span className={styles.more}>
            <Tool icon="more" name={words.say('place.more')} onClick={() => surface.openSheet('more')} />
          </span>
        </>
      ) : null}
      {guards ? <RailLink to="looks" icon="look" current={place === 'looks'} /> : null}
      {guards ? <RailLink to="withdraw" icon="withdraw" current={place === 'withdraw'} /> : null}
      <span className={styles.grow} />
      <button
        type="button"
        className={styles.language}
        lang={words.locale === 'en' ? 'es' : 'en'}
        aria-label={words.say('language')}
        title={words.say('language')}
        onClick={switchLanguage}
      >
        {words.locale === 'en' ? 'ES' : 'EN'}
      </button>
      <span className={styles.ofLight}>
        <Tool icon="dark" name={words.say('theme.dark')} onClick={switchTheme} />
      </span>
      <span className={styles.ofDark}>
        <Tool icon="light" name={words.say('theme.light')} onClick={switchTheme} />
      </span>
      <span className={styles.keysTool}>
        <Tool icon="keys" name={words.say('place.keys')} onClick={() => surface.openSheet('keys')} />
      </span>
      <Tool icon="me" name={words.say('place.me', { name: me?.name ?? '' })} onClick={() => surface.openSheet('me')} />
    </nav>
  );
}

function RailLink({
  to,
  icon,
  current,
}: {
  readonly to: Exclude<Place['at'], 'case'>;
  readonly icon: DeskIconName;
  readonly current: boolean;
}): ReactNode {
  const words = useDeskWords();
  const name = words.say(`place.${to}`);
  return (
    <a
      className={styles.railLink}
      href={fragmentOf({ at: to })}
      aria-current={current ? 'page' : undefined}
      aria-label={name}
      title={name}
    >
      <DeskIcon name={icon} />
    </a>
  );
}
