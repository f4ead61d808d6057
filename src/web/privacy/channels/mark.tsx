import Bell from 'lucide-react/icons/bell';
import Mail from 'lucide-react/icons/mail';
import MessageCircle from 'lucide-react/icons/message-circle';
import type { ReactNode } from 'react';

/** What kind of channel it is, beside its name. Not among the kit's icons, which every chat loads. */
export function Mark({ channel }: { readonly channel: string }): ReactNode {
  const Drawing = channel === 'web-push' ? Bell : channel === 'email' ? Mail : MessageCircle;
  return <Drawing size={20} strokeWidth={1.75} aria-hidden="true" focusable="false" />;
}
