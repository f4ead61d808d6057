import ArrowLeft from 'lucide-react/icons/arrow-left';
import BookOpenText from 'lucide-react/icons/book-open-text';
import CalendarClock from 'lucide-react/icons/calendar-clock';
import ChartColumn from 'lucide-react/icons/chart-column';
import Check from 'lucide-react/icons/check';
import Clock from 'lucide-react/icons/clock';
import Ellipsis from 'lucide-react/icons/ellipsis';
import Eye from 'lucide-react/icons/eye';
import Handshake from 'lucide-react/icons/handshake';
import ImagePlus from 'lucide-react/icons/image-plus';
import Inbox from 'lucide-react/icons/inbox';
import Keyboard from 'lucide-react/icons/keyboard';
import LockKeyhole from 'lucide-react/icons/lock-keyhole';
import Moon from 'lucide-react/icons/moon';
import PencilLine from 'lucide-react/icons/pencil-line';
import Search from 'lucide-react/icons/search';
import ShieldAlert from 'lucide-react/icons/shield-exclamation-point';
import Sun from 'lucide-react/icons/sun';
import TextQuote from 'lucide-react/icons/text-quote';
import Unplug from 'lucide-react/icons/unplug';
import UserRound from 'lucide-react/icons/user-round';
import Users from 'lucide-react/icons/users';
import X from 'lucide-react/icons/x';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from '#web/kit';
import styles from './parts.module.css';

const drawings = {
  back: ArrowLeft,
  answers: BookOpenText,
  live: ChartColumn,
  done: Check,
  clock: Clock,
  more: Ellipsis,
  look: Eye,
  propose: Handshake,
  picture: ImagePlus,
  inbox: Inbox,
  keys: Keyboard,
  note: LockKeyhole,
  dark: Moon,
  typing: PencilLine,
  search: Search,
  fraud: ShieldAlert,
  light: Sun,
  canned: TextQuote,
  withdraw: Unplug,
  me: UserRound,
  remove: X,
  sessions: Users,
  settings: CalendarClock,
} as const;

/** A drawing of the desk, by its use. The messenger does without these, so they are not among the kit's. */
export type DeskIconName = keyof typeof drawings;

/** A drawing beside words that say the same; never read out. */
export function DeskIcon({
  name,
  size = 20,
}: {
  readonly name: DeskIconName;
  readonly size?: 14 | 16 | 20;
}): ReactNode {
  const Drawing = drawings[name];
  return <Drawing size={size} strokeWidth={size === 20 ? 1.75 : 2} aria-hidden="true" focusable="false" />;
}

interface ToolProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: DeskIconName;
  /** Its accessible name. */
  readonly name: string;
}

/** A button with a drawing alone; `name` is read out and shown on hovering. */
export function Tool({ icon, name, ...rest }: ToolProps): ReactNode {
  return (
    <button type="button" {...rest} className={classes(styles.tool, rest.className)} aria-label={name} title={name}>
      <DeskIcon name={icon} />
    </button>
  );
}
