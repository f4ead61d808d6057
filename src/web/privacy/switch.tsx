import { Icon } from '#web/kit';
import { useId, type ReactNode } from 'react';
import styles from './privacy.module.css';

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

/** A row with a switch of the ARIA pattern: its state is in its place and its sign, never in colour alone. */
export function Switch({ label, on, disabled = false, onPress }: SwitchProps): ReactNode {
  const id = useId();
  return (
    <div className={styles.row}>
      <span id={id}>{label}</span>
      <button
        type="button"
        role="switch"
        aria-checked={on}
        aria-labelledby={id}
        className={styles.switch}
        disabled={disabled}
        onClick={onPress}
      >
        <span className={styles.knob}>{on ? <Icon name="check" size={14} /> : null}</span>
      </button>
    </div>
  );
}
