import { ErrorLine, Icon } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { centre } from './centre.ts';
import type { Listed } from './ledger.ts';
import { useLogFinding } from './log-state.ts';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

/** What this browser found of the log, and who else signs it. */
export function LogLine({ newest }: { readonly newest: Listed | undefined }): ReactNode {
  const words = usePrivacyWords();
  const finding = useLogFinding(newest);
  const independent = useIndependentWitnesses();
  const alarms = {
    broken: 'check.headBroken',
    'key-changed': 'check.keyChanged',
    rewritten: 'check.rewritten',
  } as const;
  if (finding.found === 'looking') return null;
  if (finding.found in alarms) return <ErrorLine>{words.say(alarms[finding.found as keyof typeof alarms])}</ErrorLine>;
  const witnessed = independent === undefined ? [] : independent;
  return (
    <div className={styles.log}>
      <Icon name={finding.found === 'right' ? 'check' : 'info'} size={16} />
      <p>
        {finding.found === 'right' ? words.say('check.head', { size: words.number(finding.size) }) : null}{' '}
        {finding.found === 'right' && finding.seenBefore ? words.say('check.continues') : null}
        {finding.found === 'unsupported' ? words.say('check.unsupported') : null}
        {finding.found === 'unreachable' ? words.say('check.unreachable') : null}{' '}
        {witnessed.length > 0
          ? words.say('check.witnessed', { names: words.list(witnessed) })
          : words.say('check.witnessNone')}
      </p>
    </div>
  );
}

/** Names of witnesses that have cosigned and are not the operator's own. */
function useIndependentWitnesses(): readonly string[] | undefined {
  const [names, setNames] = useState<readonly string[]>();
  useEffect(() => {
    let stale = false;
    centre.logStatus().then(
      ({ witnesses }) => {
        if (!stale) setNames(witnesses.filter((one) => one.independent && one.at !== null).map((one) => one.name));
      },
      // Unknown is as good as none: the page says that there is none.
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, []);
  return names;
}
