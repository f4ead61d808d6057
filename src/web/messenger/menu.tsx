import type { Locale } from '#contract';
import { chooseTheme, currentTheme, Icon, type IconName, type Theme } from '#web/kit';
import { useWords, type WordId } from '#web/words';
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import styles from './header.module.css';

/** What the menu leads to. */
export interface MenuChoices {
  readonly linkBank: () => void;
  readonly links: () => void;
  readonly about: () => void;
  readonly deleteAccount: () => void;
  readonly language: (locale: Locale) => void;
}

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const languages: readonly { readonly locale: Locale; readonly name: string }[] = [
  { locale: 'en', name: 'English' },
  { locale: 'es', name: 'Español' },
];

interface MenuProps {
  readonly choices: MenuChoices;
  /** `refocus`: the focus goes back to the button that opened it. */
  readonly onClose: (refocus: boolean) => void;
}

/** A menu of the ARIA pattern: arrow keys go through it, Escape closes it. */
export function Menu({ choices, onClose }: MenuProps): ReactNode {
  const words = useWords();
  const menu = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useState(currentTheme);
  // Before anything is painted: a key that is pressed as the menu appears is the menu’s.
  useLayoutEffect(() => itemsOf(menu.current)[0]?.focus({ preventScroll: true }), []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = itemsOf(menu.current);
    const at = all.findIndex((item) => item === document.activeElement);
    const steps: Partial<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: all.length - 1,
    };
    const to = steps[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') onClose(event.key === 'Escape');
    else if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    }
  };
  const item = (icon: IconName, name: WordId, act: () => void): ReactNode => (
    <button
      type="button"
      role="menuitem"
      className={styles.item}
      onClick={() => {
        onClose(true);
        act();
      }}
    >
      <Icon name={icon} />
      {words.say(name)}
    </button>
  );
  return (
    <div
      ref={menu}
      className={styles.menu}
      role="menu"
      tabIndex={-1}
      aria-label={words.say('menu')}
      onKeyDown={onKeyDown}
    >
      {item('plus', 'linkBank', choices.linkBank)}
      {item('link', 'menu.links', choices.links)}
      {item('eye', 'menu.privacy', () => location.assign('/privacy'))}
      {item('info', 'menu.about', choices.about)}
      <Options
        name={words.say('menu.language')}
        options={languages.map(({ locale, name }) => ({ value: locale, name, lang: locale }))}
        chosen={words.locale}
        choose={choices.language}
      />
      <Options
        name={words.say('menu.theme')}
        options={themes.map((value) => ({ value, name: words.say(`theme.${value}`) }))}
        chosen={theme}
        choose={(value) => {
          chooseTheme(value);
          setTheme(value);
        }}
      />
      <div className={styles.group}>{item('delete', 'menu.delete', choices.deleteAccount)}</div>
    </div>
  );
}

interface OptionsProps<Value extends string> {
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly name: string; readonly lang?: string }[];
  readonly chosen: Value;
  readonly choose: (value: Value) => void;
}

function Options<Value extends string>({ name, options, chosen, choose }: OptionsProps<Value>): ReactNode {
  return (
    <fieldset className={styles.group} aria-label={name}>
      <div className={styles.groupName} aria-hidden="true">
        {name}
      </div>
      <div className={styles.options}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            role="menuitemradio"
            lang={option.lang}
            aria-checked={option.value === chosen}
            className={styles.option}
            onClick={() => choose(option.value)}
          >
            {option.value === chosen ? <Icon name="check" size={14} /> : null}
            {option.name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}
