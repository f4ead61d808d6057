import './tokens.css';
import './base.css';
import type { BankFace } from '#contract';
import { createContext, useContext, type ButtonHTMLAttributes, type CSSProperties, type ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';
import styles from './kit.module.css';

/** Joins class names, leaving out what is not there. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

const FacesContext = createContext<readonly BankFace[]>([]);

/** The banks that this screen may speak of. */
export const FacesProvider = FacesContext.Provider;

/** A bank as the directory shows it; one that is no longer there goes by its id. */
export function useFace(bank: string): BankFace {
  const known = useContext(FacesContext).find(({ id }) => id === bank);
  return (
    known ?? {
      id: bank,
      name: bank,
      mark: bank.slice(0, 2).toUpperCase(),
      accent: { light: '', dark: '' },
      telephone: '',
    }
  );
}

/** Sets a bank's accent for everything inside; without one the accent of no bank stays. */
export function accentOf({ accent }: BankFace): CSSProperties {
  const { light, dark } = accent;
  return (light && dark ? { '--bank': `light-dark(${light}, ${dark})` } : {}) as CSSProperties;
}

/** Two letters of a bank on its accent; always beside its name, so never read out. */
export function Mark({ face, size }: { readonly face: BankFace; readonly size?: 'middle' | 'large' }): ReactNode {
  return (
    <span
      className={classes(styles.mark, size === 'middle' && styles.markMiddle, size === 'large' && styles.markLarge)}
      style={accentOf(face)}
      aria-hidden="true"
    >
      {face.mark}
    </span>
  );
}

/** Tellerline's own mark: a person behind a counter. */
export function TellerlineMark({ size = 32 }: { readonly size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="10" fill="var(--action)" />
      <circle cx="16" cy="12" r="4.2" fill="var(--on-action)" />
      <rect x="7" y="19.4" width="18" height="3" rx="1.5" fill="var(--on-action)" />
    </svg>
  );
}

/** An icon on a quiet square, beside words that say the same. */
export function Tile({ icon }: { readonly icon: IconName }): ReactNode {
  return (
    <span className={styles.tile} aria-hidden="true">
      <Icon name={icon} />
    </span>
  );
}

/** Words for a screen reader alone. */
export function Hidden({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className={styles.hidden}>{children}</span>;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main`: the one to press first; `grave`: not to be taken back, drawn as an edge; `fraud`: red, and nothing else is. */
  readonly weight?: 'main' | 'plain' | 'grave' | 'bare' | 'fraud';
  readonly wide?: boolean;
}

/** A button with words on it; submits nothing unless told to. */
export function Button({ weight = 'plain', wide = false, ...rest }: ButtonProps): ReactNode {
  const drawn = weight === 'plain' ? undefined : styles[weight];
  return <button type="button" {...rest} className={classes(styles.button, drawn, wide && styles.wide)} />;
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  /** Its accessible name. */
  readonly name: string;
}

/** A button with an icon alone; `name` is read out and shown on hovering. */
export function IconButton({ icon, name, ...rest }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      className={classes(styles.iconButton, rest.className)}
      aria-label={name}
      title={name}
    >
      <Icon name={icon} />
    </button>
  );
}

/** What went wrong, as a sentence with a sign: never by colour alone. */
export function ErrorLine({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <p className={styles.error} role="alert">
      <Icon name="error" size={16} />
      <span>{children}</span>
    </p>
  );
}

/** A few words on a quiet ground; `done` draws them as good news. */
export function Tag({
  icon,
  done = false,
  children,
}: {
  readonly icon?: IconName;
  readonly done?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={classes(styles.tag, done && styles.tagDone)}>
      {icon ? <Icon name={icon} size={14} /> : null}
      {children}
    </span>
  );
}
