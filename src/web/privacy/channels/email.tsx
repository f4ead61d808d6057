import type { EmailState } from '#contract';
import { Button, ErrorLine } from '#web/kit';
import { useAttempt } from '#web/passkeys';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import { usePrivacyWords } from '../words.ts';
import styles from './channels.module.css';
import { hasAnyWindow, problemOf, type Told } from './told.ts';

type Step = 'closed' | 'address' | 'code';

/** An e-mail address: entered, confirmed by the code that is sent there, and from then on a channel among the others. */
export function EmailForm({
  told,
  reload,
}: {
  readonly told: Told;
  readonly reload: (what?: 'confirmed') => Promise<void>;
}): ReactNode {
  const words = usePrivacyWords();
  const { email } = told;
  const [step, setStep] = useState<Step>(email.asked ? 'code' : 'closed');
  // Where everything may always be written there is nothing to stand in for.
  const spare = hasAnyWindow(told.channels);
  if (!email.available) return null;
  if (step === 'closed')
    return (
      <Button onClick={() => setStep('address')}>
        {words.say(email.address === undefined ? 'told.email.add' : 'told.email.other')}
      </Button>
    );
  return step === 'address' ? (
    <Address asked={() => setStep('code')} leave={() => setStep('closed')} />
  ) : (
    <Code
      confirm={(code) => centre.confirmEmail(code, spare)}
      confirmed={async () => {
        setStep('closed');
        await reload('confirmed');
      }}
      again={() => setStep('address')}
    />
  );
}

function Address({ asked, leave }: { readonly asked: () => void; readonly leave: () => void }): ReactNode {
  const words = usePrivacyWords();
  const { busy, problem, attempt } = useAttempt((error) => problemOf(words, error));
  const [address, setAddress] = useState('');
  return (
    <Form submit={() => void attempt(() => centre.askEmail(address), asked)}>
      <Field label={words.say('told.email.address')} note={words.say('told.email.addressNote')} problem={problem}>
        {(field) => (
          <input
            {...field}
            type="email"
            name="email"
            autoComplete="email"
            inputMode="email"
            required
            maxLength={254}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
        )}
      </Field>
      <div className={styles.ways}>
        <Button type="submit" weight="main" disabled={busy}>
          {words.say('told.email.send')}
        </Button>
        <Button weight="bare" onClick={leave}>
          {words.say('told.email.leave')}
        </Button>
      </div>
    </Form>
  );
}

function Code({
  confirm,
  confirmed,
  again,
}: {
  readonly confirm: (code: string) => Promise<EmailState>;
  readonly confirmed: () => Promise<void>;
  readonly again: () => void;
}): ReactNode {
  const words = usePrivacyWords();
  const { busy, problem, attempt } = useAttempt((error) => problemOf(words, error));
  const [code, setCode] = useState('');
  return (
    <Form submit={() => void attempt(() => confirm(code.replaceAll(/\D/g, '')), confirmed)}>
      <Field label={words.say('told.email.code')} note={words.say('told.email.codeNote')} problem={problem}>
        {(field) => (
          <input
            {...field}
            className={styles.digits}
            name="code"
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            pattern="\s*(\d\s*){6}"
            title={words.say('told.email.codeForm')}
            maxLength={12}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </Field>
      <div className={styles.ways}>
        <Button type="submit" weight="main" disabled={busy}>
          {words.say('told.email.confirm')}
        </Button>
        <Button weight="bare" onClick={again}>
          {words.say('told.email.again')}
        </Button>
      </div>
    </Form>
  );
}

function Form({ submit, children }: { readonly submit: () => void; readonly children: ReactNode }): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  // What was pressed is gone: who came by the keyboard goes on in the field.
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
    </form>
  );
}

interface FieldNames {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

function Field({
  label,
  note,
  problem,
  children,
}: {
  readonly label: string;
  readonly note: string;
  readonly problem: string | undefined;
  readonly children: (field: FieldNames) => ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}note`, 'aria-invalid': problem !== undefined })}
      <p id={`${id}note`}>{note}</p>
      {problem === undefined ? null : <ErrorLine>{problem}</ErrorLine>}
    </>
  );
}
