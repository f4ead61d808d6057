import { Button, ErrorLine, Sheet } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useDesk, useDeskState } from './context.tsx';
import styles from './sheets.module.css';
import { useDeskWords } from './words.ts';

/** What the hub decodes. */
export const pictureTypes: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];
const pictureBytesMax = 5 * 1024 * 1024;

/** Shows a chosen picture before it is sent. It is read as data, which the page's policy allows, and no address. */
export function PictureSheet({
  picture,
  onClose,
}: {
  readonly picture: File;
  readonly onClose: () => void;
}): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { opened } = useDeskState();
  const [address, setAddress] = useState<string | undefined>(undefined);
  const fits = pictureTypes.includes(picture.type) && picture.size <= pictureBytesMax;
  useEffect(() => {
    if (!fits) return undefined;
    const reader = new FileReader();
    reader.addEventListener('load', () => setAddress(typeof reader.result === 'string' ? reader.result : undefined));
    reader.readAsDataURL(picture);
    return () => reader.abort();
  }, [picture, fits]);
  return (
    <Sheet title={words.say('picture.sendTitle')} onClose={onClose}>
      <div className={styles.form}>
        {fits ? null : <ErrorLine>{words.say('picture.wrong')}</ErrorLine>}
        {address === undefined ? null : (
          <img className={styles.preview} src={address} alt={words.say('picture.chosen')} />
        )}
        <p className={styles.hint}>{words.say('picture.sendHint')}</p>
        <Button
          weight="main"
          wide
          disabled={!fits || opened?.sending === true}
          onClick={() => {
            void sync.sendPicture(picture);
            onClose();
          }}
        >
          {words.say('picture.send')}
        </Button>
      </div>
    </Sheet>
  );
}
