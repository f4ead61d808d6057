import { ErrorLine, Icon } from '#web/kit';
import type { ReactNode } from 'react';
import type { Listed } from './ledger.ts';
import { useLogFinding } from './log-state.ts';
import styles from './privacy.module.css';
import type { WitnessFinding } from '#web/proof';
import { useWitnesses } from './witness-state.ts';
import { usePrivacyWords, type PrivacyWords } from './words.ts';

/** What this browser found of the log, and who else signs it. */
export function LogLine({ newest }: { readonly newest: Listed | undefined }): ReactNode {
  const words = usePrivacyWords();
  const finding = useLogFinding(newest);
  const witnesses = useWitnesses(newest);
  const alarms = {
    broken: 'check.headBroken',
    'key-changed': 'check.keyChanged',
    rewritten: 'check.rewritten',
  } as const;
  if (finding.found === 'looking') return null;
  if (finding.found in alarms) return <ErrorLine>{words.say(alarms[finding.found as keyof typeof alarms])}</ErrorLine>;
  const changed = witnesses?.changed ?? [];
  return (
    <>
      <div className={styles.log}>
        <Icon name={finding.found === 'right' ? 'check' : 'info'} size={16} />
        <p>
          {finding.found === 'right' ? words.say('check.head', { size: words.number(finding.size) }) : null}{' '}
          {finding.found === 'right' && finding.seenBefore ? words.say('check.continues') : null}
          {finding.found === 'unsupported' ? words.say('check.unsupported') : null}
          {finding.found === 'unreachable' ? words.say('check.unreachable') : null}{' '}
          {witnesses ? witnessWords(witnesses, words) : null}
        </p>
      </div>
      {changed.length > 0 ? (
        <ErrorLine>{words.say('check.witnessChanged', { names: words.list(changed) })}</ErrorLine>
      ) : null}
    </>
  );
}

/** Who else signs, in the words of what was checked: what the operator alone says is never said as a fact. */
function witnessWords(finding: WitnessFinding, words: PrivacyWords): string {
  const sentences = [
    ['check.witnessed', finding.remembered],
    ['check.witnessFirst', finding.first],
    ['check.witnessGone', finding.gone],
    ['check.witnessSaid', finding.said],
  ] as const;
  const said = sentences.flatMap(([key, names]) =>
    names.length > 0 ? [words.say(key, { names: words.list([...names]) })] : [],
  );
  const nobody = said.length === 0 && finding.changed.length === 0;
  return nobody ? words.say('check.witnessNone') : said.join(' ');
}
